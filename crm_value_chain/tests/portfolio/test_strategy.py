from odoo.tests import tagged

from ...models.portfolio.portfolio_figures import NOTHING
from ...models.portfolio.strategy import propose
from .portfolio_case import PortfolioCase

EVERYBODY = NOTHING | {
    "customers": 110,
    "buyers": 100,
    "yearly_amount": 1000.0,
    "previous": 1000.0,
    "chance": 0.3,
}


def group(**figures):
    return NOTHING | {"customers": 10, "buyers": 10} | figures


@tagged("post_install", "-at_install")
class TestStrategy(PortfolioCase):
    """The figures of a segment speak for one of seven strategies."""

    def test_figures_speak_for_a_strategy(self):
        """Each kind of group gets the strategy that a textbook would give it."""
        for strategy, figures in (
            (None, {"customers": 0}),
            ("start", {"buyers": 0}),
            ("win_back", {"lapsed": 6, "m_score": 3.4}),
            ("end", {"lapsed": 6, "m_score": 2.1}),
            ("re_engineer", {"yearly_amount": 500, "profit": -5}),
            ("end", {"yearly_amount": 5, "profit": -5}),
            ("protect", {"yearly_amount": 500}),
            ("protect", {"yearly_amount": 500, "at_risk": 5, "profit": 5}),
            ("harvest", {"yearly_amount": 50, "previous": 90, "chance": 0.9}),
            ("enhance", {"yearly_amount": 50, "previous": 20, "chance": 0.1}),
            ("enhance", {"yearly_amount": 50, "chance": 0.4}),
            ("enhance", {"yearly_amount": 50, "previous": 51, "chance": 0.4}),
            ("harvest", {"yearly_amount": 50, "chance": 0.1}),
        ):
            with self.subTest(strategy, **figures):
                self.assertEqual(propose(group(**figures), EVERYBODY)[0], strategy)

    def test_trend_is_compared_with_that_of_all(self):
        """In a year that is bad for all, a group that falls less does well."""
        bad_year = EVERYBODY | {"previous": 4000.0}
        falling = group(yearly_amount=50, previous=90, chance=0.1)
        self.assertEqual(propose(falling, bad_year)[0], "enhance")

    def test_proposal_is_told_with_its_reason(self):
        """A segment tells its proposal and why, and takes it over on request."""
        self.make_buyers(20)
        segment = self.make_segment("All", [])
        self.score()
        self.assertTrue(segment.proposal_reason)
        segment.action_use_proposal()
        self.assertEqual(segment.strategy, segment.proposed_strategy)
