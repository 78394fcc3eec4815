"""What may be wrong with the data of a contact or lead, and what it costs."""

from typing import NamedTuple

from odoo.tools import SQL

ASPECTS = ("complete", "valid", "current", "reachable")
GOOD, FAIR = 80, 50  # points


class Check(NamedTuple):
    """Something that may be wrong with the data of a customer.

    One SQL condition says it of one record and of a list of a million.
    """

    aspect: str  # one of ASPECTS
    key: str  # a name that filters and tests know it by
    points: int  # what it costs of a hundred
    label: str  # what is wrong: "E-mail address bounces"
    fix: str  # what to do about it, in one sentence
    sql: SQL  # condition on the record, TRUE where it is wrong


def score_sql(checks):
    """SQL of the score: a hundred less what each finding costs, never below zero."""
    costs = [
        SQL("CASE WHEN %s THEN %s ELSE 0 END", check.sql, check.points)
        for check in checks
    ]
    return SQL("GREATEST(100 - (%s), 0)", SQL(" + ").join(costs))


def grade_sql(checks):
    """SQL of the grade that a score has: the score is reckoned once."""
    return SQL(
        "(ARRAY['poor', 'fair', 'good'])[1 + WIDTH_BUCKET(%s, ARRAY[%s, %s])]",
        score_sql(checks),
        FAIR,
        GOOD,
    )


def empty(column):
    """Condition that a text is not there."""
    return SQL("COALESCE(%s, '') = ''", column)


def filled(column):
    """Condition that a text is there."""
    return SQL("COALESCE(%s, '') <> ''", column)


def in_open_pair(contact):
    """Condition that a contact is in a pair of likely duplicates nobody decided on.

    Either end by its own index.

    :param SQL contact: id of the contact
    """
    return SQL(
        """
        (EXISTS (SELECT FROM crm_customer_duplicate pair
                  WHERE pair.partner_a_id = %(contact)s AND pair.state = 'open')
         OR EXISTS (SELECT FROM crm_customer_duplicate pair
                  WHERE pair.partner_b_id = %(contact)s AND pair.state = 'open'))
        """,
        contact=contact,
    )


def channel_checks(env, alias, email, phone):
    """Checks of e-mail and phone, which contacts and leads have alike.

    :param SQL alias: of the table
    :param SQL email: column with the address as it was written
    :param SQL phone: column with the number as it was written
    """
    normalized = SQL("%s.email_normalized", alias)
    sanitized = SQL("%s.phone_sanitized", alias)
    no_email, no_phone = empty(email), empty(phone)
    return [
        Check(
            "complete",
            "no_channel",
            30,
            env._("Neither e-mail address nor phone"),
            env._("Ask how to get in touch."),
            SQL("(%s AND %s)", no_email, no_phone),
        ),
        Check(
            "complete",
            "no_email",
            10,
            env._("No e-mail address"),
            env._("Ask for it when you next talk."),
            SQL("(%s AND NOT (%s))", no_email, no_phone),
        ),
        Check(
            "complete",
            "no_phone",
            5,
            env._("No phone"),
            env._("Look at the signature of the last e-mail, or ask."),
            SQL("(%s AND NOT (%s))", no_phone, no_email),
        ),
        Check(
            "valid",
            "bad_email",
            25,
            env._("E-mail address cannot be right"),
            env._("Correct it: something is missing, or there is too much."),
            SQL("(NOT (%s) AND %s)", no_email, empty(normalized)),
        ),
        Check(
            "valid",
            "bad_phone",
            10,
            env._("Phone number cannot be right"),
            env._("Correct it, or choose the country that it is of."),
            SQL("(NOT (%s) AND %s)", no_phone, empty(sanitized)),
        ),
        Check(
            "reachable",
            "bounces",
            20,
            env._("E-mail address bounces"),
            env._("Ask for a new one."),
            SQL("(%s.message_bounce > 0 AND NOT (%s))", alias, no_email),
        ),
        Check(
            "reachable",
            "email_blacklisted",
            15,
            env._("On the blacklist of e-mails"),
            env._("Use another channel, or ask for consent again."),
            SQL(
                """
                EXISTS (SELECT FROM mail_blacklist listed
                         WHERE listed.email = %s AND listed.active)
                """,
                normalized,
            ),
        ),
        Check(
            "reachable",
            "phone_blacklisted",
            10,
            env._("On the blacklist of phones"),
            env._("Use another channel."),
            SQL(
                """
                EXISTS (SELECT FROM phone_blacklist listed
                         WHERE listed.number = %s AND listed.active)
                """,
                sanitized,
            ),
        ),
    ]
