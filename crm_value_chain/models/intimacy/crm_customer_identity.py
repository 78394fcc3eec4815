from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.sql import escape_psql

from . import identity_text
from .identity_few import follow_few
from .identity_source import CONTACT_COLUMNS, FOLLOWED, follow

WAITING = "crm_value_chain.identities"  # contacts of this transaction
SHOWN_LETTERS = 80  # of what cannot be read, and kept of the name of a shop
FEW = 10  # contacts that are brought in step one by one
OF_ONE_CUSTOMER = ("loyalty_card", "reference", "account")
CHOSEN_BY_PEOPLE = {"partner_id", "kind", "value", "system"}


class CrmCustomerIdentity(models.Model):
    """Something by which we recognise a customer: an address, a number, a card.

    Rows that follow a field of Odoo's are kept in step with it by one statement at
    the end of each transaction, see `identity_source`; others people note by hand.
    """

    _name = "crm.customer.identity"
    _description = "Customer Identity"
    _order = "partner_id, kind, id"
    _rec_name = "value"

    partner_id = fields.Many2one(
        "res.partner", "Contact", required=True, index=True, ondelete="cascade"
    )
    commercial_partner_id = fields.Many2one(
        "res.partner", "Customer", readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company",
        readonly=True,
        ondelete="cascade",
        help="Empty: known in all companies.",
    )
    active = fields.Boolean(default=True, help="Follows the contact.")
    kind = fields.Selection(
        [
            ("email", "E-mail"),
            ("phone", "Phone"),
            ("loyalty_card", "Loyalty Card"),
            ("vat", "Tax Number"),
            ("reference", "Reference"),
            ("account", "Account Elsewhere"),
        ],
        required=True,
        default="account",
    )
    system = fields.Char(
        "Where",
        default="",
        help="The shop or program that knows the customer by this number.",
    )
    value = fields.Char("Identity", required=True)
    normalized = fields.Char(
        "As Compared",
        readonly=True,
        index="trigram",
        help="Without what people write in different ways: spaces, signs, small and "
        "capital letters; a phone number with its country.",
    )
    source = fields.Selection(
        [
            ("email", "E-mail of the contact"),
            ("phone", "Phone of the contact"),
            ("vat", "Tax ID of the contact"),
            ("ref", "Reference of the contact"),
            ("loyalty_card", "Loyalty card"),
            ("merged", "Merged contact"),
            ("manual", "By hand"),
        ],
        "From",
        readonly=True,
        default="manual",
        help="What follows a field of Odoo's is changed there.",
    )
    is_shared = fields.Boolean(
        "Shared",
        compute="_compute_is_shared",
        search="_search_is_shared",
        help="Another customer has it too: perhaps one customer entered twice.",
    )

    _partner_unique = models.UniqueIndex(
        "(partner_id, kind, system, normalized)", "The contact has this already."
    )
    _normalized_index = models.Index("(normalized, kind)")

    # ------------------------------------------------------------------
    # What people note
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Note identities by hand."""
        if not self.env.su:
            vals_list = [
                {name: vals[name] for name in vals if name in CHOSEN_BY_PEOPLE}
                for vals in vals_list
            ]
            self._check_contacts(*(vals.get("partner_id") for vals in vals_list))
        return super().create([self._prepared(vals) for vals in vals_list])

    def write(self, vals):
        """Change what was noted by hand.

        :raises UserError: for what follows a field of Odoo's
        """
        self._check_by_hand()
        self._check_contacts(*self.partner_id.ids, vals.get("partner_id"))
        if not self.env.su:
            vals = {name: vals[name] for name in vals if name in CHOSEN_BY_PEOPLE}
        if not vals.keys() & CHOSEN_BY_PEOPLE:
            return super().write(vals)
        for identity in self:
            known = {
                "partner_id": identity.partner_id.id,
                "kind": identity.kind,
                "value": identity.value,
                "system": identity.system,
            }
            super(CrmCustomerIdentity, identity).write(self._prepared(known | vals))
        return True

    @api.ondelete(at_uninstall=False)
    def _unlink_by_hand(self):
        self._check_by_hand()
        self._check_contacts(*self.partner_id.ids)

    @api.model
    def _check_contacts(self, *ids):
        """Let those who may edit a contact say what it is known by, nobody else."""
        contacts = self.env["res.partner"].browse(dict.fromkeys(filter(None, ids)))
        if not self.env.su:
            contacts.check_access("write")

    def _check_by_hand(self):
        followed = self.filtered(lambda identity: identity.source in FOLLOWED)
        if followed:
            sources = dict(self._fields["source"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "“%(value)s” follows another field. Change it there: %(field)s.",
                    value=followed[0].value,
                    field=sources[followed[0].source],
                )
            )

    @api.model
    def _prepared(self, vals):
        """Values of an identity together with what follows from them."""
        contact = self.env["res.partner"].browse(vals.get("partner_id"))
        value = (vals.get("value") or "").strip()
        kind = vals.get("kind") or "account"
        system = (vals.get("system") or "").strip() if kind == "account" else ""
        return vals | {
            "value": value,
            "kind": kind,
            "system": system[:SHOWN_LETTERS],
            "normalized": self._normalize(kind, value, contact),
            "commercial_partner_id": contact.sudo().commercial_partner_id.id,
            "company_id": contact.sudo().company_id.id,
            "active": contact.sudo().active,
        }

    @api.model
    def _normalize(self, kind, value, contact):
        """The form in which an identity is compared.

        :raises ValidationError: if the value cannot be one of this kind
        """
        if kind == "email":
            normalized = identity_text.email(value)
        elif kind == "phone":
            normalized = identity_text.phone(value, contact)
            if len(normalized) < identity_text.FEWEST_DIGITS:
                normalized = None
        else:
            normalized = identity_text.code(value)
        if not normalized or len(normalized) > identity_text.MOST_LETTERS:
            kinds = dict(self._fields["kind"]._description_selection(self.env))
            raise ValidationError(
                self.env._(
                    "“%(value)s” cannot be read as: %(kind)s.",
                    value=value[:SHOWN_LETTERS],
                    kind=kinds.get(kind, kind),
                )
            )
        return normalized

    @api.constrains("partner_id", "kind", "system", "normalized")
    def _check_one_customer(self):
        """Refuse a card, reference or account elsewhere that another customer has.

        Only of what people note: contacts that move to other companies or customers
        may come to share one. Then it is shown as shared, and hinders nobody.
        """
        for identity in self:
            if identity.kind in OF_ONE_CUSTOMER:
                identity._check_not_of_others()

    def _check_not_of_others(self):
        other = self.sudo().search(self._same_of_others(), limit=1)
        if not other:
            return
        contact = other.partner_id.with_user(self.env.user)
        visible = contact.sudo(False).has_access("read")
        raise ValidationError(
            self.env._(
                "“%(value)s” belongs to %(customer)s already. If both are the same "
                "customer, merge the contacts.",
                value=self.value,
                customer=contact.sudo().display_name
                if visible
                else self.env._("another customer"),
            )
        )

    def _same_of_others(self):
        """Domain of the same identity at other customers, where they can collide."""
        domain = Domain("kind", "=", self.kind)
        domain &= Domain("normalized", "=", self.normalized)
        domain &= Domain("commercial_partner_id", "!=", self.commercial_partner_id.id)
        if self.kind == "account":
            domain &= Domain("system", "=ilike", escape_psql(self.system))
        if self.company_id:
            domain &= Domain("company_id", "in", (self.company_id.id, False))
        return domain

    # ------------------------------------------------------------------
    # Shared ones
    # ------------------------------------------------------------------

    @api.depends("kind", "normalized", "commercial_partner_id")
    def _compute_is_shared(self):
        condition = Domain.custom(to_sql=_shared_sql)
        shared = self.search(Domain("id", "in", self.ids) & condition)
        for identity in self:
            identity.is_shared = identity in shared

    @api.model
    def _search_is_shared(self, operator, value):
        if operator != "in":
            return NotImplemented
        shared = Domain.custom(to_sql=_shared_sql)
        return shared if True in value else ~shared

    # ------------------------------------------------------------------
    # In step with Odoo's fields
    # ------------------------------------------------------------------

    @api.model
    def _follow_later(self, contacts, own_fields=False):
        """Have identities follow their contacts when the transaction ends.

        However many contacts a transaction writes, it is one statement.

        :param bool own_fields: whether nothing but the fields changed that identities
            follow
        """
        precommit = self.env.cr.precommit
        if WAITING not in precommit.data:
            precommit.data[WAITING] = (set(), set())
            precommit.add(self.env["crm.customer.identity"].sudo()._follow_waiting)
        precommit.data[WAITING][own_fields].update(contacts.ids)

    @api.model
    def _forget_waiting(self, ids):
        """Take contacts that are deleted off those that wait."""
        for waiting in self.env.cr.precommit.data.get(WAITING, ()):
            waiting.difference_update(ids)

    @api.model
    def _follow_waiting(self):
        """Bring the identities of the contacts that wait in step."""
        everything, own_fields = self.env.cr.precommit.data.pop(WAITING, ((), ()))
        if not (everything or own_fields):
            return
        few = sorted(set(own_fields).difference(everything))
        if few and len(few) <= FEW:
            self._write_down()
            follow_few(self.env["res.partner"].browse(few))
            self.invalidate_model()
            few = []
        if waiting := sorted({*everything, *few}):
            self._follow(waiting)

    @api.model
    def _follow(self, ids):
        """Bring the identities of some contacts in step with Odoo's fields."""
        self._follow_where(SQL("c.id = ANY(%s)", list(ids)))

    @api.model
    def _follow_range(self, first, last):
        """Bring the identities of a range of contacts in step with Odoo's fields."""
        self._follow_where(SQL("c.id BETWEEN %s AND %s", first, last))

    @api.model
    def _follow_where(self, contacts):
        self._write_down()
        self.env.cr.execute(follow(contacts))
        self.invalidate_model()

    @api.model
    def _write_down(self):
        """Write down all that identities follow."""
        self.env["res.partner"].flush_model(CONTACT_COLUMNS)
        self.env["loyalty.card"].flush_model(
            ["code", "partner_id", "program_id", "company_id", "active"]
        )
        self.flush_model()

    @api.model
    def _merge_identities(self, sources, target):
        """Hand the identities of contacts that are merged to the one that stays.

        What followed a field of theirs still finds the customer afterwards, unless
        the one that stays says the same.
        """
        self.flush_model()
        ids = (sources | target).ids
        self.env.cr.execute(
            SQL(
                """
                WITH kept AS (
                    SELECT DISTINCT ON (kind, system, normalized) id
                      FROM crm_customer_identity
                     WHERE partner_id = ANY(%s)
                     ORDER BY kind, system, normalized, partner_id = %s DESC,
                              source <> ALL(%s) DESC, id)
                DELETE FROM crm_customer_identity i
                 WHERE partner_id = ANY(%s) AND NOT EXISTS (
                       SELECT FROM kept WHERE kept.id = i.id)
                """,
                ids,
                target.id,
                list(FOLLOWED),
                ids,
            )
        )
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_customer_identity
                   SET partner_id = %s, commercial_partner_id = %s, active = %s,
                       source = CASE WHEN source = ANY(%s) AND kind <> 'loyalty_card'
                                     THEN 'merged' ELSE source END
                 WHERE partner_id = ANY(%s)
                """,
                target.id,
                target.commercial_partner_id.id,
                target.active,
                list(FOLLOWED),
                sources.ids,
            )
        )
        self.invalidate_model()
        self._follow_later(target)


def _shared_sql(identities, alias, query):
    """Condition that another customer has the same identity."""

    def column(name):
        return SQL.identifier(alias, name, to_flush=identities._fields[name])

    return SQL(
        """
        EXISTS (
            SELECT FROM crm_customer_identity same
             WHERE same.normalized = %s AND same.kind = %s AND same.active
               AND LOWER(same.system) = LOWER(%s)
               AND same.commercial_partner_id <> %s)
        """,
        column("normalized"),
        column("kind"),
        column("system"),
        column("commercial_partner_id"),
    )
