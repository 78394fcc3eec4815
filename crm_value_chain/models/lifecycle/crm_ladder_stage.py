from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, ormcache


class CrmLadderStage(models.Model):
    """A rung of the value ladder, from suspect to advocate."""

    _name = "crm.ladder.stage"
    _inherit = ["crm.classification.mixin"]
    _description = "Value Ladder Stage"

    _dimension = "ladder"
    _profile_field = "ladder_stage_id"
    _highest_wins = True
    _explains_itself = True
    _rank = 20

    _label_fields = ("name", "short_name", "color")

    short_name = fields.Char(
        translate=True, help="What badges show. Empty: the name in full."
    )

    @api.model
    def _transition(self, scope):
        sequence = SQL(
            "(SELECT sequence FROM crm_ladder_stage s WHERE s.id = %s)",
            SQL("placed.new"),
        )
        highest = SQL(
            "(SELECT sequence FROM crm_ladder_stage s WHERE s.id = %s)",
            SQL("p.highest_ladder_stage_id"),
        )
        return super()._transition(scope) | {
            "highest_ladder_stage_id": SQL(
                "CASE WHEN %(new)s >= COALESCE(%(highest)s, %(new)s)"
                " THEN placed.new ELSE p.highest_ladder_stage_id END",
                new=sequence,
                highest=highest,
            ),
        }

    @api.model
    def _stage_without_profile(self, qualified):
        """Stage of somebody who is no customer yet: prospect, or else suspect."""
        name = "prospect" if qualified else "suspect"
        return self.browse(
            self.env["ir.model.data"]._xmlid_to_res_id(
                f"crm_value_chain.ladder_stage_{name}"
            )
        )

    @api.model
    @ormcache("company_id", "self.env.lang")
    def _labels(self, company_id):
        """What the badges of a company say of each stage, by its id; None: of none.

        Name, short name and colour, the place on the ladder from the lowest stage (0:
        not on it) and the number of its stages.
        """
        ladder = self._rules(self.env["res.company"].browse(company_id)).ids[::-1]
        stages = self.sudo().with_context(active_test=False)
        return {
            stage.id or None: {
                "stage": stage.name,
                "short": stage.short_name or stage.name,
                "color": stage.color,
                "position": ladder.index(stage.id) + 1 if stage.id in ladder else 0,
                "stages": len(ladder),
            }
            for stage in (*stages.search([]), stages)
        }

    @api.model
    def _entry_stages(self):
        return self._stage_without_profile(True) | self._stage_without_profile(False)

    @api.constrains("active")
    def _check_entry_stages_active(self):
        if (self & self._entry_stages()).filtered(lambda stage: not stage.active):
            raise ValidationError(
                self.env._(
                    "Leads that have no contact yet stand on suspect or prospect: "
                    "these two stages can be renamed, but not archived."
                )
            )

    @api.model
    def _history_fields(self):
        fields_of = super()._history_fields()
        names = (*fields_of["crm.customer.profile"], "highest_ladder_stage_id")
        return fields_of | {"crm.customer.profile": names}

    @api.ondelete(at_uninstall=False)
    def _unlink_except_entry_stages(self):
        if self & self._entry_stages():
            raise UserError(
                self.env._(
                    "Leads that have no contact yet stand on suspect or prospect: "
                    "these two stages can be renamed, but not deleted."
                )
            )
