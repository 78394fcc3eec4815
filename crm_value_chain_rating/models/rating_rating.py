from odoo import api, models

WHAT_COUNTS = {"rating", "consumed", "partner_id", "res_model_id", "res_id", "feedback"}


class RatingRating(models.Model):
    _inherit = "rating.rating"

    @api.model_create_multi
    def create(self, vals_list):
        """Take over what customers rated."""
        ratings = super().create(vals_list)
        ratings.filtered("consumed")._tell_attitudes()
        return ratings

    def write(self, vals):
        """Keep the customers' satisfaction in step with what they rated."""
        result = super().write(vals)
        if vals.keys() & WHAT_COUNTS:
            self._tell_attitudes()
        return result

    def unlink(self):
        """Forget the satisfaction that follows from ratings that go."""
        if self:
            self.env["crm.customer.attitude"].sudo()._drop_ratings(self.ids)
        return super().unlink()

    def _tell_attitudes(self):
        """Make the entries of these ratings anew."""
        if self:
            entries = self.env["crm.customer.attitude"].sudo()
            entries._drop_ratings(self.ids)
            entries._take_ratings(ids=self.ids)
            self.env["crm.relationship.episode"].sudo()._complain(self.sudo())
