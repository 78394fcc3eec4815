"""Which fields of Odoo's identify a customer, and how they come into our table."""

from odoo.tools import SQL

from .identity_text import MOST_LETTERS, code_sql, email_sql, phone_sql

FOLLOWED = ("email", "phone", "vat", "ref", "loyalty_card")  # `source` of such a row
CONTACT_COLUMNS = (
    "email",
    "email_normalized",
    "phone",
    "phone_sanitized",
    "vat",
    "ref",
    "active",
    "company_id",
    "commercial_partner_id",
)
# fields of a contact that, written, may change what its identities are
OWN_FIELDS = {"email", "phone", "vat", "ref", "country_id"}
TRIGGERS = OWN_FIELDS | {"active", "company_id", "parent_id", "is_company"}


def wanted(contacts):
    """Query of the identities that Odoo's own fields say some contacts have.

    :param SQL contacts: condition on the contact `c`
    """
    return SQL(
        """
        SELECT DISTINCT ON (partner_id, kind, normalized)
               partner_id, customer_id, company_id, active, kind, source, value,
               normalized
          FROM (%s UNION ALL %s) said
         WHERE normalized <> '' AND LENGTH(normalized) <= %s
         ORDER BY partner_id, kind, normalized, active DESC
        """,
        _of_contacts(contacts),
        _of_cards(contacts),
        MOST_LETTERS,
    )


def _of_contacts(contacts):
    """Query of e-mail, phone, tax number and reference of contacts.

    The tax number is the customer's: Odoo copies it to the people of a company.
    """
    return SQL(
        """
        SELECT c.id AS partner_id, c.commercial_partner_id AS customer_id,
               c.company_id, c.active, said.*
          FROM res_partner c,
               LATERAL (VALUES
                   ('email', 'email', c.email, %s),
                   ('phone', 'phone', c.phone, %s),
                   ('vat', 'vat', c.vat, CASE WHEN c.id = c.commercial_partner_id
                                              THEN %s END),
                   ('reference', 'ref', c.ref, %s)
               ) said(kind, source, value, normalized)
         WHERE said.value <> '' AND %s
        """,
        email_sql(SQL("c.email_normalized"), SQL("c.email")),
        phone_sql(SQL("c.phone_sanitized"), SQL("c.phone")),
        code_sql(SQL("c.vat")),
        code_sql(SQL("c.ref")),
        contacts,
    )


def _of_cards(contacts):
    """Query of the loyalty cards of contacts.

    Coupons identify nobody, and the code of a wallet or gift card is money.
    """
    return SQL(
        """
        SELECT c.id, c.commercial_partner_id, COALESCE(c.company_id, card.company_id),
               c.active, 'loyalty_card', 'loyalty_card', card.code, %s
          FROM loyalty_card card
          JOIN loyalty_program program ON program.id = card.program_id
          JOIN res_partner c ON c.id = card.partner_id
         WHERE card.active AND program.program_type = 'loyalty' AND %s
        """,
        code_sql(SQL("card.code")),
        contacts,
    )


def follow(contacts):
    """Statement that brings the identities of contacts in step with Odoo's fields.

    One statement, however many contacts: what they say no more goes, what is new
    comes, the rest is left alone. What people noted by hand stays.

    :param SQL contacts: condition on the contact `c`
    """
    return SQL(
        """
        WITH wanted AS MATERIALIZED (%(wanted)s),
        gone AS (
            DELETE FROM crm_customer_identity i
             USING res_partner c
             WHERE c.id = i.partner_id AND %(contacts)s
               AND i.source = ANY(%(followed)s)
               AND NOT EXISTS (
                   SELECT FROM wanted w
                    WHERE w.partner_id = i.partner_id AND w.kind = i.kind
                      AND w.normalized = i.normalized)),
        moved AS (
            UPDATE crm_customer_identity i
               SET commercial_partner_id = c.commercial_partner_id, active = c.active,
                   company_id = c.company_id
              FROM res_partner c
             WHERE c.id = i.partner_id AND %(contacts)s
               AND i.source <> ALL(%(followed)s)
               AND (i.commercial_partner_id, i.active, i.company_id)
                   IS DISTINCT FROM
                   (c.commercial_partner_id, c.active, c.company_id))
        INSERT INTO crm_customer_identity AS known
               (partner_id, commercial_partner_id, company_id, active, kind, source,
                value, normalized, system, create_uid, create_date, write_uid,
                write_date)
        SELECT partner_id, customer_id, company_id, active, kind, source, value,
               normalized, '', 1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'
          FROM wanted w
         WHERE NOT EXISTS (
               SELECT FROM crm_customer_identity same
                WHERE same.partner_id = w.partner_id AND same.kind = w.kind
                  AND same.normalized = w.normalized AND same.source = w.source
                  AND same.value = w.value AND same.active = w.active
                  AND same.commercial_partner_id = w.customer_id
                  AND same.company_id IS NOT DISTINCT FROM w.company_id)
        ON CONFLICT (partner_id, kind, system, normalized) DO UPDATE
           SET commercial_partner_id = EXCLUDED.commercial_partner_id,
               company_id = EXCLUDED.company_id, active = EXCLUDED.active,
               value = EXCLUDED.value, source = EXCLUDED.source
         WHERE known.source = ANY(%(followed)s)
        """,
        wanted=wanted(contacts),
        contacts=contacts,
        followed=list(FOLLOWED),
    )
