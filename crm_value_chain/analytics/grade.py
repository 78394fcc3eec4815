"""What a backtest's figures mean, in a letter and in plain words."""

from __future__ import annotations

from dataclasses import dataclass

from .metrics import Figures

# Limits of (calibration error beyond chance, error of the total), best first
LIMITS = {"A": (0.015, 0.10), "B": (0.03, 0.20), "C": (1.0, 1e9)}
GOOD_AUC = 0.65  # below it, nobody gets more than a C


@dataclass(frozen=True)
class Grade:
    """A letter from A (rely on it) to E (a rule of thumb), and the reason."""

    letter: str
    words: str


WORDS = {
    "A": "Rely on it: chances and totals came out as forecast on earlier days.",
    "B": "Good: chances came out about right on earlier days, totals within a fifth.",
    "C": "Use the order, not the level: it ranks customers better than simple rules, "
    "but chances or totals were off on earlier days.",
    "D": "No model beat the simple rules on earlier days: the best rule is used.",
    "E": "Not tested: there is too little history to try it on earlier days.",
}


def grade(figures: Figures | None, is_model: bool) -> Grade:
    """Return the grade of the forecaster that is used (no figures: not tested)."""
    if figures is None:
        letter = "E"
    elif not is_model:
        letter = "D"
    else:
        excess = figures.ece - figures.ece_by_chance
        total = abs(figures.total_error)
        letter = next(
            letter
            for letter, (most_ece, most_total) in LIMITS.items()
            if excess <= most_ece
            and total <= most_total
            and (figures.auc >= GOOD_AUC or letter == "C")
        )
    return graded(letter)


def graded(letter: str) -> Grade:
    """Return the grade with a letter."""
    return Grade(letter, WORDS[letter])
