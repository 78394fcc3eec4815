from datetime import timedelta
from unittest import SkipTest

from odoo import Command, fields
from odoo.tests import HttpCase, TransactionCase, new_test_user

from ..models.customer.scope import Scope
from ..models.scoring.crm_scoring_schedule import CRONS


class ValueChainCommon(TransactionCase):
    """A company of its own, users of each kind, and short ways to sell and score."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.company = cls.env["res.company"].create(
            {"name": "Ladder & Sons", "currency_id": cls.env.ref("base.USD").id}
        )
        cls.env.user.company_ids |= cls.company
        cls.env.user.tz = "UTC"  # or it is tomorrow already while the tests say today
        cls.env = cls.env(
            context=dict(cls.env.context, allowed_company_ids=cls.company.ids)
        )
        cls.product = cls.env["product.product"].create(
            {"name": "Rung", "list_price": 100, "taxes_id": False}
        )
        cls.stages = {
            name: cls.env.ref(f"crm_value_chain.ladder_stage_{name}")
            for name in (
                "suspect",
                "prospect",
                "first_time",
                "repeat",
                "majority",
                "loyal",
                "advocate",
            )
        }
        cls.today = fields.Date.today()
        cls.Profile = cls.env["crm.customer.profile"].with_context(active_test=False)

    @classmethod
    def make_user(cls, login, groups):
        """User of the company with just some groups."""
        return new_test_user(
            cls.env,
            login,
            groups=groups,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    @classmethod
    def make_customer(cls, name="Customer", **values):
        return cls.env["res.partner"].create({"name": name, **values})

    @classmethod
    def buy(cls, partner, days_ago=0, amount=100.0, company=None, **values):
        """A historical purchase (a return, if the amount is negative)."""
        return cls.env["crm.historical.purchase"].create(
            {
                "partner_id": partner.id,
                "company_id": (company or cls.company).id,
                "date": cls.today - timedelta(days=days_ago),
                "amount": amount,
                **values,
            }
        )

    @classmethod
    def order(cls, partner, days_ago=0, amount=100.0, confirm=True, **values):
        """A sales order of some days ago."""
        order = cls.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "order_line": [
                    Command.create({"product_id": cls.product.id, "price_unit": amount})
                ],
                **values,
            }
        )
        if confirm:
            order.action_confirm()
        order.date_order = fields.Datetime.now() - timedelta(days=days_ago)
        return order

    @classmethod
    def score(cls, as_of=None, company=None):
        """Measure, score and classify all customers of the company."""
        company = company or cls.company
        cls.Profile._refresh(Scope(company.id, as_of or cls.today), renew=True)

    @classmethod
    def profile(cls, partner, company=None):
        """The profile of a customer in a company."""
        return cls.Profile.search(
            [
                ("partner_id", "=", partner.commercial_partner_id.id),
                ("company_id", "=", (company or cls.company).id),
            ]
        )

    @classmethod
    def note(cls, partner, days_ago=0, **scores):
        """What a customer thought some days ago, by metric; returns the entries."""
        return cls.env["crm.customer.attitude"].create(
            [
                {
                    "profile_id": cls.profile(partner).id,
                    "date": cls.today - timedelta(days=days_ago),
                    "metric": metric,
                    "score": score,
                }
                for metric, score in scores.items()
            ]
        )

    @classmethod
    def learn(cls, partner, **facts):
        """What people know of a customer: facts, and attitudes by metric."""
        metrics = dict(cls.env["crm.customer.attitude"]._fields["metric"].selection)
        scores = {name: facts.pop(name) for name in metrics if name in facts}
        cls.profile(partner).write(facts)
        cls.note(partner, **scores)

    def run_cron(self, kind="scoring"):
        """Run a scheduled action as the scheduler does; returns what it tells."""
        cron = self.env.ref(f"crm_value_chain.{CRONS[kind]}")
        # the transaction of a test is older than the triggers made in it, so that
        # Odoo does not clear them: the action would never run as if by hand
        self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()
        with self.enter_registry_test_mode():
            return cron.method_direct_trigger()

    def queued(self):
        """Customers in the queue, with the company (None: all) each is in for."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT DISTINCT partner_id, company_id FROM crm_customer_stale"
        )
        return set(self.env.cr.fetchall())

    def empty_queue(self):
        """Forget who changed while the test was set up."""
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM crm_customer_stale")


class DemoCase(ValueChainCommon):
    """The demo company, where it is installed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not cls.env.ref("base.user_demo", raise_if_not_found=False):
            raise SkipTest("This database was made without demo data.")
        cls.main = cls.env.ref("base.main_company")
        cls.env = cls.env(
            context=dict(cls.env.context, allowed_company_ids=[cls.main.id])
        )


class RpcCase(HttpCase):
    """Calls as the web client of a user makes them."""

    @classmethod
    def password(cls, login):
        """Password that the users of such tests are given."""
        return f"{login}_password"

    def call_as(self, login, model, method, *args, **kwargs):
        """Call a method as the web client of a user does; gives result and error."""
        self.authenticate(login, self.password(login))
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        answer = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}", json={"params": params}
        ).json()
        return answer.get("result"), answer.get("error", {}).get("data", {})
