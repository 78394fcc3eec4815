from odoo.tests import tagged

from ..common import DemoCase
from .test_value_tier import abc

FIGURES = (
    "r_score",
    "f_score",
    "m_score",
    "purchase_count",
    "churn_risk",
    "purchase_probability",
    "value_tier_id",
    "ladder_stage_id",
    "segment_id",
)


def rfm_group(p):  # noqa: C901 - the grid, cell by cell
    """RFM group of a customer, written down anew."""
    r, f, m = p["r_score"], p["f_score"], p["m_score"]
    if not p["purchase_count"] or not r:
        return "Not Customers Yet"
    if r <= 2 and f >= 3:
        return "Can't Lose Them" if f == 5 or m == 5 else "At Risk"
    if r <= 2:
        return "Lost" if r == 1 and m <= 2 else "Hibernating"
    if f >= 4:
        return "Champions" if r == 5 and m >= 4 else "Loyal Customers"
    if r == 3:
        return "Need Attention" if f == 3 else "About to Sleep"
    if f >= 2:
        return "Potential Loyalists"
    return "New Customers" if r == 5 else "Promising"


def lapsed_or_prospect(p):
    if not p["purchase_count"]:
        return "Prospects"
    if p["churn_risk"] == "lapsed":
        return "Lapsed, Once Valuable" if p["m_score"] >= 4 else "Lapsed"
    return None


def value_and_lifecycle(p):
    """Segment by value tier and stage of the ladder, written down anew."""
    if name := lapsed_or_prospect(p):
        return name
    tier, stage = p["value_tier_id"], p["ladder_stage_id"]
    level = {"A": "Top", "B": "Middle", "C": "Low"}.get(tier)
    if level and stage == "First-time customer":
        return f"New, {'Low' if tier == 'C' else 'High'} Value"
    if level and stage == "Repeat customer":
        return f"Developing, {level} Value"
    if level and stage in ("Majority customer", "Loyal customer", "Advocate"):
        return f"Established, {level} Value"
    return "Others"


def chance_and_value(p):
    """Segment by chance of buying and value tier, written down anew."""
    if name := lapsed_or_prospect(p):
        return name
    if p["purchase_count"] == 1:
        return "One Purchase So Far"
    chance = p["purchase_probability"]
    word = "Likely" if chance >= 0.5 else "Possible" if chance >= 0.2 else "Unlikely"
    value = "Low" if p["value_tier_id"] == "C" else "High"
    return f"{word}, {value} Value" if p["value_tier_id"] else "Others"


@tagged("post_install", "-at_install")
class TestPortfolioDemo(DemoCase):
    """The ready-made portfolios on the customers of the CDNOW sample."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.score(company=cls.main)

    def figures(self):
        """Figures of each active customer, with the names of its classes."""
        profiles = self.env["crm.customer.profile"].search(
            [("company_id", "=", self.main.id)]
        )
        rows = profiles.read(FIGURES, load=None)
        for row in rows:
            for name in ("value_tier_id", "ladder_stage_id", "segment_id"):
                model = self.env[profiles._fields[name].comodel_name]
                row[name] = row[name] and model.browse(row[name]).name
        return rows

    def test_portfolios_equal_a_brute_force(self):
        """Each customer of the sample stands in the segment that the figures name."""
        for portfolio, segment_of in (
            ("rfm", rfm_group),
            ("value_lifecycle", value_and_lifecycle),
            ("chance_value", chance_and_value),
        ):
            with self.subTest(portfolio):
                wizard = self.env["crm.portfolio.wizard"].create(
                    {"portfolio": portfolio, "mode": "replace"}
                )
                shown = {
                    row["name"]: row["customers"] for row in wizard.preview["rows"]
                }
                wizard.action_create_portfolio()
                self.run_cron("segmentation")
                figures = self.figures()
                self.assertGreater(len(figures), 2357)
                for row in figures:
                    self.assertEqual(row["segment_id"], segment_of(row), row)
                counted = dict.fromkeys(shown, 0)
                for row in figures:
                    counted[row["segment_id"]] += 1
                self.assertEqual(counted, shown)

    def test_value_tiers_equal_a_brute_force(self):
        """Each customer of the sample stands in the tier of a plain ABC analysis."""
        tiers = self.env["crm.value.tier"].search([("company_id", "=", self.main.id)])
        tiers._renew(self.main)
        self.score(company=self.main)
        profiles = self.env["crm.customer.profile"].search(
            [("company_id", "=", self.main.id)]
        )
        places = abc(profiles.mapped("yearly_amount"), tiers.mapped("share"))
        self.assertEqual(
            [profile.value_tier_id.id for profile in profiles],
            [tiers[place].id for place in places],
        )
