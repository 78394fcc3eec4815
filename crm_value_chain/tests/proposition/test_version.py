from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .value_case import ValueCase


@tagged("post_install", "-at_install")
class TestValueVersion(ValueCase):
    def test_a_new_proposition_is_a_draft(self):
        """With its promise in a first version."""
        proposition = self.make_proposition(approve=False)
        self.assertEqual(proposition.state, "draft")
        self.assertEqual(proposition.version_ids.mapped("number"), [1])
        self.assertEqual(proposition.version_ids.promise, "All from one hand")
        self.assertEqual(proposition.promise, "All from one hand")
        self.assertFalse(proposition.current_version_id)

    def test_who_approved_and_when_is_known(self):
        """A manager approves what another one wrote; the chatter tells."""
        proposition = self.make_proposition(approve=False)
        version = proposition.version_ids
        version.with_user(self.manager).action_submit()
        self.assertEqual(proposition.state, "submitted")
        version.with_user(self.approver).action_approve()
        self.assertEqual(version.submitted_by_id, self.manager)
        self.assertEqual(version.approved_by_id, self.approver)
        self.assertTrue(version.approved_on)
        self.assertEqual(proposition.current_version_id, version)
        told = "".join(proposition.message_ids.mapped("body"))
        self.assertIn("Approved", told)
        self.assertIn(self.approver.partner_id, proposition.message_ids.author_id)

    def test_approved_is_frozen(self):
        """Nothing of an approved version can be changed, added or taken away."""
        version = self.make_proposition().current_version_id
        factor = version.factor_ids[0]
        for change in (
            lambda: version.write({"promise": "More"}),
            lambda: version.proposition_id.write({"promise": "More"}),
            lambda: factor.write({"weight": 9}),
            lambda: factor.write({"our_score": 9}),
            lambda: factor.copy(),
            lambda: factor.unlink(),
            lambda: factor.score_ids.write({"score": 1}),
            lambda: factor.score_ids.unlink(),
            lambda: version.alternative_ids.write({"name": "Other"}),
            lambda: version.alternative_ids.unlink(),
            lambda: version.promise_ids.write({"target": "10%"}),
            lambda: version.unlink(),
            lambda: version.set_value_number(factor.id, False, 3),
        ):
            with self.assertRaises(UserError) as caught, self.cr.savepoint():
                change()
            self.assertIn("stays as it was approved", str(caught.exception))

    def test_approval_cannot_be_written(self):
        """Neither by import nor by another way round the buttons."""
        proposition = self.make_proposition(approve=False)
        with self.assertRaises(UserError):
            proposition.version_ids.write({"state": "approved"})
        other = self.env["crm.value.proposition"].create(
            {"name": "Other", "company_id": self.company.id}
        )
        other.version_ids.unlink()
        version = self.env["crm.value.proposition.version"].create(
            {"proposition_id": other.id, "state": "approved", "number": 7}
        )
        self.assertEqual((version.state, version.number), ("draft", 1))
        with self.assertRaises(ValidationError):
            version.action_approve()
        pointers = {"current_version_id": version.id, "state": "approved"}
        other.with_user(self.manager).write(pointers)
        self.assertFalse(other.current_version_id)
        self.assertEqual(other.state, "draft")
        made = other.with_user(self.manager).create({"name": "New", **pointers})
        self.assertFalse(made.current_version_id)

    def test_a_new_version_copies_all(self):
        """Factors, alternatives with their scores, promises; the old one stays."""
        proposition = self.make_proposition()
        first = proposition.current_version_id
        proposition.action_new_version()
        second = proposition.open_version_id
        self.assertEqual(second.number, 2)
        self.assertEqual(second.promise, first.promise)
        self.assertEqual(second.value_text, first.value_text)
        self.assertEqual(second.promise_ids.mapped("target"), ["98%"])
        self.assertEqual(len(second.factor_ids.score_ids), 3)
        self.assertEqual(
            second.factor_ids.score_ids.alternative_id, second.alternative_ids
        )
        self.assertFalse(second.factor_ids & first.factor_ids)
        self.assertEqual(proposition.current_version_id, first)
        # pressing the button again opens the same draft
        action = proposition.action_new_version()
        self.assertEqual(action["res_id"], second.id)

    def test_one_version_in_use(self):
        """The next approved version replaces the one before."""
        proposition = self.make_proposition()
        first = proposition.current_version_id
        proposition.action_new_version()
        second = self.approve(proposition.open_version_id)
        self.assertEqual(first.state, "replaced")
        self.assertTrue(first.ended_on)
        self.assertEqual(proposition.current_version_id, second)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            with self.cr.savepoint():
                self.cr.execute(
                    "UPDATE crm_value_proposition_version SET state = 'approved'"
                    " WHERE id = %s",
                    [first.id],
                )

    def test_retired(self):
        """What is retired is not in use, but still there to read."""
        proposition = self.make_proposition()
        version = proposition.current_version_id
        version.action_retire()
        self.assertFalse(proposition.current_version_id)
        self.assertEqual(proposition.state, "retired")
        self.assertEqual(proposition.promise, "All from one hand")

    def test_changes_are_readable(self):
        """What is different from the version before, a sentence each."""
        proposition = self.make_proposition()
        proposition.action_new_version()
        version = proposition.open_version_id
        self.assertEqual(version.changes, "")
        version.promise = "All in a week"
        self.factor(version, "Fast").our_score = 9
        self.factor(version, "Quiet").unlink()
        self.factor(version, "Price").score_ids.score = 6
        version.promise_ids.target = "99%"
        self.env["crm.value.factor"].create(
            {"version_id": version.id, "name": "Green", "weight": 1, "our_score": 1}
        )
        lines = version.changes.splitlines()
        for expected in (
            "New: Green",
            "Gone: Quiet",
            "Fast: Our Score 9 (was 8)",
            "Price: Rival 6 (was 7.5)",
            "There in a week: Target 99% (was 98%)",
        ):
            self.assertIn(expected, lines)
        self.assertTrue(any("All in a week" in line for line in lines))
        self.assertEqual(len(lines), 6)
        self.assertFalse(proposition.current_version_id.changes)

    def test_submitting_asks_for_what_is_missing(self):
        """A promise, a value that can be computed, somebody who keeps promises."""
        proposition = self.make_proposition(approve=False)
        version = proposition.version_ids
        version.promise = " "
        with self.assertRaisesRegex(UserError, "in one sentence"):
            version.action_submit()
        version.promise = "Back"
        self.factor(version, "Fast").weight = 0
        with self.assertRaisesRegex(UserError, "weight is missing of: Fast"):
            version.action_submit()
        self.factor(version, "Fast").weight = 5
        version.promise_ids.user_id = False
        with self.assertRaisesRegex(UserError, "who keeps the promise"):
            version.action_submit()

    def test_submitted_waits(self):
        """What waits for approval changes only after it was given back."""
        version = self.make_proposition(approve=False).version_ids
        version.action_submit()
        with self.assertRaisesRegex(UserError, "back to draft"):
            version.factor_ids[0].weight = 1
        version.action_back_to_draft()
        version.factor_ids[0].weight = 1
        self.assertFalse(version.submitted_by_id)

    def test_a_copy_of_a_proposition_says_the_same(self):
        """As a draft of its own."""
        proposition = self.make_proposition(need_ids=self.speed.ids)
        copied = proposition.copy()
        self.assertEqual(copied.name, "Turnkey (copy)")
        self.assertEqual(copied.state, "draft")
        self.assertEqual(copied.version_ids.mapped("number"), [1])
        self.assertEqual(copied.promise, proposition.promise)
        self.assertEqual(copied.value_ratio, 2.5)
        self.assertEqual(copied.need_ids, self.speed)

    def test_only_managers_approve(self):
        """A salesperson reads what is approved, and changes nothing."""
        proposition = self.make_proposition(approve=False)
        draft = proposition.version_ids.with_user(self.seller)
        with self.assertRaises(AccessError):
            draft.read(["promise"])
        with self.assertRaises(AccessError):
            draft.action_submit()
        self.approve(proposition.version_ids)
        self.assertEqual(draft.promise, "All from one hand")
        self.assertEqual(len(draft.factor_ids), 3)
        with self.assertRaises(UserError):
            draft.action_retire()
        with self.assertRaises(AccessError):
            proposition.with_user(self.seller).write({"name": "Mine"})
        with self.assertRaises(AccessError):
            proposition.with_user(self.accountant).read(["name"])

    def test_a_seller_opens_what_is_not_approved(self):
        """And finds its name, but not what it will say."""
        proposition = self.make_proposition(approve=False)
        seen = proposition.with_user(self.seller)
        self.assertEqual(seen.name, "Turnkey")
        self.assertFalse(seen.value_curve or seen.factor_ids or seen.promise_ids)
        self.env.invalidate_all()  # of what others have read
        Form(seen)
        self.assertFalse(seen.promise)
        like = [("promise", "ilike", "one hand")]
        self.assertFalse(seen.search([("id", "in", seen.ids), *like]))
        self.approve(proposition.version_ids)
        self.assertEqual(seen.search([("id", "in", seen.ids), *like]), seen)
        self.env.invalidate_all()
        self.assertEqual(len(seen.factor_ids), 3)
        self.assertEqual(seen.value_ratio, 2.5)
        self.assertEqual(seen.promise, "All from one hand")

    def test_what_changes_is_told_to_sellers_once_it_is_approved(self):
        """They read the messages of a proposition, of a draft they read nothing."""
        proposition = self.make_proposition()
        proposition.action_new_version()
        version = proposition.open_version_id
        self.factor(version, "Fast").our_score = 9

        def told():
            self.env.invalidate_all()
            messages = proposition.with_user(self.seller).message_ids
            return "".join(messages.mapped("body"))

        version.action_submit()
        self.assertNotIn("Our Score", told())
        version.action_approve()
        self.assertIn("Fast: Our Score 9 (was 8)", told())

    def test_translations_go_with_a_new_version(self):
        """What was translated need not be translated again."""
        self.env["res.lang"]._activate_lang("de_DE")
        proposition = self.make_proposition(approve=False)
        version = proposition.version_ids
        version.with_context(lang="de_DE").promise = "Alles aus einer Hand"
        self.factor(version, "Fast").with_context(lang="de_DE").name = "Schnell"
        self.approve(version)
        proposition.action_new_version()
        german = proposition.open_version_id.with_context(lang="de_DE")
        self.assertEqual(german.promise, "Alles aus einer Hand")
        self.assertIn("Schnell", german.factor_ids.mapped("name"))
        self.assertEqual(
            proposition.with_context(lang="de_DE").promise, "Alles aus einer Hand"
        )
