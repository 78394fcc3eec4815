"""What a correction learns, and what it leaves alone."""

import numpy as np

from odoo.tests import BaseCase

from ...analytics.candidates import Workshop, raw_forecast
from ...analytics.correction import NAMES, Correction, Lesson
from .shops import shop_history


class TestCorrection(BaseCase):
    def test_without_errors_it_leaves_the_model_alone(self):
        """A shop that MBG/NBD describes well is hardly corrected."""
        history = shop_history(customers=3000, weeks=100, seed=5)
        workshop = Workshop(history)
        window = workshop.window(500, 600)
        model = next(m for m in workshop.models(500) if m.name == "MBG/NBD")
        raw = raw_forecast(model, window.known, window.horizon)
        lesson = Lesson(window.known.customer, raw, window.purchases)
        for kind in ("probability", "count"):
            correction = Correction(kind).fit([lesson], raw)
            before = raw.probability if kind == "probability" else raw.expected
            moved = np.abs(correction.apply(raw) - before).mean()
            self.assertLess(moved, 0.1 * before.mean())
            stored = Correction.from_dict(correction.to_dict())
            np.testing.assert_allclose(
                stored.apply(raw), correction.apply(raw), atol=1e-12
            )

    def test_a_rhythm_that_the_model_does_not_know_is_learnt(self):
        """Like clockwork: who is overdue buys less than the model thinks."""
        history = shop_history(customers=3000, weeks=100, regular=6, seed=6)
        workshop = Workshop(history)
        window = workshop.window(610, 680)
        model = workshop.models(610)[0]
        raw = raw_forecast(model, window.known, window.horizon)
        lesson = Lesson(window.known.customer, raw, window.purchases)
        correction = Correction("probability").fit([lesson], raw)
        overdue = correction.coefficients_[NAMES.index("overdue")]
        self.assertLess(overdue, -0.1)
