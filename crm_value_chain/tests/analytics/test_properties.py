"""Runs the properties, where the development tool that makes them up is there."""

from importlib.util import find_spec

if find_spec("hypothesis"):
    from .properties import TestProperties  # noqa: F401
