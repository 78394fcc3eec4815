from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ...models.customer.scope import Scope
from ..common import ValueChainCommon

SELLER = "sales_team.group_sale_salesman"
SELLER_ALL = "sales_team.group_sale_salesman_all_leads"
SALES_MANAGER = "sales_team.group_sale_manager"


class HistoryCase(ValueChainCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.frequent = cls.make_segment("Frequent", [("purchase_count", ">=", 3)], 10)
        cls.once = cls.make_segment("Once", [("purchase_count", "=", 1)], 20)
        cls.others = cls.make_segment("Others", [], 30)

    @classmethod
    def make_segment(cls, name, rule, sequence):
        return cls.env["crm.segment"].create(
            {
                "name": name,
                "domain": str(rule),
                "sequence": sequence,
                "company_id": cls.company.id,
            }
        )

    @classmethod
    def night(cls, day):
        """Score and place everybody as of a day, and do what follows."""
        scope = Scope(cls.company.id, day)
        profiles = cls.env["crm.customer.profile"].with_context(active_test=False)
        profiles._refresh(scope, renew=True)
        profiles._prepare_classification(scope)
        profiles._classify(scope)
        profiles._conclude_classification(scope)
        cls.env.invalidate_all()

    @classmethod
    def day(cls, days_ago):
        return cls.today - timedelta(days=days_ago)


@tagged("post_install", "-at_install")
class TestMigration(HistoryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.make_user("vc_migration_manager", SALES_MANAGER)
        cls.seller = cls.make_user("vc_migration_seller", SELLER)
        cls.a, cls.b, cls.c = map(cls.make_customer, "ABC")
        cls.c.user_id = cls.manager
        for customer in (cls.a, cls.b):
            cls.buy(customer, days_ago=100)
        for days_ago in (99, 98, 95):
            cls.buy(cls.c, days_ago=days_ago)
        cls.night(cls.day(90))
        cls.buy(cls.a, days_ago=80)  # others
        cls.night(cls.day(70))
        cls.buy(cls.a, days_ago=60)  # frequent
        cls.night(cls.day(50))
        cls.newcomer = cls.make_customer("Newcomer")
        cls.buy(cls.newcomer, days_ago=30)
        cls.night(cls.today)

    def matrix(self, start, end, user=None):
        profiles = self.env["crm.customer.profile"].with_user(user or self.manager)
        found = profiles.get_migration_matrix(
            "segment", str(self.day(start)), str(self.day(end))
        )
        names = {each["id"]: each["name"] for each in found["classes"]}
        ours = (self.a | self.b | self.c | self.newcomer).ids
        cells = {}
        for cell in found["cells"]:
            domain = [
                ("migration", "=", cell["migration"]),
                ("partner_id", "in", ours),
            ]
            customers = profiles.search(domain).partner_id
            if customers:
                cells[names[cell["from"]], names[cell["to"]]] = customers
            everybody = profiles.search_count(domain[:1])
            self.assertEqual(everybody, cell["customers"])
        return cells

    def test_matrix_equals_the_movements(self):
        """Where customers stood on two days is what the movements between say."""
        self.assertEqual(
            self.matrix(90, 0),
            {
                ("Once", "Frequent"): self.a,
                ("Once", "Once"): self.b,
                ("Frequent", "Frequent"): self.c,
                ("None", "Once"): self.newcomer,
            },
        )
        self.assertEqual(self.matrix(70, 50)["Others", "Frequent"], self.a)
        self.assertEqual(self.matrix(90, 70)["Once", "Others"], self.a)
        self.assertEqual(self.matrix(40, 40)["Frequent", "Frequent"], self.a | self.c)

    def test_there_and_back_is_no_migration(self):
        """Only the two days count, not what happened between."""
        back = self.env["crm.customer.movement"].search(
            [("partner_id", "=", self.a.id), ("dimension", "=", "segment")]
        )
        self.assertEqual(len(back), 3)
        self.assertEqual(self.matrix(50, 0)["Frequent", "Frequent"], self.a | self.c)

    def test_own_documents(self):
        """Who sees own customers only gets the migration of these."""
        self.assertNotIn(("Frequent", "Frequent"), self.matrix(90, 0, self.seller))

    def test_bad_days(self):
        """Days that are none, or in the wrong order, get a clear message."""
        profiles = self.env["crm.customer.profile"].with_user(self.manager)
        for days in (("x", "2026-01-01"), ("2026-02-01", "2026-01-01"), ("", "")):
            with self.subTest(days=days), self.assertRaises(UserError):
                profiles.get_migration_matrix("segment", *days)
        with self.assertRaises(UserError):
            profiles.get_migration_matrix("nothing", "2026-01-01", "2026-02-01")
        with self.assertRaises(UserError):
            profiles.search([("migration", "=", "segment,1,2')--,3,4")])


@tagged("post_install", "-at_install")
class TestPortfolioMap(HistoryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.make_user("vc_map_manager", SALES_MANAGER)
        cls.seller = cls.make_user("vc_map_seller", SELLER)
        cls.kept, cls.lost = map(cls.make_customer, ("Kept", "Lost"))
        (cls.kept | cls.lost).user_id = cls.manager
        for customer in (cls.kept, cls.lost):
            for days_ago in (500, 450, 400):
                cls.buy(customer, days_ago=days_ago, amount=100)
        cls.buy(cls.kept, days_ago=20, amount=70)
        cls.night(cls.today)

    def map(self, user):
        profiles = self.env["crm.customer.profile"].with_user(user)
        found = profiles.get_portfolio_map("segment")
        return {each["name"]: each for each in found["classes"]}

    def test_figures(self):
        """Customers, value and retention of a segment agree with a count by hand."""
        frequent = self.map(self.manager)["Frequent"]
        self.assertEqual(frequent["customers"], 2)
        self.assertEqual(frequent["yearly_amount"], 70)
        self.assertEqual(frequent["retention"], 0.5)
        self.assertIsNone(frequent["chance"])  # no model yet
        for customer, chance in ((self.kept, 0.6), (self.lost, 0.2)):
            scores = {"purchase_probability": chance, "clv": 100 * chance}
            self.profile(customer).write(scores)
        self.env.flush_all()
        frequent = self.map(self.manager)["Frequent"]
        self.assertAlmostEqual(frequent["chance"], 0.4)
        self.assertAlmostEqual(frequent["clv"], 80)

    def test_rights(self):
        """Profit is for those who may see it, and own customers for their sellers."""
        self.assertNotIn("profit", self.map(self.manager)["Frequent"])
        self.manager.group_ids |= self.env.ref("crm_value_chain.group_profitability")
        self.assertIn("profit", self.map(self.manager)["Frequent"])
        self.assertNotIn("Frequent", self.map(self.seller))


@tagged("post_install", "-at_install")
class TestSnapshot(HistoryCase):
    def snapshots(self, segment):
        return self.env["crm.portfolio.snapshot"].search(
            [("segment_id", "=", segment.id)], order="month"
        )

    def test_one_row_a_month(self):
        """The last night of a month stays; it is never a row for each customer."""
        days = [
            fields.Date.to_date(f"2024-{day}") for day in ("03-05", "03-31", "04-02")
        ]
        before = self.env["crm.portfolio.snapshot"].search_count([])
        customer = self.make_customer("Monthly")
        self.buy(customer, days_ago=(self.today - days[0]).days + 5, amount=40)
        for day in days:
            self.night(day)
        found = self.snapshots(self.once)
        self.assertEqual(found.mapped("date"), days[1:])
        self.assertEqual(found.mapped("customer_count"), [1, 1])
        self.assertEqual(found[0].yearly_amount, 40)
        rows = self.env["crm.portfolio.snapshot"].search_count([]) - before
        self.assertLess(rows, 2 * 30)
        self.night(days[1] - timedelta(days=1))
        self.assertEqual(self.snapshots(self.once)[0].date, days[1])

    def test_totals_are_all_customers(self):
        """The classes of a classification hold all customers together."""
        for name in ("One", "Two"):
            self.buy(self.make_customer(name), days_ago=9)
        self.night(self.today)
        everybody = self.Profile.search_count([("company_id", "=", self.company.id)])
        rows = self.env["crm.portfolio.snapshot"]._read_group(
            [("company_id", "=", self.company.id), ("date", "=", self.today)],
            ["dimension"],
            ["customer_count:sum"],
        )
        self.assertEqual({count for _dimension, count in rows}, {everybody})
        self.assertIn("segment", dict(rows))

    def test_rights(self):
        """Snapshots are for managers; profit only for those who may see it."""
        seller = self.make_user("vc_snapshot_seller", SELLER_ALL)
        manager = self.make_user("vc_snapshot_manager", SALES_MANAGER)
        snapshots = self.env["crm.portfolio.snapshot"]
        with self.assertRaises(AccessError):
            snapshots.with_user(seller).search_count([])
        snapshots.with_user(manager).search_count([])
        for name in ("profit", "margin", "service_cost"):
            with self.subTest(name=name), self.assertRaises(AccessError):
                snapshots.with_user(manager)._read_group([], [], [f"{name}:sum"])


@tagged("post_install", "-at_install")
class TestGoal(HistoryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.make_user("vc_goal_manager", SALES_MANAGER)
        cls.start = cls.day(92)
        cls.buy(cls.make_customer("First"), days_ago=100)
        cls.night(cls.start)

    def make_goal(self, **values):
        return (
            self.env["crm.segment.goal"]
            .with_user(self.manager)
            .create(
                {
                    "segment_id": self.once.id,
                    "metric": "customer_count",
                    "start_date": self.start,
                    "date_deadline": self.today,
                    "target_value": 4,
                    **values,
                }
            )
        )

    def newcomer(self, days_ago):
        self.buy(self.make_customer(f"Newcomer {days_ago}"), days_ago=days_ago)

    def test_three_months(self):
        """A goal turns red when it falls behind, green again, and is reached."""
        goal = self.make_goal()
        self.assertEqual((goal.start_value, goal.state), (1, "new"))
        self.newcomer(75)
        self.night(self.day(62))
        self.assertEqual((goal.state, goal.value), ("on_track", 2))
        self.assertFalse(goal.activity_ids)
        self.night(self.day(40))
        self.assertEqual(goal.state, "off_track")
        activity = goal.activity_ids
        self.assertEqual(activity.user_id, self.manager)
        self.assertIn("Once", activity.summary)
        self.night(self.day(39))
        self.assertEqual(goal.activity_ids, activity)
        self.newcomer(35)
        self.night(self.day(31))
        self.assertEqual(goal.state, "on_track")
        self.assertFalse(goal.activity_ids)
        self.newcomer(10)
        self.night(self.day(5))
        self.assertEqual((goal.state, goal.progress), ("reached", 1))
        self.night(self.today)
        self.assertEqual(goal.state, "reached")

    def test_missed(self):
        """On its last day a goal that is not reached is missed, and stays so."""
        goal = self.make_goal(date_deadline=self.day(50))
        self.night(self.day(50))
        self.assertEqual(goal.state, "missed")
        self.assertTrue(goal.activity_ids)
        for days_ago in (40, 41, 42):
            self.newcomer(days_ago)
        self.night(self.day(30))
        self.assertEqual(goal.state, "missed")

    def test_metrics(self):
        """Each metric is what the snapshot of the segment says."""
        expected = {
            "yearly_amount": sum(
                self.Profile.search([("segment_id", "=", self.once.id)]).mapped(
                    "yearly_amount"
                )
            ),
            "climbed": 0,
        }
        for metric, value in expected.items():
            with self.subTest(metric=metric):
                goal = self.make_goal(metric=metric, target_value=1)
                self.assertEqual(goal.start_value, value)

    def test_segment_that_empties(self):
        """A goal to have nobody left in a segment is reached when nobody is."""
        goal = self.make_goal(target_value=0)
        customer = self.Profile.search([("segment_id", "=", self.once.id)]).partner_id
        for days_ago in (70, 69):
            self.buy(customer, days_ago=days_ago)
        self.night(self.day(60))
        self.assertEqual((goal.value, goal.state), (0, "reached"))

    def test_unknown_rate(self):
        """What cannot be known yet is neither 0% nor off track."""
        for metric in ("share_of_wallet", "retention_rate"):
            goal = self.make_goal(metric=metric, target_value=0.5)
            self.night(self.day(10))
            self.assertEqual((goal.state, goal.value_date), ("new", False))
            self.assertFalse(goal.activity_ids)

    def test_called_beside_own_plans(self):
        """What people planned themselves does not keep the owner from being called."""
        goal = self.make_goal(date_deadline=self.day(50))
        goal.activity_schedule("mail.mail_activity_data_todo", automated=False)
        self.night(self.day(50))
        self.assertIn("Goal missed: Once", goal.activity_ids.mapped("summary"))

    def test_bad_goals(self):
        """Rates beyond 100%, negative targets and crossed days are refused."""
        for values in (
            {"metric": "retention_rate", "target_value": 80},
            {"target_value": -3},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.make_goal(**values)

    def test_profit_is_confidential(self):
        """A goal on profit is seen by those who may see profit."""
        goal = self.make_goal(metric="customer_count")
        goal.sudo().metric = "profit"
        seller = self.make_user("vc_goal_seller", SELLER_ALL)
        goals = self.env["crm.segment.goal"]
        self.assertNotIn(goal, goals.with_user(seller).search([]))
        self.assertNotIn(goal, goals.with_user(self.manager).search([]))
        self.manager.group_ids |= self.env.ref("crm_value_chain.group_profitability")
        self.assertIn(goal, goals.with_user(self.manager).search([]))

    def test_profit_is_not_told_by_a_goal_in_the_making(self):
        """The start of a goal on profit is proposed to those who may see profit."""
        self.env["crm.portfolio.snapshot"].search(
            [("segment_id", "=", self.once.id)]
        ).write({"profit": 77, "unknown_profit_count": 0})
        self.assertFalse(self.proposed_start("profit"))
        goal = self.make_goal()
        with self.assertRaises(AccessError):
            goal.metric = "profit"
        self.manager.group_ids |= self.env.ref("crm_value_chain.group_profitability")
        self.assertEqual(self.proposed_start("profit"), 77)

    def test_goal_without_a_segment_yet(self):
        """The form of a new goal opens before a segment is chosen."""
        goals = self.env["crm.segment.goal"].with_user(self.manager)
        fields_spec = {"summary": {}, "display_name": {}, "history": {}}
        self.assertIn("summary", goals.onchange({}, [], fields_spec)["value"])

    def proposed_start(self, metric):
        goals = self.env["crm.segment.goal"].with_user(self.manager)
        goals = goals.with_context(
            default_segment_id=self.once.id, default_metric=metric
        )
        return goals.onchange({}, [], {"start_value": {}})["value"]["start_value"]
