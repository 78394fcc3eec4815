"""The contacts that are compared with one another, as the database tells them."""

from odoo.tools import SQL

from ...analytics.contact_text import name_tokens
from ...analytics.matching import COMMON, Contact, card

# who is compared: no colleagues, none of our own companies, no addresses of others
COMPARED = SQL(
    """
    c.active AND c.name <> '' AND c.partner_share
    AND (c.parent_id IS NULL OR c.type = 'contact')
    AND NOT EXISTS (SELECT FROM res_company own WHERE own.partner_id = c.id)
    """
)
COLUMNS = (
    "name",
    "email",
    "email_normalized",
    "phone",
    "phone_sanitized",
    "vat",
    "street",
    "zip",
    "city",
    "is_company",
    "active",
    "partner_share",
    "parent_id",
    "commercial_partner_id",
    "company_id",
    "type",
    "write_date",
)


def rows(env, contacts):
    """Contacts as `analytics.matching` takes them, with what forbids to compare them.

    :param SQL contacts: condition on the contact `c`
    :return: contact, id of its company in Odoo, id of its parent, id of its customer
    :rtype: list[tuple[Contact, int, int, int]]
    """
    env["res.partner"].flush_model(COLUMNS)
    found = env.execute_query(
        SQL(
            """
            SELECT c.id, c.name, COALESCE(NULLIF(c.email_normalized, ''), c.email, ''),
                   COALESCE(NULLIF(c.phone_sanitized, ''), c.phone, ''),
                   CASE WHEN c.id = c.commercial_partner_id
                        THEN COALESCE(c.vat, '') ELSE '' END,
                   COALESCE(c.street, ''), COALESCE(c.zip, ''), COALESCE(c.city, ''),
                   COALESCE(c.is_company, FALSE), c.company_id, c.parent_id,
                   c.commercial_partner_id
              FROM res_partner c WHERE %s AND %s
            """,
            COMPARED,
            contacts,
        )
    )
    return [(Contact(*row[:9]), *row[9:]) for row in found]


def common_words(env):
    """Words that are in the names of many contacts.

    :rtype: frozenset[str]
    """
    counts = {}
    names = env.execute_query(
        SQL("SELECT name, COUNT(*) FROM res_partner c WHERE %s GROUP BY name", COMPARED)
    )
    for name, count in names:
        for word in set(name_tokens(name)):
            counts[word] = counts.get(word, 0) + count
    return frozenset(word for word, count in counts.items() if count >= COMMON)


def may_be_one(one, other):
    """Whether two rows may be merged at all, whatever they look like.

    A contact of one company is not shown to another, and nobody is merged with the
    company that he or she works for.
    """
    (first, company, parent, customer), (second, company_2, parent_2, customer_2) = (
        one,
        other,
    )
    if company and company_2 and company != company_2:
        return False
    ancestors, ancestors_2 = {parent, customer}, {parent_2, customer_2}
    own = first.id == customer
    own_2 = second.id == customer_2
    return not (
        (not own_2 and first.id in ancestors_2) or (not own and second.id in ancestors)
    )


def cards(found):
    """Cards of rows, and those that could not be made with what is wrong.

    :return: cards by id, errors by id
    :rtype: tuple[dict, dict]
    """
    made, failed = {}, {}
    for row in found:
        try:
            made[row[0].id] = card(row[0])
        except Exception as error:  # one bad record stops nobody
            failed[row[0].id] = error
    return made, failed
