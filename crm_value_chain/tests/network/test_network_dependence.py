from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .network_case import NetworkCase


@tagged("post_install", "-at_install")
class TestNetworkDependence(NetworkCase):
    """The share of our revenue that goes through a member, by hand.

    Of 2,000 that customers bought in the last twelve months:

        Hotel   500 historical, 300 ordered, 100 returned
        Clinic  400 ordered, brought by the agent and delivered by the carrier
        Office  600 historical, 300 ordered (brought by the agent)
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.hotel = cls.make_member("Hotel", "customer")
        cls.agent = cls.make_member("Agent")
        cls.carrier = cls.make_member("Carrier", "supplier")
        cls.clinic = cls.make_customer("Clinic", user_id=cls.colleague.id)
        cls.office = cls.make_customer("Office", user_id=cls.seller.id)
        person = cls.make_customer("Person", parent_id=cls.hotel.partner_id.id)
        brought = {"network_member_id": cls.agent.id}
        delivered = {"delivery_member_ids": [Command.set(cls.carrier.ids)]}
        cls.buy(cls.hotel.partner_id, 100, 500)
        cls.buy(cls.hotel.partner_id, 50, -100)
        cls.buy(cls.hotel.partner_id, 400, 9000)  # too long ago
        cls.order(person, 30, 300)
        cls.order(cls.clinic, 20, 400, **brought, **delivered)
        cls.order(cls.clinic, 400, 7000, **brought)  # too long ago
        cls.order(cls.clinic, 5, 5000, confirm=False, **brought)
        cls.buy(cls.office, 10, 600)
        cls.order(cls.office, 10, 300, **brought)
        cls.score()

    def share(self, member, user=None):
        self.env.invalidate_all()
        members = self.as_user(user, member._name) if user else member
        return members.browse(member.id).revenue_share

    def test_what_a_member_buys(self):
        """The share stands for what it buys a year, of what all customers buy."""
        self.assertAlmostEqual(self.hotel.customer_amount, 500 + 300 - 100)
        self.assertAlmostEqual(self.share(self.hotel), 700 / 2000)
        profiles = self.Profile.search([("company_id", "=", self.company.id)])
        self.assertAlmostEqual(
            self.share(self.hotel),
            self.hotel.customer_amount / sum(profiles.mapped("yearly_amount")),
        )

    def test_what_goes_through_a_member(self):
        """Who brings or delivers what others buy has a share of it."""
        self.assertAlmostEqual(self.share(self.agent), (400 + 300) / 2000)
        self.assertAlmostEqual(self.share(self.carrier), 400 / 2000)

    def test_counted_once(self):
        """What it brings, delivers and buys itself counts once."""
        own = {
            "network_member_id": self.hotel.id,
            "delivery_member_ids": [Command.set(self.hotel.ids)],
        }
        self.order(self.hotel.partner_id, 1, 500, **own)
        self.order(self.office, 1, 500, **own)
        self.score()
        self.assertAlmostEqual(self.share(self.hotel), (700 + 500 + 500) / 3000)

    def test_whoever_looks(self):
        """All who may see all customers see one share, and the others none."""
        for user in (self.seller_all, self.manager, self.controller):
            self.assertAlmostEqual(self.share(self.agent, user), 700 / 2000)
        for user in (self.seller, self.reader):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.share(self.agent, user)
            told = self.as_user(user, "crm.network.member")
            self.assertNotIn("revenue_share", told.fields_get())
            self.assertNotIn("revenue_share", told.get_view(view_type="form")["arch"])

    def test_nothing_sold(self):
        """Where nobody buys there is no share."""
        member = self.make_member("M", company_id=self.other_company.id)
        self.assertEqual(self.share(member), 0)

    def test_queries(self):
        """Many members need as many queries as two."""
        members = self.hotel | self.agent | self.carrier
        members |= self.Member.create(
            [{"partner_id": self.make_customer(f"M{n}").id} for n in range(9)]
        )

        def count(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            some.read(["revenue_share"])
            return self.cr.sql_log_count - before

        count(members)
        self.assertEqual(count(members[:2]), count(members))


@tagged("post_install", "-at_install")
class TestNetworkInvoiced(NetworkCase):
    """The same where invoices say what is sold."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.value_chain_source = "invoice"
        cls.env["account.journal"].create(
            {
                "name": "Sales",
                "code": "NETS",
                "type": "sale",
                "company_id": cls.company.id,
            }
        )
        accounts = cls.env["account.account"].create(
            [
                {"name": "Sold", "code": "400100", "account_type": "income"},
                {"name": "Due", "code": "120100", "account_type": "asset_receivable"},
            ]
        )
        cls.income, cls.receivable = accounts
        cls.product.with_company(cls.company).property_account_income_id = cls.income

    def invoice(self, order):
        partner = order.partner_id.with_company(self.company)
        partner.property_account_receivable_id = self.receivable
        invoice = order._create_invoices()
        invoice.invoice_date = self.today
        invoice.action_post()
        return invoice

    def test_invoices(self):
        """What was invoiced of the orders that it brought, even of old ones, counts."""
        agent = self.make_member("Agent")
        self.product.invoice_policy = "order"
        customer = self.make_customer("Customer")
        brought = self.order(customer, 500, 300, network_member_id=agent.id)
        self.order(customer, 1, 5000, network_member_id=agent.id)  # not invoiced
        other = self.order(customer, 1, 100)
        for order in (brought, other):
            self.invoice(order)
        self.score()
        self.env.invalidate_all()
        self.assertAlmostEqual(agent.revenue_share, 300 / 400)
