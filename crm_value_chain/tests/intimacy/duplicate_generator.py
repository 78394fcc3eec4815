"""Contacts with duplicates planted among them, and with people who only look alike.

The same seed makes the same contacts. What is planted follows what data stewards find:
typing errors, first and last name swapped, people who moved, numbers written in other
ways, entries of which half is missing. What must not be taken for a duplicate is there
too: families with one phone, companies with one switchboard, people of one name.
"""

import random
import unicodedata
from itertools import combinations

FIRST = """
Anna Hanna Maria Mario Julia Julian Jan Jana Paul Paula Peter Petra Martin Martina
John Joan Mark Marc Eric Erica Michael Michaela Thomas Sarah Laura Lara Emma Emily
Olivia Oliver Noah Liam Lucas Luca Sophia Sofie Mia Lea Leon Leo David Daniel Daniela
Robert Roberta Simon Simone Andrea Andreas Christian Christina Stefan Stefanie Markus
Katharina Susanne Sabine Claudia Monika Ursula Helga Renate Jürgen Wolfgang Günther
Pierre Chloé Camille Antoine Benoît Élodie Mathieu Nathalie Sébastien Inès Hugo
Giulia Marco Francesca Alessandro Chiara Matteo Pablo Lucía Javier Carmen Alejandro
Jakub Zofia Piotr Agnieszka Tomasz Ewa Lars Ingrid Sven Astrid Bjørn Freja Ahmed Fatima
Yusuf Aisha Wei Mei Hiroshi Yuki Raj Priya James Grace Henry Alice Arthur Edith
""".split()
LAST = """
Müller Schmidt Schneider Fischer Weber Meyer Meier Wagner Becker Schulz Hoffmann
Schäfer Koch Bauer Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger
Hofmann Hartmann Lange Schmitt Werner Krause Lehmann Smith Jones Taylor Brown Williams
Wilson Johnson Davies Robinson Wright Thompson Evans Walker White Roberts Green Hall
Wood Jackson Clarke Dubois Durand Lefèvre Moreau Laurent Girard Bonnet Rousseau Blanc
Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci García Fernández González
Rodríguez López Martínez Sánchez Pérez Nowak Kowalski Wiśniewski Wójcik Kamiński Hansen
Johansen Olsen Larsen Andersen Pedersen Nilsen Kristiansen Svensson Johansson Lindberg
Virtanen Korhonen Novák Svoboda Dvořák Horvat Kovač Popescu Ionescu Papadopoulos Yılmaz
Demir Çelik Khan Patel Singh Nguyen Tran Tanaka Suzuki Kim Park Okafor Mensah Abebe
Castellano Montgomery Featherstone Vandenberghe Oberhausen Katzenelnbogen Pemberton
Whitfield Ashworth Lockwood Harrington Ellsworth Thackeray Rosenthal Steinbrück Altmeier
Dombrowski Zielinski Marchetti Villanueva Echeverría Quintanilla Bettencourt Delacroix
""".split()
TRADES = """
Office Timber Steel Garden Paper Optics Bakery Logistics Motors Textile Solar Brewery
Print Glass Ceramics Dental Catering Travel Marine Security Cleaning Lighting Robotics
""".split()
PLACES = """
Nord Alpha Atlas Delta Vega Orion Baltic Rhein Isar Elbe Summit Harbour Castle Royal
Crown Bridge Falcon Eagle Lotus Cedar Maple Granit Kristall Phoenix Horizon Pioneer
""".split()
FORMS = ["GmbH", "Ltd", "Inc", "AG", "SARL", "BV", "LLC"]
STREETS = """
Main High Church Station Park Mill Garden School Castle Market Forest River Bridge Hill
Linden Birken Ahorn Rosen Schiller Goethe Mozart Kirch Bahnhof Wiesen Berg Tal Sonnen
""".split()
KINDS = ["Street", "Road", "Avenue", "Lane", "Straße"]
CITIES = """
Berlin Hamburg München Köln Leipzig Dresden Bremen Hannover Wien Graz Zürich Basel Paris
Lyon Lille Milano Torino Madrid Sevilla Porto London Leeds Bristol Oslo Malmö Gdańsk
""".split()
MAILS = "example.com example.org mail.example.net post.example post.example.org".split()
OTHER_MAILS = ["web.example.com", "inbox.example.org", "box.example.net"]
KEYBOARD = {
    **{a: b for a, b in zip("qwertyuiopasdfghjkl", "wertyuiopasdfghjklz", strict=True)},
    **{a: b for a, b in zip("zxcvbnm", "xcvbnma", strict=True)},
}
DUPLICATE_SHARE = 0.15


def generate(size, seed, share=DUPLICATE_SHARE):
    """Make contacts.

    :param int size: how many
    :param int seed: what the dice start from
    :param float share: duplicates as a share of all
    :return: values of the contacts, and the pairs of them that are one customer, as
        positions in that list, the lower one first
    :rtype: tuple[list[dict], set[tuple[int, int]]]
    """
    return Generator(random.Random(seed)).contacts(size, round(size * share))


