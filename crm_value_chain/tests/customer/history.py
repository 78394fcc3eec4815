"""Random purchase histories, and their figures computed once more by hand."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

AMOUNTS = (0, 0.01, 0.05, 1, 9.99, 20, 33.33, 100, 1234.56, 99999.99)


def random_history(random: Random, end: date) -> list[tuple[date, float]]:
    """Days and amounts as they may happen: ties, returns, zeros, bursts, pauses."""
    kind = random.randrange(8)
    if kind == 0:
        return []
    count = 1 if kind == 1 else random.randrange(1, 12)
    days = [end - timedelta(days=random.randrange(0, 1200)) for _ in range(count)]
    if kind == 2:  # all on one day
        days = days[:1] * count
    if kind == 3:  # around the edges of the years that count
        edge = end.replace(year=end.year - random.choice((1, 2)))
        days = [edge + timedelta(days=random.randrange(-2, 3)) for _ in range(count)]
    amounts = [random.choice(AMOUNTS) for _ in range(count)]
    if kind == 4:  # returns only
        amounts = [-amount or -1 for amount in amounts]
    elif kind == 5:  # more returned than bought
        amounts = [*amounts, -sum(amounts) - 7]
        days = [*days, end]
    elif kind == 6:
        amounts = [amount * random.choice((1, 1, -1)) for amount in amounts]
    return list(zip(days, amounts, strict=True))


def figures(history, as_of, digits=2, need=0.0):
    """What the profile of a customer with this history holds at the end of a day."""
    known = [
        (day, Decimal(str(round(amount, digits))))
        for day, amount in history
        if day <= as_of
    ]
    bought = [(day, amount) for day, amount in known if amount >= 0]
    by_day = defaultdict(Decimal)
    for day, amount in bought:
        by_day[day] += amount
    days = sorted(by_day)
    year_ago = _a_year_before(as_of)
    yearly = [amount for day, amount in known if day > year_ago]
    two_years_ago = _a_year_before(as_of, 2)
    before = sum((a for day, a in known if two_years_ago < day <= year_ago), Decimal())
    returned = [-amount for _day, amount in known if amount < 0]
    total = sum((amount for _day, amount in known), Decimal())

    def rounded(amount):
        return amount.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)

    result = {
        "purchase_count": len(days),
        "first_purchase_date": days[0] if days else None,
        "last_purchase_date": days[-1] if days else None,
        "recency_days": (as_of - days[-1]).days if days else None,
        "tenure_days": (as_of - days[0]).days if days else None,
        "mean_gap_days": (days[-1] - days[0]).days / (len(days) - 1)
        if len(days) > 1
        else None,
        "purchase_amount": rounded(total) if known else None,
        "returns_amount": rounded(sum(returned)) if returned else None,
        "yearly_amount": rounded(sum(yearly)) if yearly else None,
        "average_purchase_amount": rounded(sum(by_day.values()) / len(days))
        if days
        else None,
        "share_of_wallet": None,
        "previous_yearly_amount": rounded(before) or None,
        "amount_trend": float(sum(yearly) / before - 1) if before > 0 else None,
    }
    if need:
        share = float(sum(yearly)) / need
        result["share_of_wallet"] = min(1.0, max(0.0, share))
    return result


def _a_year_before(day, years=1):
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)
