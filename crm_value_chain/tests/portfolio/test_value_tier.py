from odoo.exceptions import AccessError, ValidationError
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


@tagged("post_install", "-at_install")
class TestValueTierOfMargin(PortfolioCase):
    """Where margin decides, its limits are for those who may read margins."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        manager = "sales_team.group_sale_manager,base.group_allow_export"
        cls.manager = cls.make_user("tier_manager", manager)
        cls.controller = cls.make_user(
            "tier_controller", f"{manager},crm_value_chain.group_profitability"
        )
        cls.company.value_tier_basis = "margin"
        cls.margins = {}
        for margin in (8123.5, 4321.5, 99.25, 9.25):
            partner = cls.make_customer(f"Earns {margin}")
            cls.buy(partner, days_ago=9, amount=20000, margin=margin)
            cls.margins[partner] = margin
        cls.score()
        cls.env["crm.value.tier"]._renew(cls.company)
        cls.score()
        cls.tiers = cls.env["crm.value.tier"].search(
            [("company_id", "=", cls.company.id)]
        )

    def assert_secret(self, told):
        for figure in ("4321", "4,321"):
            self.assertNotIn(figure, str(told))

    def test_the_night_places_by_margin(self):
        """The limits are applied, and who stands where is open to everybody."""
        for partner, margin in self.margins.items():
            tier = self.profile(partner).with_user(self.manager).value_tier_id
            self.assertEqual(tier.name, "A" if margin > 4000 else "C")

    def test_limit_is_read_with_the_right_only(self):
        """The limit is empty for who may not read margins, in reads and exports."""
        mine = self.tiers.with_user(self.manager)
        self.assert_secret(mine.read())
        self.assert_secret(mine.web_read({"limit": {}, "display_name": {}}))
        self.assert_secret(mine.export_data(["name", "limit"])["datas"])
        self.assertEqual(mine.mapped("limit"), [0, 0, 0])
        theirs = self.tiers.with_user(self.controller)
        self.assertEqual(theirs.mapped("limit"), [4321.5, 4321.5, 0])

    def test_rule_is_nobodys_to_read_or_write(self):
        """The rule holds the limit: no client gets at it in any way."""
        for user in (self.manager, self.controller):
            tier = self.tiers[0].with_user(user)
            self.assertNotIn("domain", tier.fields_get())
            for name, use in {
                "read": lambda t=tier: t.read(["domain"]),
                "export": lambda t=tier: t.export_data(["domain"]),
                "search": lambda t=tier: t.search([("domain", "like", "4")]),
                "filter": lambda t=tier: t.filtered_domain([("domain", "like", "4")]),
                "order": lambda t=tier: t.search([], order="domain"),
                "group": lambda t=tier: t.formatted_read_group([], ["domain"]),
                "write": lambda t=tier: t.write({"domain": "[]"}),
            }.items():
                with self.subTest(name), self.assertRaises(AccessError):
                    self.env.invalidate_all()
                    use()

    def test_rule_is_not_read_through_the_customer(self):
        """Nor does a filter on customers, leads or orders feel its way to it."""
        for model, path in (
            ("crm.customer.profile", "value_tier_id.domain"),
            ("crm.customer.movement", "value_tier_to_id.domain"),
            ("res.partner", "value_tier_id.domain"),
            ("res.partner", "customer_profile_id.value_tier_id.domain"),
            ("crm.lead", "value_tier_id.domain"),
            ("sale.order", "customer_value_tier_id.domain"),
        ):
            records = self.env[model].with_user(self.manager)
            with self.subTest(model), self.assertRaises(AccessError):
                records.search([(path, "like", "4321")])

    def test_explanation_keeps_the_limit(self):
        """Why a customer stands in a tier is told without the limit."""
        partner = next(iter(self.margins))
        profile = self.profile(partner)
        self.env.invalidate_all()
        told = profile.with_user(self.manager).classification_explanation
        self.assert_secret(told)
        self.assertIn("Margin", str(told))
        told = profile.with_user(self.controller).classification_explanation
        self.assertIn("4,321.5", str(told))

    def test_shares_are_tried_and_set_with_the_right_only(self):
        """No preview and no cut feels its way to a margin."""
        mine = self.tiers[0].with_user(self.manager)
        form = Form(mine)
        for share in (0.8, 0.5):
            form.share = share
            self.assertFalse(form.preview["rules"])
            self.assertIn("“Margin”", form.preview["warning"])
            self.assert_secret(form.preview)
        mine.name = "Best"
        for use in (
            lambda: mine.write({"share": 0.5}),
            lambda: mine.write({"active": False}),
            lambda: mine.create({"name": "D", "share": 0.5, "sequence": 1}),
        ):
            with self.assertRaises(AccessError):
                use()
        with Form(self.tiers[0].with_user(self.controller)) as form:
            form.share = 0.5
            self.assertIn("8,123.5", form.preview["rules"][0]["note"])
        self.assertEqual(self.tiers[0].limit, 8123.5)

    def test_archived_tier_keeps_its_secret(self):
        """A tier that is no longer used still has a limit of then."""
        self.tiers[1].active = False
        self.company.value_tier_basis = "yearly_amount"
        mine = self.tiers.with_user(self.manager)
        self.assertEqual(mine.mapped("limit"), [20000, 0, 0])
        mine[0].share = 0.5
        self.assertTrue(self.rows(mine[0].preview)["A"]["note"])
