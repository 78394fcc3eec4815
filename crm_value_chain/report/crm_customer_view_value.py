from odoo import models
from odoo.tools import format_amount, format_date, formatLang

RISK_TONES = {"medium": "warning", "high": "danger", "lapsed": "muted"}


# parts of the customer view that speak of several rooms
# pylint: disable=consider-merging-classes-inherited
class CrmCustomerProfile(models.Model):
    _inherit = "crm.customer.profile"

    def _view_parts(self):
        return [
            *super()._view_parts(),
            self._value_and_risk_part(),
            self._standing_part(),
        ]

    def _value_and_risk_part(self):
        """What the customer is worth to us, and what of it is at risk."""
        lines = [
            *self._amount_lines(),
            *self._forecast_lines(),
            *self._profit_lines(),
        ]
        return self._part(
            "value",
            self.env._("Value and Risk"),
            20,
            lines,
            empty=self.env._("Bought nothing yet."),
            action="action_open_transactions",
        )

    def _amount_lines(self):
        if not self.purchase_count:
            return []
        year = self._in_words("yearly_amount")
        detail = self.env._(
            "%(total)s since %(day)s",
            total=self._in_words("purchase_amount"),
            day=format_date(self.env, self.first_purchase_date),
        )
        if self.previous_yearly_amount > 0:
            detail = self.env._(
                "%(trend)s against the year before, %(total)s",
                trend=_signed_percent(self.env, self.amount_trend),
                total=detail,
            )
        return [{"text": self.env._("%s a year", year), "detail": detail}]

    def _forecast_lines(self):
        if not self.retention_model_id or not self.purchase_count:
            return []
        risks = self._fields["churn_risk"]._description_selection(self.env)
        chance = {
            "text": self.env._(
                "%(chance)s chance of buying within %(days)s days",
                chance=_percent(self.env, self.purchase_probability),
                days=self.horizon_days,
            ),
            "detail": self.env._("Churn risk: %s", dict(risks)[self.churn_risk]),
            "tone": RISK_TONES.get(self.churn_risk),
        }
        worth = {
            "text": self.env._("Customer lifetime value %s", self._in_words("clv")),
            "detail": self.revenue_at_risk
            and self.env._("%s a year are at risk", self._in_words("revenue_at_risk")),
        }
        return [chance, worth, *self._next_purchase_lines()]

    def _next_purchase_lines(self):
        day = self.next_purchase_date
        if not day:
            return []
        late = day < self._figures_day()
        return [
            {
                "text": self.env._("Next purchase by %s", format_date(self.env, day)),
                "detail": self.env._("overdue") if late else None,
                "tone": "warning" if late else None,
            }
        ]

    def _profit_lines(self):
        """Profit, for those who may see it."""
        if not self._has_field_access(self._fields["profit"], "read"):
            return []
        if not self.profit:
            return []
        return [
            {
                "text": self.env._("Profit %s", self._in_words("profit")),
                "detail": self.env._(
                    "margin %(margin)s, cost to serve %(cost)s",
                    margin=self._in_words("margin"),
                    cost=self._in_words("service_cost"),
                ),
                "tone": "danger" if self.profit < 0 else None,
            }
        ]

    def _standing_part(self):
        """Where the customer stands in each classification, and with its tiers."""
        lines = [self._stage_line()] if self.ladder_stage_id else []
        for label, name in self._class_labels():
            if self[name]:
                lines.append({"text": self[name].sudo().name, "detail": label})
        if self.loyalty_type:
            lines.append(self._loyalty_line())
        return self._part(
            "standing",
            self.env._("Ladder and Loyalty"),
            22,
            lines,
            most=len(lines),
            empty=self.env._("Not placed yet: the next night does."),
        )

    def _stage_line(self):
        since = self.ladder_stage_since
        return {
            "text": self.ladder_stage_id.name,
            "detail": since and self.env._("since %s", format_date(self.env, since)),
        }

    def _class_labels(self):
        names = ("segment_id", "value_tier_id", "loyalty_class_id", "loyalty_tier_id")
        return [
            (self._fields[name]._description_string(self.env), name) for name in names
        ]

    def _loyalty_line(self):
        # the names of the types alone would read “True” and “None”
        types = {
            "true": self.env._("True loyalty"),
            "latent": self.env._("Latent loyalty"),
            "spurious": self.env._("Spurious loyalty"),
            "none": self.env._("No loyalty"),
        }
        supplier = self._fields["supplier_loyalty"]._description_selection(self.env)
        at_risk = self.supplier_loyalty in ("hostage", "de_loyal")
        return {
            "text": types[self.loyalty_type],
            "detail": dict(supplier).get(self.supplier_loyalty),
            "tone": "danger" if at_risk else None,
        }

    def _in_words(self, name):
        """An amount of the customer, as the user writes amounts."""
        return format_amount(self.env, self[name] or 0, self.currency_id)


def _percent(env, share):
    return env._("%s%%", formatLang(env, 100 * (share or 0), digits=0))


def _signed_percent(env, share):
    sign = "+" if share > 0 else ""
    return sign + _percent(env, share)
