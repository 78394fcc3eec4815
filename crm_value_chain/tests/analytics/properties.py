"""Scores move the right way, before and after corrections; nothing is ever NaN."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ...analytics import BGNBD, MBGNBD, History, ParetoNBD, RetentionModel
from ...analytics.candidates import ModelForecaster, Workshop
from ...analytics.correction import Correction
from ...analytics.forecast import Customers
from .shops import CUT, cdnow

POSITIVE = st.floats(0.02, 50)
X = st.one_of(st.integers(1, 30), st.integers(1, 10_000))
WEEKS = st.floats(0.1, 1000)
SHARE = st.floats(0.001, 1)
QUICK = settings(max_examples=150, deadline=None)
A_HAIR = 1e-8  # integrals are good to that


def corrected_models():
    """Return forecasters whose corrections were learnt from a real history."""
    known = cdnow()
    workshop = Workshop(known)
    today = int(np.datetime64(CUT).astype(int))
    window = workshop.window(today - 140, today)
    fitted = workshop.forecasters(today, 39.0, [window], 0.3)
    return [each for each in fitted if isinstance(each, ModelForecaster)]


def wild(correction, values):
    """Return the correction with other coefficients, as wild as it may learn them."""
    most = np.nan_to_num(correction.scale_[-1], posinf=0.0)
    changed = Correction.from_dict(correction.to_dict())
    changed.coefficients_ = np.array(
        [values[0], -abs(values[1]), values[2], values[3], most * values[4]]
    )
    # As in a shop whose best customers come back for sure
    changed.highest_ = changed.highest_ + np.array([0, 0, 0, 0, 30.0])
    return changed


class TestProperties(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fitted = corrected_models()

    def scores(self, forecaster, x, t_x, T, horizon):
        values = (np.array([float(each)]) for each in (x, t_x, T))
        customers = Customers(*values, np.array([20.0]))
        said = forecaster.predict(customers, horizon)
        result = said.probability[0], said.expected[0]
        self.assertTrue(np.isfinite(result).all())
        self.assertTrue(0 <= result[0] <= 1 and result[1] >= 0)
        return np.array(result)

    def forecasters(self, values, extreme):
        r, alpha, a, b = values
        yield ModelForecaster(BGNBD().set_parameters(r=r, alpha=alpha, a=a, b=b))
        yield ModelForecaster(MBGNBD().set_parameters(r=r, alpha=alpha, a=a, b=b))
        yield ModelForecaster(ParetoNBD().set_parameters(r=r, alpha=alpha, s=a, beta=b))
        for each in self.fitted:
            yield each
            if each.corrections:
                changed = [wild(one, extreme) for one in each.corrections]
                yield ModelForecaster(each.model, (changed[0], changed[1]))

    def assertNotBelow(self, later, earlier):
        self.assertTrue((later >= earlier - A_HAIR * (1 + earlier)).all())

    parameters = st.tuples(POSITIVE, POSITIVE, POSITIVE, POSITIVE)
    extremes = st.tuples(*[st.floats(-2, 2)] * 4, st.floats(0, 1))

    @QUICK
    @given(parameters, extremes, X, WEEKS, SHARE, SHARE, st.floats(0.1, 200))
    def test_a_more_recent_purchase_never_lowers_a_score(
        self, values, extreme, x, T, share, other, horizon
    ):
        """At equal frequency and tenure."""
        for each in self.forecasters(values, extreme):
            earlier = self.scores(each, x, T * min(share, other), T, horizon)
            later = self.scores(each, x, T * max(share, other), T, horizon)
            self.assertNotBelow(later, earlier)

    @QUICK
    @given(parameters, extremes, st.integers(0, 10_000), WEEKS, SHARE, WEEKS, WEEKS)
    def test_a_longer_horizon_never_lowers_a_score(
        self, values, extreme, x, T, share, one, other
    ):
        """Neither the probability nor the expectation."""
        t_x = T * share if x else 0.0
        for each in self.forecasters(values, extreme):
            short = self.scores(each, x, t_x, T, min(one, other))
            long = self.scores(each, x, t_x, T, max(one, other))
            self.assertNotBelow(long, short)

    @QUICK
    @given(parameters, st.integers(1, 10_000), st.integers(1, 100), WEEKS, WEEKS)
    def test_more_purchases_never_lower_the_number(self, values, x, more, T, horizon):
        """Right after a purchase. (After silence they may: who came often has left.)"""
        for each in self.forecasters(values, (0, 0, 0, 0, 0)):
            alive, _chance, few = each.model.predict(x, T, T, horizon)
            still, _chance, many = each.model.predict(x + more, T, T, horizon)
            self.assertNotBelow(many, few)
            self.assertNotBelow(still, alive)

    @QUICK
    @given(parameters, extremes, X, WEEKS, SHARE, WEEKS, st.floats(0.1, 200))
    def test_waiting_never_raises_a_score(
        self, values, extreme, x, T, share, silence, horizon
    ):
        """The longer a customer has not bought, the lower chance and number."""
        for each in self.forecasters(values, extreme):
            now = self.scores(each, x, T * share, T, horizon)
            later = self.scores(each, x, T * share, T + silence, horizon)
            self.assertNotBelow(now, later)

    @QUICK
    @given(parameters, st.integers(0, 10_000), WEEKS, SHARE, WEEKS)
    def test_models_agree_with_themselves(self, values, x, T, share, horizon):
        """P(a purchase) is at most P(alive) and at most E(purchases)."""
        t_x = T * share if x else 0.0
        for each in self.forecasters(values, (0, 0, 0, 0, 0)):
            alive, chance, expected = each.model.predict(x, t_x, T, horizon)
            self.assertTrue(0 <= chance[0] <= alive[0] + A_HAIR <= 1 + 2 * A_HAIR)
            self.assertGreaterEqual(expected[0], chance[0] - A_HAIR)

    @QUICK
    @given(parameters, st.integers(0, 10_000), WEEKS, SHARE, WEEKS)
    def test_waiting_never_makes_alive(self, values, x, T, share, silence):
        """The longer a customer has not bought, the lower P(alive)."""
        t_x = T * share if x else 0.0
        for each in self.forecasters(values, (0, 0, 0, 0, 0)):
            now, later = (
                each.model.p_alive(x, t_x, until)[0] for until in (T, T + silence)
            )
            self.assertLessEqual(later, now + A_HAIR)

    @settings(max_examples=25, deadline=None)
    @given(
        st.lists(
            st.tuples(st.integers(0, 12), st.integers(0, 400), st.floats(-1e3, 1e12)),
            max_size=120,
        ),
        st.floats(0.5, 60),
    )
    def test_any_history_is_scored(self, transactions, horizon):
        """Whatever the transactions: finite scores in their bounds."""
        columns = list(zip(*transactions, strict=True)) or [(), (), ()]
        customer, day = (np.array(each, dtype=np.int64) for each in columns[:2])
        model = RetentionModel(horizon).fit(customer, day, columns[2], 400)
        known = History(customer, day, np.array(columns[2], float)).summary(400)
        scores = model.predict(known.x, known.t_x, known.T, known.amount)
        for name in ("p_alive", "probability", "expected", "value"):
            values = getattr(scores, name)
            self.assertTrue(np.isfinite(values).all() and (values >= 0).all(), name)
        self.assertTrue((scores.probability <= scores.p_alive + A_HAIR).all())
