"""The addons of this repository: each folder at the top with a manifest."""

import ast
import hashlib

from .cache import REPO
from .console import DevError

# What a database does not depend on: it is read from the files when needed.
NOT_INSTALLED = {"tests", "src", "readme", "__pycache__", "doc"}

# Modules of others that ours read where they are installed, and get on without.
NEIGHBOURS = ["hr_timesheet"]


def addon_paths():
    return sorted(path.parent for path in REPO.glob("*/__manifest__.py"))


def addon_names():
    """Return the names of the addons, as Odoo knows them."""
    return [path.name for path in addon_paths()]


def dependencies():
    """Return the modules of others that our addons depend on."""
    ours = set(addon_names())
    needed = set()
    for path in addon_paths():
        needed.update(read_manifest(path).get("depends", ["base"]))
    if not needed - ours:
        raise DevError(f"There is no addon in {REPO}.")
    return sorted(needed - ours)


def read_manifest(path):
    try:
        return ast.literal_eval((path / "__manifest__.py").read_text())
    except (SyntaxError, ValueError) as error:
        raise DevError(f"{path / '__manifest__.py'} cannot be read: {error}") from error


def installed_key():
    """Return a key that changes when a database must be installed anew.

    Tests, styles and scripts may change without that.
    """
    digest = hashlib.sha256()
    for addon in addon_paths():
        for path in sorted(addon.rglob("*")):
            parts = path.relative_to(addon).parts
            if path.is_file() and not NOT_INSTALLED.intersection(parts):
                digest.update(str(path.relative_to(REPO)).encode() + b"\0")
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
