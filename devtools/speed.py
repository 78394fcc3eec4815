"""How long fitting and scoring take, beside the package `lifetimes` in the same run.

    python devtools/speed.py [--customers 1000000]

Seconds of processor time. `lifetimes` is a development dependency; without it its
lines are left out. Pareto/NBD of lifetimes is timed on 20,000 customers.
"""

import argparse
import sys
import time
import warnings
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "crm_value_chain"))

from analytics import BGNBD, MBGNBD, ParetoNBD  # noqa: E402


def customers(n, seed=0):
    """Return the (x, t_x, T) of n customers who joined over three years, in days."""
    rng = np.random.default_rng(seed)
    rate, leave = rng.gamma(1.0, 1 / 8, n), rng.beta(0.8, 2.5, n)
    T = rng.integers(1, 1096, n) / 7
    x, t_x, now = np.zeros(n), np.zeros(n), np.zeros(n)
    alive = np.arange(n)
    while len(alive):
        gap = np.maximum(1, np.round(7 * rng.exponential(1 / rate[alive])))
        now[alive] += gap / 7
        alive = alive[now[alive] <= T[alive]]
        x[alive] += 1
        t_x[alive] = now[alive]
        alive = alive[rng.random(len(alive)) > leave[alive]]
    return x, t_x, T


def timed(function):
    """Return what a function returns, and its seconds of processor time."""
    start = time.process_time()
    result = function()
    return result, time.process_time() - start


def theirs(kind, x, t_x, T):
    """Return log-likelihood and seconds of the same fit by lifetimes."""
    import lifetimes

    names = {
        BGNBD: "BetaGeoFitter",
        MBGNBD: "ModifiedBetaGeoFitter",
        ParetoNBD: "ParetoNBDFitter",
    }
    fitter = getattr(lifetimes, names[kind])(penalizer_coef=0.0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _, seconds = timed(lambda: fitter.fit(x, t_x, T))
    values = {name: float(fitter.params_[name]) for name in kind.parameter_names}
    model = kind().set_parameters(**values)
    return model.log_likelihood(x, t_x, T).sum(), seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--customers", type=int, default=1_000_000)
    n = parser.parse_args().customers
    everyone = customers(n)
    print(f"{'':<12}{'customers':>10}{'fit':>8}{'score':>8}{'log-likelihood':>18}")
    for kind in (BGNBD, MBGNBD, ParetoNBD):
        size = min(n, 20_000) if kind is ParetoNBD else n
        sizes = [n] if size == n else [n, size]
        for rows in sizes:
            some = tuple(column[:rows] for column in everyone)
            model, fit = timed(lambda some=some, kind=kind: kind().fit(*some))
            _, score = timed(lambda some=some, model=model: model.predict(*some, 13))
            line = f"{rows:>10,}{fit:>8.2f}{score:>8.2f}{model.log_likelihood_:>18.2f}"
            print(f"{kind.name:<12}{line}", flush=True)
        try:
            likelihood, seconds = theirs(kind, *some)
        except ImportError:
            continue
        line = f"{size:>10,}{seconds:>8.2f}{'':>8}{likelihood:>18.2f}"
        print(f"{'  lifetimes':<12}{line}   {seconds / fit:.1f} times ours", flush=True)


if __name__ == "__main__":
    main()
