"""The same tests under Odoo's own runner, which wants its own base class and tags.

pytest finds the files themselves, without Odoo; Odoo's runner finds this module, if
tests/__init__.py imports it under a name that begins with test_:

    from .analytics import odoo_runner as test_analytics
"""

import importlib
import sys
import unittest
from pathlib import Path

from odoo.tests import BaseCase

HERE = Path(__file__).parent


def load_cases():
    """Yield the test cases of the files beside this one."""
    sys.path[:0] = [str(HERE), str(HERE.parents[1])]
    try:
        for path in sorted(HERE.glob("test_*.py")):
            try:
                module = importlib.import_module(path.stem)
            except unittest.SkipTest:
                continue
            for value in vars(module).values():
                if isinstance(value, type) and issubclass(value, unittest.TestCase):
                    yield value
    finally:
        del sys.path[:2]


for _case in load_cases():
    globals()[_case.__name__] = type(
        _case.__name__,
        (_case, BaseCase),
        {"__module__": __name__, "allow_inherited_tests_method": True},
    )
del _case
