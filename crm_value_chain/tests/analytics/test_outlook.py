"""What is asked of many customers at once is what is asked one by one."""

import numpy as np

from odoo.tests import BaseCase

from ...analytics import ParetoNBD
from ...analytics.candidates import ModelForecaster
from ...analytics.clv import lifetime_value, period_ends
from .shops import cdnow_known, every_pair

ENDS = (4.0, 13.0, 26.0, 52.0)


class TestOutlook(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.known = cdnow_known()
        cls.models = list(every_pair())

    def each_model(self):
        for model in self.models:
            with self.subTest(chance=model.method_, count=model.count_method_):
                yield model

    def customers(self, count=None):
        known = self.known
        values = known.x, known.t_x, known.T, known.amount
        return [each[:count] for each in values]

    def assertSame(self, one, other):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)

    def test_purchases_until_several_ends(self):
        """They are those of `predict`, end by end."""
        for model in self.each_model():
            until = model.purchases(*self.customers(), ENDS)
            for end, number in zip(ENDS, until, strict=True):
                plain = model.predict(*self.customers(), horizon=end).expected
                self.assertSame(number, plain)

    def test_lifetime_value(self):
        """It is made of what `predict` says of each period."""
        ends = period_ends(52.0)
        for model in self.each_model():
            *row, amount = self.customers()
            plain = [model.predict(*row, amount, end).expected for end in ends]
            value = model.predict(*row, amount).value
            self.assertSame(
                model.lifetime_value(*row, value, amount),
                lifetime_value(plain, value, ends, 0.1),
            )

    def test_only_the_probability(self):
        """It is the one that comes along with the other scores."""
        for model in self.each_model():
            only = model.outlook(*self.customers()).probability(13.0)
            self.assertSame(only, model.predict(*self.customers()).probability)

    def test_alone_and_among_others(self):
        """No figure of a customer depends on who is scored along with her."""
        for model in self.each_model():
            together = model.predict(*self.customers(60))
            rows = zip(*self.customers(60), strict=True)
            for number, row in enumerate(rows):
                alone = model.predict(*(np.array([each]) for each in row))
                for name in ("p_alive", "probability", "expected", "value"):
                    self.assertSame(
                        getattr(alone, name)[0], getattr(together, name)[number]
                    )

    def test_equal_models_are_computed_once(self):
        """After reading as well, where they come as several copies."""
        for model in self.each_model():
            used = [
                each.model
                for each in (model.probability_, model.count_)
                if isinstance(each, ModelForecaster)
            ]
            used.append(model.alive_)
            names = {each.name for each in used}
            self.assertEqual(len({id(each) for each in used}), len(names))

    def test_alive_right_after_a_purchase(self):
        """With Pareto/NBD nobody can have dropped out in no time."""
        model = next(each for each in self.models if isinstance(each.alive_, ParetoNBD))
        x, t_x, _T, _amount = self.customers()
        np.testing.assert_array_equal(model.alive_.p_alive(x, t_x, t_x), 1.0)
