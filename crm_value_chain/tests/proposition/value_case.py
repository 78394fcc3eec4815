from odoo import Command

from ..common import ValueChainCommon

SELLER = "sales_team.group_sale_salesman"
SELLER_ALL = "sales_team.group_sale_salesman_all_leads"
MANAGER = "sales_team.group_sale_manager,base.group_allow_export"
ACCOUNTANT = "account.group_account_user,base.group_partner_manager"


class ValueCase(ValueChainCommon):
    """A proposition with two benefits, a sacrifice, and an alternative."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.make_user("vp_manager", MANAGER)
        cls.approver = cls.make_user("vp_approver", MANAGER)
        cls.seller = cls.make_user("vp_seller", SELLER)
        cls.seller_all = cls.make_user("vp_seller_all", SELLER_ALL)
        cls.accountant = cls.make_user("vp_accountant", ACCOUNTANT)
        cls.speed, cls.health = cls.env["crm.need"].create(
            [{"name": "Quick delivery"}, {"name": "Healthy workplaces"}]
        )
        cls.champions = cls.env["crm.segment"].create(
            {"name": "Champions", "domain": "[]", "company_id": cls.company.id}
        )

    @classmethod
    def make_proposition(cls, name="Turnkey", approve=True, **values):
        """A proposition; its version in use has the content of `make_content`."""
        proposition = cls.env["crm.value.proposition"].create(
            {
                "name": name,
                "promise": "All from one hand",
                "company_id": cls.company.id,
                **values,
            }
        )
        cls.make_content(proposition.open_version_id)
        if approve:
            cls.approve(proposition.open_version_id)
        return proposition

    @classmethod
    def make_content(cls, version):
        """Value of us 50 / 20 = 2.5, of the alternative 30 / 30 = 1."""
        rival = cls.env["crm.value.alternative"].create(
            {"version_id": version.id, "name": "Rival"}
        )
        for name, source, weight, ours, theirs in (
            ("Fast", "responsiveness", 5, 8, 4),
            ("Quiet", "product", 2, 5, 5),
            ("Price", "money", 4, 5, 7.5),
        ):
            cls.env["crm.value.factor"].create(
                {
                    "version_id": version.id,
                    "name": name,
                    "source": source,
                    "weight": weight,
                    "our_score": ours,
                    "argument": f"Say {name}",
                    "score_ids": [
                        Command.create({"alternative_id": rival.id, "score": theirs})
                    ],
                }
            )
        cls.env["crm.value.promise"].create(
            {
                "version_id": version.id,
                "name": "There in a week",
                "kind": "service_level",
                "measure": "Deliveries in time",
                "target": "98%",
                "user_id": cls.manager.id,
            }
        )

    @classmethod
    def approve(cls, version):
        version.action_submit()
        version.action_approve()
        return version

    @classmethod
    def factor(cls, version, name):
        return version.factor_ids.filtered(lambda factor: factor.name == name)

    @classmethod
    def make_deal(cls, state="open", **values):
        """An opportunity, perhaps won or lost."""
        lead = cls.env["crm.lead"].create(
            {
                "name": "Deal",
                "type": "opportunity",
                "company_id": cls.company.id,
                "team_id": False,
                **values,
            }
        )
        if state == "won":
            lead.action_set_won()
        elif state == "lost":
            lead.action_set_lost()
        return lead
