"""The ready-made portfolios: names, rules and colours, nothing else.

Each is a list of segments in order: the first one whose rule matches takes a customer,
and together they take everybody. A rule is a domain on the customer profile, in which
`Tiers` and `Stages` stand for the value tiers of a company and for ladder stages.

The grid of the RFM groups is the one common in retail, by recency and frequency;
the monetary score parts the best and the gone ones by what they were worth.
"""

from typing import Any, NamedTuple

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)


class Tiers(NamedTuple):
    """Value tiers of the company: ``top`` the first, ``low`` the last, ``mid`` the
    others, ``high`` all but the last."""

    which: str


class Stages(NamedTuple):
    """Stages of the shipped value ladder, by the ends of their external ids."""

    names: tuple


class Segment(NamedTuple):
    """A segment to be: name, description, colour and rule."""

    name: Any
    description: Any
    color: int
    domain: list


class Portfolio(NamedTuple):
    """Segments that together hold every customer."""

    name: Any
    description: Any
    segments: list


RED, ORANGE, YELLOW, BLUE, PURPLE, TEAL, GREEN, GREY = 1, 2, 3, 4, 5, 7, 10, 0

BOUGHT = ("purchase_count", ">", 0)
LAPSED = ("churn_risk", "=", "lapsed")
PURCHASED_MUCH = ("m_score", ">=", 4)
TOP, MID, LOW, HIGH = (
    ("value_tier_id", "in", Tiers(which)) for which in ("top", "mid", "low", "high")
)
FIRST = ("ladder_stage_id", "in", Stages(("first_time",)))
REPEAT = ("ladder_stage_id", "in", Stages(("repeat",)))
MAJORITY = ("ladder_stage_id", "in", Stages(("majority", "loyal", "advocate")))
LIKELY = ("purchase_probability", ">=", 0.5)
POSSIBLE = ("purchase_probability", ">=", 0.2)
UNLIKELY = ("purchase_probability", "<", 0.2)

NOT_YET = Segment(
    _lt("Not Customers Yet"),
    _lt("No purchase so far, or not scored yet."),
    GREY,
    ["|", ("purchase_count", "=", 0), ("r_score", "=", 0)],
)
NO_PURCHASE = Segment(
    _lt("Prospects"),
    _lt("No purchase so far."),
    GREY,
    [("purchase_count", "=", 0)],
)
LAPSED_GOOD = Segment(
    _lt("Lapsed, Once Valuable"),
    _lt("Hardly a chance that they buy again, but they once bought for much."),
    RED,
    [BOUGHT, LAPSED, PURCHASED_MUCH],
)
LAPSED_OTHER = Segment(
    _lt("Lapsed"),
    _lt("Hardly a chance that they buy again, and they never bought for much."),
    GREY,
    [BOUGHT, LAPSED],
)
OTHERS = Segment(
    _lt("Others"),
    _lt("Whom no rule above takes, such as customers who are not scored yet."),
    GREY,
    [],
)

RFM = Portfolio(
    _lt("RFM groups"),
    _lt(
        "Eleven groups, as retailers name them, by how recently, how often and for how "
        "much customers buy."
    ),
    [
        Segment(
            _lt("Champions"),
            _lt("Bought just now, buy often, and for much."),
            GREEN,
            [("r_score", "=", 5), ("f_score", ">=", 4), ("m_score", ">=", 4)],
        ),
        Segment(
            _lt("Loyal Customers"),
            _lt("Buy often, and did so not long ago."),
            TEAL,
            [
                ("r_score", ">=", 3),
                ("f_score", ">=", 4),
                "|",
                ("r_score", "<=", 4),
                ("m_score", "<=", 3),
            ],
        ),
        Segment(
            _lt("Potential Loyalists"),
            _lt("Bought recently, and more than once: they may become loyal."),
            BLUE,
            [("r_score", ">=", 4), ("f_score", "in", [2, 3])],
        ),
        Segment(
            _lt("New Customers"),
            _lt("Bought just now, with few purchases so far."),
            PURPLE,
            [("r_score", "=", 5), ("f_score", "=", 1)],
        ),
        Segment(
            _lt("Promising"),
            _lt("Bought recently, with few purchases so far."),
            PURPLE,
            [("r_score", "=", 4), ("f_score", "=", 1)],
        ),
        Segment(
            _lt("Need Attention"),
            _lt("In the middle of everything: they may go either way."),
            YELLOW,
            [("r_score", "=", 3), ("f_score", "=", 3)],
        ),
        Segment(
            _lt("About to Sleep"),
            _lt("Some time since the last purchase, and few of them."),
            YELLOW,
            [("r_score", "=", 3), ("f_score", "in", [1, 2])],
        ),
        Segment(
            _lt("At Risk"),
            _lt("Used to buy often, but long ago."),
            ORANGE,
            [
                ("r_score", "in", [1, 2]),
                ("f_score", "in", [3, 4]),
                ("m_score", "<=", 4),
            ],
        ),
        Segment(
            _lt("Can't Lose Them"),
            _lt("Used to buy most often, or often and for most, but long ago."),
            RED,
            [
                ("r_score", "in", [1, 2]),
                "|",
                ("f_score", "=", 5),
                "&",
                ("f_score", "in", [3, 4]),
                ("m_score", "=", 5),
            ],
        ),
        Segment(
            _lt("Hibernating"),
            _lt("Last purchase long ago, and few of them."),
            GREY,
            [
                ("r_score", "in", [1, 2]),
                ("f_score", "in", [1, 2]),
                "|",
                ("r_score", "=", 2),
                ("m_score", ">=", 3),
            ],
        ),
        Segment(
            _lt("Lost"),
            _lt("Bought longest ago, seldom, and for little."),
            GREY,
            [("r_score", "=", 1), ("f_score", "in", [1, 2]), ("m_score", "in", [1, 2])],
        ),
        NOT_YET,
    ],
)

