"""Load scipy so that its linear algebra uses one thread.

The searches of this package solve systems of a few unknowns. OpenBLAS wakes a thread on
every core for each of them, which wait busily for the next: twice the processor time
and, where other workers are busy, many times the time. It reads its setting when it is
loaded, so the setting is made for just that moment; where scipy is loaded already, all
stays as it is.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

SETTINGS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")


@contextmanager
def single_thread() -> Iterator[None]:
    """Libraries loaded within use one thread, unless the environment says more."""
    added = [name for name in SETTINGS if name not in os.environ]
    os.environ.update(dict.fromkeys(added, "1"))
    try:
        yield
    finally:
        for name in added:
            del os.environ[name]


with single_thread():
    import scipy.linalg
    import scipy.optimize  # noqa: F401
