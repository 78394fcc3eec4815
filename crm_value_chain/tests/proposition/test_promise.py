from odoo.exceptions import UserError
from odoo.tests import tagged

from .value_case import ValueCase


@tagged("post_install", "-at_install")
class TestPromise(ValueCase):
    """What binds us has somebody who keeps it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.turnkey = cls.make_proposition(approve=False)
        cls.version = cls.turnkey.open_version_id
        cls.promise = cls.version.promise_ids
        cls.partner = cls.make_customer("Fitters")
        cls.member = cls.env["crm.network.member"].create(
            {"partner_id": cls.partner.id, "company_id": cls.company.id}
        )
        cls.promise.member_id = cls.member

    def bind(self, alone=True):
        """Approve the version, its promise kept by the member alone or with us."""
        if alone:
            self.promise.user_id = False
        self.approve(self.version)

    def unkept(self):
        promises = self.env["crm.value.promise"].with_user(self.manager)
        return promises.search(
            [("is_kept", "=", False), ("company_id", "=", self.company.id)]
        )

    def test_the_only_keeper_is_not_deleted(self):
        """Not as a member and not with the contact; the promises are named."""
        self.bind()
        for record in (self.member, self.partner):
            with (
                self.subTest(model=record._name),
                self.assertRaisesRegex(UserError, "Fitters.*Turnkey: There in a week"),
            ):
                record.with_user(self.manager).sudo(record == self.partner).unlink()
        self.assertEqual(self.promise._keepers(), "Fitters")

    def test_who_keeps_it_with_us_may_be_deleted(self):
        self.bind(alone=False)
        self.member.with_user(self.manager).unlink()
        self.assertEqual(self.promise._keepers(), self.manager.name)
        self.assertFalse(self.turnkey.unkept_promises)

    def test_what_does_not_bind_us_keeps_nobody(self):
        """Of a draft, and of a promise that is over."""
        self.promise.user_id = False
        draft = self.member.copy({"partner_id": self.make_customer("Twin").id})
        self.promise.copy({"member_id": draft.id})
        draft.with_user(self.manager).unlink()
        self.assertEqual(self.unkept().version_id, self.version)
        self.unkept().unlink()
        self.promise.write({"date_from": "1999-01-01", "date_to": "2000-01-01"})
        self.bind()
        self.member.with_user(self.manager).unlink()
        self.assertFalse(self.turnkey.unkept_promises)

    def test_an_archived_keeper_keeps_nothing(self):
        """The gap is told on the proposition and among the promises."""
        self.bind()
        self.assertFalse(self.unkept())
        self.member.active = False
        seen = self.turnkey.with_user(self.seller)
        self.assertEqual(seen.unkept_promises, "There in a week")
        self.assertEqual(self.unkept(), self.promise)
        self.assertFalse(self.promise.is_kept)
        self.assertEqual(self.promise._in_words()["keepers"], "")
        self.member.active = True
        self.assertFalse(self.unkept())
        self.assertFalse(seen.unkept_promises)

    def test_who_left_us_keeps_nothing(self):
        self.promise.member_id = False
        self.bind(alone=False)
        self.manager.active = False
        self.assertEqual(self.turnkey.unkept_promises, "There in a week")

    def test_an_archived_keeper_cannot_be_promised(self):
        """What nobody keeps is not submitted."""
        self.promise.user_id = False
        self.member.active = False
        with self.assertRaisesRegex(UserError, "who keeps the promise"):
            self.version.with_user(self.manager).action_submit()

    def test_a_merge_hands_the_promises_over(self):
        """Also those that were approved, to the member that stays."""
        kept = self.member.copy({"partner_id": self.make_customer("Twin").id})
        self.bind()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        contacts = self.partner | kept.partner_id
        wizard._merge(contacts.ids, kept.partner_id, extra_checks=False)
        self.env.invalidate_all()
        self.assertFalse(self.member.exists())
        self.assertEqual(self.promise.member_id, kept)
        self.assertEqual(self.promise._keepers(), "Twin")
