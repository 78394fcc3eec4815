from datetime import timedelta

from odoo import Command
from odoo.tests import new_test_user

from ..common import ValueChainCommon

SELLER = "sales_team.group_sale_salesman"
SELLER_ALL = "sales_team.group_sale_salesman_all_leads"
MANAGER = "sales_team.group_sale_manager"
CONTROLLER = f"{MANAGER},crm_value_chain.group_profitability"


class NetworkCase(ValueChainCommon):
    """A small network, and short ways to enlarge it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Member = cls.env["crm.network.member"]
        cls.Relation = cls.env["crm.network.relation"]
        cls.recommended = cls.relation_type("recommended")
        cls.works_with = cls.relation_type("works_with")
        cls.proposition = cls.make_proposition("Turnkey office")

    @classmethod
    def relation_type(cls, name):
        return cls.env.ref(f"crm_value_chain.crm_network_relation_type_{name}")

    @classmethod
    def make_proposition(cls, name, **values):
        return cls.env["crm.value.proposition"].create(
            {"name": name, "company_id": cls.company.id, **values}
        )

    @classmethod
    def make_member(cls, partner, role="partner", role_values=None, **values):
        """A member with a role; a name makes a new contact."""
        if isinstance(partner, str):
            partner = cls.make_customer(partner)
        line = {"role": role, **(role_values or {})}
        return cls.Member.create(
            {
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "role_ids": [Command.create(line)] if role else [],
                **values,
            }
        )

    @classmethod
    def contribute(cls, member, proposition=None, role="partner", **values):
        return cls.env["crm.network.contribution"].create(
            {
                "member_id": member.id,
                "role": role,
                "proposition_id": proposition and proposition.id,
                "name": "Does something",
                **values,
            }
        )

    @classmethod
    def relate(cls, first, second, kind=None, **values):
        return cls.Relation.create(
            {
                "company_id": cls.company.id,
                "partner_id": first.id,
                "other_partner_id": second.id,
                "type_id": (kind or cls.recommended).id,
                **values,
            }
        )

    @classmethod
    def day(cls, days):
        """The day so many days from today."""
        return cls.today + timedelta(days=days)

    @classmethod
    def make_users(cls):
        """A user of each group, and one of another company."""
        cls.seller = cls.make_user("net_seller", SELLER)
        cls.colleague = cls.make_user("net_colleague", SELLER)
        cls.seller_all = cls.make_user("net_seller_all", SELLER_ALL)
        cls.manager = cls.make_user("net_manager", MANAGER)
        cls.controller = cls.make_user("net_controller", CONTROLLER)
        cls.clerk = cls.make_user(
            "net_clerk", "account.group_account_user,base.group_partner_manager"
        )
        cls.reader = cls.make_user(
            "net_reader", "crm_value_chain.group_value_chain_user"
        )
        cls.portal = cls.make_user("net_portal", "base.group_portal")
        cls.other_company = cls.env["res.company"].create({"name": "Other"})
        cls.stranger = new_test_user(
            cls.env,
            "net_stranger",
            groups=MANAGER,
            company_id=cls.other_company.id,
            company_ids=[Command.set(cls.other_company.ids)],
        )

    def as_user(self, user, model):
        """Model as an RPC call of the user has it: no superuser, own companies."""
        return self.env(
            user=user, su=False, context={"allowed_company_ids": user.company_ids.ids}
        )[model]
