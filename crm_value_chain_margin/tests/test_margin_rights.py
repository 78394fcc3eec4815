from odoo.exceptions import AccessError
from odoo.tests import tagged

from .margin_case import MarginCase

MANAGER = "sales_team.group_sale_manager"


@tagged("post_install", "-at_install")
class TestMarginRights(MarginCase):
    """The margin of a customer needs a right of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.make_user("margin_manager", MANAGER)
        cls.controller = cls.make_user(
            "margin_controller", f"{MANAGER},crm_value_chain.group_profitability"
        )
        cls.order(cls.customer)
        cls.score()
        cls.lead = cls.env["crm.lead"].create(
            {"name": "Lead", "partner_id": cls.customer.id}
        )

    def confidential(self):
        """Records with a margin, and the names of what is confidential in them."""
        transaction = self.env["crm.customer.transaction"].search(
            [("partner_id", "=", self.customer.id)]
        )
        profit = ("margin", "profit")
        return {
            transaction: ("margin",),
            self.profile(self.customer): profit,
            self.customer: profit,
            self.lead: profit,
        }

    def test_manager_without_the_right(self):
        """A sales manager without the right reads, searches and sums no margin."""
        for record, names in self.confidential().items():
            mine = record.with_user(self.manager)
            domain = [("id", "=", record.id)]
            for name in names:
                with self.subTest(model=record._name, field=name):
                    self.assertNotIn(name, mine.fields_get())
                    for read in (
                        lambda r=mine, n=name: r.read([n]),
                        lambda r=mine, n=name, d=domain: r.search([*d, (n, ">", 0)]),
                        lambda r=mine, n=name, d=domain: r.formatted_read_group(
                            d, [], [f"{n}:sum"]
                        ),
                    ):
                        with self.assertRaises(AccessError):
                            self.env.invalidate_all()
                            read()

    def test_controller(self):
        """Who has the right sees the margin wherever the customer is shown."""
        for record, names in self.confidential().items():
            for name in names:
                with self.subTest(model=record._name, field=name):
                    [values] = record.with_user(self.controller).read([name])
                    self.assertEqual(values[name], 40)

    def test_margin_of_a_single_order(self):
        """What Odoo shows on an order, Odoo shows: a seller sees it as before."""
        order = self.order(self.customer).with_user(self.manager)
        self.assertEqual(order.read(["margin"])[0]["margin"], 40)
