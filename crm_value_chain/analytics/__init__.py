"""What a number is: retention and value of customers, without Odoo.

Times are in weeks. Start with `RetentionModel`, or with one of the models; docs/
analytics.md shows how to use them from a notebook.
"""

from . import single_thread  # before all that uses scipy
from .amounts import Amounts
from .backtest import Backtest, backtest
from .baselines import Frequency, Hiatus, RfmSum
from .beta_geometric import BGNBD, MBGNBD
from .buy_till_you_die import BuyTillYouDie
from .checks import NotEnoughHistory, NotFitted
from .clv import discount_factors, lifetime_value, period_ends
from .concentration import share_limits
from .correction import Correction
from .gamma_gamma import GammaGamma
from .grade import Grade, grade
from .history import History, Summary, summarise
from .metrics import Figures, figures
from .network_layout import network_layout
from .next_purchase import NextPurchase, next_purchase, usual_gap, waiting_quantile
from .outlook import Outlook, Scores
from .pareto_nbd import ParetoNBD
from .retention import RetentionModel
from .rule_of_thumb import rule_of_thumb
from .tracking import Tracking, tracking

__all__ = [
    "BGNBD",
    "MBGNBD",
    "Amounts",
    "Backtest",
    "BuyTillYouDie",
    "Correction",
    "Figures",
    "Frequency",
    "GammaGamma",
    "Grade",
    "Hiatus",
    "History",
    "NextPurchase",
    "NotEnoughHistory",
    "NotFitted",
    "Outlook",
    "ParetoNBD",
    "RetentionModel",
    "RfmSum",
    "Scores",
    "Summary",
    "Tracking",
    "backtest",
    "discount_factors",
    "figures",
    "grade",
    "lifetime_value",
    "network_layout",
    "next_purchase",
    "period_ends",
    "rule_of_thumb",
    "share_limits",
    "summarise",
    "tracking",
    "usual_gap",
    "waiting_quantile",
]
