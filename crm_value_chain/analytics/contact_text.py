"""Bringing what people write about a contact into one form, to compare it.

Nothing here guesses: two texts that come out alike were written for the same thing.
"""

from __future__ import annotations

import re
import unicodedata

LEGAL_FORMS = frozenset(
    "ab ag aps as bv bvba co company corp corporation eurl gbr gmbh inc incorporated"
    " kg kft limited llc llp ltd nv oy plc pty sa sarl sas sl spa srl ug und and the"
    " et".split()
)
TITLES = frozenset("mr mrs ms miss dr prof herr frau mme sir madame".split())
STREET_WORDS = {
    "street": "st",
    "str": "st",
    "strasse": "st",
    "road": "rd",
    "avenue": "av",
    "ave": "av",
    "boulevard": "bd",
    "blvd": "bd",
    "lane": "ln",
    "square": "sq",
    "platz": "pl",
    "place": "pl",
}
GENERIC_MAILBOXES = frozenset(
    "admin billing contact hello help hi info kontakt mail office sales service shop"
    " support team".split()
)
LETTERS = {
    "ß": "ss",
    "ø": "o",
    "đ": "d",
    "ł": "l",
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "ı": "i",
}
SOUNDS = (
    ("sch", "s"),
    ("ph", "f"),
    ("ck", "k"),
    ("ch", "k"),
    ("th", "t"),
    ("dt", "t"),
    ("qu", "kv"),
    ("x", "ks"),
)
ONE_SOUND = str.maketrans({"c": "k", "q": "k", "z": "s", "w": "v", "j": "i", "y": "i"})
WORD = re.compile(r"[a-z0-9]+")
MUTE = re.compile("[aeiouh]")
DOUBLE = re.compile(r"(.)\1+")
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
BASE = len(DIGITS) + 1
WIDTH = 10  # characters of a name that a float holds exactly


def plain(text: str) -> str:
    """Text in small letters without accents: "Müller-Weiß" is "muller-weiss"."""
    text = "".join(LETTERS.get(letter, letter) for letter in text.casefold())
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def words(text: str) -> list[str]:
    """Words and numbers of a text, in order."""
    return WORD.findall(plain(text).replace("'", "").replace(".", " "))


def name_tokens(name: str) -> tuple[str, ...]:
    """Words of a name that tell who it is: no titles, no legal forms."""
    found = [word for word in words(name) if len(word) < 30]
    telling = [w for w in found if w not in LEGAL_FORMS and w not in TITLES]
    return tuple(telling or found)[:6]


def sound(word: str) -> str:
    """How a word sounds, roughly: what hearing and hasty typing leave of it.

    A skeleton of consonants, in the spirit of Soundex (Russell 1918) without its
    limit to English and to four letters.
    """
    for written, heard in SOUNDS:
        word = word.replace(written, heard)
    word = DOUBLE.sub(r"\1", word.translate(ONE_SOUND))
    return word[:1] + DOUBLE.sub(r"\1", MUTE.sub("", word[1:]))


def street_key(street: str) -> str:
    """A street with its number, however its kind is abbreviated."""
    found = words(re.sub(r"(?<=\w)(strasse|straße|str\.)", r" st ", plain(street)))
    return " ".join(STREET_WORDS.get(word, word) for word in found)


def mailbox(email: str) -> str:
    """What stands before the @, without what providers ignore; empty if generic."""
    local = email.partition("@")[0].partition("+")[0]
    return "" if local in GENERIC_MAILBOXES else local.replace(".", "")


def digits(phone: str) -> str:
    """The digits of a phone number."""
    return "".join(letter for letter in phone if letter.isdigit())


def code(text: str) -> str:
    """A number or code as it is compared: capital letters and digits only."""
    return "".join(letter for letter in plain(text) if letter.isalnum()).upper()


def place(tokens: tuple[str, ...]) -> float:
    """A number by which contacts stand in the order of their sorted names."""
    text = "".join(sorted(tokens))[:WIDTH].ljust(WIDTH)
    return float(sum((DIGITS.find(c) + 1) * BASE**n for n, c in enumerate(text[::-1])))
