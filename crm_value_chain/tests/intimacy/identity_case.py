from ..common import ValueChainCommon

SALESMAN = "sales_team.group_sale_salesman"
ALL_LEADS = "sales_team.group_sale_salesman_all_leads"
MANAGER = "sales_team.group_sale_manager"
PARTNER_MANAGER = "base.group_partner_manager"


class IdentityCase(ValueChainCommon):
    """Customers, and what they are known by."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Identity = cls.env["crm.customer.identity"]
        cls.Pair = cls.env["crm.customer.duplicate"]
        cls.owner = cls.make_user("owner", f"{SALESMAN},{PARTNER_MANAGER}")
        cls.seller = cls.make_user("seller", f"{ALL_LEADS},{PARTNER_MANAGER}")
        cls.manager = cls.make_user("chief", f"{MANAGER},{PARTNER_MANAGER}")

    @classmethod
    def commit(cls):
        """Do what Odoo does before it commits."""
        cls.env.cr.flush()

    def known(self, contact):
        """Kind, normalized form and source of what a contact is known by."""
        self.commit()
        identities = self.Identity.with_context(active_test=False).search(
            [("partner_id", "=", contact.id)]
        )
        return {(i.kind, i.normalized, i.source) for i in identities}

    def by_identity(self, text, user=None):
        contacts = self.env["res.partner"].with_user(user or self.env.user)
        return contacts.search([("identity", "ilike", text)])

    def pair(self, one, other, **values):
        """A pair that waits for a decision."""
        first, second = sorted((one, other), key=lambda contact: contact.id)
        return self.Pair.create(
            {
                "partner_a_id": first.id,
                "partner_b_id": second.id,
                "score": 0.9,
                "levels": {"name": "same", "email": "same"},
                **values,
            }
        )

    def merge(self, contacts, target):
        """Merge contacts as Odoo's wizard does; returns the one that stays."""
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge(contacts.ids, target)
        self.commit()
        return target
