from odoo import api, models

from . import cdnow, history, trade


class CrmValueChainDemo(models.AbstractModel):
    """What the demo files call to load what no XML could say.

    Nothing else calls it, so that a database without demo data gets none of it.
    """

    _name = "crm.value.chain.demo"
    _description = "Demo Data of the Value Chain"

    @api.model
    def _load_purchases(self):
        """Customers and purchases of the CDNOW sample, as if imported."""
        cdnow.load(self._quick_env())

    @api.model
    def _load_trade(self):
        """Quotations, orders, invoices and returns of companies, in two years."""
        trade.load(self._quick_env())

    @api.model
    def _play_history(self, days):
        """Score as of days in the past, and learn the facts of each.

        :param days: how many days ago, the longest ago first
        """
        history.play(self._quick_env(), days)

    @api.model
    def _quick_env(self):
        """The main company, and no message for each change of a document."""
        company = self.env.ref("base.main_company")
        return self.with_company(company).with_context(tracking_disable=True).env
