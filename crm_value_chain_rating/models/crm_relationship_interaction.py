from odoo import api, fields, models
from odoo.tools import SQL


class CrmRelationshipInteraction(models.Model):
    """Adds the ratings that customers gave."""

    _inherit = "crm.relationship.interaction"
    _depends = {
        "rating.rating": [
            "consumed",
            "message_id",
            "partner_id",
            "rated_on",
            "rating",
            "res_id",
            "res_model",
        ],
    }

    source = fields.Selection(selection_add=[("rating", "Rating")])

    @api.model
    def _interaction_sources(self):
        return super()._interaction_sources() | {"rating": self._ratings()}

    @api.model
    def _ratings(self):
        """What customers rated, unless they did so in a message, which counts."""
        return SQL(
            """
            SELECT document.id::bigint * 100 + 50,
                   contact.id, contact.commercial_partner_id,
                   COALESCE(%(company)s, contact.company_id),
                   COALESCE(document.rated_on, document.write_date),
                   %(channel)s, 'in', 'rating',
                   NULL::int, document.res_model, document.res_id::int, document.id
              FROM rating_rating document
              JOIN res_partner contact ON contact.id = document.partner_id
             WHERE document.consumed AND document.rating > 0
               AND NOT %(ours)s AND %(some)s
               AND NOT EXISTS (
                   SELECT FROM mail_message message
                    WHERE message.id = document.message_id
                      AND message.author_id = document.partner_id
                      AND %(exchange)s)
            """,
            company=self._rated_company(),
            channel=self._channel("rating"),
            ours=self._is_our_contact(),
            some=self._some(50, SQL("document.id")),
            exchange=self._is_exchange("message"),
        )

    @api.model
    def _rated_company(self):
        """SQL of the company of what was rated, where its model has one."""
        names = self.env.registry.descendants(["rating.mixin"], "_inherit")
        arms = []
        for name in sorted(names):
            field = self.env[name]._fields.get("company_id")
            if not self.env[name]._auto or field is None or not field.store:
                continue
            arms.append(
                SQL(
                    "WHEN %s THEN"
                    " (SELECT company_id FROM %s WHERE id = document.res_id)",
                    name,
                    SQL.identifier(self.env[name]._table),
                )
            )
        if not arms:
            return SQL("NULL::int")
        return SQL("(CASE document.res_model %s END)", SQL(" ").join(arms))
