"""Lets these tests import `analytics` as a notebook does: without Odoo."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
