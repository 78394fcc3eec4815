"""Value as benefits over sacrifices, and what keeps it from being computed."""

from odoo.tests import BaseCase

from ...analytics.customer_value import Factor, advantage, customer_value


class TestCustomerValue(BaseCase):
    def test_by_hand(self):
        """Weighted benefits over weighted sacrifices."""
        value = customer_value(
            [
                Factor("Fast", False, 5, 8),
                Factor("Quiet", False, 2, 5),
                Factor("Price", True, 4, 5),
                Factor("Worry", True, 1, 5),
            ]
        )
        self.assertEqual((value.benefits, value.sacrifices), (50, 25))
        self.assertEqual(value.ratio, 2)
        self.assertIsNone(value.obstacle)

    def test_a_score_of_zero_is_known(self):
        """Nothing of a benefit is a score like any other."""
        value = customer_value(
            [Factor("Fast", False, 5, 0), Factor("Price", True, 1, 4)]
        )
        self.assertEqual(value.ratio, 0)

    def test_obstacles_name_their_factors(self):
        """Whatever is missing or wrong is named; nothing is divided by zero."""
        fast, price = Factor("Fast", False, 5, 8), Factor("Price", True, 4, 5)
        for obstacle, names, factors in (
            ("no_benefit", (), []),
            ("no_benefit", (), [price]),
            ("no_sacrifice", (), [fast]),
            ("weight_missing", ("Fast",), [fast._replace(weight=None), price]),
            ("weight_missing", ("Price",), [fast, price._replace(weight=0)]),
            ("weight_negative", ("Fast",), [fast._replace(weight=-1), price]),
            ("score_missing", ("Fast",), [fast._replace(score=None), price]),
            ("score_negative", ("Price",), [fast, price._replace(score=-2)]),
            ("score_too_high", ("Fast",), [fast._replace(score=11), price]),
            ("sacrifices_zero", ("Price",), [fast, price._replace(score=0)]),
        ):
            with self.subTest(obstacle=obstacle, names=names):
                value = customer_value(factors)
                self.assertEqual((value.obstacle, value.factors), (obstacle, names))
                self.assertIsNone(value.ratio)

    def test_less_sacrifice_is_better(self):
        self.assertEqual(advantage(False, 8, 5), 3)
        self.assertEqual(advantage(True, 8, 5), -3)