class Generator:
    """Dice, and what they make."""

    def __init__(self, dice):
        self.dice = dice
        self.first = dice.sample(FIRST, len(FIRST))
        self.last = dice.sample(LAST, len(LAST))
        self.number = 0

    def contacts(self, size, duplicates):
        """Contacts, and which of them are the same; see `generate`."""
        originals = []
        while len(originals) < size - duplicates:
            originals += self.some()
        originals = originals[: size - duplicates]
        rows = [(number, values) for number, values in enumerate(originals)]
        for number in self.dice.choices(range(len(originals)), k=duplicates):
            rows.append((number, self.duplicate(originals[number])))
        self.dice.shuffle(rows)
        groups = {}
        for position, (number, _values) in enumerate(rows):
            groups.setdefault(number, []).append(position)
        pairs = {pair for group in groups.values() for pair in combinations(group, 2)}
        return [values for _number, values in rows], pairs

    def some(self):
        """The next contacts: one, or several who have to do with one another."""
        kind = self.dice.random()
        if kind < 0.55:
            return [self.person()]
        if kind < 0.80:
            return [self.company()]
        if kind < 0.90:
            return self.family()
        if kind < 0.91:
            return self.office()
        if kind < 0.93:
            return self.branches()
        return self.namesakes()

    # ------------------------------------------------------------------
    # Who there is
    # ------------------------------------------------------------------

    def pick(self, names):
        """One of some names; the first are many times as common as the last."""
        place = int(len(names) * self.dice.random() ** 1.7)
        return names[place]

    def person(self, **values):
        self.number += 1
        first, last = self.pick(self.first), self.pick(self.last)
        contact = {
            "name": f"{first} {last}",
            "email": self.email(first, last),
            "phone": self.phone(),
            **self.address(),
            "is_company": False,
            **values,
        }
        return self.incomplete(contact)

    def incomplete(self, contact):
        """The contact without what nobody asked for."""
        for name, share in (("email", 0.12), ("phone", 0.18), ("street", 0.1)):
            if self.dice.random() < share:
                contact[name] = ""
        if not contact["street"] and self.dice.random() < 0.5:
            contact.update(zip="", city="")
        return contact

    def company(self, **values):
        self.number += 1
        name = (
            f"{self.dice.choice(PLACES)} {self.dice.choice(TRADES)} "
            f"{self.pick(self.last)} {self.dice.choice(FORMS)}"
        )
        vat = f"DE{self.dice.randrange(10**8, 10**9)}"
        site = f"{ascii_of(''.join(name.split()[:3])).lower()}{self.number}"
        return self.incomplete(
            {
                "name": name,
                "email": f"{self.dice.choice(['info', 'office'])}@{site}.example",
                "phone": self.phone(),
                "vat": vat if self.dice.random() < 0.6 else "",
                **self.address(),
                "is_company": True,
                **values,
            }
        )

    def family(self):
        """People of one last name at one address, who share the phone."""
        last, home, phone = self.pick(self.last), self.address(), self.phone()
        names = self.dice.sample(self.first, self.dice.randrange(2, 5))
        mail = self.email("family", last) if self.dice.random() < 0.2 else None
        return [
            self.person(
                name=f"{first} {last}",
                phone=phone,
                email=mail or self.email(first, last),
                **home,
            )
            for first in names
        ]

    def office(self):
        """People who are reached by one switchboard."""
        place, phone = self.address(), self.phone()
        people = self.dice.randrange(20, 120)
        return [self.person(phone=phone, **place) for _ in range(people)]

    def branches(self):
        """Companies of one name in several cities."""
        first = self.company()
        base = first["name"].rsplit(" ", 1)[0]
        others = [self.company(vat="") for _ in range(self.dice.randrange(1, 3))]
        for other in others:
            other["name"] = f"{base} {other['city'] or self.dice.choice(CITIES)} GmbH"
        return [first, *others]

    def namesakes(self):
        """Two people who have nothing in common but the name."""
        one, other = self.person(), self.person()
        other["name"] = one["name"]
        first, last = one["name"].split(" ", 1)
        if other["email"]:
            other["email"] = self.email(first, last)
        return [one, other]

    def email(self, first, last):
        first, last = ascii_of(first).lower(), ascii_of(last).lower()
        local = self.dice.choice(
            [f"{first}.{last}", f"{first[0]}.{last}", f"{last}{first[0]}"]
        )
        return f"{local}{self.number}@{self.dice.choice(MAILS)}"

    def phone(self):
        return f"+49 30 {self.dice.randrange(10**6, 10**8)}"

    def address(self):
        street, kind = self.dice.choice(STREETS), self.dice.choice(KINDS)
        city = self.dice.randrange(len(CITIES))
        return {
            "street": f"{street} {kind} {self.dice.randrange(1, 150)}",
            "zip": f"{10000 + 977 * city + self.dice.randrange(30)}",
            "city": CITIES[city],
        }

    # ------------------------------------------------------------------
    # What becomes of an entry that is made twice
    # ------------------------------------------------------------------

    def duplicate(self, original):
        """Another entry of the same customer."""
        copy = dict(original)
        changes = [
            (self.misspell, 5),
            (self.swap, 2),
            (self.move, 3),
            (self.reformat, 3),
            (self.forget, 4),
            (self.change_email, 2),
            (self.shorten, 1),
        ]
        works, weights = zip(*changes, strict=True)
        for _ in range(self.dice.choice([1, 1, 2, 2, 3])):
            before = dict(copy)
            self.dice.choices(works, weights)[0](copy)
            if not recognisable(original, copy):
                copy = before
        return copy

    def misspell(self, copy):
        name = self.dice.choice(["name", "name", "email", "street"])
        if copy[name]:
            copy[name] = self.typo(copy[name])

    def typo(self, text):
        """A text with one slip of the fingers."""
        places = [p for p in range(1, len(text) - 1) if text[p : p + 2].isalpha()]
        if not places:
            return text
        at = self.dice.choice(places)
        head, letter, tail = text[:at], text[at], text[at + 1 :]
        slip = self.dice.randrange(4)
        if slip == 0:
            return head + tail
        if slip == 1:
            return head + letter + letter + tail
        if slip == 2:
            return head + tail[:1] + letter + tail[1:]
        return head + KEYBOARD.get(letter.lower(), "e") + tail

    def swap(self, copy):
        if not copy["is_company"]:
            first, _space, last = copy["name"].partition(" ")
            comma = self.dice.choice(["", ","])
            copy["name"] = f"{last}{comma} {first}"

    def move(self, copy):
        copy.update(self.address())

    def reformat(self, copy):
        copy["name"] = self.dice.choice([str.upper, str.lower, ascii_of])(copy["name"])
        copy["email"] = copy["email"].upper()
        copy["phone"] = copy["phone"].replace("+49 ", "0").replace(" ", "-")
        copy["street"] = copy["street"].replace("Street", "St.")

    def forget(self, copy):
        copy[self.dice.choice(["email", "phone", "street"])] = ""

    def change_email(self, copy):
        local = copy["email"].partition("@")[0]
        if local:
            kept = self.dice.random() < 0.6
            local = local if kept else f"{local[:1]}{self.dice.randrange(10**5)}"
            copy["email"] = f"{local}@{self.dice.choice(OTHER_MAILS)}"

    def shorten(self, copy):
        first, _space, rest = copy["name"].partition(" ")
        if copy["is_company"]:
            copy["name"] = copy["name"].rsplit(" ", 1)[0]
        elif rest:
            copy["name"] = f"{first[0]}. {rest}"


