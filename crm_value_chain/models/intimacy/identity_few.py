"""Bringing the identities of one contact in step, while its user waits.

The statement of `identity_source` takes the database longer to plan than to run, which
is nothing for a thousand contacts and much for one. Here are the same rules for a few
contacts whose own fields changed: one look-up, and only what differs is written.
"""

from odoo.tools import SQL

from .identity_text import MOST_LETTERS, NO_PHONE, code, written_email

OF_CONTACT = ("email", "phone", "vat", "ref")  # sources that are fields of a contact
KINDS = {"ref": "reference"}


def follow_few(contacts):
    """Bring identities that follow fields of a few contacts in step with them.

    :param contacts: of whom nothing but these fields changed, or new ones
    """
    cr = contacts.env.cr
    wanted = _wanted(contacts)
    cr.execute(
        SQL(
            "SELECT id, partner_id, kind, normalized, value, source, system"
            " FROM crm_customer_identity WHERE partner_id = ANY(%s)",
            contacts.ids,
        )
    )
    old = {}  # rows that say something else now, by contact and source
    for row in cr.fetchall():
        identity_id, partner_id, kind, normalized, value, source, system = row
        key = (partner_id, kind, normalized)
        if source in OF_CONTACT:
            if key in wanted and wanted[key]["value"] == value:
                del wanted[key]
            else:
                old[partner_id, source] = identity_id
        elif not system:
            # noted by hand already, or a card: a contact has a thing once
            wanted.pop(key, None)
    changed, new = [], []
    for row in wanted.values():
        identity_id = old.pop((row["partner_id"], row["source"]), None)
        if identity_id:
            changed.append((identity_id, row["value"], row["normalized"]))
        else:
            new.append(row)
    _write(cr, list(old.values()), changed, new)


def _wanted(contacts):
    """What the fields of contacts say, by contact, kind and normalized form."""
    wanted = {}
    for contact in contacts:
        for source, normalized in _said(contact).items():
            if normalized and len(normalized) <= MOST_LETTERS:
                kind = KINDS.get(source, source)
                wanted[contact.id, kind, normalized] = {
                    "partner_id": contact.id,
                    "commercial_partner_id": contact.commercial_partner_id.id,
                    "company_id": contact.company_id.id or None,
                    "active": contact.active,
                    "kind": kind,
                    "source": source,
                    "value": contact[source],
                    "normalized": normalized,
                }
    return wanted


def _said(contact):
    """Normalized form of each field of a contact that identifies it."""
    email, phone = contact.email or "", contact.phone or ""
    customer = contact == contact.commercial_partner_id
    return {
        "email": email and (contact.email_normalized or written_email(email)),
        "phone": phone and NO_PHONE.sub("", contact.phone_sanitized or phone),
        "vat": code(contact.vat or "") if customer else "",
        "ref": code(contact.ref or ""),
    }


def _write(cr, gone, changed, new):
    if gone:
        cr.execute(SQL("DELETE FROM crm_customer_identity WHERE id = ANY(%s)", gone))
    if changed:
        cr.execute(
            SQL(
                """
                UPDATE crm_customer_identity SET value = said.value,
                       normalized = said.normalized
                  FROM (VALUES %s) said(id, value, normalized)
                 WHERE crm_customer_identity.id = said.id
                """,
                SQL(", ").join(changed),
            )
        )
    if new:
        _insert(cr, new)


def _insert(cr, rows):
    columns = list(rows[0])
    made = SQL("'', 1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'")
    values = [
        SQL("(%s, %s)", SQL(", ").join(row[name] for name in columns), made)
        for row in rows
    ]
    cr.execute(
        SQL(
            """
            INSERT INTO crm_customer_identity (%s, system, create_uid, create_date,
                                               write_uid, write_date)
            VALUES %s
            ON CONFLICT (partner_id, kind, system, normalized) DO NOTHING
            """,
            SQL(", ").join(map(SQL.identifier, columns)),
            SQL(", ").join(values),
        )
    )
