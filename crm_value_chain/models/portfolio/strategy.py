"""Which strategy the figures of a group of customers speak for, after Buttle."""

#: shares of the buyers from which on a group counts as lapsed, or as at risk
MOST, MANY = 0.5, 0.3
#: value a year against the year before, compared with that of all customers, from which
#: on a group grows or shrinks
GROWING, SHRINKING = 1.1, 0.9
#: monetary score of the middle customer: by rank, so that a few large ones weigh little
MIDDLE = 3

STRATEGIES = [
    ("start", "Start"),
    ("protect", "Protect"),
    ("re_engineer", "Re-engineer"),
    ("enhance", "Enhance"),
    ("harvest", "Harvest"),
    ("end", "End"),
    ("win_back", "Win Back"),
]


def propose(group, everybody):
    """Strategy for a group of customers, and the reason.

    :param group: figures of the group, as `portfolio_figures` has them
    :param everybody: those of all customers of the company
    :return: strategy and key of the reason, none of both for an empty group
    :rtype: tuple[str | None, str | None]
    """
    if not group["customers"]:
        return None, None
    if not group["buyers"]:
        return "start", "no_purchase"
    if share(group, "lapsed") >= MOST:
        once_valuable = (group["m_score"] or 0) > MIDDLE
        return ("win_back", "lapsed_good") if once_valuable else ("end", "lapsed_poor")
    valuable = _is_valuable(group, everybody)
    if group["profit"] is not None and group["profit"] < 0:
        return ("re_engineer", "loss_good") if valuable else ("end", "loss_poor")
    if valuable:
        at_risk = share(group, "at_risk") >= MANY
        return "protect", "good_at_risk" if at_risk else "good"
    return _propose_for_less_valuable(group, everybody)


def _propose_for_less_valuable(group, everybody):
    own, common = growth(group), growth(everybody)
    trend = own / common if own is not None and common else None
    if trend is not None and trend < SHRINKING:
        return "harvest", "shrinking"
    if trend is not None and trend > GROWING:
        return "enhance", "growing"
    if (group["chance"] or 0) >= (everybody["chance"] or 0):
        return "enhance", "likely"
    return "harvest", "unlikely"


def share(group, name):
    """A number of customers as a share of the buyers of a group."""
    return group[name] / group["buyers"] if group["buyers"] else 0.0


def growth(group):
    """Value a year divided by that of the year before, or None if not known."""
    if not group["previous"] or group["previous"] < 0:
        return None
    return group["yearly_amount"] / group["previous"]


def _is_valuable(group, everybody):
    """Whether a buyer of the group is worth at least as much as one of all buyers."""
    amount, total = group["yearly_amount"], everybody["yearly_amount"]
    mean = total / everybody["buyers"] if everybody["buyers"] else 0
    return amount > 0 and amount / group["buyers"] >= mean


def reason_in_words(env, key, group):
    """The reason of a proposal, in a sentence."""
    lapsed, at_risk = f"{share(group, 'lapsed'):.0%}", f"{share(group, 'at_risk'):.0%}"
    return {
        "no_purchase": env._("None of them has bought yet."),
        "lapsed_good": env._(
            "%s of the buyers have lapsed, and they once bought for more than most "
            "customers.",
            lapsed,
        ),
        "lapsed_poor": env._(
            "%s of the buyers have lapsed, and they never bought much.", lapsed
        ),
        "loss_good": env._(
            "They bring more than the average customer, but serving them costs more "
            "than it earns."
        ),
        "loss_poor": env._("They bring little, and serving them makes a loss."),
        "good_at_risk": env._(
            "They bring more than the average customer, and %s of them are at risk.",
            at_risk,
        ),
        "good": env._("They bring more than the average customer."),
        "shrinking": env._(
            "They bring less than the average customer, and develop worse than the "
            "others since the year before."
        ),
        "growing": env._(
            "They bring less than the average customer so far, but develop better than "
            "the others since the year before."
        ),
        "likely": env._(
            "They bring less than the average customer, but are at least as likely to "
            "buy again."
        ),
        "unlikely": env._(
            "They bring less than the average customer, and are less likely to buy "
            "again."
        ),
    }[key]
