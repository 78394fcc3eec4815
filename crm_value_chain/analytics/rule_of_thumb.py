"""Scores for a company with too little history for a model of its own.

MBG/NBD with fixed, middling parameters except one: the company's own pace. r = 1 and
a = 0.5, b = 2 say that customers differ a lot and that one in five drops out after a
purchase; alpha follows from the purchases seen, together with a prior of one customer
who bought again within half a year.
"""

from __future__ import annotations

from .beta_geometric import MBGNBD
from .history import Summary

PRIOR_PURCHASES = 1.0
PRIOR_WEEKS = 26.0
SHAPE = {"r": 1.0, "a": 0.5, "b": 2.0}


def rule_of_thumb(known: Summary) -> MBGNBD:
    """Return the model for a company's customers, however few."""
    purchases = PRIOR_PURCHASES + float(known.x.sum())
    # A customer is active until about her last purchase: T would count dead time
    weeks = PRIOR_WEEKS + float((known.t_x.sum() + known.T.sum()) / 2)
    return MBGNBD().set_parameters(alpha=SHAPE["r"] * weeks / purchases, **SHAPE)
