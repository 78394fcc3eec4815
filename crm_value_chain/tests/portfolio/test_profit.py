from odoo.exceptions import AccessError
from odoo.tests import tagged

from .cost_case import CostCase

MANAGER = "sales_team.group_sale_manager,base.group_allow_export"
CONFIDENTIAL = ("margin", "service_cost", "profit")


@tagged("post_install", "-at_install")
class TestProfit(CostCase):
    """Profit is the margin less the cost to serve, and known only with the margin."""

    def test_by_hand(self):
        """Returns, euros and timesheets: (40 - 10 + 30/0.8) - (12.50 + 3 - 1)."""
        self.buy(self.customer, days_ago=60, amount=100, margin=40)
        self.buy(self.buyer, days_ago=50, amount=-25, margin=-10)
        self.buy(
            self.customer,
            days_ago=40,
            amount=80,
            margin=30,
            currency_id=self.euro.id,
        )
        self.work(12.5, self.account, days_ago=55)
        self.work(3, partner_id=self.buyer.id)
        self.work(-1, self.account)
        self.score()
        self.assertEqual(self.stored("margin"), 67.5)
        self.assertEqual(self.stored("service_cost"), 14.5)
        self.assertEqual(self.stored("profit"), 53)

    def test_without_cost(self):
        """Who costs nothing to serve earns the margin."""
        self.buy(self.customer, margin=40)
        self.score()
        self.assertEqual(self.stored("profit"), 40)
        self.assertIsNone(self.stored("service_cost"))

    def test_loss(self):
        """Who costs more than the margin is a loss."""
        self.buy(self.customer, margin=40)
        self.work(100, self.account)
        self.score()
        self.assertEqual(self.stored("profit"), -60)

    def test_margin_not_known(self):
        """Without a margin of what was bought there is no profit to tell."""
        self.buy(self.customer)
        self.work(100, self.account)
        self.score()
        self.assertIsNone(self.stored("profit"))

    def test_margin_of_a_part(self):
        """The whole cost to serve is not taken off the margin of half the sales."""
        self.buy(self.customer, days_ago=9, amount=100, margin=40)
        self.buy(self.customer, days_ago=5, amount=100)
        self.work(60, self.account)
        self.score()
        self.assertEqual(self.stored("margin"), 40)
        self.assertEqual(self.stored("costed_share"), 0.5)
        self.assertIsNone(self.stored("profit"))
        self.profile(self.customer).estimated_yearly_need = 900  # scored at once
        self.assertIsNone(self.stored("profit"))

    def test_margin_of_nearly_all(self):
        """Nine tenths of the amount are enough, and returns are a part of it."""
        self.buy(self.customer, days_ago=9, amount=80, margin=30)
        self.buy(self.customer, days_ago=7, amount=-10, margin=-4)
        self.buy(self.customer, days_ago=5, amount=10)
        self.work(6, self.account)
        self.score()
        self.assertEqual(self.stored("profit"), 20)
        self.assertEqual(self.stored("costed_share"), 0.9)
        self.buy(self.customer, days_ago=3, amount=1)
        self.score()
        self.assertIsNone(self.stored("profit"))

    def test_margin_of_a_return_not_known(self):
        """What came back at an unknown cost may have taken all of the margin."""
        self.buy(self.customer, days_ago=9, amount=100, margin=40)
        self.buy(self.customer, days_ago=5, amount=-100)
        self.score()
        self.assertIsNone(self.stored("profit"))

    def test_gift(self):
        """Who got something for nothing costs that."""
        self.buy(self.customer, amount=0, margin=-60)
        self.score()
        self.assertEqual(self.stored("profit"), -60)
        self.assertIsNone(self.stored("costed_share"))

    def test_segment_says_what_is_missing(self):
        """A segment's profit leaves out whom it is not known of, and says so."""
        segment = self.env["crm.segment"].create(
            {"name": "All", "company_id": self.company.id}
        )
        other = self.make_customer("Other")
        self.buy(self.customer, days_ago=9, amount=100, margin=40)
        self.buy(self.customer, days_ago=5, amount=100)
        self.buy(other, amount=100, margin=25)
        self.work(60, self.account)
        self.score()
        self.assertEqual(segment.profit, 25)
        self.assertIn("Of 1 of 2 buyers", segment.profit_gap)
        self.assertIn("90%", segment.profit_gap)

    def test_nothing_bought(self):
        """Who bought nothing costs what it costs; who does not even cost: unknown."""
        self.score()
        self.assertIsNone(self.stored("profit"))
        self.work(100, self.account)
        self.score()
        self.assertEqual(self.stored("profit"), -100)
        self.assertIsNone(self.stored("margin"))

    def test_each_company_by_itself(self):
        """Profit is that of a company, in its currency."""
        company = self.env["res.company"].create(
            {"name": "Ladder Europe", "currency_id": self.euro.id}
        )
        self.env.user.company_ids |= company
        self.buy(self.customer, margin=40)
        self.buy(self.customer, company=company, margin=30, currency_id=self.euro.id)
        account = self.make_account(self.customer, company_id=False)
        self.work(1, account)
        self.work(2, account, company_id=company.id)
        self.score()
        self.score(company=company)
        profiles = self.profile(self.customer) | self.profile(self.customer, company)
        self.assertEqual(profiles.mapped("profit"), [39, 28])
        self.assertEqual(profiles.currency_id, self.company.currency_id | self.euro)

    def test_by_the_queue(self):
        """A cost that is booked reaches profit and rules by the queue."""
        self.buy(self.customer, margin=40)
        self.run_cron()
        self.work(15, self.account)
        self.run_cron()
        self.assertEqual(self.stored("profit"), 25)


