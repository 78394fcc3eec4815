"""What holds in every model of repeat purchases."""

import numpy as np

from odoo.tests import BaseCase

from ...analytics import BGNBD, MBGNBD, NotEnoughHistory, NotFitted, ParetoNBD
from ...analytics.optimise import in_logs
from .shops import cdnow_known, shop_history

MODELS = (BGNBD, MBGNBD, ParetoNBD)
PARAMETERS = {
    BGNBD: {"r": 0.7, "alpha": 5.0, "a": 0.8, "b": 2.5},
    MBGNBD: {"r": 0.7, "alpha": 5.0, "a": 0.8, "b": 2.5},
    ParetoNBD: {"r": 0.7, "alpha": 8.0, "s": 0.6, "beta": 12.0},
}


def customers(n=400, seed=1, most=20):
    """Return random (x, t_x, T)."""
    rng = np.random.default_rng(seed)
    x = rng.integers(0, most, n).astype(float)
    T = rng.uniform(0.5, 150, n)
    return x, np.where(x > 0, T * rng.uniform(0.01, 1, n), 0.0), T


class TestModels(BaseCase):
    def models(self):
        for kind in MODELS:
            with self.subTest(kind.name):
                yield kind().set_parameters(**PARAMETERS[kind])

    def test_gradient_is_the_likelihoods(self):
        """The analytic gradient agrees with differences."""
        rows = (*customers(), np.linspace(0.5, 2, 400))
        for model in self.models():
            goal = in_logs(
                lambda params, m=model: m._likelihood(params, *rows), rows[3].sum()
            )
            theta = np.log(model.params_)
            gradient = goal(theta)[1]
            for index in range(len(theta)):
                step = np.zeros(len(theta))
                step[index] = 1e-5
                slope = (goal(theta + step)[0] - goal(theta - step)[0]) / 2e-5
                self.assertAlmostEqual(gradient[index], slope, places=6)

    def test_no_purchase_is_a_longer_observation(self):
        """P(none in t) = L(x, t_x, T + t) / L(x, t_x, T), in any such model."""
        x, t_x, T = customers()
        for model in self.models():
            ratio = model.log_likelihood(x, t_x, T + 26) - model.log_likelihood(
                x, t_x, T
            )
            probability = model.purchase_probability(x, t_x, T, 26)
            np.testing.assert_allclose(probability, -np.expm1(ratio), atol=1e-12)

    def test_expected_purchases_add_up_the_probability_of_each_moment(self):
        """E grows by the probability of a purchase, where the horizon is short."""
        x, t_x, T = customers()
        for model in self.models():
            probability = model.purchase_probability(x, t_x, T, 1e-5)
            expected = model.expected_purchases(x, t_x, T, 1e-5)
            np.testing.assert_allclose(expected, probability, rtol=1e-3)

    def test_likelihood_of_rows_is_that_of_the_fit(self):
        """The rows' log-likelihoods sum up to log_likelihood_."""
        known = cdnow_known()
        for kind in MODELS:
            model = kind().fit(known.x, known.t_x, known.T)
            rows = model.log_likelihood(known.x, known.t_x, known.T)
            self.assertAlmostEqual(rows.sum(), model.log_likelihood_, places=4)

    def test_unit_of_time_does_not_matter(self):
        """In days instead of weeks, only the time parameters and nothing else move."""
        known = cdnow_known()
        for kind in MODELS:
            weeks = kind().fit(known.x, known.t_x, known.T)
            days = kind().fit(known.x, known.t_x * 7, known.T * 7)
            scale = np.where(kind.times, 7.0, 1.0)
            np.testing.assert_allclose(days.params_, weeks.params_ * scale, rtol=1e-4)

    def test_weights_are_repeated_customers(self):
        """A customer with weight 2 counts as two."""
        x, t_x, T = customers(200, most=6)
        for kind in MODELS:
            weighted = kind().fit(x, t_x, T, np.full(200, 2.0))
            repeated = kind().fit(np.tile(x, 2), np.tile(t_x, 2), np.tile(T, 2))
            self.assertAlmostEqual(
                weighted.log_likelihood_, repeated.log_likelihood_, places=3
            )

    def test_a_sample_finds_the_same_maximum(self):
        """Fitted to a sample and finished on all, the likelihood is the same."""
        known = shop_history(customers=3000, seed=3).summary(560)
        for kind in MODELS:
            whole = kind().fit(known.x, known.t_x, known.T)
            sampled = kind(max_sample=1000).fit(known.x, known.t_x, known.T)
            self.assertAlmostEqual(
                whole.log_likelihood_, sampled.log_likelihood_, delta=0.01
            )

    def test_bg_nbd_never_loses_a_one_time_buyer(self):
        """The known flaw that MBG/NBD has not."""
        x, t_x, T = np.zeros(3), np.zeros(3), np.array([1.0, 50.0, 500.0])
        self.assertEqual(
            set(BGNBD().set_parameters(**PARAMETERS[BGNBD]).p_alive(x, t_x, T)), {1.0}
        )
        alive = MBGNBD().set_parameters(**PARAMETERS[MBGNBD]).p_alive(x, t_x, T)
        self.assertTrue((np.diff(alive) < 0).all())

    def test_special_parameters(self):
        """a = 1, a + b = 1 and s = 1, where formulae are 0 / 0, are continuous."""
        x, t_x, T = customers()
        cases = [
            (BGNBD, {"a": 1.0}, {"a": 1.0 + 1e-5}),
            (MBGNBD, {"a": 1.0}, {"a": 1.0 + 1e-5}),
            (BGNBD, {"a": 0.4, "b": 0.6}, {"a": 0.4, "b": 0.6 + 1e-5}),
            (ParetoNBD, {"s": 1.0}, {"s": 1.0 + 1e-6}),
            (ParetoNBD, {"alpha": 9.0, "beta": 9.0}, {"alpha": 9.0, "beta": 9.00001}),
        ]
        for kind, at, beside in cases:
            pair = [
                kind().set_parameters(**{**PARAMETERS[kind], **values})
                for values in (at, beside)
            ]
            here, there = (model.expected_purchases(x, t_x, T, 30) for model in pair)
            np.testing.assert_allclose(here, there, rtol=1e-3)

    def test_clear_errors(self):
        """Wrong input is refused in words."""
        model = BGNBD()
        for wrong, words in [
            (([1.0], [0.0], [5.0]), "t_x must be 0 where x is 0"),
            (([1.0], [6.0], [5.0]), "between 0 and T"),
            (([-1.0], [0.0], [5.0]), "negative"),
            (([1.0, 2.0, 3.0], [1.0, 2.0], [5.0]), "same length"),
            (([np.nan], [0.0], [5.0]), "NaN"),
            (([[1.0]], [0.0], [5.0]), "one dimension"),
        ]:
            with self.assertRaisesRegex(ValueError, words):
                model.fit(*wrong)
        with self.assertRaises(NotEnoughHistory):
            model.fit([0.0, 0.0], [0.0, 0.0], [5.0, 6.0])
        with self.assertRaises(NotFitted):
            model.p_alive([0.0], [0.0], [1.0])
        with self.assertRaises(ValueError):
            BGNBD().set_parameters(r=1, alpha=1, a=1)
