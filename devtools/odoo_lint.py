"""A pytest plugin that lets Odoo's own lint tests look at our addons only."""

from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session", autouse=True)
def only_our_addons():
    """Let Odoo list the addons of this repository and no others."""
    from odoo.modules import Manifest

    everything = Manifest.all_addon_manifests
    Manifest.all_addon_manifests = staticmethod(
        lambda: [found for found in everything() if REPO in Path(found.path).parents]
    )
    yield
    Manifest.all_addon_manifests = everything
