from unittest import SkipTest

from odoo.tests import tagged

from .margin_case import MarginCase


@tagged("post_install", "-at_install")
class TestMarginDemo(MarginCase):
    """The demo data, where it is installed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not cls.env.ref("base.user_demo", raise_if_not_found=False):
            raise SkipTest("This database was made without demo data.")

    def test_customers_earn(self):
        """Many customers of the demo data have a margin, none of them a loss."""
        main = self.env.ref("base.main_company")
        self.score(company=main)
        earned = self.Profile.search([("company_id", "=", main.id)]).mapped("margin")
        self.assertGreater(len(list(filter(None, earned))), 10)
        self.assertGreaterEqual(min(earned), 0)
