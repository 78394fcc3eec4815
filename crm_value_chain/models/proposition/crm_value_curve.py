from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...analytics.customer_value import customer_value
from ..customer.known_field import KnownFloat
from .value_words import why_no_value


# an idea of its own: what a version is worth to the customer, against what else
# pylint: disable=consider-merging-classes-inherited
class CrmValuePropositionVersion(models.Model):
    _inherit = "crm.value.proposition.version"

    value_ratio = KnownFloat(
        "Value",
        compute="_compute_value",
        digits=(16, 2),
        help="As the customer sees it: the sum of weight × score of the benefits, "
        "divided by the sum of weight × score of the sacrifices. It compares us with "
        "the alternatives on these factors; it is no absolute measure.",
    )
    value_text = fields.Char("In Words", compute="_compute_value")
    value_curve = fields.Json(compute="_compute_value_curve")
    changes = fields.Text(
        compute="_compute_changes",
        help="What is different from the version before.",
    )

    @api.depends(
        "factor_ids.name",
        "factor_ids.weight",
        "factor_ids.source",
        "factor_ids.our_score",
        "factor_ids.score_ids.score",
        "factor_ids.score_ids.alternative_id",
        "alternative_ids.name",
    )
    @api.depends_context("lang")
    def _compute_value(self):
        for version in self:
            ours = version._value_of()
            version.value_ratio = False if ours.ratio is None else ours.ratio
            version.value_text = version._value_in_words(ours)

    def _value_of(self, alternative=None):
        """Value to the customer of us, or of an alternative.

        :rtype: Value
        """
        return customer_value(self.factor_ids._as_seen(alternative))

    def _value_in_words(self, ours):
        if ours.obstacle:
            return self.env._(
                "The value cannot be computed, because %s.",
                why_no_value(self.env, ours),
            )
        known = [
            (value.ratio, alternative.name)
            for alternative in self.alternative_ids
            if (value := self._value_of(alternative)).ratio is not None
        ]
        if not known:
            return self.env._("%.2f; no alternative is scored yet.", ours.ratio)
        best, name = max(known)
        return self._compared_in_words(ours.ratio, best, name)

    def _compared_in_words(self, ours, best, name):
        """How we do against the best alternative; a word for each case."""
        terms = {
            "ours": f"{ours:.2f}",
            "best": f"{best:.2f}",
            "name": name,
            "percent": f"{abs(ours / best - 1):.0%}" if best else "",
        }
        if round(ours, 2) == round(best, 2):
            return self.env._("%(ours)s, as much as “%(name)s”.", **terms)
        if not best:  # of which nothing is a percentage
            return self.env._(
                "%(ours)s, more than the best alternative, “%(name)s” (%(best)s).",
                **terms,
            )
        if ours > best:
            return self.env._(
                "%(ours)s, %(percent)s more than the best alternative, “%(name)s” "
                "(%(best)s).",
                **terms,
            )
        return self.env._(
            "%(ours)s, %(percent)s less than “%(name)s” (%(best)s).", **terms
        )

    # ------------------------------------------------------------------
    # The value curve, and the table of scores below it
    # ------------------------------------------------------------------

    @api.depends("value_ratio", "value_text", "state", "factor_ids.sequence")
    @api.depends_context("uid", "lang")
    def _compute_value_curve(self):
        for version in self:
            version.value_curve = version._curve()

    def _curve(self):
        """Us and the alternatives, factor by factor.

        :return: ``columns`` with id (False: us), name, value and the reason ``why``
            there is none; ``rows`` with id, name, kind, source, weight and the
            ``scores`` in the order of the columns, None where not known; and if it
            ``is_editable``
        :rtype: dict
        """
        alternatives = [None, *self.alternative_ids]
        sources = dict(
            self.env["crm.value.factor"]
            ._fields["source"]
            ._description_selection(self.env)
        )
        return {
            "is_editable": self.state == "draft"
            and bool(self._origin)
            and self.has_access("write"),
            "text": self.value_text,
            "columns": [self._curve_column(each) for each in alternatives],
            "rows": [
                {
                    "id": factor._origin.id or factor.id.ref or str(factor.id),
                    "name": factor.name or "",
                    "kind": factor.kind,
                    "source": sources.get(factor.source, ""),
                    "weight": factor.weight,
                    "scores": [factor._score_of(each) for each in alternatives],
                }
                for factor in self.factor_ids.sorted(
                    lambda factor: (factor.kind or "", factor.sequence)
                )
            ],
        }

    def _curve_column(self, alternative):
        value = self._value_of(alternative)
        return {
            "id": alternative._origin.id if alternative else False,
            "name": alternative.name if alternative else self.env._("We"),
            "value": value.ratio,
            "why": value.obstacle and why_no_value(self.env, value),
        }

    def set_value_number(self, factor_id, column, number):
        """Note a weight or a score in the table.

        :param factor_id: of a factor of this version
        :param column: "weight", False for our score, or the id of an alternative
        :param number: None takes a score away
        :return: the curve as it is now, see `_curve`
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("write")
        self._check_draft()
        factor = self.factor_ids.filtered(lambda each: each.id == factor_id)
        columns = ("weight", False, *self.alternative_ids.ids)
        if not factor or column not in columns:
            raise UserError(
                self.env._("Somebody changed the table meanwhile: load it anew.")
            )
        if column == "weight":
            factor.weight = number or 0
        elif not column:
            factor.our_score = False if number is None else number
        else:
            self._set_score(factor, column, number)
        return self._curve()

    def _set_score(self, factor, alternative_id, number):
        score = factor.score_ids.filtered(
            lambda each: each.alternative_id.id == alternative_id
        )
        if number is None:
            score.unlink()
        elif score:
            score.score = number
        else:
            score.create(
                {
                    "factor_id": factor.id,
                    "alternative_id": alternative_id,
                    "score": number,
                }
            )

    # ------------------------------------------------------------------
    # What changed
    # ------------------------------------------------------------------

    @api.depends("value_ratio", "promise", "promise_ids", "factor_ids")
    @api.depends_context("lang")
    def _compute_changes(self):
        for version in self:
            before = version.search(
                [
                    ("proposition_id", "=", version.proposition_id._origin.id),
                    ("number", "<", version.number),
                ],
                order="number desc",
                limit=1,
            )
            lines = version._changes_since(before) if before else []
            version.changes = "\n".join(lines)

    def _changes_since(self, before):
        """What is different from another version, a sentence each.

        :rtype: list[str]
        """
        old, new = before._content(), self._content()
        lines = [self.env._("New: %s", key) for key in new if key not in old]
        lines += [self.env._("Gone: %s", key) for key in old if key not in new]
        for key in new:
            if key not in old:
                continue
            for label, value in new[key].items():
                earlier = old[key].get(label)
                if value != earlier:
                    lines.append(
                        self.env._(
                            "%(name)s: %(label)s %(new)s (was %(old)s)",
                            name=key,
                            label=label,
                            new=value or "–",
                            old=earlier or "–",
                        )
                    )
        return lines

    def _content(self):
        """What a version says, by its parts and their properties, as words."""
        promise = {self.env._("now"): self.promise or ""}
        content = {self.env._("Promise"): promise}
        for factor in self.factor_ids:
            content[factor.name] = factor._properties()
        for promise in self.promise_ids:
            content[promise.name] = promise._properties()
        for alternative in self.alternative_ids:
            content.setdefault(self.env._("Alternative “%s”", alternative.name), {})
        return content


# pylint: disable=consider-merging-classes-inherited
class CrmValueFactor(models.Model):
    _inherit = "crm.value.factor"

    def _properties(self):
        """What can change of a factor, in words, by its label."""
        names = ("source", "level", "weight", "our_score")
        words = properties_in_words(self, names)
        for score in self.score_ids:
            words[score.alternative_id.name] = f"{score.score:g}"
        return words | properties_in_words(self, ("argument", "objection", "proof"))


# pylint: disable=consider-merging-classes-inherited
class CrmValuePromise(models.Model):
    _inherit = "crm.value.promise"

    def _properties(self):
        """What can change of a promise, in words, by its label."""
        names = ("kind", "measure", "target", "date_from", "date_to")
        words = properties_in_words(self, names)
        return words | {self.env._("Kept by"): self._keepers(gone=True)}


def properties_in_words(record, names):
    """Values of fields as a person reads them, by label."""
    words = {}
    for name in names:
        field = record._fields[name]
        value = record[name]
        if field.type == "selection":
            value = dict(field._description_selection(record.env)).get(value, "")
        elif field.type == "date":
            value = value and format_date(record.env, value)
        elif field.type == "float":
            value = "" if value is False else f"{value:g}"
        words[field._description_string(record.env)] = value or ""
    return words
