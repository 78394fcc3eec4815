"""The customers of the CDNOW sample and what they bought, moved to the present."""

from datetime import date

from odoo import fields

from .demo_file import days_ago, rows

FILE = "cdnow_sample.csv"
LAST_DAY = date(1998, 6, 30)

# The customers of the sample are anonymous. The lengths of the lists have no common
# factor, so that no name comes twice.
FIRST_NAMES = (
    "Ada Adrian Aisha Akira Alma Amara Ben Bianca Carlos Chloe Clara Daniel Diego "
    "Elena Emil Esther Farid Felix Grace Hanna Hugo Ines Ivan Jada Jonas Kaito Karen "
    "Lara Leo Lucia Malik Marta Mina Nadia Noah Olga Omar Paula Priya Rafael Rosa "
    "Samuel Sofia Tara Theo Vera Yusuf"
).split()
LAST_NAMES = (
    "Abbott Alvarez Baker Bauer Becker Bennett Bianchi Boyd Carver Castillo Chandra "
    "Clarke Cohen Costa Dawson Dubois Eriksen Farrell Ferreira Garner Haddad Hayashi "
    "Holt Ibrahim Jansen Keller Kowalski Lambert Lindqvist Marino Meyer Moreau Mwangi "
    "Nakamura Novak Okafor Osborne Park Patel Petrov Quinn Rahman Romero Sato Schultz "
    "Silva Thornton Tran Vargas Walsh Weber Yamada Zhang"
).split()
PLACES = [
    ("Allentown", "base.us"),
    ("Philadelphia", "base.us"),
    ("Boston", "base.us"),
    ("Chicago", "base.us"),
    ("Seattle", "base.us"),
    ("Austin", "base.us"),
    ("Denver", "base.us"),
    ("Atlanta", "base.us"),
    ("San Diego", "base.us"),
    ("Toronto", "base.ca"),
    ("Manchester", "base.uk"),
    ("Hamburg", "base.de"),
    ("Lyon", "base.fr"),
]
SALESPEOPLE = ["base.user_demo", "base.user_admin"]


def load(env):
    """Make the customers, and import their purchases: the last was yesterday.

    :raises ValueError: if the import refuses the file
    """
    purchases = rows(FILE)
    numbers = {int(purchase["customer_id"]) for purchase in purchases}
    _make_customers(env, sorted(numbers))
    shift = days_ago(1) - LAST_DAY
    Purchase = env["crm.historical.purchase"]
    result = Purchase.load(
        ["partner_id", "date", "amount", "description"],
        [
            [
                reference(purchase["customer_id"]),
                fields.Date.to_string(date.fromisoformat(purchase["date"]) + shift),
                purchase["amount_usd"],
                f"{purchase['quantity']} × CD",
            ]
            for purchase in purchases
        ],
    )
    if not result["ids"]:
        raise ValueError(result["messages"])
    Purchase.browse(result["ids"][:1]).batch_id.name = FILE


def reference(number):
    """Reference of the contact of a customer in the sample."""
    return f"CDNOW-{int(number):04}"


def find_customer(env, text):
    """A contact by its reference in the sample, or by an external id."""
    if text.startswith("CDNOW-"):
        return env["res.partner"].search([("ref", "=", text)])
    return env.ref(text)


def _make_customers(env, numbers):
    """Make the contacts, but for those that an addon uninstalled earlier left."""
    customers = _customers(env, numbers)
    known = env["res.partner"].search([("ref", "in", [c["ref"] for c in customers])])
    references = set(known.mapped("ref"))
    env["res.partner"].create([c for c in customers if c["ref"] not in references])


def _customers(env, numbers):
    """Values of the contacts of customers, believable and always the same."""
    places = [(city, env.ref(country).id) for city, country in PLACES]
    salespeople = [env.ref(name).id for name in SALESPEOPLE]
    customers = []
    for number in numbers:
        first, last = _of(FIRST_NAMES, number), _of(LAST_NAMES, number)
        city, country_id = _of(places, number)
        customers.append(
            {
                "name": f"{first} {last}",
                "ref": reference(number),
                "email": f"{first}.{last}@cdnow.example.com".lower(),
                "city": city,
                "country_id": country_id,
                "user_id": _of(salespeople, number),
            }
        )
    return customers


def _of(options, number):
    """One of some options, which take turns."""
    return options[number % len(options)]
