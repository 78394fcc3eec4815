from odoo import api, fields, models
from odoo.tools import SQL

from ...analytics import matching
from . import duplicate_contact

NEIGHBOURS = 20  # a contact is compared with, of those who share a key


class CrmDuplicateKey(models.Model):
    """What contacts share who may be one customer: only they are compared."""

    _name = "crm.duplicate.key"
    _description = "Blocking Key of a Contact"
    _log_access = False
    _allow_sudo_commands = False

    # no reference: a million of them would take the database longer to check than
    # to find all duplicates; whoever is deleted takes the keys along, see `res.partner`
    partner_id = fields.Integer(required=True, index=True)
    key = fields.Integer(required=True)
    place = fields.Float(required=True, help="Where it stands in order of names.")

    _key_index = models.Index("(key, place, partner_id)")

    @api.model
    def _forget(self, ids):
        """Forget the keys of contacts that are deleted."""
        self.env.cr.execute(
            SQL("DELETE FROM crm_duplicate_key WHERE partner_id = ANY(%s)", list(ids))
        )

    @api.model
    def _renew(self, contacts):
        """Make the keys of some contacts anew.

        :param SQL contacts: condition on the contact `c`
        :return: what is wrong with contacts whose keys could not be made, by id
        """
        found = duplicate_contact.rows(self.env, contacts)
        cards, failed = duplicate_contact.cards(found)
        values = []
        for one in cards.values():
            place = matching.order(one)
            values += [(one.id, key, place) for key in matching.keys(one)]
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM crm_duplicate_key
                 WHERE partner_id IN (SELECT id FROM res_partner c WHERE %s)
                """,
                contacts,
            )
        )
        ids, keys, places = (
            map(list, zip(*values, strict=True)) if values else ([],) * 3
        )
        self.env.cr.execute(
            SQL(
                "INSERT INTO crm_duplicate_key (partner_id, key, place)"
                " SELECT * FROM UNNEST(%s::int[], %s::int[], %s::float[])",
                ids,
                keys,
                places,
            )
        )
        return failed

    @api.model
    def _pair(self, first, last, changed=None):
        """Note the pairs to compare of a range of keys.

        In the order of names, each contact is paired with the next few who share a
        key. In most cases that is all of them; a phone of five thousand contacts
        makes a hundred thousand pairs, not twelve million (sorted neighbourhood,
        Hernández & Stolfo 1995).

        :param SQL changed: condition on one contact `c` of the pair; None: all pairs
        """
        of_changed = SQL()
        if changed:
            of_changed = SQL(
                """
                WHERE EXISTS (SELECT FROM res_partner c
                               WHERE c.id IN (partner_id, other) AND %s)
                """,
                changed,
            )
        concerned = SQL("TRUE")
        if changed:
            concerned = SQL(
                """
                key IN (SELECT key FROM crm_duplicate_key
                          JOIN res_partner c ON c.id = partner_id WHERE %s)
                """,
                changed,
            )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_duplicate_candidate (partner_a, partner_b)
                SELECT DISTINCT LEAST(partner_id, other), GREATEST(partner_id, other)
                  FROM (SELECT partner_id, array_agg(partner_id) OVER (
                                   PARTITION BY key ORDER BY place, partner_id
                                   ROWS BETWEEN 1 FOLLOWING AND %s FOLLOWING) AS others
                          FROM crm_duplicate_key
                         WHERE key BETWEEN %s AND %s AND %s) block,
                       UNNEST(others) other
                    %s
                ON CONFLICT DO NOTHING
                """,
                NEIGHBOURS,
                first,
                last,
                concerned,
                of_changed,
            )
        )


class CrmDuplicateCandidate(models.Model):
    """Two contacts that a scan is about to compare."""

    _name = "crm.duplicate.candidate"
    _description = "Pair of Contacts to Compare"
    _log_access = False
    _allow_sudo_commands = False

    partner_a = fields.Integer(required=True)
    partner_b = fields.Integer(required=True)

    _pair_unique = models.UniqueIndex("(partner_a, partner_b)")
