from odoo import models
from odoo.tools import format_date


# an idea of its own: what a seller needs in front of the customer
# pylint: disable=consider-merging-classes-inherited
class CrmValuePropositionVersion(models.Model):
    _inherit = "crm.value.proposition.version"

    def _arguments(self):
        """What a seller says, shows and answers.

        :return: ``name``, ``promise``, ``value``; ``strengths``, the factors in which
            we beat the best alternative, those that matter most first; ``weaknesses``
            and other factors with an ``objection``; ``promises`` that are valid now;
            ``is_outdated`` where a newer version is in use
        :rtype: dict
        """
        self.ensure_one()
        current = self.proposition_id.current_version_id
        return {
            "version_id": self.id,
            "name": self.display_name,
            "promise": self.promise or "",
            "value": self.value_text,
            "is_outdated": bool(current) and current != self._origin,
            "current": current.display_name if current else "",
            "strengths": [factor._argument() for factor in self._strengths()],
            "objections": [
                {"name": factor.name, "text": factor.objection}
                for factor in self.factor_ids
                if factor.objection
            ],
            "promises": [promise._in_words() for promise in self._valid_promises()],
        }

    def _strengths(self):
        """Factors in which we are better, by what they matter; all benefits where
        there is nothing to compare with."""
        if self.alternative_ids:
            better = self.factor_ids.filtered(lambda f: f.advantage and f.advantage > 0)
            return better.sorted(lambda f: -f.weight * f.advantage)
        benefits = self.factor_ids.filtered(lambda f: f.kind == "benefit")
        return benefits.sorted(lambda f: -f.weight)

    def _valid_promises(self):
        return self.promise_ids.filtered("is_present")


# pylint: disable=consider-merging-classes-inherited
class CrmValueFactor(models.Model):
    _inherit = "crm.value.factor"

    def _argument(self):
        """A factor as a seller speaks of it."""
        best = self.best_alternative_id
        sources = dict(self._fields["source"]._description_selection(self.env))
        return {
            "id": self.id,
            "name": self.name,
            "source": sources.get(self.source, ""),
            "is_sacrifice": self.kind == "sacrifice",
            "ours": None if self.our_score is False else self.our_score,
            "best": self.best_score if best else None,
            "best_name": best.name or "",
            "argument": self.argument or "",
            "proof": self.proof or "",
            "proof_url": self.proof_url or "",
            "references": self._speaking_references().mapped("name"),
            "documents": [
                {"id": document.id, "name": document.name}
                for document in self.sudo().attachment_ids
            ],
        }


# pylint: disable=consider-merging-classes-inherited
class CrmValuePromise(models.Model):
    _inherit = "crm.value.promise"

    def _in_words(self):
        """A promise as sellers and quotations tell it."""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return {
            "name": self.name,
            "kind": kinds[self.kind],
            "measure": ": ".join(filter(None, (self.measure, self.target))),
            "until": self.date_to and format_date(self.env, self.date_to),
            "keepers": self._keepers(),
        }
