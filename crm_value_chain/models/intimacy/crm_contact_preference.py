from odoo import api, fields, models

from ..customer.joined_notes import joined

TIMES = [
    ("morning", "Morning"),
    ("midday", "Around Noon"),
    ("afternoon", "Afternoon"),
    ("evening", "Evening"),
]
FREQUENCIES = [
    ("week", "Every Week"),
    ("month", "Every Month"),
    ("quarter", "Every Quarter"),
    ("half_year", "Twice a Year"),
    ("year", "Once a Year"),
    ("asked", "Only When Asked"),
]
FACTS = ("channel_id", "time_of_day", "frequency")


class CrmContactPreference(models.Model):
    """How a person likes to be dealt with: one row per person."""

    _name = "crm.contact.preference"
    _description = "Preferences of a Person"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", "Contact", required=True, index=True, ondelete="cascade"
    )
    channel_id = fields.Many2one(
        "crm.interaction.channel",
        "Preferred Channel",
        index="btree_not_null",
        domain=[("is_reachable", "=", True)],
        ondelete="restrict",
    )
    time_of_day = fields.Selection(TIMES, "Best Time")
    frequency = fields.Selection(FREQUENCIES, "How Often")
    topic_ids = fields.Many2many("crm.contact.topic", string="Topics")
    lang = fields.Selection(related="partner_id.lang", readonly=False)
    note = fields.Char(help="What else to mind: not on Fridays, say.")

    _partner_unique = models.UniqueIndex(
        "(partner_id)", "Each person's preferences are noted once: change them there."
    )

    def write(self, vals):
        """Change preferences, but not into those of people whom one may not see."""
        result = super().write(vals)
        if not self.env.su:
            self.check_access("write")
        return result

    @api.model
    def _merge_preferences(self, sources, target):
        """Fill what nobody knows of the contact that stays from those that go.

        What is noted of any of them is kept.

        :param sources: contacts that are about to be merged
        :param target: the contact they become
        """
        noted = self.search([("partner_id", "in", (sources | target).ids)])
        kept = noted.filtered(lambda each: each.partner_id == target) or noted[:1]
        for merged in noted - kept:
            known = {
                name: merged[name] for name in FACTS if merged[name] and not kept[name]
            }
            known["note"] = joined(kept.note, merged.note)
            known["topic_ids"] = [(4, id_) for id_ in merged.topic_ids.ids]
            kept.write(known)
        (noted - kept).unlink()

    def _in_words(self):
        """What to mind with this person, in a few words.

        :rtype: list[str]
        """
        self.ensure_one()

        def label(name):
            field = self._fields[name]
            return dict(field._description_selection(self.env)).get(self[name])

        words = (
            self.channel_id.name,
            label("time_of_day"),
            label("frequency"),
            self._speaks_otherwise() and label("lang"),
            ", ".join(self.topic_ids.mapped("name")),
            self.note,
        )
        return [word for word in words if word]

    def _speaks_otherwise(self):
        """Whether the language is not the one that the company speaks itself."""
        company = self.env.company.sudo().with_context(prefetch_fields=False)
        return self.lang != company.partner_id.lang
