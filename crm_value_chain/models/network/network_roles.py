"""The five parts of a network (SCOPE)."""

from typing import NamedTuple

ROLES = [
    ("supplier", "Supplier"),
    ("customer", "Customer"),
    ("owner", "Owner or Investor"),
    ("partner", "Partner"),
    ("employee", "Employee"),
]


class Limits(NamedTuple):
    """When a relationship is weak, and how early people are told of it."""

    quality: int = 2  # of 5: this, or less, is low
    notice: int = 60  # days: an agreement that ends within them is about to end
    review: int = 6  # months from a review to the next one, unless people say when


LIMITS = Limits()
