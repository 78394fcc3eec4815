from odoo.tests import HttpCase, tagged

from ..common import ValueChainCommon


@tagged("post_install", "-at_install")
class TestHistoricalTour(ValueChainCommon, HttpCase):
    def test_manager_imports_and_undoes(self):
        """Errors are told by row; a clean file comes in, and goes again."""
        self.make_user("mary", "sales_team.group_sale_manager")
        self.make_customer("Elm Furniture", ref="C001")
        self.make_customer("Namesake")
        self.make_customer("Namesake")
        self.start_tour("/odoo", "crm_value_chain_historical_import", login="mary")
        batch = self.env["crm.historical.batch"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertRecordValues(
            batch, [{"name": "right.csv", "state": "undone", "amount": 42}]
        )
        self.assertFalse(
            self.env["crm.historical.purchase"].search(
                [("company_id", "=", self.company.id)]
            )
        )
