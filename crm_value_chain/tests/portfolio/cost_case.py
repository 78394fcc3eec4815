from datetime import timedelta

from odoo.tools import SQL

from ..customer.trade_case import TradeCase


class CostCase(TradeCase):
    """A company that books what it does for its customers on analytic accounts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        plans = cls.env["account.analytic.plan"]
        cls.projects = next(plans._get_all_plans())
        cls.departments = plans.create({"name": "Departments"})
        cls.account = cls.make_account(cls.customer)
        cls.internal = cls.make_account()
        cls.make_profile(cls.customer)

    @classmethod
    def make_account(cls, partner=None, plan=None, **values):
        """An analytic account, of a customer or of none."""
        return cls.env["account.analytic.account"].create(
            {
                "name": "Account",
                "plan_id": (plan or cls.projects).id,
                "partner_id": partner and partner.id,
                "company_id": cls.company.id,
                **values,
            }
        )

    @classmethod
    def make_profile(cls, partner):
        """Make somebody a customer who has bought nothing."""
        cls.env["crm.lead"].create(
            {"name": "Lead", "partner_id": partner.id, "company_id": cls.company.id}
        )

    @classmethod
    def work(cls, cost, account=None, days_ago=1, **values):
        """An analytic line that somebody enters, as of a timesheet; costs are positive.

        :param account: analytic accounts, of different plans
        """
        account = cls.internal if account is None else account
        columns = {each.plan_id._column_name(): each.id for each in account}
        return cls.env["account.analytic.line"].create(
            {
                "name": "Work",
                "amount": -cost,
                "date": cls.today - timedelta(days=days_ago),
                "company_id": cls.company.id,
                **columns,
                **values,
            }
        )

    @classmethod
    def bill(cls, vendor, distribution, amount=100.0, **values):
        """A posted vendor bill whose amount is booked on analytic accounts."""
        move = cls.invoice(vendor, amount=amount, post=False, move_type="in_invoice")
        move.invoice_line_ids.write({"analytic_distribution": distribution, **values})
        move.action_post()
        return move

    @classmethod
    def stored(cls, name="service_cost", partner=None):
        """A figure of a customer as it is in the database; None: not known."""
        cls.env.flush_all()
        [(value,)] = cls.env.execute_query(
            SQL(
                "SELECT %s::float8 FROM crm_customer_profile WHERE id = %s",
                SQL.identifier(name),
                cls.profile(partner or cls.customer).id,
            )
        )
        return value

    def cost(self, partner=None):
        """The cost to serve a customer, measured now."""
        self.score()
        return self.stored("service_cost", partner)
