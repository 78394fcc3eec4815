from odoo import Command, fields
from odoo.tests import Form, tagged

from .network_case import NetworkCase


@tagged("post_install", "-at_install")
class TestNetworkFigures(NetworkCase):
    """What goes through a member, against a count by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.agent = cls.make_member("Agent")
        cls.carrier = cls.make_member("Carrier", "supplier")
        cls.buyer = cls.make_member("Buyer", "customer")
        customer = cls.make_customer("Customer")
        person = cls.make_customer("Person", parent_id=cls.buyer.partner_id.id)
        brought = {"network_member_id": cls.agent.id}
        delivered = {"delivery_member_ids": [Command.set(cls.carrier.ids)]}
        for number, (partner, days, values) in enumerate(
            [
                (customer, 10, brought),
                (customer, 20, brought | delivered),
                (customer, 400, brought),  # too long ago
                (cls.buyer.partner_id, 30, delivered),
                (person, 40, brought),
                (customer, 50, {}),
            ]
        ):
            cls.order(partner, days, 100 * (number + 1), **values)
        cls.order(customer, 5, 10000, confirm=False, **brought)

    def by_hand(self, member):
        """Figures of a member, order by order."""
        year_ago = fields.Date.subtract(self.today, months=12)
        orders = self.env["sale.order"].search(
            [("company_id", "=", self.company.id), ("state", "=", "sale")]
        )
        orders = orders.filtered(lambda o: o.date_order.date() >= year_ago)
        brought = orders.filtered(lambda o: o.network_member_id == member)
        delivered = orders.filtered(lambda o: member in o.delivery_member_ids)
        return [
            len(brought),
            sum(brought.mapped("amount_untaxed")),
            len(delivered),
            sum(delivered.mapped("amount_untaxed")),
        ]

    def test_orders(self):
        """Orders count by who brought and who delivers them."""
        for member in (self.agent, self.carrier, self.buyer):
            told = [
                member.order_count,
                member.brought_amount,
                member.delivery_count,
                member.delivered_amount,
            ]
            with self.subTest(member=member.name):
                for actual, expected in zip(told, self.by_hand(member), strict=True):
                    self.assertAlmostEqual(actual, expected)
        self.assertAlmostEqual(self.agent.brought_amount, 100 + 200 + 500)
        self.assertAlmostEqual(self.carrier.delivered_amount, 200 + 400)

    def test_another_currency(self):
        """Amounts are told in the currency of the company."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": euro.id,
                "company_id": self.company.id,
                "name": self.day(-900),
                "rate": 0.5,
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": euro.id, "company_id": self.company.id}
        )
        member = self.make_member("Euro Agent")
        self.order(
            self.make_customer("Paris"),
            amount=50,
            pricelist_id=pricelist.id,
            network_member_id=member.id,
        )
        self.assertAlmostEqual(member.brought_amount, 100)

    def test_own_documents(self):
        """A salesperson counts the own orders and leads only."""
        agent = self.make_member("Other Agent")
        mine = self.make_customer("Mine", user_id=self.seller.id)
        for user in (self.seller, self.colleague):
            self.order(mine, 1, user_id=user.id, network_member_id=agent.id)
            self.env["crm.lead"].create(
                {
                    "name": "Lead",
                    "user_id": user.id,
                    "company_id": self.company.id,
                    "network_member_id": agent.id,
                }
            )
        self.env.invalidate_all()
        for user, expected in (
            (self.seller, 1),
            (self.seller_all, 2),
            (self.reader, 0),
        ):
            told = self.as_user(user, "crm.network.member").browse(agent.id)
            with self.subTest(user=user.login):
                self.assertEqual((told.order_count, told.lead_count), (expected,) * 2)

    def test_lost_leads_count(self):
        """Who brings leads that are lost brought them nevertheless."""
        lead = self.env["crm.lead"].create(
            {"name": "Lost", "network_member_id": self.agent.id}
        )
        lead.action_set_lost()
        self.assertEqual(self.agent.lead_count, 1)

    def test_as_a_customer(self):
        """A member that buys shows what its profile says."""
        self.buy(self.buyer.partner_id, 20, 250)
        self.score()
        self.assertEqual(self.buyer.profile_id, self.profile(self.buyer.partner_id))
        self.assertEqual(
            self.buyer.customer_amount, self.buyer.profile_id.yearly_amount
        )
        self.assertFalse(self.agent.profile_id)

    def test_queries(self):
        """Many members need as many queries as two."""
        members = self.Member.create(
            [
                {"partner_id": self.make_customer(f"M{number}").id}
                for number in range(12)
            ]
        )
        names = ["order_count", "revenue_share", "lead_count", "customer_amount"]
        names += ["bill_amount", "cost_share", "roles", "agreement_until"]

        def count(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            some.read(names)
            return self.cr.sql_log_count - before

        count(members)
        self.assertEqual(count(members[:2]), count(members))

    # ------------------------------------------------------------------
    # Who brought it
    # ------------------------------------------------------------------

    def test_from_lead_to_quotation(self):
        """Who brought the opportunity brought the quotation."""
        lead = self.env["crm.lead"].create(
            {
                "name": "Deal",
                "type": "opportunity",
                "partner_id": self.make_customer("Deal").id,
                "company_id": self.company.id,
                "network_member_id": self.agent.id,
            }
        )
        context = lead.action_new_quotation()["context"]
        with Form(self.env["sale.order"].with_context(**context)) as form:
            self.assertEqual(form.network_member_id, self.agent)

    def test_quotation_of_another_company(self):
        """A quotation of another company knows nothing of this network."""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        lead = self.env["crm.lead"].create(
            {"name": "Deal", "network_member_id": self.agent.id, "company_id": False}
        )
        context = lead.with_company(other)._prepare_opportunity_quotation_context()
        self.assertNotIn("default_network_member_id", context)

    def test_member_of_another_company(self):
        """A lead or order is brought by a member of its own company."""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        foreign = self.make_member("Foreign", company_id=other.id)
        for record in (
            self.env["crm.lead"].create({"name": "L", "company_id": self.company.id}),
            self.order(self.make_customer("C"), confirm=False),
        ):
            with self.subTest(model=record._name), self.assertRaises(Exception) as told:
                record.network_member_id = foreign
            self.assertIn("Foreign", str(told.exception))

    def test_merged_leads(self):
        """Of merged leads the one who brought any of them is kept."""
        leads = self.env["crm.lead"].create(
            [
                {"name": "A", "type": "opportunity"},
                {
                    "name": "B",
                    "type": "opportunity",
                    "network_member_id": self.agent.id,
                },
            ]
        )
        self.assertEqual(leads.merge_opportunity().network_member_id, self.agent)

    def test_sales_report(self):
        """Sales can be grouped by who brought them."""
        self.env.flush_all()
        rows = self.env["sale.report"]._read_group(
            [("company_id", "=", self.company.id), ("state", "=", "sale")],
            ["network_member_id"],
            ["price_subtotal:sum"],
        )
        self.assertAlmostEqual(dict(rows)[self.agent], 100 + 200 + 300 + 500)


@tagged("post_install", "-at_install")
class TestNetworkBills(NetworkCase):
    """What members cost, in a company that keeps books."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.journal = cls.env["account.journal"].create(
            {
                "name": "Bills",
                "code": "NETB",
                "type": "purchase",
                "company_id": cls.company.id,
            }
        )
        accounts = cls.env["account.account"].create(
            [
                {"name": "Cost", "code": "600100", "account_type": "expense"},
                {"name": "Due", "code": "200100", "account_type": "liability_payable"},
            ]
        )
        cls.expense, cls.payable = accounts
        cls.mill = cls.make_member("Mill", "supplier")
        cls.carrier = cls.make_member("Carrier", "supplier")
        cls.bill(cls.mill.partner_id, 30, 300)
        person = cls.make_customer("Clerk", parent_id=cls.mill.partner_id.id)
        cls.bill(person, 60, 200)
        cls.bill(cls.mill.partner_id, 20, 50, move_type="in_refund")
        cls.bill(cls.mill.partner_id, 500, 9000)
        cls.bill(cls.mill.partner_id, 10, 9000, post=False)
        cls.bill(cls.carrier.partner_id, 10, 150)
        cls.bill(cls.make_customer("No Member"), 10, 400)

    @classmethod
    def bill(cls, partner, days_ago, amount, post=True, move_type="in_invoice"):
        partner.commercial_partner_id.with_company(
            cls.company
        ).property_account_payable_id = cls.payable
        bill = cls.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": partner.id,
                "journal_id": cls.journal.id,
                "invoice_date": cls.day(-days_ago),
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Goods",
                            "price_unit": amount,
                            "account_id": cls.expense.id,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        if post:
            bill.action_post()
        return bill

    def test_share_of_cost(self):
        """Bills less refunds of twelve months, as a share of all of them."""
        self.assertAlmostEqual(self.mill.bill_amount, 300 + 200 - 50)
        self.assertAlmostEqual(self.mill.cost_share, 450 / 1000)
        self.assertAlmostEqual(self.carrier.cost_share, 150 / 1000)

    def test_confidential(self):
        """What a member costs is shown to those only who may know."""
        seller = self.as_user(self.manager, "crm.network.member").browse(self.mill.id)
        for name in ("bill_amount", "cost_share"):
            with self.assertRaises(Exception) as told:
                seller.read([name])
            self.assertEqual(type(told.exception).__name__, "AccessError")
            self.assertNotIn(name, seller.fields_get())
        told = self.as_user(self.controller, "crm.network.member").browse(self.mill.id)
        self.assertAlmostEqual(told.bill_amount, 450)
