"""The rolling backtest: how would each forecaster have fared on earlier days?

At each earlier day everything is fitted anew to what was known then, the corrections
too, and the forecast is compared with what came (Tashman 2000, Out-of-sample tests of
forecasting accuracy, Int. J. of Forecasting 16).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .candidates import Workshop
from .checks import FloatArray
from .correction import level_weight
from .forecast import Customers
from .metrics import Decile, Figures, deciles, figures
from .windows import Plan, Window, plan

LESSONS = 2  # earlier windows that a trial must have to learn from


@dataclass
class Trial:
    """A forecaster's forecasts on all days of the backtest, put together."""

    name: str
    probability: list[FloatArray] = field(default_factory=list)
    expected: list[FloatArray] = field(default_factory=list)


@dataclass(frozen=True)
class Result:
    """How a forecaster fared: pooled figures and tenths, and its two losses.

    loss: log loss of the probabilities; count_loss: error of the counts; both are
    means over the windows, weighted with their length.
    """

    name: str
    figures: Figures
    deciles: list[Decile]
    loss: float
    count_loss: float


@dataclass(frozen=True)
class Backtest:
    """Results of all forecasters (in their order), and the windows they stem from."""

    results: list[Result]
    windows: list[Window]
    plan: Plan
    trials: dict[str, Trial] = field(default_factory=dict)

    def together(self, probability: str, count: str) -> Result:
        """Return how two forecasters fared, one for each: as they are used.

        The number is never below the probability, see `RetentionModel.predict`.
        """
        chances = self.trials[probability].probability
        numbers = self.trials[count].expected
        raised = [np.maximum(*each) for each in zip(numbers, chances, strict=True)]
        return result_of(Trial(probability, chances, raised), self.windows)


def backtest(workshop: Workshop, as_of: int, horizon: float) -> Backtest:
    """Try all forecasters on earlier days; no results where the history is short."""
    planned = plan(workshop.history.first_day, as_of, horizon)
    windows: list[Window] = []
    trials: dict[str, Trial] = {}
    for index, cut in enumerate(planned.cuts):
        earlier = planned.cuts[index + 1 :]
        window = workshop.window(cut, min(cut + planned.length, as_of))
        if len(earlier) < LESSONS or not window.purchases.any():
            continue
        lessons = past_windows(workshop, earlier, cut, planned.length)
        weight = level_weight(planned.full, len(lessons))
        fitted = workshop.forecasters(cut, window.horizon, lessons, weight)
        windows.append(window)
        known = window.known
        customers = Customers(known.x, known.t_x, known.T, known.amount)
        for forecaster in fitted:
            forecast = forecaster.predict(customers, window.horizon)
            trial = trials.setdefault(forecaster.name, Trial(forecaster.name))
            trial.probability.append(forecast.probability)
            trial.expected.append(forecast.expected)
    complete = [
        trial for trial in trials.values() if len(trial.probability) == len(windows)
    ]
    results = [result_of(trial, windows) for trial in complete]
    return Backtest(results, windows, planned, trials)


def past_windows(
    workshop: Workshop, cuts: tuple[int, ...], today: int, length: int
) -> list[Window]:
    """Return the windows that start at earlier cuts and had ended by a day."""
    return [workshop.window(cut, min(cut + length, today)) for cut in cuts]


def result_of(trial: Trial, windows: list[Window]) -> Result:
    """Return how a forecaster fared over all windows."""
    purchases = [window.purchases for window in windows]
    weeks = np.array([window.horizon for window in windows])
    each = [
        figures(*outcome)
        for outcome in zip(purchases, trial.probability, trial.expected, strict=True)
    ]
    actual = np.concatenate(purchases)
    probability = np.concatenate(trial.probability)
    expected = np.concatenate(trial.expected)
    pooled = figures(actual, probability, expected)
    loss = np.average([one.log_loss for one in each], weights=weeks)
    scale = np.average([float(one.mean()) for one in purchases], weights=weeks)
    at_level = np.average([one.mae_at_level for one in each], weights=weeks)
    return Result(
        name=trial.name,
        figures=pooled,
        deciles=deciles((actual > 0).astype(np.float64), probability),
        loss=float(loss),
        count_loss=float(at_level / scale),
    )
