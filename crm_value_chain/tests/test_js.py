from pathlib import Path

from odoo.tests import HttpCase, tagged

TESTS = Path(__file__).parent.parent / "static" / "tests"
SUITES = sorted(p.name.removesuffix(".test.js") for p in TESTS.glob("*.test.js"))


def _suite_id(name):
    """Id by which the test page selects a suite: a hash of its full name."""
    result = 0
    for char in name:
        result = ((result << 5) - result + ord(char)) & 0xFFFFFFFF
    return f"{result:08x}"


@tagged("post_install", "-at_install")
class TestJs(HttpCase):
    def test_widgets(self):
        """The unit tests of the widgets pass in a browser."""
        ids = "".join(
            f"&id={_suite_id(f'@crm_value_chain/{suite}')}" for suite in SUITES
        )
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000{ids}",
            "",
            "",
            login="admin",
            timeout=600,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=lambda message: "[HOOT]" not in message,
        )
