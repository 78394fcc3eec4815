from datetime import timedelta
from random import Random

from ..common import ValueChainCommon


class PortfolioCase(ValueChainCommon):
    """A company whose customers bought at random, and who works with them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_user("portfolio_seller", "sales_team.group_sale_salesman_all_leads")
        cls.make_user("portfolio_manager", "sales_team.group_sale_manager")
        cls.Segment = cls.env["crm.segment"]

    @classmethod
    def make_buyers(cls, number=60, seed=1):
        """Customers who bought at random, some of them never; their contacts."""
        random = Random(seed)
        partners = cls.env["res.partner"].create(
            [{"name": f"Buyer {count}"} for count in range(number)]
        )
        cls.env["crm.historical.purchase"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": cls.company.id,
                    "date": cls.today - timedelta(days=random.randrange(1, 600)),
                    "amount": random.choice([10, 20, 50, 200, 1000]),
                }
                for partner in partners
                for _purchase in range(random.choice([1, 1, 1, 2, 3, 5, 9, 14]))
            ]
        )
        cls.score()
        return partners

    @classmethod
    def make_segment(cls, name, domain, sequence=10, **values):
        return cls.Segment.create(
            {"name": name, "domain": str(domain), "sequence": sequence, **values}
        )

    def rows(self, preview):
        """Rows of a preview by the name of the rule."""
        return {row["name"]: row for row in preview["rules"]}

    def profiles(self):
        """Active profiles of the company."""
        return self.env["crm.customer.profile"].search(
            [("company_id", "=", self.company.id)]
        )