def recognisable(original, copy):
    """Whether somebody who knew both entries well could tell that they are one."""

    def kept(*names):
        return all(original[name] and original[name] == copy[name] for name in names)

    def digits(text):
        return "".join(filter(str.isdigit, text))[-7:]

    return (
        (original["email"] and original["email"].lower() == copy["email"].lower())
        or (original["phone"] and digits(original["phone"]) == digits(copy["phone"]))
        or kept("street", "zip")
    )


def ascii_of(text):
    """How a text is written by who has no such letters."""
    for letter, plain in (("ß", "ss"), ("ø", "o"), ("Ø", "O"), ("ł", "l"), ("Ł", "L")):
        text = text.replace(letter, plain)
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def insert(env, rows):
    """Insert contacts at once, as a database has them; returns their ids in order."""

    def sanitized(phone):
        digits = "".join(filter(str.isdigit, phone))
        digits = digits.removeprefix("49").removeprefix("0")
        return f"+49{digits}" if digits else None

    values = [
        (
            row["name"],
            row["email"] or None,
            row["email"].lower() or None,
            row["phone"] or None,
            sanitized(row["phone"]),
            row.get("vat") or None,
            row["street"] or None,
            row["zip"] or None,
            row["city"] or None,
            row["is_company"],
        )
        for row in rows
    ]
    env.cr.execute("SELECT COALESCE(MAX(id), 0) FROM res_partner")
    [first] = env.cr.fetchone()
    env.cr.execute(
        """
        INSERT INTO res_partner (
               name, complete_name, email, email_normalized, phone, phone_sanitized,
               vat, street, zip, city, is_company, active, type, partner_share, lang,
               autopost_bills, create_date, write_date)
        SELECT name, name, email, normalized, phone, sanitized, vat, street, zip, city,
               is_company, TRUE, 'contact', TRUE, 'en_US', 'ask', now(), now()
          FROM UNNEST(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
                      %s::text[], %s::text[], %s::text[], %s::text[], %s::bool[])
               WITH ORDINALITY new(name, email, normalized, phone, sanitized, vat,
                                   street, zip, city, is_company, number)
         ORDER BY number
        """,
        [list(column) for column in zip(*values, strict=True)],
    )
    env.cr.execute(
        "UPDATE res_partner SET commercial_partner_id = id WHERE id > %s", [first]
    )
    env.cr.execute("SELECT id FROM res_partner WHERE id > %s ORDER BY id", [first])
    return [row[0] for row in env.cr.fetchall()]
