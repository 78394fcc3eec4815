from odoo.tests import tagged

from .cost_case import CostCase


@tagged("post_install", "-at_install")
class TestTimesheet(CostCase):
    """Timesheets of Odoo's own app, where it is installed (as `./dev test` does)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lines = cls.env["account.analytic.line"]
        if "employee_id" not in cls.lines._fields:
            cls.skipTest(cls, "Timesheets are not installed")
        cls.employee = cls.env["hr.employee"].create(
            {"name": "Mender", "hourly_cost": 30, "company_id": cls.company.id}
        )
        cls.project = cls.env["project.project"].create(
            {
                "name": "Mending",
                "company_id": cls.company.id,
                "partner_id": cls.customer.id,
                "allow_timesheets": True,
            }
        )

    def spend(self, hours, project=None, **values):
        """A timesheet, costing what the employee's hours cost."""
        return self.lines.create(
            {
                "name": "Mended",
                "project_id": (project or self.project).id,
                "employee_id": self.employee.id,
                "unit_amount": hours,
                "date": self.today,
                **values,
            }
        )

    def test_by_hand(self):
        """Returns, euros, hours: (40 - 10 + 30/0.8) - 30 * (1.5 + 0.5) = 7.50."""
        self.buy(self.customer, days_ago=60, amount=100, margin=40)
        self.buy(self.buyer, days_ago=50, amount=-25, margin=-10)
        euros = {"currency_id": self.euro.id}
        self.buy(self.customer, days_ago=40, amount=80, margin=30, **euros)
        self.spend(1.5)
        self.spend(0.5)
        self.score()
        self.assertEqual(self.stored("margin"), 67.5)
        self.assertEqual(self.stored("service_cost"), 60)
        self.assertEqual(self.stored("profit"), 7.5)

    def test_task_of_another_customer(self):
        """The hours of a task cost the customer of the task, not of its project."""
        other = self.make_customer("Other")
        self.make_profile(other)
        task = self.env["project.task"].create(
            {
                "name": "For somebody else",
                "project_id": self.project.id,
                "partner_id": other.id,
            }
        )
        self.spend(2, task_id=task.id)
        self.score()
        self.assertIsNone(self.stored("service_cost"))
        self.assertEqual(self.stored("service_cost", other), 60)

    def test_internal_hours(self):
        """Hours on a project of nobody cost no customer anything."""
        internal = self.env["project.project"].create(
            {"name": "Internal", "company_id": self.company.id}
        )
        self.spend(8, internal)
        self.score()
        self.assertIsNone(self.stored("service_cost"))
