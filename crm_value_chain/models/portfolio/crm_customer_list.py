from odoo import api, fields, models


class CrmCustomerList(models.Model):
    """Customers that people put together by hand, beside all rules.

    A customer may be on any number of lists, and rules may ask for them.
    """

    _name = "crm.customer.list"
    _description = "Customer List"
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    color = fields.Integer()
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    user_id = fields.Many2one(
        "res.users",
        "Owner",
        default=lambda self: self.env.user,
        help="Who keeps this list. Colleagues may put customers on it, too.",
    )
    description = fields.Text(help="What this list is for.")
    profile_ids = fields.Many2many(
        "crm.customer.profile",
        "crm_customer_list_profile_rel",
        "list_id",
        "profile_id",
        "Customers",
        check_company=True,
    )
    customer_count = fields.Integer(compute="_compute_customer_count")

    _name_unique = models.UniqueIndex(
        "(company_id, name) WHERE active", "A list of this name exists already."
    )

    @api.depends("profile_ids")
    @api.depends_context("uid")
    def _compute_customer_count(self):
        counts = dict(
            self.env["crm.customer.profile"]._read_group(
                [("list_ids", "in", self.ids)], ["list_ids"], ["__count"]
            )
        )
        for kept in self:
            kept.customer_count = counts.get(kept._origin, 0)

    @api.model_create_multi
    def create(self, vals_list):
        """Make lists; rules that ask for them place the customers anew."""
        lists = super().create(vals_list)
        lists.profile_ids.sudo()._place_anew()
        return lists

    def write(self, vals):
        """Change lists; rules that ask for them place the customers anew."""
        if "profile_ids" not in vals:
            return super().write(vals)
        before = self._members()
        result = super().write(vals)
        after = self._members()
        ((before - after) | (after - before))._place_anew()
        return result

    def unlink(self):
        """Drop lists; rules that ask for them place the customers anew."""
        members = self._members()
        result = super().unlink()
        members._place_anew()
        return result

    def _members(self):
        return self.sudo().profile_ids

    def action_open_customers(self):
        """Open the customers on this list."""
        self.ensure_one()
        profiles = self.env["crm.customer.profile"]
        return profiles._action_open(self.name, [("list_ids", "in", self.ids)])