@tagged("post_install", "-at_install")
class TestProfitRights(CostCase):
    """Without the group nobody gets at margin, cost or profit in any way."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.make_user("profit_manager", MANAGER)
        cls.controller = cls.make_user(
            "profit_controller", f"{MANAGER},crm_value_chain.group_profitability"
        )
        cls.buy(cls.customer, days_ago=2, margin=4321.5)
        cls.work(1234.25, cls.account)
        cls.stages["repeat"].domain = (
            "[('purchase_count', '>', 0), ('service_cost', '>', 1),"
            " ('profit', '>', 1), ('margin', '>', 1)]"
        )
        cls.score()
        lead = cls.env["crm.lead"].create(
            {"name": "Lead", "partner_id": cls.customer.id}
        )
        cls.records = cls.profile(cls.customer), cls.customer, lead

    def ways(self, record, name):
        """Ways to get at a field, of what a client may call."""
        domain = [("id", "=", record.id)]
        return {
            "read": lambda: record.read([name]),
            "search": lambda: record.search([*domain, (name, ">", 0)]),
            "sort": lambda: record.search(domain, order=name),
            "group": lambda: record.formatted_read_group(domain, [name]),
            "sum": lambda: record.formatted_read_group(domain, [], [f"{name}:sum"]),
            "export": lambda: record.export_data([name]),
        }

    def test_no_way(self):
        """Reading, searching, sorting, grouping, summing and exporting are refused."""
        for record in self.records:
            for name in CONFIDENTIAL:
                mine = record.with_user(self.manager)
                self.assertNotIn(name, mine.fields_get())
                self.assertNotIn("costed_share", mine.fields_get())
                for way, use in self.ways(mine, name).items():
                    with (
                        self.subTest(model=record._name, field=name, way=way),
                        self.assertRaises(AccessError),
                    ):
                        self.env.invalidate_all()
                        use()

    def test_explanations_keep_the_figures(self):
        """A rule on these figures explains itself without telling them."""
        figures = ("4321", "4,321", "1234", "1,234", "3087", "3,087")
        for record in self.records:
            told = str(record.with_user(self.manager).get_ladder_explanation())
            for figure in figures:
                with self.subTest(model=record._name, figure=figure):
                    self.assertNotIn(figure, told)
        profile = self.profile(self.customer)
        self.assertEqual(profile.ladder_stage_id, self.stages["repeat"])
        told = str(profile.with_user(self.controller).get_ladder_explanation())
        for figure in figures[1::2]:
            self.assertIn(figure, told)
        moved = profile.movement_ids.with_user(self.manager)
        told = str(moved.read(["why"]))
        for figure in figures:
            self.assertNotIn(figure, told)

    def test_with_the_group(self):
        """With the group the figures are there wherever the customer is shown."""
        for record in self.records:
            [values] = record.with_user(self.controller).read(CONFIDENTIAL)
            self.assertEqual(
                [values[name] for name in CONFIDENTIAL], [4321.5, 1234.25, 3087.25]
            )
