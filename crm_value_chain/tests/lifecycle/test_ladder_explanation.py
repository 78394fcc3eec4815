from odoo.tests import tagged, users

from .test_ladder import LadderCase


@tagged("post_install", "-at_install")
class TestLadderExplanation(LadderCase):
    """Every stage explains itself for every customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        facts = {
            "majority": {"is_supplier_of_choice": True},
            "loyal": {"is_supplier_of_choice": True, "satisfaction": 9},
            "advocate": {
                "estimated_yearly_need": 300,
                "satisfaction": 9,
                "recommendation": 9,
                "active_reference": True,
            },
        }
        cls.partners = {
            name: cls.make_buyer(1 if name == "first_time" else 2, name, **known)
            for name, known in (
                ("first_time", {}),
                ("repeat", {}),
                *facts.items(),
            )
        }
        for name in ("suspect", "prospect"):
            cls.partners[name] = cls.make_customer(name)
            lead = cls.qualify(cls.partners[name])
            if name == "suspect":
                lead.qualification_need = "no"
        cls.score()

    @users("ladder_seller")
    def test_every_stage_for_every_customer(self):
        """The highest stage that holds in words is where the customer stands."""
        stages = self.env["crm.ladder.stage"].search([], order="sequence desc")
        for name, partner in self.partners.items():
            profile = self.profile(partner).with_env(self.env)
            self.assertEqual(profile.ladder_stage_id, self.stages[name])
            holding = [stage for stage in stages if stage._explain(profile)[0]]
            self.assertEqual(holding[0], self.stages[name])
            told = profile.get_ladder_explanation()
            self.assertEqual(told["customer"], partner.name)
            self.assertTrue(all(node["holds"] for node in told["why"]))
            self.assertTrue(told["headline"])
            if name == "advocate":
                self.assertIsNone(told["next_stage"])
                self.assertEqual(told["missing"], [])
            else:
                self.assertFalse(all(node["holds"] for node in told["missing"]))

    @users("ladder_seller")
    def test_steps(self):
        """The steps say where the customer stands and how high it ever was."""
        profile = self.profile(self.partners["loyal"]).with_env(self.env)
        profile.is_supplier_of_choice = False
        told = profile.get_ladder_explanation()
        names = {
            key: [step["name"] for step in told["stages"] if step[key]]
            for key in ("current", "highest", "reached")
        }
        self.assertEqual(names["current"], ["Repeat customer"])
        self.assertEqual(names["highest"], ["Loyal customer"])
        self.assertEqual(len(names["reached"]), 6)
        self.assertEqual([s["position"] for s in told["stages"]], list(range(1, 8)))
        self.assertEqual(told["next_stage"]["name"], "Majority customer")

    @users("ladder_seller")
    def test_what_is_missing(self):
        """What the next stage needs is told with what is there and what is not."""
        profile = self.profile(self.partners["repeat"]).with_env(self.env)
        missing = profile.get_ladder_explanation()["missing"]
        self.assertEqual(missing[0]["label"], "Purchases")
        self.assertTrue(missing[0]["holds"])
        self.assertEqual((missing[1]["type"], missing[1]["holds"]), ("any", False))
        self.assertEqual(
            [node["actual"] for node in missing[1]["children"]],
            ["not known", "no"],
        )

    @users("ladder_seller")
    def test_headline(self):
        """The explanation begins in sentences that a seller can read out."""
        profile = self.profile(self.partners["repeat"]).with_env(self.env)
        text = " ".join(profile.get_ladder_explanation()["headline"])
        self.assertIn("Repeat customer since", text)
        self.assertIn("Usually buys every 10 days, last 10 days ago.", text)
        self.assertIn("Missing for Majority customer", text)

    @users("ladder_seller")
    def test_customer_never_scored(self):
        """A customer whose figures are not there yet is told so."""
        self.buy(self.customer)
        self.Profile._insert_missing()
        told = self.customer.with_env(self.env).get_ladder_explanation()
        self.assertEqual(told["why"], [])
        self.assertIn("not been computed", told["headline"][0])
