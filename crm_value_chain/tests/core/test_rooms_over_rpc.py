from odoo.tests import tagged

from ..common import RpcCase
from .test_rights import ACCOUNTANT, RightsCase

USER = "crm_value_chain.group_value_chain_user"
PROFITABILITY = "crm_value_chain.group_profitability"
NOBODY, OWN, ALL = "nobody", "own", "all"

# models of the rooms that speak of a customer, and the field that says of whom
OF_CUSTOMERS = {
    "crm.customer.need": "partner_id",
    "crm.customer.driver": "partner_id",
    "crm.treatment": "partner_id",
    "crm.contact.consent": "partner_id",
    "crm.contact.preference": "partner_id",
    "crm.relationship.episode": "partner_id",
    "crm.relationship.interaction": "partner_id",
}
# models that speak of what the company offers, and of who helps it
OF_THE_COMPANY = ("crm.need", "crm.network.member", "crm.value.proposition")


class RoomsCase(RightsCase, RpcCase):
    """Something of each room, and calls as the web client of a user makes them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls.make_user("vc_clerk_rpc", f"{ACCOUNTANT},{USER}")
        cls.sees = {
            cls.seller: OWN,
            cls.seller_all: ALL,
            cls.manager: ALL,
            cls.clerk: ALL,
            cls.accountant: NOBODY,
            cls.portal: NOBODY,
        }
        for user in cls.sees:
            user.password = cls.password(user.login)
        cls.need = cls.env["crm.need"].create({"name": "Quick delivery"})
        cls.driver = cls.env["crm.relationship.driver"].search([], limit=1)
        cls.channel = cls.env.ref("crm_value_chain.interaction_channel_phone")
        cls.proposition = cls.env["crm.value.proposition"].create(
            {"name": "There tomorrow", "company_id": cls.company.id}
        )
        cls.env["crm.network.member"].create(
            {
                "partner_id": cls.make_customer("Carrier").id,
                "company_id": cls.company.id,
            }
        )
        for customer in (cls.own, cls.foreign):
            cls.tell(customer)

    @classmethod
    def tell(cls, customer):
        """Something of each kind about a customer."""
        card = cls.profile(customer)
        of_card, of_contact = {"profile_id": card.id}, {"partner_id": customer.id}
        for model, values in {
            "crm.customer.need": of_card | {"need_id": cls.need.id},
            "crm.customer.driver": of_card
            | {"driver_id": cls.driver.id, "evidence": "Said so"},
            "crm.treatment": of_card
            | {"kind": "other", "name": "Calls first", "reason": "Asked for it"},
            "crm.contact.consent": of_contact
            | {"channel_id": cls.channel.id, "proof": "On the phone"},
            "crm.contact.preference": of_contact | {"channel_id": cls.channel.id},
            "crm.relationship.episode": of_contact
            | {
                "name": "Round of golf",
                "company_id": cls.company.id,
                "type_id": cls.env["crm.relationship.episode.type"]
                .search([], limit=1)
                .id,
            },
        }.items():
            cls.env[model].create(values)
        cls.order(customer)

    def call(self, user, *args, **kwargs):
        """Call a method as a user, in all companies of the user."""
        kwargs.setdefault("context", {"allowed_company_ids": user.company_ids.ids})
        return self.call_as(user.login, *args, **kwargs)


@tagged("post_install", "-at_install")
class TestRoomsOverRpc(RoomsCase):
    """What each user gets of intimacy, network and propositions from outside."""

    def test_who_sees_what_is_noted_of_whom(self):
        """Own customers, all of them, or nothing at all, as the group says."""
        told = {NOBODY: None, OWN: self.own, ALL: self.own | self.foreign}
        for user, kind in self.sees.items():
            for model, name in OF_CUSTOMERS.items():
                with self.subTest(user=user.login, model=model):
                    domain = [(name, "in", (self.own | self.foreign).ids)]
                    rows, error = self.call(user, model, "search_read", domain, [name])
                    if kind == NOBODY:
                        self.assertIn("AccessError", error["name"])
                    else:
                        found = {row[name][0] for row in rows}
                        self.assertEqual(found, set(told[kind].ids), error)

    def test_who_knows_what_we_offer_and_who_helps(self):
        for user, kind in self.sees.items():
            for model in OF_THE_COMPANY:
                with self.subTest(user=user.login, model=model):
                    rows, error = self.call(user, model, "search_read", [], ["name"])
                    if kind == NOBODY:
                        self.assertIn("AccessError", error["name"])
                    else:
                        self.assertTrue(rows, error)

    def test_customer_view_of_a_foreign_customer(self):
        """Own documents only: no look at the view, the brief or the card of others."""
        card = self.profile(self.foreign)
        for user, kind in self.sees.items():
            with self.subTest(user=user.login):
                parts, error = self.call(
                    user, "crm.customer.profile", "get_customer_view", card.ids
                )
                if kind == ALL:
                    self.assertTrue(parts, error)
                else:
                    self.assertIn("AccessError", error["name"])

    def test_what_a_contact_shows_of_the_rooms(self):
        """Of others' customers no need and no consent; nothing at all to outsiders."""
        told = {OWN: {self.own}, ALL: {self.own, self.foreign}}
        for user, kind in self.sees.items():
            for contact in (self.own, self.foreign):
                with self.subTest(user=user.login, contact=contact.name):
                    rows, error = self.call(
                        user, "res.partner", "read", contact.ids, ["customer_view"]
                    )
                    if kind == NOBODY:
                        self.assertIn("AccessError", error["name"])
                        continue
                    view = {part["key"]: part for part in rows[0]["customer_view"]}
                    for key in ("needs", "consent"):
                        lines = view.get(key, {"lines": []})["lines"]
                        self.assertEqual(bool(lines), contact in told[kind], key)

    def test_what_salespeople_do_not_change(self):
        """Catalogues, members and propositions are the managers'."""
        for model in OF_THE_COMPANY:
            record = self.env[model].search(
                [("company_id", "in", (self.company.id, False))], limit=1
            )
            for user in (self.seller, self.clerk):
                with self.subTest(user=user.login, model=model):
                    _result, error = self.call(
                        user, model, "write", record.ids, {"active": False}
                    )
                    self.assertIn("AccessError", error["name"])

    def test_nothing_is_noted_of_others_customers(self):
        """Own documents only: a need of somebody else's customer is refused."""
        other = self.env["crm.need"].create({"name": "Predictable cost"})
        values = {"profile_id": self.profile(self.foreign).id, "need_id": other.id}
        _result, error = self.call(self.seller, "crm.customer.need", "create", [values])
        self.assertIn("AccessError", error["name"])
        values["profile_id"] = self.profile(self.own).id
        result, error = self.call(self.seller, "crm.customer.need", "create", [values])
        self.assertTrue(result, error)

    def test_nothing_of_another_company(self):
        """A manager of another company finds nothing of this one."""
        self.stranger.password = self.password(self.stranger)
        for model, name in OF_CUSTOMERS.items():
            if name == "partner_id" and "company_id" not in self.env[model]._fields:
                continue  # of a person, whom both companies know
            with self.subTest(model=model):
                domain = [(name, "in", (self.own | self.foreign).ids)]
                rows, _error = self.call(
                    self.stranger, model, "search_read", domain, [name]
                )
                self.assertFalse(rows)
