from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged, users

from .portfolio_case import PortfolioCase


def abc(values, shares):
    """Places of values in tiers by cumulative share, ties together; brute force."""
    ranked = sorted((value for value in values if value > 0), reverse=True)
    limits = []
    for share in shares:
        reached = 0
        for value in ranked:
            reached += value
            if reached >= share * sum(ranked) - 1e-9:
                limits.append(value)
                break
    return [
        next(
            (n for n, limit in enumerate(limits[:-1]) if value >= limit),
            len(shares) - 1,
        )
        for value in values
    ]


@tagged("post_install", "-at_install")
class TestValueTier(PortfolioCase):
    """Customers are ranked by value; a tier holds a share of the total."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_buyers(60)
        cls.tiers = cls.env["crm.value.tier"].search(
            [("company_id", "=", cls.company.id)]
        )

    def place(self):
        self.env["crm.value.tier"]._renew(self.company)
        self.score()

    def check_tiers(self, basis):
        """Compare the tiers of all customers with a brute force."""
        profiles = self.profiles().sudo()
        places = abc(profiles.mapped(basis), self.tiers.mapped("share"))
        for profile, place in zip(profiles, places, strict=True):
            self.assertEqual(profile.value_tier_id, self.tiers[place])

    def test_tiers_hold_their_share_for_each_value(self):
        """Whatever value decides, tiers are those of a plain ABC analysis."""
        for basis in ("yearly_amount", "purchase_amount", "clv"):
            with self.subTest(basis):
                self.company.value_tier_basis = basis
                self.place()
                self.check_tiers(basis)

    def test_ties_stay_together(self):
        """Equal customers stand in the same tier, whatever the cut."""
        partners = self.make_buyers(12, seed=3)
        for partner in partners:
            self.buy(partner, amount=77777)
        self.tiers[0].share = 0.3
        self.score()
        self.place()
        self.check_tiers("yearly_amount")
        for profiles in self.profiles().grouped("yearly_amount").values():
            self.assertEqual(len(profiles.value_tier_id), 1)

    @users("portfolio_manager")
    def test_preview_shows_what_edited_shares_would_do(self):
        """The preview counts by the shares as edited, before they are saved."""
        self.place()
        values = self.profiles().mapped("yearly_amount")
        with Form(self.tiers[0].with_env(self.env)) as form:
            form.share = 0.4
            places = abc(values, [0.4, 0.95, 1.0])
            rows = self.rows(form.preview)
            for place, name in enumerate("ABC"):
                self.assertEqual(rows[name]["then"], places.count(place), name)
            self.assertIn("from", rows["A"]["note"])
            form.share = 0.99
            self.assertIn("must rise", form.preview["warning"])
            form.share = 0.4
        self.score()
        counts = [tier.customer_count for tier in self.tiers]
        self.assertEqual(counts, [places.count(place) for place in range(3)])

    @users("portfolio_manager")
    def test_unordered_shares_are_refused(self):
        """Shares that do not rise from tier to tier are refused in plain words."""
        tiers = self.tiers.with_env(self.env)
        with self.assertRaisesRegex(ValidationError, "must rise"):
            tiers[0].share = 0.97
        with self.assertRaisesRegex(ValidationError, "must rise"):
            tiers[2].sequence = 1

    def test_no_customers_no_limits(self):
        """Without purchases everybody stands in the last tier, and nothing fails."""
        company = self.env["res.company"].create({"name": "Empty"})
        tiers = self.env["crm.value.tier"].search([("company_id", "=", company.id)])
        self.assertEqual(tiers.mapped("name"), ["A", "B", "C"])
        self.assertEqual(tiers.mapped("limit"), [0, 0, 0])
        self.env.user.company_ids |= company
        tier = tiers[0].with_company(company)
        tier = tier.with_context(allowed_company_ids=company.ids)
        self.assertEqual(tier.preview["total"], 0)
