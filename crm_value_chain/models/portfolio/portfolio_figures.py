"""What a group of customers is worth, as aggregates of their profiles ``p``."""

from odoo.tools import SQL

#: value of each figure where there are no customers
NOTHING = {
    "customers": 0,
    "buyers": 0,
    "lapsed": 0,
    "at_risk": 0,
    "yearly_amount": 0.0,
    "clv": 0.0,
    "m_score": None,
    "chance": None,
    "previous": None,
    "purchase_amount": 0.0,
    "margin": None,
    "service_cost": None,
    "profit": None,
    "profit_unknown": 0,
}

MEANS = ("m_score", "chance")


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
        "clv": SQL("COALESCE(SUM(p.clv), 0)::float8"),
        "m_score": SQL("AVG(p.m_score)::float8"),
        "chance": SQL(
            "AVG(p.purchase_probability) FILTER (WHERE p.purchase_count > 0)"
        ),
        "previous": _sum_if_readable(profiles, "previous_yearly_amount"),
        "purchase_amount": SQL("COALESCE(SUM(p.purchase_amount), 0)::float8"),
        "margin": _sum_if_readable(profiles, "margin"),
        "service_cost": _sum_if_readable(profiles, "service_cost"),
        "profit": _sum_if_readable(profiles, "profit"),
        "profit_unknown": SQL(
            "COUNT(*) FILTER (WHERE p.purchase_count > 0 AND p.profit IS NULL)"
        ),
    }


def add_up(figures):
    """Figures of several groups together; of means the mean over the buyers.

    :param figures: iterable of figures of groups that share no customer
    """
    figures = list(figures)
    total = dict(NOTHING)
    for name in NOTHING:
        known = [group for group in figures if group[name] is not None]
        buyers = sum(group["buyers"] for group in known)
        if name not in MEANS and known:
            total[name] = sum(group[name] for group in known)
        elif name in MEANS and buyers:
            total[name] = sum(g[name] * g["buyers"] for g in known) / buyers
    return total


def _sum_if_readable(profiles, name):
    field = profiles._fields.get(name)
    if field is None or not (field.store and profiles._has_field_access(field, "read")):
        return SQL("NULL::float8")
    return SQL("SUM(%s)::float8", SQL.identifier("p", name))
