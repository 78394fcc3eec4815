"""The hold-out table: what would have been forecast at a cut, and what came.

    cd crm_value_chain && python -m analytics.holdout [CSV] [--cut DATE] [--weeks N]

Without arguments: the CDNOW sample, 39 weeks known, 39 to forecast. CSV: columns
customer_id, date and amount (or amount_usd). Nothing is learnt from after the cut.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from .backtest import past_windows
from .baselines import Hiatus, RfmSum
from .candidates import Workshop
from .checks import FloatArray
from .history import History, Summary, as_day
from .metrics import auc, brier, ece, mae, total_error
from .retention import RetentionModel

CDNOW = Path(__file__).parent.parent / "demo" / "cdnow_sample.csv"
TARGETS = "AUC ≥ 0.770, Brier ≤ 0.159, ECE ≤ 0.035, MAE ≤ 0.76, total within 12%"


@dataclass(frozen=True)
class Line:
    """A line of the table; None where a method does not say such a thing."""

    name: str
    purchases: FloatArray
    expected: FloatArray | None = None
    probability: FloatArray | None = None
    score: FloatArray | None = None

    def __str__(self) -> str:
        bought = (self.purchases > 0).astype(np.float64)
        ranking = self.probability if self.score is None else self.score
        cells = ["-"] * 5
        if self.expected is not None:
            cells[0] = f"{mae(self.purchases, self.expected):.3f}"
            cells[1] = f"{total_error(self.purchases, self.expected):+.1%}"
        if ranking is not None:
            cells[2] = f"{auc(bought, ranking):.3f}"
        if self.probability is not None:
            cells[3] = f"{brier(bought, self.probability):.4f}"
            cells[4] = f"{ece(bought, self.probability):.4f}"
        return f"{self.name:<46}" + "".join(f"{cell:>9}" for cell in cells)


def read(path: Path) -> History:
    """Return the history in a CSV file."""
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    money = "amount" if "amount" in rows[0] else "amount_usd"
    names = np.array([row["customer_id"] for row in rows])
    _, customer = np.unique(names, return_inverse=True)
    day = np.array([row["date"][:10] for row in rows], dtype="datetime64[D]")
    return History(customer, day, np.array([float(row[money]) for row in rows]))


def lines(history: History, cut: int, weeks: float) -> Iterator[Line]:
    """Yield the table: ours, then every baseline of the papers and of practice."""
    model = RetentionModel(weeks).fit_history(history, cut)
    known = history.summary(cut)
    end = cut + round(weeks * 7)
    actual = history.purchases(known.customer, cut, end)
    customers = known.x, known.t_x, known.T
    ours = model.predict(*customers, known.amount)
    name = f"ours: {model.method_} / {model.count_method_}"
    yield Line(name, actual, ours.expected, ours.probability)
    for each in model.models_:
        alive, probability, expected = each.predict(*customers, weeks)
        yield Line(each.name, actual, expected, probability)
        yield Line(f"{each.name}, ranked by E", actual, score=expected)
        yield Line(f"{each.name} P(alive)", actual, probability=alive)
    workshop = Workshop(history.until(cut))
    if model.backtest_ is None or not model.backtest_.plan.cuts:
        return
    planned = model.backtest_.plan
    windows = past_windows(workshop, planned.cuts, cut, planned.length)
    for rule in (RfmSum(), Hiatus()):
        rule.fit(windows, known)
        probability, expected = rule.predict(*customers, known.amount, weeks)
        score = rule.score(*customers, known.amount)
        yield Line(rule.name, actual, expected, probability, score)
    yield Line("recency alone", actual, score=known.t_x - known.T)
    past = windows[-1]
    learnt = LogisticRegression(past.known, past.purchases)
    yield Line("logistic regression, earlier cut", actual, None, learnt(known))
    best = LogisticRegression(known, actual)
    yield Line("(the same on the hold-out itself)", actual, None, best(known))


class LogisticRegression:
    """A logistic regression on recency, frequency and money, for comparison."""

    def __init__(self, known: Summary, purchases: FloatArray) -> None:
        design = self.columns(known)
        self.centre, self.scale = design.mean(axis=0), design.std(axis=0) + 1e-9
        bought = (purchases > 0).astype(np.float64)
        scaled = self.scaled(design)

        def loss(slopes: FloatArray) -> tuple[float, FloatArray]:
            line = scaled @ slopes
            value = float((np.logaddexp(0, line) - bought * line).sum())
            return value, scaled.T @ (expit(line) - bought)

        start = np.zeros(scaled.shape[1])
        self.slopes = minimize(loss, start, jac=True, method="L-BFGS-B").x

    @staticmethod
    def columns(known: Summary) -> FloatArray:
        """Return the columns: recency in weeks, log frequency, one-time, log amount."""
        return np.column_stack(
            [
                known.T - known.t_x,
                np.log1p(known.x),
                known.x == 0,
                np.log1p(known.amount),
            ]
        )

    def scaled(self, design: FloatArray) -> FloatArray:
        """Return standardised columns with a constant."""
        columns = (design - self.centre) / self.scale
        return np.column_stack([np.ones(len(columns)), columns])

    def __call__(self, known: Summary) -> FloatArray:
        probability: FloatArray = expit(self.scaled(self.columns(known)) @ self.slopes)
        return probability


def main(arguments: list[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("csv", nargs="?", type=Path, default=CDNOW)
    parser.add_argument("--cut", default="1997-09-30", help="last day that is known")
    parser.add_argument("--weeks", type=float, default=39.0, help="horizon")
    options = parser.parse_args(arguments)
    history = read(options.csv)
    heads = ["MAE", "total", "AUC", "Brier", "ECE"]
    table = [f"{'method':<46}" + "".join(f"{head:>9}" for head in heads)]
    table += map(str, lines(history, as_day(options.cut), options.weeks))
    if options.csv == CDNOW:
        table.append(f"wanted: {TARGETS}")
    sys.stdout.write("\n".join(table) + "\n")


if __name__ == "__main__":
    main()
