"""What value comes from, what it costs, and what is said where it is not known."""

SEVEN_PS = [
    ("product", "7 Ps: Product"),
    ("price", "7 Ps: Price"),
    ("promotion", "7 Ps: Promotion"),
    ("place", "7 Ps: Place"),
    ("process", "7 Ps: Process"),
    ("physical_evidence", "7 Ps: Physical Evidence"),
    ("people", "7 Ps: People"),
]
RATER = [
    ("reliability", "RATER: Reliability"),
    ("assurance", "RATER: Assurance"),
    ("tangibles", "RATER: Tangibles"),
    ("empathy", "RATER: Empathy"),
    ("responsiveness", "RATER: Responsiveness"),
]
SACRIFICES = [
    ("money", "Sacrifice: Money"),
    ("search", "Sacrifice: Search"),
    ("psychic", "Sacrifice: Psychic Cost"),
]
SOURCES = [*SEVEN_PS, *RATER, *SACRIFICES]
SACRIFICE_KEYS = frozenset(key for key, _label in SACRIFICES)

HELP = (
    "Benefits come from the 7 Ps (product, price, promotion, place, process, physical "
    "evidence, people) or, of services, from RATER (reliability, assurance, tangibles, "
    "empathy, responsiveness). Sacrifices are money, the effort of searching and "
    "comparing, and psychic cost: worry, conflict, blame."
)


def why_no_value(env, value):
    """Say why a value could not be computed, and what to do.

    :param value: a value with an obstacle
    """
    names = ", ".join(value.factors)
    words = {
        "no_benefit": env._("there is no benefit yet: add one"),
        "no_sacrifice": env._(
            "there is no sacrifice yet: say what the customer gives up"
        ),
        "weight_missing": env._("the weight is missing of: %s", names),
        "weight_negative": env._("the weight is negative of: %s", names),
        "score_missing": env._("the score is missing of: %s", names),
        "score_negative": env._("the score is negative of: %s", names),
        "score_too_high": env._("the score is above 10 of: %s", names),
        "sacrifices_zero": env._(
            "the sacrifices add up to zero, and nothing can be divided by zero. "
            "Nothing is free: score above zero what the customer gives up (%s)",
            names,
        ),
    }
    return words[value.obstacle]
