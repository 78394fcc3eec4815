from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_ladder import LadderCase


@tagged("post_install", "-at_install")
class TestLadderOverride(LadderCase):
    """Stages that people set by hand."""

    def override(self, partner, name="loyal", **values):
        """A seller sets the stage of a customer by hand."""
        return (
            self.env["crm.customer.override"]
            .with_user(self.seller)
            .create(
                {
                    "profile_id": self.profile(partner).id,
                    "dimension": "ladder",
                    "ladder_stage_id": self.stages[name].id,
                    "reason": "Knows us for ever.",
                    **values,
                }
            )
        )

    def test_override_survives_the_night(self):
        """A stage set by hand holds at once and after each scoring, with its author."""
        partner = self.make_buyer(1)
        self.forget_movements()
        override = self.override(partner, user_id=self.env.user.id)
        self.assertEqual(self.stage_name(partner), "loyal")
        self.assertEqual(override.user_id, self.seller)
        self.buy(partner)
        self.score()
        self.score(as_of=self.today + timedelta(days=300))
        self.assertEqual(self.stage_name(partner), "loyal")
        movement = self.profile(partner).movement_ids
        self.assertEqual(self.movements(partner), [("First-time", "Loyal", "override")])
        self.assertEqual(movement.user_id, self.seller)
        self.assertEqual(movement.why, "Knows us for ever.")
        self.assertTrue(self.profile(partner).value_chain_badge["overridden"])

    def test_override_ends(self):
        """Ending it brings the customer back to the rules at once."""
        partner = self.make_buyer(2)
        self.override(partner)
        self.profile(partner).with_user(self.seller).action_end_override()
        self.assertEqual(self.stage_name(partner), "repeat")
        self.assertFalse(self.profile(partner).value_chain_badge["overridden"])
        self.assertEqual(
            self.movements(partner)[-1], ("Loyal", "Repeat", "override_end")
        )
        why = self.profile(partner).movement_ids.sorted("id")[-1].why
        self.assertEqual(why, "No longer set by hand: Knows us for ever.")

    def test_override_deleted(self):
        """A deleted override holds no longer."""
        partner = self.make_buyer(2)
        override = self.override(partner)
        override.with_user(self.manager).unlink()
        self.assertEqual(self.stage_name(partner), "repeat")

    def test_override_until_a_day(self):
        """An override with a last day holds on it and ends the day after."""
        partner = self.make_buyer(2)
        last = self.today + timedelta(days=5)
        override = self.override(partner, date_until=last)
        self.score(as_of=last)
        self.assertEqual(self.stage_name(partner), "loyal")
        self.assertTrue(override.active)
        self.score(as_of=last + timedelta(days=1))
        self.assertEqual(self.stage_name(partner), "repeat")
        self.assertFalse(override.active)
        self.assertEqual(
            self.movements(partner)[-1], ("Loyal", "Repeat", "override_end")
        )

    def test_rule_after_an_override_of_old(self):
        """An override that ended long ago is no reason for a movement today."""
        partner = self.make_buyer(2, is_supplier_of_choice=True, satisfaction=9)
        override = self.override(partner, "loyal")
        override.active = False
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_customer_override"
            " SET write_date = write_date - interval '1 day' WHERE id = %s",
            [override.id],
        )
        self.assertEqual(self.stage_name(partner), "loyal")
        self.profile(partner).is_supplier_of_choice = False
        self.assertEqual(self.movements(partner)[-1], ("Loyal", "Repeat", "rule"))

    def test_override_again(self):
        """A new override takes the place of the one before, also of an expired one."""
        partner = self.make_buyer(2)
        first = self.override(partner, "loyal")
        second = self.override(partner, "advocate")
        self.assertEqual(self.stage_name(partner), "advocate")
        self.assertEqual((first.active, second.active), (False, True))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_customer_override SET date_until = %s WHERE id = %s",
            [self.today - timedelta(days=2), second.id],
        )
        second.invalidate_recordset()
        self.score()
        self.assertEqual(self.stage_name(partner), "repeat")
        self.override(partner, "suspect")
        self.assertEqual(self.stage_name(partner), "suspect")

    def test_override_down(self):
        """People may set a customer lower than the rules, too; the highest stays."""
        partner = self.make_buyer(2)
        self.override(partner, "suspect")
        self.score()
        self.assertEqual(self.stage_name(partner), "suspect")
        self.assertEqual(
            self.profile(partner).highest_ladder_stage_id, self.stages["repeat"]
        )

    def test_override_needs_reason_and_stage(self):
        """An override without reason or stage, or that ended before, is refused."""
        partner = self.make_buyer(2)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.override(partner, reason=False)
        with self.assert_refused(ValidationError, "stand"):
            self.override(partner, ladder_stage_id=False)
        with self.assert_refused(ValidationError, "past"):
            self.override(partner, date_until=self.today - timedelta(days=1))

    def test_override_explains_itself(self):
        """The explanation names who set the stage, why and until when."""
        partner = self.make_buyer(2)
        last = self.today + timedelta(days=5)
        self.override(partner, date_until=last)
        told = self.profile(partner).get_ladder_explanation()
        self.assertEqual(
            told["override"],
            {
                "stage": "Loyal customer",
                "reason": "Knows us for ever.",
                "user": self.seller.name,
                "until": str(last),
            },
        )
        self.assertTrue(any(self.seller.name in line for line in told["headline"]))
