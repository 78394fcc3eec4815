from odoo.tests import HttpCase, tagged

from ..common import DemoCase

# an A4 page between the margins of Odoo's paper format, at its 90 dots per inch
WIDTH, HEIGHT = 680, 755
MEASURE = f"""
    const brief = document.querySelector(".o_customer_brief");
    brief.style.width = "{WIDTH}px";
    if (brief.offsetHeight > {HEIGHT}) {{
        throw new Error(`The brief is ${{brief.offsetHeight}} pixels high`);
    }}
    console.log("test successful");
"""


@tagged("post_install", "-at_install")
class TestCustomerBrief(DemoCase, HttpCase):
    def test_brief_of_whom_there_is_most_to_tell_is_one_page(self):
        """Measured by a browser, as laid out for printing."""
        profiles = self.env["crm.customer.profile"].search(
            [("partner_id.is_company", "=", True)], order="purchase_count desc", limit=9
        )
        told = {
            profile: sum(len(part["lines"]) for part in profile.customer_view)
            for profile in profiles
        }
        most = max(profiles, key=told.get)
        self.assertGreater(told[most], 20)
        self.browser_js(
            f"/report/html/crm_value_chain.crm_customer_brief/{most.id}",
            MEASURE,
            ready="!!document.querySelector('.o_customer_brief')",
            login="admin",
        )
