"""Sums of products, without the threads of BLAS.

A linear algebra library shares out even short vectors among all cores, and lets its
threads wait busily in between: a fit then takes many times the processor time, and
all cores from everybody else. So vectors of customers are multiplied here.
"""

from __future__ import annotations

import numpy as np

from .checks import FloatArray


def dot(left: FloatArray, right: FloatArray) -> float:
    """Return the sum of the products of two vectors."""
    return float(np.einsum("i,i->", left, right))


def combine(coefficients: FloatArray, columns: FloatArray) -> FloatArray:
    """Return the linear combination of columns (axis 0; customers are axis 1)."""
    line: FloatArray = np.einsum("j,ji->i", coefficients, columns)
    return line


def project(columns: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the weighted sum of each column (axis 0; customers are axis 1)."""
    total: FloatArray = np.einsum("ji,i->j", columns, weights)
    return total
