"""Whether two contacts are the same customer, and why.

The model is record linkage as Fellegi & Sunter (1969, "A Theory for Record Linkage",
JASA 64(328)) put it. Each field of two contacts agrees at some level, and each level
has a weight: the binary logarithm of how much more often it is seen among contacts of
one customer than among those of two, log2(m/u). Fields that one of both lacks say
nothing. The weights add up; together with the odds before any field was looked at they
give the probability that both are the same.

Two refinements, both after Winkler (1990; Christen 2012, "Data Matching", ch. 6):

- Letters typed wrong are told from other names by how common the words are. "Smiht"
  is seen once: a typing error. "Maria" and "Mario" are both seen often: two people.
- A different first name weighs more than everything that people who live or work
  together share, so that neither a family nor a switchboard becomes one customer.

Pairs are compared only where a `blocking key` is common to both; see `keys`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from hashlib import blake2b
from typing import NamedTuple

from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import ratio

from .contact_text import (
    code,
    digits,
    mailbox,
    name_tokens,
    place,
    plain,
    sound,
    street_key,
)

# log2(m/u), in bits. How they came about: m from how often a customer's own entries
# differ (a fifth moved, a tenth changed the address of e-mail, typing errors in few
# percent), u from how often strangers agree, in a file of ten thousand and more.
WEIGHTS = {
    ("name", "same"): 8.0,
    ("name", "close"): 6.5,
    ("name", "short"): 4.0,
    ("name", "variant"): -2.0,
    ("name", "far"): -4.0,
    ("name", "other"): -13.0,
    ("email", "same"): 9.0,
    ("email", "close"): 6.0,
    ("email", "other"): -3.0,
    ("phone", "same"): 6.0,
    ("phone", "close"): 3.5,
    ("phone", "other"): -2.0,
    ("vat", "same"): 10.0,
    ("vat", "other"): -8.0,
    ("address", "same"): 5.0,
    ("address", "near"): 3.0,
    ("address", "city"): 1.0,
    ("address", "other"): -1.5,
    ("kind", "other"): -3.0,
}
BEST_NAME = WEIGHTS["name", "same"]
PRIOR = -9.4  # odds of two contacts that share a blocking key, in bits
LIKELY = 0.5  # probability from which on a pair is shown
COMMON = 5  # contacts with a word in their names that make it a common one
SHORTEST_CODE = 5  # characters of a tax number, to say anything


class Contact(NamedTuple):
    """What is compared of a contact, as people wrote it. Empty: not known."""

    id: int
    name: str
    email: str = ""
    phone: str = ""
    vat: str = ""
    street: str = ""
    zip: str = ""
    city: str = ""
    is_company: bool = False


class Card(NamedTuple):
    """A contact made ready for comparing."""

    id: int
    tokens: tuple[str, ...]
    sorted_tokens: tuple[str, ...]
    email: str
    mailbox: str
    phone: str
    vat: str
    street: str
    zip: str
    city: str
    is_company: bool


class Match(NamedTuple):
    """How likely two contacts are the same, and the level of each field compared."""

    probability: float
    levels: dict[str, str]

    @property
    def is_likely(self) -> bool:
        """Whether people should look at the pair."""
        return self.probability >= LIKELY


def card(contact: Contact) -> Card:
    """Make a contact ready for comparing."""
    tokens = name_tokens(contact.name)
    email = contact.email.strip().casefold()
    vat = code(contact.vat)
    return Card(
        contact.id,
        tokens,
        tuple(sorted(tokens)),
        email,
        mailbox(email),
        digits(contact.phone),
        vat if len(vat) >= SHORTEST_CODE else "",
        street_key(contact.street),
        code(contact.zip),
        plain(contact.city).strip(),
        contact.is_company,
    )


# ----------------------------------------------------------------------
# Blocking
# ----------------------------------------------------------------------


def keys(one: Card) -> set[int]:
    """Blocking keys: two contacts that share none are never compared.

    A name alone is no key: people of one name are many, and no name alone makes two
    contacts one. Several keys are made so that a pair is found though some of its
    fields differ:

    - e-mail address, mailbox, end of the phone number, tax number, street with zip
    - each word of the name with the zip code: one word typed wrong leaves the other
    - the sounds of the name, in any order of its words, with the beginning and the
      end of the mailbox, and with two parts of the phone: a slip in one part leaves
      the other
    """
    return {hashed(key) for key in _key_texts(one)}


def _key_texts(one: Card) -> Iterator[str]:
    if one.email:
        yield f"e:{one.email}"
    if len(one.mailbox) >= 5:
        yield f"m:{one.mailbox}"
    if len(one.phone) >= 6:
        yield f"p:{one.phone[-8:]}"
    if one.vat:
        yield f"v:{one.vat}"
    if one.zip:
        if one.street:
            yield f"a:{one.zip}:{sound(one.street.replace(' ', ''))}"
        for word in one.sorted_tokens[:3]:
            if len(word) > 2:
                yield f"z:{word[:6]}:{one.zip}"
    yield from _name_keys(one)


def _name_keys(one: Card) -> Iterator[str]:
    name = " ".join(sorted(map(sound, one.tokens)))
    if not name:
        return
    if one.mailbox:
        yield f"b:{one.mailbox[:4]}:{name}"
        yield f"l:{one.mailbox[-4:]}:{name}"
    if len(one.phone) >= 8:
        yield f"f:{one.phone[-4:]}:{name}"
        yield f"h:{one.phone[-8:-4]}:{name}"


def hashed(key: str) -> int:
    """A blocking key as a number of four bytes with a sign.

    Two keys that become one number cost a comparison, nothing else.
    """
    digest = blake2b(key.encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big", signed=True)


def order(one: Card) -> float:
    """Where a contact stands in a block that is too large to compare all with all."""
    return place(one.tokens)


# ----------------------------------------------------------------------
# Comparing
# ----------------------------------------------------------------------


def compare(one: Card, other: Card, common: Collection[str] = ()) -> Match:
    """Compare two contacts.

    :param common: words that are in the names of many contacts
    :return: levels of the fields that both have; that of the name is a guess where
        all else shows already that they are two
    """
    levels = {
        "email": email_level(one, other),
        "phone": phone_level(one.phone, other.phone),
        "vat": _same_level(one.vat, other.vat),
        "address": address_level(one, other),
        "kind": "other" if one.is_company != other.is_company else "",
    }
    known = {field: level for field, level in levels.items() if level}
    bits = PRIOR + sum(WEIGHTS[level] for level in known.items())
    # names take longest to compare: not where no name could make it likely
    name = name_level(one, other, common) if bits + BEST_NAME >= 0 else "other"
    if name:
        known["name"] = name
        bits += WEIGHTS["name", name]
    return Match(1 / (1 + 2.0 ** -min(bits, 60)), known)


def name_level(one: Card, other: Card, common: Collection[str] = ()) -> str:
    """How far two names agree, in any order of their words."""
    if not (one.tokens and other.tokens):
        return ""
    if one.sorted_tokens == other.sorted_tokens:
        return "same"
    levels, left = _aligned(one.tokens, other.tokens, common)
    if "other" in levels:
        return "close" if _joined(one, other) else "other"
    for doubtful in ("far", "variant"):
        if doubtful in levels:
            return doubtful
    if left:
        return _shortened(levels, left, one, other)
    if "short" in levels:
        return "short"
    return "close"


def _shortened(levels: list[str], left: list[str], one: Card, other: Card) -> str:
    """Level of a name that has more words than the other, all of whose are there."""
    if _joined(one, other):
        return "close"
    if any(word.isdigit() for word in left):
        return "other"
    telling = min(len(one.tokens), len(other.tokens)) > 1 or one.is_company
    same = levels.count("same") + levels.count("close")
    return "short" if telling and same else "other"


def _aligned(
    some: tuple[str, ...], others: tuple[str, ...], common: Collection[str]
) -> tuple[list[str], list[str]]:
    """Level of each word of the shorter name, and the words left of the longer."""
    short, long = sorted((list(some), list(others)), key=len)
    left = [word for word in long]
    rest = []
    for word in short:
        if word in left:
            left.remove(word)
        else:
            rest.append(word)
    levels = ["same"] * (len(short) - len(rest))
    for word in rest:
        best = min(left, key=lambda other: OSA.distance(word, other))
        level = _word_level(word, best, common)
        if level == "other":
            best = next((o for o in left if _is_short_for(word, o)), "")
            level = "short" if best else "other"
        levels.append(level)
        if best:
            left.remove(best)
        elif left:
            left.pop()
    return levels, left


def _word_level(word: str, other: str, common: Collection[str]) -> str:
    shortest = min(len(word), len(other))
    if shortest < 3 or word.isdigit() or other.isdigit():
        return "other"
    slips = OSA.distance(word, other, score_cutoff=2)
    both_common = word in common and other in common
    if slips <= (1 if shortest < 7 else 2):
        return "variant" if both_common else "close"
    return "far" if slips == 2 and shortest > 3 and not both_common else "other"


def _is_short_for(word: str, other: str) -> bool:
    """Whether one of two words is the initial of the other, or a pet name of it."""
    short, long = sorted((word, other), key=len)
    return long.startswith(short) and len(short) != 2 and len(short) < len(long)


def _joined(one: Card, other: Card) -> bool:
    """Whether two names differ by little more than where their words end."""
    some, others = "".join(one.tokens), "".join(other.tokens)
    if min(len(some), len(others)) < 8 or digits(some) != digits(others):
        return False
    return OSA.distance(some, others, score_cutoff=1) <= 1


def email_level(one: Card, other: Card) -> str:
    """How far two addresses of e-mail agree."""
    if not (one.email and other.email):
        return ""
    if one.email == other.email:
        return "same"
    if not (one.mailbox and other.mailbox):
        return "other"
    if len(one.mailbox) >= 6 and one.mailbox == other.mailbox:
        return "close"
    few = OSA.distance(one.email, other.email, score_cutoff=1) <= 1
    # people of one name have addresses that differ by a number
    few = few and digits(one.email) == digits(other.email)
    return "close" if few and len(one.mailbox) >= 5 else "other"


def phone_level(one: str, other: str) -> str:
    """How far two phone numbers agree, with and without their country."""
    if len(one) < 6 or len(other) < 6:
        return ""
    length = min(len(one), len(other), 9)
    if one[-length:] == other[-length:]:
        return "same"
    if length < 8:
        return "other"
    return "close" if OSA.distance(one, other, score_cutoff=1) <= 1 else "other"


def _same_level(one: str, other: str) -> str:
    if not (one and other):
        return ""
    return "same" if one == other else "other"


def address_level(one: Card, other: Card) -> str:
    """How far two addresses agree."""
    same_zip = bool(one.zip) and one.zip == other.zip
    if one.street and other.street:
        if _same_street(one.street, other.street):
            if same_zip or not (one.zip and other.zip):
                return "same"
        elif same_zip:
            return "near"
    elif same_zip:
        return "near"
    if not (one.city and other.city):
        return "other" if one.zip and other.zip else ""
    return "city" if one.city == other.city else "other"


def _same_street(one: str, other: str) -> bool:
    if one == other:
        return True
    if _numbers(one) != _numbers(other):
        return False
    return ratio(one, other) >= 85


def _numbers(street: str) -> list[str]:
    return [word for word in street.split() if word[:1].isdigit()]
