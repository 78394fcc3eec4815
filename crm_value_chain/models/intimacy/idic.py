"""IDIC (Peppers & Rogers): four tasks, and the evidence that each is done."""

from typing import NamedTuple

from odoo.tools import SQL

STEPS = ("identify", "differentiate", "interact", "customise")


class Evidence(NamedTuple):
    """Something that shows how far a step of IDIC is with a customer.

    One SQL condition says it of one customer and of a segment of a million.
    """

    step: str  # one of STEPS
    key: str  # a name that screens and tests know it by
    label: str  # what is there: "Value known"
    fix: str  # what to do where it is missing, in one sentence
    sql: SQL  # condition on the profile `p`, TRUE where the evidence is there
