from datetime import timedelta
from math import ceil, nan
from random import Random

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged, users

from ..common import ValueChainCommon

MEASURES = ("recency", "frequency", "monetary")


def quintile_score(value, values):
    """Score 1 to 5 of a value: beyond how many of the four quintiles it lies.

    Bigger is better. A quintile is a value of the list: the first that a fifth
    (two fifths …) of the list does not exceed.
    """
    ordered = sorted(values)
    quintiles = [ordered[ceil(len(ordered) * n / 5) - 1] for n in (1, 2, 3, 4)]
    return 1 + sum(value > quintile for quintile in quintiles)


@tagged("post_install", "-at_install")
class TestRfm(ValueChainCommon):
    """Recency, frequency and monetary value become scores that can be checked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_user("rfm_seller", "sales_team.group_sale_salesman_all_leads")
        cls.make_user("rfm_manager", "sales_team.group_sale_manager")
        cls.Cutoff = cls.env["crm.rfm.cutoff"]

    @classmethod
    def make_buyers(cls, histories):
        """Customers who bought so many days ago for so much; their contacts."""
        partners = cls.env["res.partner"].create(
            [{"name": f"Buyer {number}"} for number in range(len(histories))]
        )
        cls.env["crm.historical.purchase"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": cls.company.id,
                    "date": cls.today - timedelta(days=days),
                    "amount": amount,
                }
                for partner, history in zip(partners, histories, strict=True)
                for days, amount in history
            ]
        )
        return partners

    def profiles(self, active_test=False):
        return self.Profile.with_context(active_test=active_test).search(
            [("company_id", "=", self.company.id)]
        )

    def cutoffs(self):
        """The four limits of each measure."""
        cutoffs = self.Cutoff.search([("company_id", "=", self.company.id)])
        return {
            cutoff.measure: [cutoff[f"limit_{grade}"] for grade in (2, 3, 4, 5)]
            for cutoff in cutoffs
        }

    def assert_scores_by_hand(self):
        """All scores are those of quintiles computed by hand, and fit the limits."""
        buyers = self.profiles().filtered("purchase_count")
        counted = buyers.filtered("active")
        values = {
            "r_score": lambda p: -p.recency_days,
            "f_score": lambda p: p.purchase_count,
            "m_score": lambda p: p.purchase_amount,
        }
        for name, value in values.items():
            everybody = [value(profile) for profile in counted]
            for profile in buyers:
                self.assertEqual(
                    profile[name], quintile_score(value(profile), everybody), name
                )
        limits = self.cutoffs()
        for profile in buyers:
            by_limits = (
                1 + sum(profile.recency_days <= x for x in limits["recency"]),
                1 + sum(profile.purchase_count >= x for x in limits["frequency"]),
                1 + sum(profile.purchase_amount >= x for x in limits["monetary"]),
            )
            scores = (profile.r_score, profile.f_score, profile.m_score)
            self.assertEqual(scores, by_limits)
            self.assertEqual(profile.rfm_code, "".join(map(str, scores)))

    # ------------------------------------------------------------------
    # Quintiles
    # ------------------------------------------------------------------

    def test_a_fifth_gets_each_score(self):
        """Without ties each score goes to a fifth of the buyers."""
        self.make_buyers([[(days, 1000 - days)] for days in range(1, 51)])
        self.score()
        for name in ("r_score", "m_score"):
            scores = self.profiles().mapped(name)
            self.assertEqual(
                {s: scores.count(s) for s in range(1, 6)},
                {score: 10 for score in range(1, 6)},
            )
        self.assert_scores_by_hand()

    def test_random_buyers(self):
        """Scores of random buyers, with many ties, are those computed by hand."""
        for seed in range(6):
            random = Random(seed)
            self.profiles().sudo().unlink()
            self.env["crm.historical.purchase"].search(
                [("company_id", "=", self.company.id)]
            ).unlink()
            amounts = random.sample(range(-50, 3000), random.choice((1, 3, 30)))
            days = range(random.choice((2, 20, 900)))
            self.make_buyers(
                [
                    [
                        (random.choice(days), random.choice(amounts) + 0.37)
                        for _ in range(1 if random.random() < 0.6 else 4)
                    ]
                    for _ in range(random.choice((1, 2, 5, 40, 60)))
                ]
            )
            self.score()
            self.assert_scores_by_hand()

    def test_everybody_the_same(self):
        """Where all buyers are equal, all get the lowest score, none is better."""
        self.make_buyers([[(10, 50)]] * 12)
        self.score()
        self.assertEqual(set(self.profiles().mapped("rfm_code")), {"111"})
        self.assert_scores_by_hand()

    def test_single_purchase_of_most(self):
        """A value that most buyers share gets the lowest score."""
        self.make_buyers([[(10, 50)]] * 17 + [[(10, 50), (5, 50)]] * 3)
        self.score()
        scores = self.profiles().mapped("f_score")
        self.assertEqual((scores.count(1), scores.count(5)), (17, 3))

    def test_who_never_bought_has_no_score(self):
        """Without a purchase there is no score: 0, and no code."""
        self.make_buyers([[(10, -50)], [(10, 50)]])
        self.score()
        by_count = self.profiles().grouped("purchase_count")
        self.assertEqual((by_count[0].r_score, by_count[0].rfm_code), (0, False))
        self.assertEqual(by_count[1].rfm_code, "111")

    def test_archived_buyers_shift_no_limit(self):
        """Archived customers have scores, but limits follow from the others."""
        partners = self.make_buyers([[(days, 1000 - days)] for days in range(1, 21)])
        partners[:10].active = False
        self.score()
        self.assert_scores_by_hand()
        self.assertEqual(len(self.profiles(active_test=True)), 10)

    def test_better_figures_never_lower_a_score(self):
        """Who buys later, more often or more scores at least as high."""
        random = Random(3)
        self.make_buyers(
            [
                [(random.randrange(300), random.randrange(500)) for _ in range(count)]
                for count in [random.randrange(1, 6) for _ in range(60)]
            ]
        )
        self.score()
        profiles = self.profiles()
        for name, value in (
            ("r_score", lambda p: -p.recency_days),
            ("f_score", lambda p: p.purchase_count),
            ("m_score", lambda p: p.purchase_amount),
        ):
            scores = profiles.sorted(value).mapped(name)
            self.assertEqual(scores, sorted(scores), name)

    def test_scores_follow_a_purchase(self):
        """A purchase raises recency, frequency and monetary score of the buyer."""
        partners = self.make_buyers(
            [[(days * 10, 100 + days), (days * 10 + 1, 5)] for days in range(1, 21)]
        )
        self.score()
        last = self.profile(partners[-1])
        before = (last.r_score, last.f_score)
        self.assertEqual(before[0], 1)
        self.buy(partners[-1], days_ago=0, amount=500)
        last.action_refresh()
        self.assertEqual((last.r_score, last.f_score, last.m_score), (5, 5, 5))

    def test_score_fades_with_time(self):
        """By limits that stay, recency falls from day to day without a purchase."""
        partners = self.make_buyers([[(days, 100)] for days in range(1, 41)])
        self.company.rfm_method = "fixed"
        self.score()
        first = self.profile(partners[0])
        self.assertEqual(first.r_score, 5)
        self.score(as_of=self.today + timedelta(days=20))
        self.assertEqual(first.r_score, 3)
        self.score(as_of=self.today + timedelta(days=400))
        self.assertEqual(first.r_score, 1)

    def test_other_companies_do_not_count(self):
        """The buyers of another company shift no limit of this one."""
        partners = self.make_buyers([[(days, 100)] for days in range(1, 11)])
        self.score()
        before = self.cutoffs()
        other = self.env["res.company"].create({"name": "Other"})
        for partner in partners:
            self.buy(partner, days_ago=500, amount=9999, company=other)
        self.score(company=other)
        self.score()
        self.assertEqual(self.cutoffs(), before)
        self.assertEqual(self.Cutoff.search_count([("company_id", "=", other.id)]), 3)

    def test_company_without_buyers(self):
        """A company that sold nothing yet has no limits, by neither method."""
        for method in ("quintile", "fixed"):
            self.company.rfm_method = method
            self.score()
            self.assertEqual(self.cutoffs(), {}, method)

    def test_limits_go_with_the_last_buyer(self):
        """Quintiles of buyers that are no more do not stay behind."""
        self.make_buyers([[(10, 50)]])
        self.score()
        self.assertEqual(set(self.cutoffs()), set(MEASURES))
        self.env["crm.historical.purchase"].search(
            [("company_id", "=", self.company.id)]
        ).unlink()
        self.score()
        self.assertEqual(self.cutoffs(), {})

    def test_recency_that_nobody_reaches(self):
        """Where all bought today no recency is better: the limits are for nobody."""
        self.make_buyers([[(0, 50)]] * 3)
        self.score()
        self.assertEqual(self.cutoffs()["recency"], [-1, -1, -1, -1])
        self.assertEqual(set(self.profiles().mapped("r_score")), {1})

    # ------------------------------------------------------------------
    # Limits that people set
    # ------------------------------------------------------------------

    def test_fixed_limits_stay(self):
        """Limits that people set are used and never computed over."""
        self.company.rfm_method = "fixed"
        limits = {
            "recency": (300, 100, 50, 10),
            "frequency": (2, 3, 4, 5),
            "monetary": (10, 100, 1000, 10000),
        }
        for measure, values in limits.items():
            grades = {f"limit_{grade}": v for grade, v in enumerate(values, 2)}
            self.Cutoff.create(
                {"company_id": self.company.id, "measure": measure, **grades}
            )
        partner = self.make_buyers([[(50, 99.99), (49, 900.01), (200, 0)]])
        self.score()
        self.assertEqual({m: tuple(v) for m, v in self.cutoffs().items()}, limits)
        self.assertEqual(self.profile(partner).rfm_code, "434")
        self.company.rfm_method = "quintile"
        self.score()
        self.assertNotEqual(self.cutoffs()["recency"], [300, 100, 50, 10])

    def test_fixed_limits_start_from_quintiles(self):
        """Who chooses fixed limits begins with those of the day."""
        self.make_buyers([[(days, days)] for days in range(1, 11)])
        self.company.rfm_method = "fixed"
        self.score()
        before = self.cutoffs()
        self.make_buyers([[(days, 900)] for days in range(1, 51)])
        self.score()
        self.assertEqual(self.cutoffs(), before)

    @users("rfm_manager")
    def test_who_sets_limits(self):
        """Limits that people set say so, and have all scores computed anew."""
        self.make_buyers([[(days, days)] for days in range(1, 11)])
        self.company.sudo().rfm_method = "fixed"
        self.score()
        cutoff = self.env["crm.rfm.cutoff"].search([("measure", "=", "monetary")])
        self.assertEqual(cutoff.computed_on, self.today)
        runs = self.env["crm.scoring.run"].sudo().search([])
        runs.state = "done"
        cutoff.limit_5 = 9
        self.assertFalse(cutoff.computed_on)
        self.assertTrue(runs.search([]) - runs)

    def test_fixed_limits_begin_with_the_first_buyer(self):
        """Who chooses fixed limits before any sale gets some with the first one."""
        self.company.rfm_method = "fixed"
        self.score()
        self.make_buyers([[(10, 50)]])
        self.score()
        self.assertEqual(set(self.cutoffs()), set(MEASURES))

    @users("rfm_manager")
    def test_limits_in_bad_order_are_refused(self):
        """Limits rise from score 2 to 5, for recency they fall; equal ones may be."""
        self.make_buyers([[(10, 50)]])
        self.score()
        cutoffs = self.env["crm.rfm.cutoff"].search([]).grouped("measure")
        rising = {"limit_2": 1, "limit_3": 2, "limit_4": 2, "limit_5": 4}
        falling = {"limit_2": 4, "limit_3": 2, "limit_4": 2, "limit_5": 1}
        cutoffs["monetary"].write(rising)
        cutoffs["recency"].write(falling)
        with self.assertRaisesRegex(ValidationError, "must rise"):
            cutoffs["frequency"].write(falling)
        with self.assertRaisesRegex(ValidationError, "Recency"):
            cutoffs["recency"].write(rising)
        with self.assertRaisesRegex(ValidationError, "must rise"):
            cutoffs["monetary"].limit_5 = nan

    @users("rfm_seller")
    def test_seller_sees_limits_but_sets_none(self):
        """A seller can check a score by the limits, but not move them."""
        self.make_buyers([[(10, 50)]])
        self.score()
        cutoffs = self.env["crm.rfm.cutoff"].search([])
        self.assertEqual(len(cutoffs), 3)
        with self.assertRaises(AccessError):
            cutoffs.limit_2 = 1
