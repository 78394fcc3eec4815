"""What a group of customers is worth, as aggregates of their profiles ``p``."""

from odoo.tools import SQL

#: value of each figure where there are no customers
NOTHING = {
    "customers": 0,
    "buyers": 0,
    "lapsed": 0,
    "at_risk": 0,
    "yearly_amount": 0.0,
    "purchase_amount": 0.0,
    "clv": 0.0,
    "chance": None,
    "previous": None,
    "profit": None,
}


def aggregates(profiles):
    """SQL of each figure, to be selected over profiles ``p``.

    Profit only for those who may read it, and what others measure only where it is.

    :param profiles: empty profiles of the user who asks
    :rtype: dict[str, SQL]
    """
    return {
        "customers": SQL("COUNT(*)"),
        "buyers": SQL("COUNT(*) FILTER (WHERE p.purchase_count > 0)"),
        "lapsed": SQL("COUNT(*) FILTER (WHERE p.churn_risk = 'lapsed')"),
        "at_risk": SQL("COUNT(*) FILTER (WHERE p.churn_risk IN ('medium', 'high'))"),
        "yearly_amount": SQL("COALESCE(SUM(p.yearly_amount), 0)::float8"),
        "purchase_amount": SQL("COALESCE(SUM(p.purchase_amount), 0)::float8"),
        "clv": SQL("COALESCE(SUM(p.clv), 0)::float8"),
        "chance": SQL(
            "AVG(p.purchase_probability) FILTER (WHERE p.purchase_count > 0)"
        ),
        "previous": _sum_if_readable(profiles, "previous_yearly_amount"),
        "profit": _sum_if_readable(profiles, "profit"),
    }


def add_up(figures):
    """Figures of several groups together; the chance is the mean over the buyers.

    :param figures: iterable of figures of groups that share no customer
    """
    figures = list(figures)
    total = dict(NOTHING)
    for name in NOTHING.keys() - {"chance"}:
        known = [group[name] for group in figures if group[name] is not None]
        if known:
            total[name] = sum(known)
    known = [group for group in figures if group["chance"] is not None]
    if buyers := sum(group["buyers"] for group in known):
        chances = sum(group["chance"] * group["buyers"] for group in known)
        total["chance"] = chances / buyers
    return total


def _sum_if_readable(profiles, name):
    field = profiles._fields.get(name)
    if field is None or not (field.store and profiles._has_field_access(field, "read")):
        return SQL("NULL::float8")
    return SQL("SUM(%s)::float8", SQL.identifier("p", name))
