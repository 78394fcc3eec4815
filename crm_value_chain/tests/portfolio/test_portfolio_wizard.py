from itertools import product

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged, users

from ...models.customer.rule_explanation import parse_domain
from ...models.portfolio.ready_made import PORTFOLIOS
from .portfolio_case import PortfolioCase


@tagged("post_install", "-at_install")
class TestPortfolioWizard(PortfolioCase):
    """Ready-made portfolios show what they hold before they make anything."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_buyers(80)
        cls.env["crm.lead"].create(
            {
                "name": "Lead",
                "partner_id": cls.make_customer("Nobody yet").id,
                "company_id": cls.company.id,
            }
        )
        cls.score()

    def wizard(self, **values):
        return self.env["crm.portfolio.wizard"].create(values)

    def segments(self):
        return self.env["crm.segment"].search([("company_id", "=", self.company.id)])

    def test_rfm_grid_has_each_combination_once(self):
        """Each of the 125 combinations of scores falls into just one RFM group."""
        groups = self.wizard(portfolio="rfm")._segment_values()[:-1]
        profile = self.env["crm.customer.profile"]
        self.assertEqual(len(groups), 11)
        for r, f, m in product(range(1, 6), repeat=3):
            scores = {"r_score": r, "f_score": f, "m_score": m, "purchase_count": 1}
            customer = profile.new(scores)
            found = [
                group["name"]
                for group in groups
                if customer.filtered_domain(parse_domain(group["domain"]))
            ]
            self.assertEqual(len(found), 1, (r, f, m, found))

    @users("portfolio_manager")
    def test_counts_are_what_the_night_does(self):
        """What the wizard shows is what the segmentation makes of it."""
        for portfolio in PORTFOLIOS:
            with self.subTest(portfolio):
                wizard = self.wizard(portfolio=portfolio)
                shown = {
                    row["name"]: row["customers"] for row in wizard.preview["rows"]
                }
                self.assertFalse(self.segments().filtered(lambda s: s.name == "Xyz"))
                self.assertEqual(wizard.preview["nowhere"], 0)
                self.assertEqual(sum(shown.values()), len(self.profiles()))
                wizard.action_create_portfolio()
                self.score()
                made = {s.name: s.customer_count for s in self.segments()}
                self.assertEqual(made, shown)
                self.assertFalse(self.profiles().filtered(lambda p: not p.segment_id))

    @users("portfolio_manager")
    def test_portfolio_can_be_undone(self):
        """Undo archives what was made and brings back what it replaced."""
        self.make_segment("Mine", [])
        mine = self.segments()
        self.wizard(portfolio="rfm").action_create_portfolio()
        rfm = self.segments()
        self.assertNotIn(mine, rfm)
        self.wizard(portfolio="chance_value").action_create_portfolio()
        rfm.action_restore_previous()
        self.assertEqual(self.segments(), rfm)
        rfm.action_restore_previous()
        self.assertEqual(self.segments(), mine)
        with self.assertRaises(UserError):
            mine.action_restore_previous()

    @users("portfolio_manager")
    def test_present_segments_can_be_kept_above(self):
        """Kept segments come first; the new ones get whom they do not take."""
        mine = self.make_segment("Often", [("purchase_count", ">=", 5)], 50)
        with Form(self.env["crm.portfolio.wizard"]) as form:
            form.portfolio = "rfm"
            form.mode = "below"
            rows = form.preview["rows"]
        self.assertTrue(rows[0]["kept"])
        form.record.action_create_portfolio()
        self.score()
        self.assertEqual(self.segments()[0], mine)
        self.assertEqual(mine.customer_count, rows[0]["customers"])
        self.assertEqual(
            [s.customer_count for s in self.segments()], [r["customers"] for r in rows]
        )

    @users("portfolio_manager")
    def test_segments_get_a_run_and_a_strategy(self):
        """The segmentation is on its way, and each segment has a strategy."""
        self.wizard(portfolio="rfm").action_create_portfolio()
        run = self.env["crm.scoring.run"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        self.assertEqual((run.kind, run.state), ("segmentation", "waiting"))
        not_yet = self.segments()[-1]
        self.assertEqual(not_yet.strategy, "start")

    @users("portfolio_manager")
    def test_names_in_every_language(self):
        """The segments are named in the language of whoever looks."""
        self.env["res.lang"].sudo()._activate_lang("fr_FR")
        self.wizard(portfolio="rfm").action_create_portfolio()
        first = self.segments()[0]
        self.assertTrue(first.with_context(lang="fr_FR").name)

    @users("portfolio_manager")
    def test_company_without_customers(self):
        """Before the first customer a portfolio can be made all the same."""
        company = self.env["res.company"].sudo().create({"name": "New"})
        self.env.user.sudo().company_ids |= company
        wizards = self.env["crm.portfolio.wizard"].with_context(
            allowed_company_ids=company.ids
        )
        wizard = wizards.create({"portfolio": "value_lifecycle"})
        self.assertEqual(wizard.preview["total"]["customers"], 0)
        wizard.action_create_portfolio()
        self.assertEqual(
            self.env["crm.segment"]
            .sudo()
            .search_count([("company_id", "=", company.id)]),
            12,
        )

    def test_only_managers_make_portfolios(self):
        """A salesperson makes no portfolio, nor sees one of another company."""
        seller = self.env["res.users"].search([("login", "=", "portfolio_seller")])
        with self.assertRaises(AccessError):
            self.env["crm.portfolio.wizard"].with_user(seller).create({})
        manager = self.env["res.users"].search([("login", "=", "portfolio_manager")])
        other = self.env["res.company"].create({"name": "Other"})
        wizards = self.env["crm.portfolio.wizard"].with_user(manager)
        self.assertFalse(wizards.create({"company_id": other.id}).preview)
