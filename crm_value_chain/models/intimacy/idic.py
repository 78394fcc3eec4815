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

    @property
    def name(self):
        """Name of one evidence among all."""
        return f"{self.step}.{self.key}"

    def is_meant(self, name):
        """Whether a name is that of this evidence, or of its step."""
        return name in (self.step, self.name)


def step_words(env):
    """Name of each step and when it is done, by its key."""
    return {
        "identify": (
            env._("Identify"),
            env._("We recognise the customer on every channel, and the data is right."),
        ),
        "differentiate": (
            env._("Differentiate"),
            env._("We know what the customer is worth, and what it needs."),
        ),
        "interact": (
            env._("Interact"),
            env._("We meet the customer where it suits, and learn from it."),
        ),
        "customise": (
            env._("Customise"),
            env._("We treat the customer differently because of what we know."),
        ),
    }


def steps_with(env, evidence):
    """The four steps in order, each with its evidence.

    :param evidence: pairs of the step's key and a dict that says more
    :rtype: list[dict]
    """
    words = step_words(env)
    return [
        {
            "key": step,
            "label": words[step][0],
            "done_when": words[step][1],
            "evidence": [more for of_step, more in evidence if of_step == step],
        }
        for step in STEPS
    ]
