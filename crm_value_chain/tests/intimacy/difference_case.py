from odoo import Command
from odoo.tests import new_test_user

from ..common import ValueChainCommon

SELLER = "sales_team.group_sale_salesman"
SELLER_ALL = "sales_team.group_sale_salesman_all_leads"
MANAGER = "sales_team.group_sale_manager"


class DifferenceCase(ValueChainCommon):
    """Customers of two salespeople, a catalogue of needs, and who works with them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_user("need_seller", SELLER)
        cls.colleague = cls.make_user("need_colleague", SELLER)
        cls.seller_all = cls.make_user("need_seller_all", SELLER_ALL)
        cls.manager = cls.make_user("need_manager", MANAGER)
        cls.outsider = cls.make_user("need_outsider", "base.group_user")
        cls.other_company = cls.env["res.company"].create({"name": "Other"})
        cls.stranger = new_test_user(
            cls.env,
            "need_stranger",
            groups=MANAGER,
            company_id=cls.other_company.id,
            company_ids=[Command.set(cls.other_company.ids)],
        )
        cls.customer = cls.make_customer("Own", user_id=cls.seller.id, is_company=True)
        cls.foreign = cls.make_customer("Foreign", user_id=cls.colleague.id)
        for partner in (cls.customer, cls.foreign):
            cls.buy(partner, days_ago=10)
            cls.buy(partner, days_ago=40)
        cls.score()
        cls.own = cls.profile(cls.customer)
        cls.others = cls.profile(cls.foreign)
        cls.speed, cls.price, cls.advice = cls.env["crm.need"].create(
            [{"name": name} for name in ("Speed", "Price", "Advice")]
        )

    @classmethod
    def need(cls, profile, need, importance=3, **values):
        """A need of a customer, noted by the superuser."""
        return cls.env["crm.customer.need"].create(
            {
                "profile_id": profile.id,
                "need_id": need.id,
                "importance": importance,
                **values,
            }
        )

    @classmethod
    def treat(cls, profile, name="Calls on Monday", **values):
        """Something that is done differently for a customer."""
        return cls.env["crm.treatment"].create(
            {
                "profile_id": profile.id,
                "name": name,
                "reason": "Asked for it",
                **values,
            }
        )

    @classmethod
    def propose(cls, name="All in one", company=None):
        return cls.env["crm.value.proposition"].create(
            {"name": name, "company_id": (company or cls.company).id}
        )

    def as_user(self, user, records):
        """Records as an RPC call of the user has them: in own companies."""
        return records.with_user(user).with_context(
            allowed_company_ids=user.company_ids.ids
        )

    def merge(self, partner, into):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge([partner.id, into.id], into)
        self.env.invalidate_all()
