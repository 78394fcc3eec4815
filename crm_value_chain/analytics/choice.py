"""Which forecaster a company uses, and why: the stated rules.

1. Fewer than FEWEST_REPEATERS customers who bought again: the rule of thumb.
2. Fewer than FEWEST_CUSTOMERS customers, or fewer than FEWEST_BUYERS purchases by
   customers in the windows of the backtest: MBG/NBD, untested and uncorrected.
3. Otherwise the backtest decides, apart for the chance of buying (log loss) and for the
   number of purchases (mean absolute error at the actual level: who buys, since good
   and bad times cannot be foreseen). A model that does not beat every baseline is not
   used: the best baseline is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .backtest import Backtest, Result
from .baselines import BASELINES
from .metrics import Figures

FEWEST_REPEATERS = 20
FEWEST_CUSTOMERS = 100
FEWEST_BUYERS = 50

BASELINE_NAMES = frozenset(each.name for each in BASELINES)


@dataclass(frozen=True)
class Choice:
    """The forecasters chosen (by name) and how they fared together."""

    probability: str
    count: str
    figures: Figures

    @property
    def is_model(self) -> bool:
        """Whether the chance of buying comes from a model, not from a baseline."""
        return self.probability not in BASELINE_NAMES


def choose(tested: Backtest, customers: int) -> Choice | None:
    """Return what the backtest decides, None where it is too small to decide."""
    if not tested.results or customers < FEWEST_CUSTOMERS:
        return None
    figures = tested.results[0].figures
    if figures.buyers * figures.customers < FEWEST_BUYERS:
        return None
    probability = best(tested.results, lambda result: result.loss)
    count = best(tested.results, lambda result: result.count_loss)
    together = tested.together(probability.name, count.name)
    return Choice(probability.name, count.name, together.figures)


def best(results: list[Result], loss: Callable[[Result], float]) -> Result:
    """Return the model with the least loss, or the baseline that no model beats."""
    baselines = [each for each in results if each.name in BASELINE_NAMES]
    models = [each for each in results if each.name not in BASELINE_NAMES]
    rule = min(baselines, key=loss)
    model = min(models, key=loss, default=rule)
    return model if loss(model) < loss(rule) else rule
