from odoo import fields, models


class MailActivityType(models.Model):
    _inherit = "mail.activity.type"

    interaction_channel_id = fields.Many2one(
        "crm.interaction.channel",
        ondelete="set null",
        help="An activity of this type that is done is an interaction with the "
        "customer on this channel. Without one it is none: a to-do of our own, or "
        "something that counts anyway, as e-mails do.",
    )
    episode_type_id = fields.Many2one(
        "crm.relationship.episode.type",
        "Opens Episode",
        ondelete="set null",
        help="Planning such an activity with a customer opens an episode of this kind, "
        "such as a complaint. It closes when the activity is done or cancelled.",
    )
