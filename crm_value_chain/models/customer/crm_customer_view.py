from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

MOST_LINES = 5


def of_people(customer, field="partner_id"):
    """Domain of the documents of a customer and of its people.

    :param customer: a commercial partner
    :param field: many2one of the documents that holds the contact
    """
    people = SQL(
        "SELECT id FROM res_partner WHERE commercial_partner_id = %s", customer.id
    )
    return Domain(field, "in", people)


def name_of(person):
    """Name of a contact or user: nothing else that Odoo keeps of them is read.

    :param person: contact or user, or none, of something that the user may read
    """
    return person.sudo().with_context(prefetch_fields=False).name


class CrmCustomerView(models.AbstractModel):
    """Mixin of profiles and contacts: what each room of the value chain knows of them.

    A profile opens with it; pages of a contact read it when they are opened.
    """

    _name = "crm.customer.view"
    _description = "Customer View"

    customer_view = fields.Json(
        compute="_compute_customer_view",
        groups="crm_value_chain.group_value_chain_user",
    )

    @api.depends_context("uid", "lang", "tz", "allowed_company_ids")
    def _compute_customer_view(self):
        for record in self:
            record.customer_view = record.get_customer_view()

    def get_customer_view(self):
        """What everybody who deals with a customer should know, in one look.

        Each part is read with the rights of who looks; what they may not read is
        not there.

        :return: the parts in order, see `_view_parts`
        :rtype: list[dict]
        """
        self.ensure_one()
        self.check_access("read")
        return sorted(self._view_parts(), key=lambda part: part["order"])

    def _view_parts(self):
        """Parts of the customer view. A hook: each room adds its own.

        A part is a dict of

        - ``key``: a name that screens and tests know it by
        - ``title``: its heading
        - ``order``: where it stands; the rooms keep a distance of ten
        - ``lines``: a list of dicts of ``text``, and where there is more to say of
          ``detail``, ``tone`` (danger, warning, success, muted) and the record it
          opens (``model``, ``id``)
        - ``more``: how many lines are left out
        - ``empty``: what to say, and to do, where there are no lines
        - ``action``: method of the record that opens all there is, if there is one

        :rtype: list[dict]
        """
        return []

    @api.model
    def _part(self, key, title, order, lines, most=MOST_LINES, more=0, **values):
        """A part of the customer view, of its lines as far as they fit.

        :param most: how many lines fit
        :param more: how many there are beside the lines
        """
        return {
            "key": key,
            "title": title,
            "order": order,
            "lines": lines[:most],
            "more": more + max(len(lines) - most, 0),
            "empty": None,
            "action": None,
            **values,
        }
