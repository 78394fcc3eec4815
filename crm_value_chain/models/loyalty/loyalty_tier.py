import math

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

LARGEST_FACTOR = 100  # beyond it somebody mistyped


class LoyaltyTier(models.Model):
    """A tier of a loyalty program: what reaches it, and what it gives."""

    _name = "loyalty.tier"
    _inherit = ["crm.cached.names"]
    _description = "Loyalty Tier"
    _order = "program_id, sequence, id"

    program_id = fields.Many2one(
        "loyalty.program", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="program_id.company_id", store=True)
    currency_id = fields.Many2one(related="program_id.currency_id")
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    description = fields.Text(
        "Benefits in Words", translate=True, help="What members are told."
    )
    threshold = fields.Float(
        help="What has to be reached within the period: an untaxed amount in the "
        "currency of the program, a number of purchases, or points earned. The first "
        "tier has 0: it is everybody's."
    )
    points_factor = fields.Float(
        "Points ×",
        default=1.0,
        help="Members of this tier earn so many times the points of an order.",
    )
    pricelist_id = fields.Many2one(
        "product.pricelist",
        ondelete="restrict",
        help="Pricelist of the quotations of members, unless the contact has one of "
        "its own.",
    )
    reward_ids = fields.One2many("loyalty.reward", "tier_id", "Rewards Opened")
    member_count = fields.Integer("Members", compute="_compute_member_count")

    _factor_is_sane = models.Constraint(
        f"CHECK (points_factor >= 0 AND points_factor <= {LARGEST_FACTOR})",
        "The factor on points lies between 0 and 100.",
    )

    def _compute_member_count(self):
        groups = self.env["loyalty.membership"]._read_group(
            [("tier_id", "in", self._origin.ids)], ["tier_id"], ["__count"]
        )
        counts = dict(groups)
        for tier in self:
            tier.member_count = counts.get(tier._origin, 0)

    @api.constrains("threshold", "sequence", "program_id")
    def _check_thresholds(self):
        # a program that writes several of its tiers checks them when all are written
        if not self.env.context.get("loyalty_tiers_written"):
            self.program_id._check_tier_ids()

    @api.constrains("threshold")
    def _check_threshold(self):
        for tier in self:
            if not math.isfinite(tier.threshold) or tier.threshold < 0:
                raise ValidationError(
                    self.env._(
                        "The threshold of %s must be a number of zero or more.",
                        tier.name,
                    )
                )

    @api.constrains("pricelist_id", "program_id")
    def _check_pricelist_id(self):
        for tier in self.filtered("pricelist_id"):
            tier._check_pricelist()

    def _check_pricelist(self):
        """Refuse a pricelist that the orders of the program cannot have."""
        program, pricelist = self.program_id, self.pricelist_id.sudo()
        if pricelist.company_id and pricelist.company_id != program.company_id:
            raise ValidationError(
                self.env._(
                    "The pricelist %(pricelist)s of tier %(tier)s belongs to "
                    "%(company)s: choose one of the program's company.",
                    pricelist=pricelist.name,
                    tier=self.name,
                    company=pricelist.company_id.name,
                )
            )
        if pricelist.currency_id != program.currency_id:
            raise ValidationError(
                self.env._(
                    "The pricelist %(pricelist)s of tier %(tier)s is in %(currency)s, "
                    "the program in %(own)s.",
                    pricelist=pricelist.name,
                    tier=self.name,
                    currency=pricelist.currency_id.name,
                    own=program.currency_id.name,
                )
            )
        if program.pricelist_ids and pricelist not in program.pricelist_ids:
            raise ValidationError(
                self.env._(
                    "The program does not apply to orders with the pricelist "
                    "%(pricelist)s of tier %(tier)s: add it to the program's, or "
                    "leave it out.",
                    pricelist=pricelist.name,
                    tier=self.name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_move_members(self):
        """Members of a tier that goes stand in the one below, until the night."""
        for program, gone in self.grouped("program_id").items():
            kept = program.tier_ids - gone
            gone._check_rewards(kept)
            for tier in gone:
                lower = kept.filtered(lambda t, tier=tier: t._key() < tier._key())
                self.env["loyalty.membership"].sudo()._leave_tier(tier, lower[-1:])

    def _check_rewards(self, kept):
        """Refuse that rewards of tiers which go are everybody's from then on.

        :param kept: the other tiers of the program
        """
        closed = self.sudo().with_context(active_test=False).reward_ids
        if closed and kept:
            raise UserError(
                self.env._(
                    "The reward %(reward)s opens from the tier %(tier)s on: choose "
                    "another tier for it first.",
                    reward=closed[0].description,
                    tier=closed[0].tier_id.name,
                )
            )

    def _is_kept_in_mind(self, names):
        """Everything of a tier is: `loyalty.at.once` keeps whole schemes."""
        return True

    def unlink(self):
        programs = self.program_id
        result = super().unlink()
        if not self.env.context.get("loyalty_tiers_written"):
            programs._check_tier_ids()
        return result

    def _key(self):
        """What tiers are ordered by."""
        self.ensure_one()
        return self.sequence, self.id

    def _factor(self):
        """Factor on the points earned; 1 for nobody's tier."""
        return self.points_factor if self else 1.0

    def _flat_discount(self):
        """Share of the price that the pricelist takes off everything.

        :return: 0 without a pricelist; None where there is no single share
        """
        if not self.pricelist_id:
            return 0.0
        items = self.pricelist_id.sudo().item_ids
        flat = len(items) == 1 and items.applied_on == "3_global"
        if not items:
            return 0.0
        if flat and items.compute_price == "percentage" and not items.min_quantity:
            return items.percent_price / 100
        return None

    @api.model
    def _ranked(self):
        """Query of the ``id`` of each tier and its ``rank`` in the program."""
        self.flush_model(["program_id", "sequence"])
        return SQL(
            "SELECT id, program_id, ROW_NUMBER() OVER ("
            "PARTITION BY program_id ORDER BY sequence, id) - 1 AS rank"
            " FROM loyalty_tier"
        )
