from datetime import timedelta

from ...analytics import RetentionModel
from ..common import ValueChainCommon

MBGNBD = {
    "name": "MBG/NBD",
    "parameters": {"r": 0.5, "alpha": 5.0, "a": 0.4, "b": 2.5},
    "log_likelihood": None,
}
WEEKS_A_YEAR = 365.25 / 7
RISKS = ((0.1, "lapsed"), (0.4, "high"), (0.7, "medium"), (1.1, "low"))


class ForecastCase(ValueChainCommon):
    """Customers with figures of a known model, without fitting one."""

    @classmethod
    def make_model(cls, method="MBG/NBD", grade="B"):
        forecaster = {"model": MBGNBD, "corrections": []}
        return cls.env["crm.retention.model"].create(
            {
                "company_id": cls.company.id,
                "as_of": cls.today,
                "method": method,
                "grade": grade,
                "parameters": {
                    "version": 1,
                    "horizon": 90 / 7,
                    "as_of": 0,
                    "method": method,
                    "count_method": method,
                    "grade": grade,
                    "probability": forecaster,
                    "count": forecaster,
                    "alive": MBGNBD,
                    "amounts": {"mean": 100.0, "model": None},
                },
            }
        )

    @classmethod
    def customer(cls, *days_ago, name="Customer", amount=100.0, **values):
        """A customer who bought some days ago."""
        customer = cls.make_customer(name, **values)
        for days in days_ago:
            cls.buy(customer, days, amount)
        return customer

    @classmethod
    def forecast(cls, customer, model, **values):
        """Write the figures that the model forecasts for a measured customer."""
        profile = cls.profile(customer)
        scorer = RetentionModel.from_dict(model.parameters)
        first, last = profile.first_purchase_date, profile.last_purchase_date
        x, t_x = profile.purchase_count - 1, (last - first).days / 7
        observed = (profile.scored_on - first).days / 7
        amount = profile.average_purchase_amount
        now = scorer.predict(x, t_x, observed, amount, horizon=90 / 7)
        best = scorer.predict(x, t_x, t_x, amount, horizon=90 / 7)
        clv = scorer.lifetime_value(
            x, t_x, observed, now.value, amount, horizon=WEEKS_A_YEAR, rate=0.1
        )
        due = scorer.next_purchase(x, t_x)
        kept = float(now.probability[0] / best.probability[0])
        profile.sudo().write(
            {
                "retention_model_id": model.id,
                "purchase_probability": now.probability[0],
                "p_alive": now.p_alive[0],
                "expected_purchases": now.expected[0],
                "expected_purchase_amount": now.value[0],
                "chance_kept": kept,
                "churn_risk": next(risk for limit, risk in RISKS if kept < limit),
                "next_purchase_date": last + timedelta(weeks=due.middle[0]),
                "next_purchase_earliest": last + timedelta(weeks=due.earliest[0]),
                "next_purchase_latest": last + timedelta(weeks=due.latest[0]),
                "revenue_at_risk": profile.yearly_amount * (1 - kept),
                "clv": clv[0],
                "clv_basis": "amount",
                **values,
            }
        )
        return profile