VALUE_AND_LIFECYCLE = Portfolio(
    _lt("Value and lifecycle"),
    _lt("By value tier, and by how far the relationship has come on the value ladder."),
    [
        NO_PURCHASE,
        LAPSED_GOOD,
        LAPSED_OTHER,
        Segment(
            _lt("New, High Value"),
            _lt("One purchase so far, and a good one."),
            PURPLE,
            [FIRST, HIGH],
        ),
        Segment(
            _lt("New, Low Value"),
            _lt("One purchase so far, and a small one."),
            PURPLE,
            [FIRST, LOW],
        ),
        Segment(
            _lt("Developing, Top Value"),
            _lt("Buy again, and are among the best."),
            BLUE,
            [REPEAT, TOP],
        ),
        Segment(
            _lt("Developing, Middle Value"),
            _lt("Buy again, for a fair amount."),
            BLUE,
            [REPEAT, MID],
        ),
        Segment(
            _lt("Developing, Low Value"),
            _lt("Buy again, for little."),
            YELLOW,
            [REPEAT, LOW],
        ),
        Segment(
            _lt("Established, Top Value"),
            _lt("We are their main supplier, and they are among the best."),
            GREEN,
            [MAJORITY, TOP],
        ),
        Segment(
            _lt("Established, Middle Value"),
            _lt("We are their main supplier, for a fair amount."),
            TEAL,
            [MAJORITY, MID],
        ),
        Segment(
            _lt("Established, Low Value"),
            _lt("We are their main supplier, but they need little."),
            TEAL,
            [MAJORITY, LOW],
        ),
        OTHERS,
    ],
)

CHANCE_AND_VALUE = Portfolio(
    _lt("Chance of buying and value"),
    _lt("By how likely customers are to buy within the horizon, and by value tier."),
    [
        NO_PURCHASE,
        LAPSED_GOOD,
        LAPSED_OTHER,
        Segment(
            _lt("One Purchase So Far"),
            _lt("Nobody knows their rhythm yet: the second purchase decides."),
            PURPLE,
            [("purchase_count", "=", 1)],
        ),
        Segment(
            _lt("Likely, High Value"),
            _lt("More likely than not to buy soon, and valuable."),
            GREEN,
            [LIKELY, HIGH],
        ),
        Segment(
            _lt("Likely, Low Value"),
            _lt("More likely than not to buy soon, for little."),
            TEAL,
            [LIKELY, LOW],
        ),
        Segment(
            _lt("Possible, High Value"),
            _lt("May buy soon or not, and valuable."),
            YELLOW,
            [POSSIBLE, HIGH],
        ),
        Segment(
            _lt("Possible, Low Value"),
            _lt("May buy soon or not, for little."),
            YELLOW,
            [POSSIBLE, LOW],
        ),
        Segment(
            _lt("Unlikely, High Value"),
            _lt("Valuable, but hardly likely to buy soon."),
            ORANGE,
            [UNLIKELY, HIGH],
        ),
        Segment(
            _lt("Unlikely, Low Value"),
            _lt("Hardly likely to buy soon, and for little."),
            GREY,
            [UNLIKELY, LOW],
        ),
        OTHERS,
    ],
)

PORTFOLIOS = {
    "rfm": RFM,
    "value_lifecycle": VALUE_AND_LIFECYCLE,
    "chance_value": CHANCE_AND_VALUE,
}
