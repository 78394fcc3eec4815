from odoo import api, fields, models
from odoo.tools import SQL

from .consent_checks import consent_checks
from .consent_sql import refuses
from .data_quality import Check, channel_checks, empty, filled, in_open_pair

USER = "crm_value_chain.group_value_chain_user"
CURRENT_FOR = "2 years"


# the stage of the value chain adds its own part, in its own folder
# pylint: disable=consider-merging-classes-inherited
class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "crm.data.quality"]

    duplicate_ids = fields.Many2many(
        "crm.customer.duplicate",
        string="Likely Duplicates",
        compute="_compute_duplicate_ids",
        groups=USER,
    )

    @api.depends_context("uid")
    def _compute_duplicate_ids(self):
        pairs = self.env["crm.customer.duplicate"].search(self._duplicate_domain())
        for partner in self:
            partner.duplicate_ids = pairs.filtered(
                lambda pair, partner=partner: (
                    partner._origin in (pair.partner_a_id | pair.partner_b_id)
                )
            )

    def _duplicate_domain(self):
        """Domain of the pairs with one of these contacts that wait for a decision."""
        return [
            ("state", "=", "open"),
            "|",
            ("partner_a_id", "in", self.ids),
            ("partner_b_id", "in", self.ids),
        ]

    @api.model
    def _data_quality_columns(self):
        return [
            *super()._data_quality_columns(),
            "email",
            "vat",
            "street",
            "city",
            "country_id",
            "is_company",
            "parent_id",
            "commercial_partner_id",
            "write_date",
        ]

    @api.model
    def _data_quality_checks(self, alias):
        def column(name):
            return SQL("%s.%s", alias, SQL.identifier(name))

        return [
            *super()._data_quality_checks(alias),
            *channel_checks(self.env, alias, column("email"), column("phone")),
            *self._refusal_checks(column),
            Check(
                "complete",
                "no_address",
                10,
                self.env._("No city or no country"),
                self.env._("Ask for the address before the first delivery."),
                SQL(
                    "(%s IS NULL AND (%s OR %s IS NULL))",
                    column("parent_id"),
                    empty(column("city")),
                    column("country_id"),
                ),
            ),
            Check(
                "complete",
                "no_vat",
                5,
                self.env._("A company without tax number"),
                self.env._("Copy it from an order or invoice of theirs."),
                SQL(
                    "(%s AND %s = %s AND %s)",
                    column("is_company"),
                    column("id"),
                    column("commercial_partner_id"),
                    empty(column("vat")),
                ),
            ),
            *self._doubtful_checks(column),
        ]

    @api.model
    def _refusal_checks(self, column):
        addresses = {
            "phone": filled(column("phone")),
            "email": filled(column("email_normalized")),
            "sms": filled(column("phone")),
            "letter": filled(column("city")),
        }
        own = SQL("consent.partner_id = %s", column("id"))
        return consent_checks(self.env, addresses, lambda id_: refuses(own, id_))

    @api.model
    def _doubtful_checks(self, column):
        return [
            Check(
                "valid",
                "duplicate",
                20,
                self.env._("Perhaps entered twice"),
                self.env._("Compare the two contacts, and merge them."),
                in_open_pair(column("id")),
            ),
            Check(
                "valid",
                "shared_reference",
                5,
                self.env._("Another customer has the same reference"),
                self.env._("Find out whose it is."),
                SQL(
                    """
                    EXISTS (SELECT FROM crm_customer_identity own
                              JOIN crm_customer_identity same USING (kind, normalized)
                             WHERE own.partner_id = %s AND own.kind = 'reference'
                               AND same.active AND same.commercial_partner_id
                                   <> own.commercial_partner_id)
                    """,
                    column("id"),
                ),
            ),
            Check(
                "current",
                "out_of_date",
                15,
                self.env._("Nobody confirmed these data for two years"),
                self.env._(
                    "Ask whether all is still right. Correct what is not, or write in "
                    "the notes of the contact that it is."
                ),
                SQL(
                    """
                    (%s < (now() AT TIME ZONE 'UTC') - %s::interval AND NOT EXISTS (
                        SELECT FROM crm_customer_profile bought
                         WHERE bought.partner_id = %s AND bought.last_purchase_date
                               > now() - %s::interval))
                    """,
                    column("write_date"),
                    CURRENT_FOR,
                    column("commercial_partner_id"),
                    CURRENT_FOR,
                ),
            ),
        ]
