"""Parameters and log-likelihoods that the papers publish for the CDNOW sample."""

import numpy as np

from odoo.tests import BaseCase

from ...analytics import BGNBD, MBGNBD, GammaGamma, ParetoNBD
from .shops import cdnow, cdnow_known


class TestPublished(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.known = cdnow_known()

    def assertFit(self, model, likelihood, **published):
        known = self.known
        model.fit(known.x, known.t_x, known.T)
        for name, value in published.items():
            self.assertAlmostEqual(model.parameters[name], value, delta=0.0006)
        self.assertAlmostEqual(model.log_likelihood_, likelihood, delta=0.006)

    def test_bg_nbd_as_fader_hardie_lee_2005(self):
        """BG/NBD on CDNOW."""
        self.assertFit(BGNBD(), -9582.429, r=0.2426, alpha=4.4136, a=0.7929, b=2.4259)

    def test_mbg_nbd_as_batislam_2007(self):
        """MBG/NBD on CDNOW."""
        self.assertFit(MBGNBD(), -9582.136, r=0.5248, alpha=6.1831, a=0.8914, b=1.6140)

    def test_pareto_nbd_as_fader_hardie_lee_2005(self):
        """Pareto/NBD on CDNOW: the papers round to .553, 10.578, .606, 11.669."""
        self.assertFit(ParetoNBD(), -9594.976, r=0.5533, alpha=10.5777, s=0.6062)
        model = ParetoNBD().fit(self.known.x, self.known.t_x, self.known.T)
        self.assertAlmostEqual(model.parameters["beta"], 11.669, places=3)

    def test_gamma_gamma_as_fader_hardie_2013(self):
        """Gamma-Gamma on CDNOW: the paper rounds to 6.25, 3.74, 15.44."""
        model = GammaGamma().fit(self.known.n_m, self.known.m)
        self.assertEqual(model.n_customers_, 946)
        np.testing.assert_allclose(model.params_, [6.2496, 3.7442, 15.4435], atol=5e-4)
        self.assertAlmostEqual(model.log_likelihood_, -4055.918, delta=0.001)

    def test_the_sample_is_the_published_one(self):
        """2,357 customers, 1,882 purchases in the next 39 weeks."""
        self.assertEqual(len(self.known), 2357)
        after = cdnow().purchases(self.known.customer, 10134, 10407)
        self.assertEqual(after.sum(), 1882)

    def test_conditional_expectation_as_published(self):
        """Customer 1 (x 2, t_x 30.43, T 38.86): 1.226 purchases (BG/NBD, 39 weeks)."""
        model = BGNBD().set_parameters(r=0.243, alpha=4.414, a=0.793, b=2.426)
        expected = model.expected_purchases(2, 30.43, 38.86, 39)
        self.assertAlmostEqual(expected[0], 1.226, places=3)
