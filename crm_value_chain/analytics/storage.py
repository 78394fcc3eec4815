"""Fitted forecasters as plain numbers (fit for JSON), and back."""

from __future__ import annotations

from typing import Any

from .baselines import baseline_from_dict
from .buy_till_you_die import BuyTillYouDie
from .candidates import MODELS, BaselineForecaster, Forecaster, ModelForecaster
from .correction import Correction


def model_to_dict(model: BuyTillYouDie) -> dict[str, Any]:
    """Return a fitted model as plain numbers."""
    return {
        "name": model.name,
        "parameters": model.parameters,
        "log_likelihood": getattr(model, "log_likelihood_", None),
        "customers": getattr(model, "n_customers_", None),
    }


def model_from_dict(values: dict[str, Any]) -> BuyTillYouDie:
    """Return the model that `model_to_dict` told."""
    kinds = {kind.name: kind for kind in MODELS}
    if values["name"] not in kinds:
        raise ValueError(f"Unknown model: {values['name']}")
    model = kinds[values["name"]]().set_parameters(**values["parameters"])
    if values.get("log_likelihood") is not None:
        model.log_likelihood_ = float(values["log_likelihood"])
        model.n_customers_ = float(values["customers"])
    return model


def forecaster_to_dict(forecaster: Forecaster) -> dict[str, Any]:
    """Return a fitted forecaster as plain numbers."""
    if isinstance(forecaster, BaselineForecaster):
        return {"baseline": forecaster.baseline.to_dict()}
    if isinstance(forecaster, ModelForecaster):
        corrections = forecaster.corrections or ()
        return {
            "model": model_to_dict(forecaster.model),
            "corrections": [each.to_dict() for each in corrections],
        }
    raise TypeError(f"{forecaster!r} cannot be stored.")


def forecaster_from_dict(values: dict[str, Any]) -> Forecaster:
    """Return the forecaster that `forecaster_to_dict` told."""
    if "baseline" in values:
        return BaselineForecaster(baseline_from_dict(values["baseline"]))
    model = model_from_dict(values["model"])
    corrections = [Correction.from_dict(each) for each in values["corrections"]]
    if not corrections:
        return ModelForecaster(model)
    return ModelForecaster(model, (corrections[0], corrections[1]))
