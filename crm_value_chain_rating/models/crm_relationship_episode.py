from odoo import api, fields, models

WORST = 1  # of five stars, and below: a complaint


class CrmRelationshipEpisode(models.Model):
    """A customer who gives one star complains: somebody has to settle it."""

    _inherit = "crm.relationship.episode"

    rating_id = fields.Many2one("rating.rating", readonly=True, ondelete="set null")

    _rating_unique = models.UniqueIndex(
        "(rating_id) WHERE rating_id IS NOT NULL", "A rating is one complaint."
    )

    @api.model
    def _complain(self, ratings):
        """Open an episode with each bad rating of a contact, which people close."""
        bad = ratings.filtered(
            lambda rating: (
                rating.consumed and 0 < rating.rating <= WORST and rating.partner_id
            )
        )
        known = self.search([("rating_id", "in", bad.ids)]).rating_id
        kind = self.env["crm.relationship.episode.type"]._id_of("complaint")
        if kind:
            self.create([self._complaint(rating, kind) for rating in bad - known])

    @api.model
    def _complaint(self, rating, kind):
        rated = self.env[rating.res_model].browse(rating.res_id).exists()
        company = rated._fields.get("company_id") and rated.company_id
        said = (rating.feedback or "")[:80]
        return {
            "name": said or self.env._("Rated one star: %s", rating.res_name),
            "partner_id": rating.partner_id.id,
            "company_id": (company or rating.partner_id.company_id).id,
            "type_id": kind,
            "begin_date": rating.rated_on or rating.write_date,
            "description": rating.feedback,
            "user_id": rating.partner_id.commercial_partner_id.user_id.id,
            "rating_id": rating.id,
        }
