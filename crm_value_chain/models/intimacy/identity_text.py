"""How what identifies a customer is written, so that it is found again."""

import re
import string

from odoo import tools
from odoo.tools import SQL

# signs that people put between the letters and digits of a number, or leave out
SEPARATORS = r"[ \t\n\r\u00a0./_,:;#()+'\"-]"
# capital letters as every database makes them, whatever its language: no others
SMALL, CAPITAL = string.ascii_lowercase, string.ascii_uppercase
TO_CAPITAL, TO_SMALL = str.maketrans(SMALL, CAPITAL), str.maketrans(CAPITAL, SMALL)
NO_PHONE = re.compile(r"[^0-9+]")
FEWEST_DIGITS = 5  # of something that may be a phone number
FEWEST_DIGITS_WITH_SLIP = 7
MOST_DIGITS_WITH_SLIP = 20  # a number has at most 15, and what is dialled before it
MOST_LETTERS = 500  # what is longer is no identity, and no index could hold it


def code(text):
    """A number, card or reference without spaces and signs, in capital letters."""
    return re.sub(SEPARATORS, "", text).translate(TO_CAPITAL)


def written_email(text):
    """An address that Odoo cannot read, as it stands."""
    return text.strip(" ").translate(TO_SMALL)


def email(text):
    """An address of e-mail as Odoo compares it; None if it is none."""
    return tools.email_normalize(text) or None


def code_sql(column):
    """SQL of `code`."""
    return SQL(
        "TRANSLATE(REGEXP_REPLACE(%s, %s, '', 'g'), %s, %s)",
        column,
        SEPARATORS,
        SMALL,
        CAPITAL,
    )


def email_sql(normalized, written):
    """SQL of an address as Odoo normalised it, or as it stands where it could not."""
    return SQL(
        "COALESCE(NULLIF(%s, ''), TRANSLATE(TRIM(%s), %s, %s))",
        normalized,
        written,
        CAPITAL,
        SMALL,
    )


def phone_sql(sanitized, written):
    """SQL of a phone number as Odoo normalised it, or its digits where it could not."""
    return SQL(
        "REGEXP_REPLACE(COALESCE(NULLIF(%s, ''), %s), '[^0-9+]', '', 'g')",
        sanitized,
        written,
    )


def phone(text, contact):
    """A phone number with its country, seen from a contact; else its digits."""
    formatted = contact._phone_format(number=text, force_format="E164")
    return NO_PHONE.sub("", formatted or text)


def could_be(text, contact):
    """All ways in which a text could be kept: what somebody types who searches.

    None of a text that is longer than what is kept.

    :rtype: set[str]
    """
    if "@" in text:
        return {text.strip().lower()}
    found = {code(text), text.strip().lower()}
    digits = digits_of(text)
    if digits:
        found |= {phone(text, contact), digits.lstrip("0")}
    return {form for form in found if 0 < len(form) <= MOST_LETTERS}


def digits_of(text):
    """Digits of what may be a phone number; empty where a text cannot be one."""
    digits = re.sub(r"\D", "", text)
    has_letters = re.search("[a-z]", text, re.I)
    return "" if has_letters or len(digits) < FEWEST_DIGITS else digits


def slips(text):
    """Ends of all numbers that one slip makes what somebody typed.

    A digit was left out, is one too many or another one, or two are swapped. The rest
    of the number, the country say, may stand before.

    :return: patterns as LIKE knows them; none for few digits, which are like too many,
        nor for more than a number has
    :rtype: set[str]
    """
    digits = digits_of(text).lstrip("0")
    if not FEWEST_DIGITS_WITH_SLIP <= len(digits) <= MOST_DIGITS_WITH_SLIP:
        return set()
    cuts = [(digits[:at], digits[at:]) for at in range(len(digits))]
    left_out = {f"{before}_{after}" for before, after in [*cuts, (digits, "")]}
    too_many = {before + after[1:] for before, after in cuts}
    another = {f"{before}_{after[1:]}" for before, after in cuts}
    swapped = {before + after[1] + after[0] + after[2:] for before, after in cuts[:-1]}
    return {f"%{end}" for end in left_out | too_many | another | swapped}
