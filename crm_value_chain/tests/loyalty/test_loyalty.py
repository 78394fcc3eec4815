from odoo.exceptions import ValidationError
from odoo.tests import tagged, users

from .loyalty_case import LoyaltyCase


@tagged("post_install", "-at_install")
class TestLoyalty(LoyaltyCase):
    """Behaviour and attitude, and what both together come to."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_user("loyal_seller", "sales_team.group_sale_salesman_all_leads")
        cls.make_user("loyal_manager", "sales_team.group_sale_manager")

    def figures(self, partner):
        profile = self.profile(partner)
        names = ("behavior", "attitude", "type")
        return tuple(profile[f"loyalty_{name}"] for name in names)

    # ------------------------------------------------------------------
    # Behaviour, attitude, and both
    # ------------------------------------------------------------------

    def test_behavior(self):
        """High is who buys often at a risk that is not too high."""
        for purchases, risk, behavior in (
            (0, None, False),
            (2, "low", "low"),
            (3, "low", "high"),
            (3, "medium", "high"),
            (3, "high", "low"),
            (9, "lapsed", "low"),
        ):
            partner = self.make_loyal("Buyer", purchases, risk)
            self.assertEqual(self.figures(partner)[0], behavior, (purchases, risk))

    def test_most_of_the_wallet(self):
        """Who spends most of the wallet with us is loyal by behaviour at once."""
        partner = self.make_loyal("Wallet", 1)
        self.assertEqual(self.figures(partner)[0], "low")
        profile = self.profile(partner)
        profile.estimated_yearly_need = 150
        self.assertEqual(self.figures(partner)[0], "high")
        profile.estimated_yearly_need = 200
        self.assertEqual(self.figures(partner)[0], "low")
        profile.is_supplier_of_choice = True
        self.assertEqual(self.figures(partner)[0], "high")
        self.set_figures(partner, chance_kept=0.01)
        self.assertEqual(self.figures(partner)[0], "low", "lapsed after all")

    def test_types(self):
        """Behaviour and attitude crossed; nothing while the attitude is not known."""
        for purchases, satisfaction, kind in (
            (3, 7, "true"),
            (1, 8, "latent"),
            (3, 6, "spurious"),
            (1, 0, "none"),
            (3, None, False),
            (0, 9, False),
        ):
            scores = {} if satisfaction is None else {"satisfaction": satisfaction}
            partner = self.make_loyal("Type", purchases, **scores)
            self.assertEqual(self.figures(partner)[2], kind, (purchases, satisfaction))
            self.score()
            self.assertEqual(
                self.figures(partner)[1:][0] or None,
                {None: None, 0: "low", 6: "low", 7: "high", 8: "high", 9: "high"}[
                    satisfaction
                ],
            )

    def test_supplier_loyalty(self):
        """Hostage, de-loyal, supra-loyal, or plain."""
        unhappy = {"satisfaction": 3}
        for kind, risk, scores in (
            ("hostage", "low", unhappy | {"switching_barrier": 7}),
            ("plain", "low", unhappy | {"switching_barrier": 6}),
            ("plain", "low", {"satisfaction": 9, "switching_barrier": 10}),
            ("de_loyal", "high", unhappy),
            ("de_loyal", "lapsed", unhappy | {"switching_barrier": 9}),
            ("plain", "lapsed", {"satisfaction": 9}),
            ("supra_loyal", "low", {"recommendation": 9}),
            ("plain", "low", {"recommendation": 8}),
            ("plain", "high", {"recommendation": 9}),
            ("plain", "low", {}),
        ):
            partner = self.make_loyal("Supplier", 3, risk, **scores)
            found = self.profile(partner).supplier_loyalty
            self.assertEqual(found, kind, (risk, scores))
        self.assertFalse(self.profile(self.make_loyal("No", 0)).supplier_loyalty)

    def test_active_reference_is_supra_loyal(self):
        """Who recommends us and speaks for us markets for us, buying or not."""
        partner = self.make_loyal("Reference", 1, recommendation=10)
        self.assertEqual(self.profile(partner).supplier_loyalty, "plain")
        self.profile(partner).active_reference = True
        self.assertEqual(self.profile(partner).supplier_loyalty, "supra_loyal")

    # ------------------------------------------------------------------
    # Words
    # ------------------------------------------------------------------

    def test_words(self):
        """Each kind of loyalty is told with the figures that it follows from."""
        for purchases, risk, scores, words in (
            (0, None, {}, "No purchase yet"),
            (3, "low", {}, "Behavioural loyalty: buys often .3 days.*not known"),
            (3, "low", {"satisfaction": 9}, "True loyalty: .*thinks well of us .9 of"),
            (1, "low", {"satisfaction": 9}, "Latent loyalty: .*but buys little"),
            (1, "lapsed", {"satisfaction": 0}, "No loyalty: buys no more, and .*0 of"),
            (4, "high", {"satisfaction": 2}, "De-loyal: .*satisfaction 2"),
            (4, "low", {"recommendation": 10}, "Supra-loyal: recommends us .10 of"),
            (
                3,
                "low",
                {"satisfaction": 3, "switching_barrier": 9},
                "Hostage: buys, .*satisfaction 3.* hard to switch .9 of 10",
            ),
        ):
            partner = self.make_loyal("Words", purchases, risk, **scores)
            self.assertRegex(self.profile(partner).loyalty_words, f"(?s){words}")

    # ------------------------------------------------------------------
    # Settings
    # ------------------------------------------------------------------

    def test_settings_decide(self):
        """The limits are the company's."""
        partner = self.make_loyal("Limits", 3, "medium", satisfaction=7)
        self.assertEqual(self.figures(partner), ("high", "high", "true"))
        for name, value, expected in (
            ("loyalty_purchases", 4, ("low", "high", "latent")),
            ("loyalty_attitude_from", 7.5, ("low", "low", "none")),
            ("loyalty_purchases", 3, ("high", "low", "spurious")),
            ("loyalty_risk", "low", ("low", "low", "none")),
        ):
            self.company[name] = value
            self.profile(partner)._place_anew()
            self.assertEqual(self.figures(partner), expected, name)

    def test_settings_are_sane(self):
        """Limits that nobody or everybody reaches are refused, in words."""
        for name, value, words in (
            ("loyalty_purchases", 0, "at least one day"),
            ("loyalty_attitude_from", 10.5, "of 10 at most"),
            ("loyalty_attitude_from", 0, "above 0"),
            ("switching_barrier_from", 11, "of 10 at most"),
            ("attitude_months", -1, "months"),
        ):
            with self.assertRaises(ValidationError) as caught:
                self.company[name] = value
            self.assertIn(words, str(caught.exception))

    def test_settings_have_everybody_scored(self):
        """A changed limit has all customers of the company computed again."""
        runs = self.env["crm.scoring.run"]
        of_company = [("company_id", "=", self.company.id), ("state", "=", "waiting")]
        runs.search(of_company).unlink()
        self.company.loyalty_attitude_from = 8
        self.assertEqual(runs.search(of_company).mapped("kind"), ["scoring"])

    # ------------------------------------------------------------------
    # The matrix
    # ------------------------------------------------------------------

    def cells(self, report):
        return {
            (cell["behavior"], cell["attitude"]): cell["customers"]
            for cell in report["cells"]
            if cell["customers"]
        }

    @users("loyal_seller")
    def test_matrix(self):
        """Each cell counts just the customers that it opens, with their value."""
        self.make_loyal("A", 3, satisfaction=9)
        self.make_loyal("B", 3, satisfaction=8)
        self.make_loyal("C", 1, satisfaction=8)
        self.make_loyal("D", 1, satisfaction=2)
        self.make_loyal("E", 3)
        self.make_loyal("F", 0)
        report = self.env["crm.customer.profile"].get_loyalty_matrix()
        self.assertEqual(
            self.cells(report),
            {
                ("high", "high"): 2,
                ("low", "high"): 1,
                ("low", "low"): 1,
                ("high", False): 1,
            },
        )
        self.assertEqual((report["total"], report["others"]), (5, 1))
        self.assertEqual(report["cells"][0]["yearly_amount"], 600)
        for cell in report["cells"]:
            domain = [
                *report["domain"],
                ("loyalty_behavior", "=", cell["behavior"]),
                ("loyalty_attitude", "=", cell["attitude"]),
            ]
            found = self.env["crm.customer.profile"].search(domain)
            self.assertEqual(len(found), cell["customers"])

    def test_matrix_of_own_customers(self):
        """Own documents only: others' customers do not count."""
        seller = self.make_user("loyal_own", "sales_team.group_sale_salesman")
        other = self.make_user("loyal_other", "sales_team.group_sale_salesman")
        self.make_loyal("Mine", 3, satisfaction=9).user_id = seller
        self.make_loyal("Other's", 3, satisfaction=9).user_id = other
        report = self.Profile.with_user(seller).get_loyalty_matrix()
        self.assertEqual(self.cells(report), {("high", "high"): 1})

    def test_matrix_of_the_company(self):
        """The matrix is that of the current company."""
        self.make_loyal("A", 3, satisfaction=9)
        other = self.env["res.company"].create({"name": "Other"})
        report = self.Profile.with_company(other).get_loyalty_matrix()
        self.assertFalse(report["total"] or report["others"])
