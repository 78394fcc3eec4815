from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged, users

from ...models.customer.rule_explanation import parse_domain
from .loyalty_case import LoyaltyCase


@tagged("post_install", "-at_install")
class TestLoyaltyClass(LoyaltyCase):
    """Wind's five classes by the rules that come with the addon."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_user("class_seller", "sales_team.group_sale_salesman_all_leads")
        cls.manager = cls.make_user("class_manager", "sales_team.group_sale_manager")

    # ------------------------------------------------------------------
    # The default rules
    # ------------------------------------------------------------------

    def test_classes(self):
        """Examples of each class."""
        growing, falling = {"amount_trend": 0.2}, {"amount_trend": -0.5}
        happy, unhappy = {"satisfaction": 9}, {"satisfaction": 2}
        for purchases, risk, figures, scores, name in (
            (3, "low", {}, {}, "loyal"),
            (3, "low", {}, happy, "loyal"),
            (3, "low", {}, unhappy, "may_switch"),
            (3, "medium", {}, happy, "may_switch"),
            (3, "low", falling, {}, "may_switch"),
            (2, "low", {}, {}, "would_buy_more"),
            (2, "medium", {}, happy, "would_buy_more"),
            (2, "medium", growing, {}, "would_buy_more"),
            (2, "high", {"promotion_count": 1}, {}, "would_buy_more"),
            (2, "low", {"promotion_count": 1}, unhappy, "would_buy_less"),
            (2, "medium", {}, {}, "would_buy_less"),
            (2, "low", {}, unhappy, "would_buy_less"),
            (1, "high", {}, {}, "would_buy_less"),
            (5, "lapsed", {}, happy, "non_user"),
            (0, None, {}, {}, "non_user"),
        ):
            example = (purchases, risk, figures, scores)
            partner = self.make_loyal("Example", purchases, risk, None, **scores)
            if figures:
                self.place(partner, **figures)
            self.assertEqual(self.class_name(partner), name, example)

    def place(self, partner, **figures):
        """Place a customer by figures that a scoring would compute anew."""
        profile = self.profile(partner)
        profile.write({"loyalty_class_id": False, **figures})
        profile.flush_recordset()
        self.classes["loyal"]._classify(profile._scopes()[0])
        profile.invalidate_recordset()

    def test_kept_a_little_longer(self):
        """Who is loyal stays so at a medium risk, but does not become so."""
        partner = self.make_loyal("Kept", 3, "low")
        self.set_figures(partner, chance_kept=0.5)
        self.assertEqual(self.class_name(partner), "loyal")
        self.set_figures(partner, chance_kept=0.2)
        self.assertNotEqual(self.class_name(partner), "loyal")
        self.set_figures(partner, chance_kept=0.5)
        self.assertEqual(self.class_name(partner), "may_switch")

    def test_everybody_in_just_one(self):
        """Each customer stands in the first class whose rule holds, and in one."""
        for purchases, risk in ((0, None), (1, "low"), (3, "low"), (4, "lapsed")):
            self.make_loyal("Somebody", purchases, risk)
        profiles = self.Profile.search([("company_id", "=", self.company.id)])
        self.assertTrue(all(profiles.mapped("loyalty_class_id")))
        for profile in profiles:
            rules = self.classes["loyal"]._rules(self.company)
            holding = [each for each in rules if each._explain(profile)[0]]
            self.assertEqual(profile.loyalty_class_id, holding[0])

    def test_demo_customers(self):
        """Of the demo data, too, each customer stands in just one class."""
        main = self.env.ref("base.main_company")
        partners = self.env["res.partner"].search([("ref", "=like", "CDNOW-%")])
        if not partners:
            self.skipTest("This database was made without demo data.")
        self.score(company=main)
        classes = self.env["crm.loyalty.class"].sudo()._rules(main)
        everybody = [("company_id", "=", main.id)]
        total = self.Profile.search_count(everybody)
        counts = dict(
            self.Profile._read_group(everybody, ["loyalty_class_id"], ["__count"])
        )
        self.assertEqual(sum(counts.values()), total)
        self.assertLessEqual(set(counts), set(classes))
        self.assertEqual(len(counts), 5, "each class has customers")
        # brute force, rule by rule: whom an earlier class takes is out of the rest
        left = self.Profile.search(everybody)
        entered = left.with_context(active_test=False)
        for each in classes:
            taken = left.filtered_domain(list(parse_domain(each.domain)))
            stands = entered.filtered(lambda p, c=each: p.loyalty_class_id == c)
            if each == classes[-1]:
                self.assertEqual(left, stands)
            elif not each._has_rule_to_stay():
                self.assertLessEqual(set(stands), set(left))
            left -= taken if not each._has_rule_to_stay() else taken | stands

    # ------------------------------------------------------------------
    # Since when, by hand, and why
    # ------------------------------------------------------------------

    def test_since_and_movement(self):
        """The day of a move is kept, and the movement says why."""
        partner = self.make_loyal("Moves", 3, "low")
        profile = self.profile(partner)
        self.assertEqual(profile.loyalty_class_since, self.today)
        self.note(partner, satisfaction=1)
        self.assertEqual(self.class_name(partner), "may_switch")
        moves = profile.movement_ids.filtered(lambda m: m.dimension == "loyalty")
        self.assertEqual(moves[0].from_class, "Loyal")
        self.assertEqual(moves[0].to_class, "May switch")

    @users("class_seller")
    def test_set_by_hand(self):
        """A salesperson sets a class by hand, with a reason, and goes back."""
        partner = self.make_loyal("By hand", 3, "low")
        profile = self.profile(partner).with_env(self.env)
        action = profile.action_set_by_hand("loyalty")
        defaults = action["context"]
        self.assertEqual(defaults["default_loyalty_class_id"], self.classes["loyal"].id)
        self.env["crm.customer.override"].create(
            {
                "profile_id": profile.id,
                "dimension": "loyalty",
                "loyalty_class_id": self.classes["may_switch"].id,
                "reason": "Asked our competitor for a quotation",
            }
        )
        self.assertEqual(self.class_name(partner), "may_switch")
        self.assertEqual(profile.override_ids.class_name, "May switch")
        told = self.explanation(profile)
        self.assertIn("competitor", told["override"]["reason"])
        profile.action_back_to_rules("loyalty")
        self.assertEqual(self.class_name(partner), "loyal")
        self.assertIsNone(self.explanation(profile)["override"])

    def explanation(self, profile, dimension="loyalty"):
        profile.invalidate_recordset(["classification_explanation"])
        return next(
            each
            for each in profile.classification_explanation
            if each["dimension"] == dimension
        )

    @users("class_seller")
    def test_explanation(self):
        """Beside the ladder each classification tells class, day and conditions."""
        profile = self.profile(self.make_loyal("Why", 3, "low")).with_env(self.env)
        dimensions = [e["dimension"] for e in profile.classification_explanation]
        self.assertEqual(set(dimensions), {"value_tier", "loyalty"}, "no segments")
        told = self.explanation(profile)
        self.assertEqual(told["class"]["name"], "Loyal")
        self.assertEqual(told["since"], fields.Date.to_string(self.today))
        self.assertTrue(told["why"] and all(node["holds"] for node in told["why"]))

    # ------------------------------------------------------------------
    # Bad input and rights
    # ------------------------------------------------------------------

    def test_bad_rule(self):
        """A rule that cannot be applied is refused, in words."""
        with self.assertRaisesRegex(ValidationError, "Loyal"):
            self.classes["loyal"].domain = "[('no_such_field', '=', 1)]"

    @users("class_seller")
    def test_rights(self):
        """Salespeople read the classes; managers change them."""
        loyal = self.classes["loyal"].with_env(self.env)
        self.assertTrue(loyal.description)
        with self.assertRaises(AccessError):
            loyal.name = "Mine"
        loyal.with_user(self.manager).name = "Faithful"
        self.assertEqual(loyal.name, "Faithful")

    def test_shown_on_contacts(self):
        """Contacts and leads are found by the class of their customer."""
        partner = self.make_loyal("Found", 3, "low")
        lead = self.env["crm.lead"].create({"name": "L", "partner_id": partner.id})
        loyal = ("loyalty_class_id", "=", self.classes["loyal"].id)
        self.assertIn(partner, self.env["res.partner"].search([loyal]))
        self.assertIn(lead, self.env["crm.lead"].search([loyal]))
        self.assertEqual(lead.supplier_loyalty, "plain")

    def test_aged_attitude_moves(self):
        """A class follows when what the customer thought is too old to count."""
        partner = self.make_loyal("Aged", 3, "low", satisfaction=1)
        self.assertEqual(self.class_name(partner), "may_switch")
        self.profile(partner).attitude_ids.date = self.today - timedelta(days=900)
        self.assertEqual(self.class_name(partner), "loyal")
