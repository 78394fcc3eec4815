from odoo import api, fields, models

from . import (
    cdnow,
    difference,
    history,
    network,
    portfolio,
    proposition,
    relationship,
    trade,
)


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
    def _keep_lists(self):
        """Lists of customers that people keep by hand."""
        portfolio.keep_lists(self._quick_env())

    @api.model
    def _load_difference(self):
        """Needs and drivers of customers, and what is done differently for them."""
        difference.load(self._quick_env())

    @api.model
    def _load_relationship(self):
        """Interactions, episodes, preferences and consents of the companies' people."""
        relationship.load(self._quick_env())

    @api.model
    def _load_network(self):
        """Members of the network with what they do for us, unless there are some."""
        env = self._quick_env()
        if env["crm.network.member"].search_count(
            [("company_id", "=", env.company.id)], limit=1
        ):
            return
        propositions = {
            key: env.ref(f"crm_value_chain.crm_value_proposition_{key}")
            for key in network.NEEDS
        }
        members = network.load(env, propositions)
        network.load_business(env, members)
        proposition.keep_with(env, members)

    @api.model
    def _grant_tier(self):
        """A tier of the loyalty program that somebody gave by hand."""
        env = self._quick_env()
        silver = env.ref("crm_value_chain.loyalty_tier_silver")
        member = (
            env["loyalty.membership"]
            .search(
                [("program_id", "=", silver.program_id.id), ("progress", ">", 80)],
                order="progress desc, id",
            )
            .filtered(lambda m: m.next_tier_id == silver)[:1]
        )
        if member:
            until = fields.Date.add(fields.Date.today(), months=6)
            member._grant(silver, "Speaks for us at the spring fair", until)

    @api.model
    def _load_propositions(self):
        """What the value propositions say, and how deals with them went."""
        proposition.load(self._quick_env())

    @api.model
    def _find_duplicates(self):
        """Look for duplicates once, and decide about the father and the son."""
        env = self._quick_env()
        env.cr.flush()  # identities follow the contacts at the end of a transaction
        env["crm.duplicate.scan"].create({})._run()
        names = ("res_partner_thornton", "res_partner_thornton_junior")
        people = [env.ref(f"crm_value_chain.{name}").id for name in names]
        pair = env["crm.customer.duplicate"].search(
            [("partner_a_id", "in", people), ("partner_b_id", "in", people)]
        )
        pair.with_user(env.ref("base.user_admin")).action_dismiss()

    @api.model
    def _quick_env(self):
        """The main company, and no message for each change of a document."""
        company = self.env.ref("base.main_company")
        return self.with_company(company).with_context(tracking_disable=True).env
