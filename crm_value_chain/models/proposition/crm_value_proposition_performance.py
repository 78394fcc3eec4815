from math import inf

from odoo import api, fields, models
from odoo.tools import format_amount, format_date

from ...analytics.small_samples import (
    ENOUGH,
    Sums,
    median,
    quotient,
    rate,
    rate_difference,
)
from ..portfolio.crm_segment import PROFITABILITY


# an idea of its own: how a proposition does, as far as its deals can tell
# pylint: disable=consider-merging-classes-inherited
class CrmValueProposition(models.Model):
    _inherit = "crm.value.proposition"

    deal_count = fields.Integer("Deals", compute="_compute_performance")
    win_rate_text = fields.Char(
        "Win Rate",
        compute="_compute_performance",
        help="Won deals of those that are won or lost, with the interval that holds "
        "the true rate in 95 of 100 cases (Wilson). Below ten closed deals nothing can "
        "be told. A deal is an opportunity, or a quotation without one; only the deals "
        "count that you may see.",
    )

    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_performance(self):
        counts = {}
        report = self.env["crm.value.proposition.report"]
        groups = report.has_access("read") and report._read_group(
            [("proposition_id", "in", self.ids)],
            ["proposition_id", "state"],
            ["__count"],
        )
        for proposition, state, count in groups or ():
            counts.setdefault(proposition.id, {})[state] = count
        for proposition in self:
            found = counts.get(proposition._origin.id, {})
            won, lost = found.get("won", 0), found.get("lost", 0)
            proposition.deal_count = sum(found.values())
            proposition.win_rate_text = self._rate_in_words(rate(won, won + lost))

    def get_performance(self):
        """How the proposition and its versions do, against deals without one.

        Deals without a proposition count from the day on which the first version came
        into use: before that, sellers had no choice.

        :return: ``columns`` with key and label, ``rows`` with a text for each key and
            a ``name``
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        report = self.env["crm.value.proposition.report"]
        mine = report._figures([("proposition_id", "=", self.id)])
        without, since = self._without_proposition()
        rows = [self._performance_row(self.env._("All Versions"), mine, without)]
        by_version = {figures["version_id"]: figures for figures in mine}
        for version in self.version_ids.sorted("number", reverse=True):
            if version.id in by_version:
                name = self.env._("Version %s", version.number)
                figures = [by_version[version.id]]
                rows.append(self._performance_row(name, figures, without))
        if since:
            name = self.env._(
                "Without a proposition, since %s", format_date(self.env, since)
            )
            rows.append(self._performance_row(name, without))
        return {"columns": self._performance_columns(), "rows": rows}

    def _without_proposition(self):
        """Figures of the deals without a proposition, and since when they count."""
        used = self.version_ids.sudo().filtered("approved_on")
        since = min(used.mapped("approved_on"), default=None)
        domain = [
            ("proposition_id", "=", False),
            ("company_id", "=", self.company_id.id),
            ("closed_on", ">=", since),
        ]
        report = self.env["crm.value.proposition.report"]
        return (report._figures(domain) if since else []), since

    def _performance_columns(self):
        columns = [
            ("closed", self.env._("Won or Lost")),
            ("rate", self.env._("Win Rate (95% interval)")),
            ("days", self.env._("Median Days to Win (95% interval)")),
            ("amount", self.env._("Average Won")),
        ]
        if self.env.user.has_group(PROFITABILITY):
            columns.append(("margin", self.env._("Margin of Orders (95% interval)")))
        columns.append(("comparison", self.env._("Against Deals without One")))
        return [{"key": key, "label": label} for key, label in columns]

    def _performance_row(self, name, figures, others=None):
        """A row of the table.

        :param figures: see the report, of one version or of several
        :param others: what it is compared with
        """
        won, closed = add_up(figures, "won"), add_up(figures, "closed")
        wins = rate(won, closed)
        days = median([day for each in figures for day in each["days"]])
        row = {
            "name": name,
            "closed": str(closed),
            "rate": self._rate_in_words(wins),
            "days": self._days_in_words(days),
            "amount": self._average_in_words(add_up(figures, "amount"), won),
            "comparison": "",
        }
        if self.env.user.has_group(PROFITABILITY):
            row["margin"] = self._margin_in_words(figures)
        if others is not None:
            base = rate(add_up(others, "won"), add_up(others, "closed"))
            row["comparison"] = self._comparison_in_words(wins, base)
        return row

    @api.model
    def _rate_in_words(self, wins):
        if wins is None:
            return self.env._("no closed deal yet")
        won = round(wins.value * wins.cases)
        if not wins.is_enough:
            return self.env._(
                "%(won)s of %(count)s won: too few to tell", won=won, count=wins.cases
            )
        return self.env._(
            "%(rate)s (%(low)s–%(high)s), %(won)s of %(count)s",
            rate=f"{wins.value:.0%}",
            low=f"{wins.low:.0%}",
            high=f"{wins.high:.0%}",
            won=won,
            count=wins.cases,
        )

    @api.model
    def _days_in_words(self, days):
        if days is None:
            return ""
        if not days.is_enough:
            return self.env._(
                "%(days)s (of %(count)s: too few to tell)",
                days=f"{days.value:.0f}",
                count=days.cases,
            )
        return self.env._(
            "%(days)s (%(low)s–%(high)s), of %(count)s",
            days=f"{days.value:.0f}",
            low=f"{days.low:.0f}",
            high=f"{days.high:.0f}",
            count=days.cases,
        )

    def _average_in_words(self, amount, count):
        if not count:
            return ""
        average = self._amount_in_words(amount / count)
        if count < ENOUGH:
            return self.env._(
                "%(amount)s (of %(count)s: too few to tell)",
                amount=average,
                count=count,
            )
        return self.env._("%(amount)s, of %(count)s", amount=average, count=count)

    def _amount_in_words(self, amount):
        currency = self.company_id.currency_id
        return format_amount(self.env, round(amount), currency, trailing_zeroes=False)

    def _margin_in_words(self, figures):
        """The margin of orders whose cost is known, and its share of their revenue."""
        names = ("known", "margin", "revenue")
        names += ("margin_squares", "revenue_squares", "products")
        share = quotient(Sums(*(add_up(figures, name) for name in names)))
        if not share:
            return self.env._("not known")
        margin = self._amount_in_words(add_up(figures, "margin"))
        if not share.is_enough or share.high == inf:
            return self.env._(
                "%(margin)s in all (of %(count)s: too few to tell a share)",
                margin=margin,
                count=share.cases,
            )
        return self.env._(
            "%(margin)s, %(share)s (%(low)s–%(high)s), of %(count)s",
            margin=margin,
            share=f"{share.value:.0%}",
            low=f"{share.low:.0%}",
            high=f"{min(share.high, 1):.0%}",  # nothing costs less than nothing
            count=share.cases,
        )

    @api.model
    def _comparison_in_words(self, wins, base):
        found = rate_difference(wins, base)
        if not found or not wins.is_enough or not base.is_enough:
            return self.env._("too few to tell")
        difference, low, high = (100 * figure for figure in found)
        interval = f"{low:+.0f} … {high:+.0f}"
        terms = {"points": f"{difference:+.0f}", "interval": interval}
        if low > 0:
            return self.env._("better: %(points)s points (%(interval)s)", **terms)
        if high < 0:
            return self.env._("worse: %(points)s points (%(interval)s)", **terms)
        return self.env._("%(points)s points (%(interval)s): may be chance", **terms)

    def action_open_deals(self):
        """Open the deals of these propositions."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_value_chain.crm_value_proposition_report_action"
        )
        return action | {
            "domain": [("proposition_id", "in", self.ids)],
            "context": {"search_default_group_by_version_id": 1},
        }


def add_up(figures, name):
    """The sum of a figure; what is not known adds nothing."""
    return sum(each[name] or 0 for each in figures)
