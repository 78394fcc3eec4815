from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .forecast_case import ForecastCase

RHYTHM = (202, 167, 132, 97, 62)
SELLER = "sales_team.group_sale_salesman"
MANAGER = "sales_team.group_sale_manager"


@tagged("post_install", "-at_install")
class TestScoreExplanation(ForecastCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_user("ex_seller", SELLER)
        cls.manager = cls.make_user("ex_manager", MANAGER)
        cls.controller = cls.make_user(
            "ex_controller", f"{MANAGER},crm_value_chain.group_profitability"
        )
        cls.regular = cls.customer(*RHYTHM, user_id=cls.seller.id)
        cls.once = cls.customer(62)
        cls.foreign = cls.customer(*RHYTHM, user_id=cls.manager.id)
        cls.nobody = cls.make_customer()
        cls.buy(cls.nobody, 3, -5)
        cls.score()
        cls.model = cls.make_model()
        for customer in (cls.regular, cls.once, cls.foreign):
            cls.forecast(customer, cls.model)

    def explain(self, customer, user=None, **values):
        """The explanation of a customer with other figures, as a user gets it."""
        profile = self.profile(customer)
        profile.sudo().write(values)
        return profile.with_user(user or self.seller).get_score_explanation()

    def sentences(self, customer, **values):
        return " ".join(self.explain(customer, **values)["sentences"])

    # -- in words ------------------------------------------------------

    def test_rhythm_and_chance(self):
        """The usual gap against the gap now, and the chance that follows."""
        self.assertIn(
            "Usually buys every 35 days, last 62 days ago: 41% chance of buying "
            "within 90 days (model MBG/NBD, graded B).",
            self.sentences(self.regular, purchase_probability=0.414),
        )

    def test_bought_once(self):
        """One purchase makes no rhythm."""
        self.assertIn(
            "Bought once, 62 days ago: 12% chance of buying again within 90 days",
            self.sentences(self.once, purchase_probability=0.12),
        )

    def test_small_and_large_chances(self):
        """A chance is never rounded to impossible or certain."""
        told = self.sentences(self.regular, purchase_probability=0.004)
        self.assertIn("less than 1% chance", told)
        told = self.sentences(self.regular, purchase_probability=0.997)
        self.assertIn("more than 99% chance", told)

    def test_lapsed(self):
        """Of lapsed customers only that is told, and how long it is."""
        told = self.explain(
            self.regular, churn_risk="lapsed", purchase_probability=0.02
        )["sentences"]
        self.assertEqual(
            told,
            [
                "Has not bought for 62 days, 1.8 times the usual gap: counted as "
                "lapsed, 2% chance of buying within 90 days (model MBG/NBD, graded "
                "B)."
            ],
        )

    def test_lapsed_after_one_purchase(self):
        """Who bought once has no usual gap."""
        told = self.sentences(self.once, churn_risk="lapsed")
        self.assertIn("Bought once, 62 days ago: counted as lapsed,", told)

    def test_overdue(self):
        """The expected day and its interval; in the past once it has passed."""
        days = {
            "next_purchase_earliest": "2026-04-02",
            "next_purchase_latest": "2026-06-08",
        }
        told = self.sentences(self.regular, next_purchase_date="2020-05-03", **days)
        self.assertIn(
            "The next purchase was expected by 05/03/2020 (between 04/02/2026 and "
            "06/08/2026).",
            told,
        )
        told = self.sentences(self.regular, next_purchase_date="2120-05-03", **days)
        self.assertIn("The next purchase is expected by 05/03/2120 (between", told)

    def test_interval_of_years(self):
        """An interval of many years is not worth a word."""
        told = self.sentences(
            self.regular,
            next_purchase_earliest="2026-04-02",
            next_purchase_latest="2036-04-02",
        )
        self.assertNotIn("between", told)

    def test_risk(self):
        """Who is worth a call is told what is at stake; others are not."""
        told = self.sentences(
            self.regular, churn_risk="high", chance_kept=0.31, revenue_at_risk=345.0
        )
        self.assertIn("High risk: 31% is left of the chance", told)
        self.assertIn("345.00 a year is at risk", told)
        self.assertNotIn(" risk", self.sentences(self.regular, churn_risk="low"))

    def test_rule_of_thumb(self):
        """Too little history for a model is told in place of the method."""
        thumb = self.make_model("rule of thumb", "E")
        self.assertIn(
            "(too little history for a model: a rule of thumb)",
            self.sentences(self.regular, retention_model_id=thumb.id),
        )

    def test_simple_rule(self):
        """Where no model beat the simple rules, the rule that did is named."""
        rule = self.make_model("hiatus", "D")
        self.assertIn(
            "(no model did better than a rule, Time since the last purchase: graded D)",
            self.sentences(self.regular, retention_model_id=rule.id),
        )

    def test_no_purchase(self):
        """Without a purchase the reason is told, and nothing is computed."""
        told = self.explain(self.nobody)
        self.assertEqual(
            told["sentences"], ["Only returns so far: there is no purchase to go by."]
        )
        self.assertFalse(any(told[part] for part in ("chart", "next", "clv", "risk")))

    def test_ladder_explanation(self):
        """The ladder's explanation tells the rhythm once, along with the chance."""
        told = self.profile(self.regular).with_user(self.seller)
        headline = " ".join(told.get_ladder_explanation()["headline"])
        self.assertEqual(headline.count("Usually buys every 35 days"), 1)
        self.assertEqual(headline.count("chance of buying within 90 days"), 1)

    def test_before_the_first_forecast(self):
        """A customer without scores still has a rhythm."""
        told = self.explain(self.regular, retention_model_id=False)
        self.assertEqual(
            told["sentences"], ["Usually buys every 35 days, last 62 days ago."]
        )

    # -- chart ---------------------------------------------------------

    def test_curve(self):
        """The chance falls from the last purchase to what is shown elsewhere."""
        told = self.explain(self.regular)
        curve = told["chart"]["curve"]
        last = self.today - timedelta(days=62)
        self.assertEqual(curve[0], [fields.Date.to_string(last), told["risk"]["best"]])
        self.assertEqual(curve[-1][0], fields.Date.to_string(self.today))
        self.assertEqual(curve[-1][1], round(told["risk"]["chance"], 4))
        chances = [chance for _day, chance in curve]
        self.assertEqual(chances, sorted(chances, reverse=True))
        self.assertLessEqual(len(curve), 40)

    def test_purchases(self):
        """Each day with a purchase is there once; returns are not."""
        self.buy(self.regular, 97, 3)
        self.buy(self.regular, 20, -3)
        self.assertEqual(
            self.explain(self.regular)["chart"]["purchases"],
            [fields.Date.to_string(self.today - timedelta(days=d)) for d in RHYTHM],
        )

    def test_bought_today(self):
        """On the day of a purchase the curve is a point."""
        customer = self.customer(35, 0, user_id=self.seller.id)
        self.score()
        self.forecast(customer, self.model)
        told = self.explain(customer)
        self.assertEqual(len(told["chart"]["curve"]), 1)
        self.assertIn("last today", told["sentences"][0])

    # -- CLV -----------------------------------------------------------

    def test_clv_by_hand(self):
        """Purchases x value x factor, added up, is the CLV."""
        clv = self.explain(self.regular)["clv"]
        self.assertEqual(len(clv["rows"]), 4)
        for row in clv["rows"]:
            self.assertAlmostEqual(
                row["amount"], row["purchases"] * row["factor"] * clv["value"]
            )
        # the middle of the second of four quarters lies 3/8 of a year ahead
        self.assertAlmostEqual(clv["rows"][1]["factor"], 1.1 ** -(3 / 8), 9)
        total = sum(row["amount"] for row in clv["rows"])
        self.assertAlmostEqual(total, clv["total"], 2)
        self.assertEqual(clv["total"], self.profile(self.regular).clv)
        self.assertFalse(clv["outdated"])

    def test_clv_of_other_settings(self):
        """A total that stems from other settings than those of now is marked."""
        self.company.value_chain_discount_rate = 0.3
        self.assertTrue(self.explain(self.regular)["clv"]["outdated"])

    def test_margin_is_confidential(self):
        """Everybody is told that the value is margin; how much, who may know it.

        Nor do value and periods tell it, beside what a purchase is expected to amount
        to.
        """
        profile = self.profile(self.regular).sudo()
        profile.write(
            {"clv_basis": "margin", "margin_rate": 0.25, "clv": profile.clv * 0.25}
        )
        for user in (self.seller, self.manager):
            clv = self.explain(self.regular, user)["clv"]
            self.assertEqual(clv["basis"], "margin")
            self.assertIsNone(clv["margin_rate"])
            self.assertIsNone(clv["value"])
            self.assertEqual(clv["rows"], [])
            self.assertEqual(clv["total"], profile.clv)
            self.assertFalse(clv["outdated"])
            as_shown = profile.with_user(user).score_explanation["clv"]
            self.assertEqual(as_shown, clv)
        clv = self.explain(self.regular, self.controller)["clv"]
        self.assertEqual(clv["basis"], "margin")
        self.assertEqual(clv["margin_rate"], 0.25)
        amount = profile.expected_purchase_amount
        self.assertAlmostEqual(clv["value"], amount * 0.25, 1)
        total = sum(row["amount"] for row in clv["rows"])
        self.assertAlmostEqual(total, clv["total"], 1)

    # -- access --------------------------------------------------------

    def test_foreign_customer(self):
        """Customers of others are not explained, whichever way one asks."""
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            self.explain(self.foreign)
        lead = self.env["crm.lead"].create({"name": "L", "partner_id": self.foreign.id})
        lead.user_id = self.manager
        self.assertFalse(self.foreign.with_user(self.seller).get_score_explanation())
        self.assertTrue(self.foreign.with_user(self.manager).get_score_explanation())
        self.assertTrue(lead.with_user(self.manager).get_score_explanation())

    def test_by_contact_and_lead(self):
        """Contacts of the customer and its leads tell the same."""
        person = self.make_customer("Person", parent_id=self.regular.id)
        lead = self.env["crm.lead"].create(
            {"name": "L", "partner_id": person.id, "user_id": self.seller.id}
        )
        told = self.explain(self.regular)
        for record in (self.regular, person, lead):
            with self.subTest(record=record._name):
                mine = record.with_user(self.seller)
                self.assertEqual(mine.get_score_explanation(), told)
        bare = self.env["crm.lead"].create({"name": "L", "user_id": self.seller.id})
        self.assertFalse(bare.with_user(self.seller).get_score_explanation())

    def test_profiling_refused(self):
        """Who objects to profiling has no figures, and that is all there is to say."""
        lead = self.env["crm.lead"].create(
            {"name": "L", "partner_id": self.regular.id, "user_id": self.seller.id}
        )
        self.regular.profiling_refused = True
        for record in (self.regular, lead):
            self.assertEqual(
                record.with_user(self.seller).get_score_explanation(),
                {"sentences": ["Objects to profiling: there are no figures."]},
            )


@tagged("post_install", "-at_install")
class TestScoreBadge(ForecastCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regular = cls.customer(*RHYTHM)
        cls.nobody = cls.make_customer()
        cls.buy(cls.nobody, 3, -5)
        cls.score()
        cls.forecast(cls.regular, cls.make_model())

    def badge(self, customer=None, **values):
        profile = self.profile(customer or self.regular)
        profile.sudo().write(values)
        return profile.value_chain_badge

    def test_chance(self):
        """The badge shows the chance, and whether the customer is at risk."""
        badge = self.badge(purchase_probability=0.41, churn_risk="medium")
        self.assertEqual((badge["chance"], badge["risk"]), (0.41, "medium"))

    def test_late(self):
        """Colour is for those whom a call may keep."""
        ahead, past = "2120-01-01", self.today - timedelta(days=1)
        for risk, expected, late in (
            ("low", ahead, False),
            ("low", past, True),
            ("medium", ahead, True),
            ("high", past, True),
            ("lapsed", past, False),
        ):
            with self.subTest(risk=risk, expected=expected):
                badge = self.badge(churn_risk=risk, next_purchase_date=expected)
                self.assertEqual(badge["late"], late)
                self.assertEqual(badge["overdue"], expected == past)

    def test_within_the_usual_gap(self):
        """Nobody is late before the usual gap is over, whatever the model expects."""
        past = self.today - timedelta(days=1)
        badge = self.badge(churn_risk="low", next_purchase_date=past, mean_gap_days=70)
        self.assertTrue(badge["overdue"])
        self.assertFalse(badge["late"])

    def test_no_purchase(self):
        """Without a purchase there is no chance to show, and nothing is late."""
        badge = self.badge(self.nobody)
        self.assertIsNone(badge["chance"])
        self.assertFalse(badge["late"] or badge["overdue"])
