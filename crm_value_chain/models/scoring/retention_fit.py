"""What a fitted retention model is as values of records. Nothing here knows Odoo.

The analytics, and scipy with them, are loaded when something is fitted: they cost every
worker memory, and few workers ever fit.
"""

from typing import NamedTuple

#: customers that models are fitted to, drawn at random from more; the standard errors
#: of the parameters are then a hundredth or so of their values
FITTED = 20_000
#: customers whose earlier forecasts are tried: the error of an AUC is then about 0.005
TESTED = 5_000
WEEK = 7
SEED = 0
#: a model is tracked if this many weeks lie before its first forecast
FEWEST_WEEKS = 8
FIGURES = ("auc", "brier", "ece", "mae", "total_error")


class Fit(NamedTuple):
    """A fitted model, what it was fitted to, and the days (since 1970) of that."""

    model: object
    history: object
    as_of: int
    horizon_days: int


def fit(history, as_of, horizon_days):
    """Fit the model of a history, to a sample of it where it is large.

    :param analytics.History history: transactions
    :param int as_of: day since 1970-01-01
    :rtype: Fit
    """
    from ...analytics import RetentionModel

    history = history.until(as_of).sample(FITTED, SEED)
    model = RetentionModel(horizon_days / WEEK, sample=TESTED, seed=SEED)
    return Fit(model.fit_history(history, as_of), history, as_of, horizon_days)


def nothing_fitted(as_of, horizon_days):
    """The rule of thumb as it is where nothing is known."""
    from ...analytics import History

    return fit(History([], [], []), as_of, horizon_days)


def figures(fitted):
    """Figures of what is used and, prefixed, of the best rules; {} if not tested."""
    model = fitted.model
    if model.choice_ is None:
        return {}
    chance, count = (_best_rule(model, loss) for loss in ("loss", "count_loss"))
    rule = {name: getattr(chance.figures, name) for name in ("auc", "brier", "ece")}
    rule |= {name: getattr(count.figures, name) for name in ("mae", "total_error")}
    used = {name: getattr(model.choice_.figures, name) for name in FIGURES}
    return (
        {name: float(value) for name, value in used.items()}
        | {f"baseline_{name}": float(value) for name, value in rule.items()}
        | {
            "loss": _loss(model, model.method_),
            "baseline_loss": chance.loss,
            "baseline_method": chance.name,
            "baseline_count_method": count.name,
            "tested_count": model.choice_.figures.customers,
            "window_count": len(model.backtest_.windows),
        }
    )


def _loss(model, name):
    return next(each.loss for each in model.backtest_.results if each.name == name)


def _best_rule(model, loss):
    from ...analytics.choice import BASELINE_NAMES

    rules = [each for each in model.backtest_.results if each.name in BASELINE_NAMES]
    return min(rules, key=lambda result: getattr(result, loss))


def log_likelihood(model):
    """Log-likelihood of the model in use; 0 where it is a rule."""
    used = getattr(model.probability_, "model", None)
    return float(getattr(used, "log_likelihood_", 0.0))


def deciles(model):
    """Forecast and outcome by tenths of the customers, on the earlier days."""
    results = model.backtest_.results if model.choice_ else []
    return [
        {
            "customers": tenth.customers,
            "forecast": float(tenth.forecast),
            "actual": float(tenth.actual),
        }
        for result in results
        if result.name == model.method_
        for tenth in result.deciles
    ]


def candidates(model):
    """All that was tried, the least loss first, then what was fitted only."""
    fitted = {each.name: each for each in model.models_}
    results = model.backtest_.results if model.choice_ else []
    lines = [
        _tried(result, fitted.get(result.name.split(",")[0]), model)
        for result in sorted(results, key=lambda result: result.loss)
    ]
    tried = {line["name"] for line in lines}
    lines += [
        _fitted_line(each, model) for each in model.models_ if each.name not in tried
    ]
    if not model.models_:
        rule = model.probability_.model
        lines.append(_fitted_line(rule, model) | {"name": model.method_})
        lines[-1].update(is_used=True, is_used_count=True)
    if model.amounts_.model_ is not None:
        lines.append(_line(model.amounts_.model_, "amount") | {"is_used": True})
    return lines


def _line(model, kind):
    return {
        "name": model.name,
        "kind": kind,
        "values": model.parameters,
        "log_likelihood": float(getattr(model, "log_likelihood_", 0.0)),
    }


def _fitted_line(each, model):
    return _line(each, "model") | {
        "is_used": each.name == model.method_,
        "is_used_count": each.name == model.count_method_,
    }


def _tried(result, fitted, model):
    corrected = fitted is not None and result.name != fitted.name
    line = {"kind": "rule", "values": {}, "log_likelihood": 0.0}
    if fitted is not None:
        line = _line(fitted, "corrected" if corrected else "model")
    return (
        line
        | {name: float(getattr(result.figures, name)) for name in FIGURES}
        | {
            "name": result.name,
            "is_tested": True,
            "loss": result.loss,
            "is_used": result.name == model.method_,
            "is_used_count": result.name == model.count_method_,
        }
    )


def tracking(fitted, population):
    """Purchases week by week, added up: what came, and what was expected before.

    The published kind of model that is used is fitted to what was known a horizon ago
    (or half of a shorter history), so that the weeks from then on are a forecast.

    :param float population: customers that each one of the history stands for
    :return: {} where the history is too short
    """
    from ...analytics import NotEnoughHistory
    from ...analytics import tracking as track

    if not fitted.model.models_:
        return {}
    history = fitted.history.sample(TESTED, SEED)
    scale = population * fitted.history.n_customers / history.n_customers
    days = fitted.as_of - history.first_day + 1
    cut = fitted.as_of - min(fitted.horizon_days, days // 2)
    if cut - history.first_day < FEWEST_WEEKS * WEEK:
        return {}
    known = history.summary(cut)
    kind = type(fitted.model.alive_)
    try:
        model = kind().fit(known.x, known.t_x, known.T)
    except NotEnoughHistory:
        return {}
    weekly = track(model, history, fitted.as_of)
    return {
        "method": kind.name,
        "first_day": _iso(weekly.first_day),
        "fit_day": _iso(cut),
        "fit_week": (cut - weekly.first_day + 1) / WEEK,
        "actual": _added_up(weekly.actual, scale),
        "expected": _added_up(weekly.expected, scale),
    }


def _added_up(weekly, scale):
    return [round(float(value), 1) for value in weekly.cumsum() * scale]


def _iso(day):
    import numpy as np

    return str(np.datetime64(int(day), "D"))
