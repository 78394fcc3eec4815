from odoo import api, models

BEHAVIORS = ("high", "low")
ATTITUDES = ("high", "low", False)


# an idea of its own: behaviour and attitude as a picture
# pylint: disable=consider-merging-classes-inherited
class CrmCustomerProfile(models.Model):
    """The matrix of behavioural and attitudinal loyalty (Dick & Basu 1994)."""

    _inherit = "crm.customer.profile"

    @api.model
    def get_loyalty_matrix(self):
        """Customers by behaviour and attitude, of those whom the user may see.

        :return: ``cells`` with behavior, attitude (False: not known), name, advice,
            customers and yearly_amount; ``total`` of the cells, ``others`` without a
            purchase, the ``domain`` of all of them, ``currency_id`` and the
            ``explanation`` of the limits
        :rtype: dict
        """
        self.check_access("read")
        domain = [("company_id", "=", self.env.company.id)]
        found = self._count_loyalty(domain)
        cells = [
            self._loyalty_cell(behavior, attitude, *found.get((behavior, attitude), ()))
            for attitude in ATTITUDES
            for behavior in BEHAVIORS
        ]
        return {
            "cells": cells,
            "total": sum(cell["customers"] for cell in cells),
            "others": sum(
                count for (behavior, _a), (count, _v) in found.items() if not behavior
            ),
            "domain": domain,
            "currency_id": self.env.company.currency_id.id,
            "explanation": self._matrix_explanation(),
        }

    @api.model
    def _count_loyalty(self, domain):
        """Number of customers and their value a year, by behaviour and attitude."""
        rows = self._read_group(
            domain,
            ["loyalty_behavior", "loyalty_attitude"],
            ["__count", "yearly_amount:sum"],
        )
        return {
            (behavior, attitude): (count, float(amount or 0))
            for behavior, attitude, count, amount in rows
        }

    def _loyalty_cell(self, behavior, attitude, customers=0, amount=0.0):
        name, advice = self._cell_words()[behavior, attitude]
        return {
            "behavior": behavior,
            "attitude": attitude,
            "name": name,
            "advice": advice,
            "customers": customers,
            "yearly_amount": amount,
        }

    @api.model
    def _cell_words(self):
        """What a cell is called, and what to do there."""
        return {
            ("high", "high"): (
                self.env._("True loyalty"),
                self.env._("Protect: keep the promises, ask for recommendations."),
            ),
            ("low", "high"): (
                self.env._("Latent loyalty"),
                self.env._("Remove what keeps them from buying: range, place, price."),
            ),
            ("high", "low"): (
                self.env._("Spurious loyalty"),
                self.env._(
                    "They buy out of habit or for want of a choice: find out why."
                ),
            ),
            ("low", "low"): (
                self.env._("No loyalty"),
                self.env._("Do not spend much here, or start anew."),
            ),
            ("high", False): (
                self.env._("Buys often"),
                self.env._("Ask what they think, and note it on the customer."),
            ),
            ("low", False): (
                self.env._("Buys little"),
                self.env._("Ask those who are worth it."),
            ),
        }

    @api.model
    def _matrix_explanation(self):
        """The limits between high and low, in a sentence."""
        company = self.env.company.sudo()
        risks = dict(company._fields["loyalty_risk"]._description_selection(self.env))
        return self.env._(
            "Behaviour is high from %(count)s days with a purchase on, at a churn risk "
            "of at most %(risk)s, or where we get more than half of the wallet. "
            "Attitude is high from %(score)s of 10 on, the mean of satisfaction, "
            "recommendation and commitment.",
            count=company.loyalty_purchases,
            risk=risks[company.loyalty_risk or "medium"].lower(),
            score=f"{company.loyalty_attitude_from:g}",
        )
