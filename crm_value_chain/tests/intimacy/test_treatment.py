from datetime import timedelta
from unittest.mock import patch

import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged, users
from odoo.tools import format_date, mute_logger

from .difference_case import DifferenceCase


@tagged("post_install", "-at_install")
class TestTreatment(DifferenceCase):
    """What we do differently for a customer, since when and why."""

    def day(self, days):
        return self.today + timedelta(days=days)

    def agree(self, profile=None, **values):
        """A goal agreed a hundred days ago."""
        return self.treat(
            profile or self.own,
            "Fewer complaints",
            **{
                "kind": "goal",
                "date_from": self.day(-100),
                "date_deadline": self.day(50),
                "start": 20,
                "target": 5,
                "responsible_id": self.seller.id,
                **values,
            },
        )

    # ------------------------------------------------------------------
    # What is noted
    # ------------------------------------------------------------------

    @users("need_seller")
    def test_noted_on_a_form(self):
        """A salesperson notes a treatment: since today, in its own name."""
        profile = self.own.with_env(self.env)
        model = self.env["crm.treatment"].with_context(default_profile_id=profile.id)
        with Form(model) as form:
            form.name = "Deliveries before 8"
            form.kind = "service_level"
            form.reason = "Opens at 9"
        treatment = profile.treatment_ids
        self.assertEqual(treatment.state, "active")
        self.assertEqual(treatment.date_from, self.today)
        self.assertEqual(treatment.user_id, self.env.user)
        self.assertEqual(treatment.responsible_id, self.env.user)
        self.assertFalse(treatment.goal_state)

    def test_words(self):
        """What is done must be said, and why."""
        with self.assertRaisesRegex(ValidationError, "Say why we do “Gifts”"):
            self.treat(self.own, "Gifts", reason="  ")
        with self.assertRaisesRegex(ValidationError, "Say what we do"):
            self.treat(self.own, " ")

    def test_target_in_words(self):
        """A goal is counted; a promise reads on."""
        goal = self.agree(measure="Complaints a year")
        self.assertEqual(goal.target_in_words, "Complaints a year: 5")
        promise = self.treat(
            self.own,
            "Fast answers",
            kind="service_level",
            measure="Answer within",
            target=4,
            unit="hours",
        )
        self.assertEqual(promise.target_in_words, "Answer within 4 hours")

    def test_proposition(self):
        """A value proposition is chosen, of the customer's company."""
        with self.assertRaisesRegex(ValidationError, "Choose the value proposition"):
            self.treat(self.own, kind="proposition")
        theirs = self.propose(company=self.other_company)
        with self.assertRaises(UserError):
            self.treat(self.own, kind="proposition", proposition_id=theirs.id)
        ours = self.propose()
        treatment = self.treat(self.own, kind="proposition", proposition_id=ours.id)
        self.assertEqual(treatment.proposition_id, ours)

    @mute_logger("odoo.sql_db")
    def test_days_in_order(self):
        """It ends after it began; a goal's deadline is later than its agreement."""
        for values in (
            {"date_until": self.day(-1)},
            {"kind": "goal", "date_deadline": self.day(-1)},
        ):
            with (
                self.subTest(values=values),
                self.assertRaises(psycopg2.IntegrityError),
                self.cr.savepoint(),
            ):
                self.treat(self.own, **values)

    # ------------------------------------------------------------------
    # Goals
    # ------------------------------------------------------------------

    def test_progress(self):
        """Progress is the part of the way that is done, upwards or downwards."""
        goal = self.agree()
        self.assertEqual(goal.goal_state, "agreed")
        self.assertIs(goal.progress, False)
        for now, progress in ((20, 0), (11, 60), (5, 100), (2, 100), (30, 0)):
            goal.now = now
            self.assertAlmostEqual(goal.progress, progress)
        upwards = self.agree(start=False, target=40, now=10)
        self.assertAlmostEqual(upwards.progress, 25)
        upwards.action_reached()
        self.assertEqual(upwards.progress, 100)

    def test_goal_needs_a_way(self):
        """A goal has a deadline, and a target that is elsewhere than its start."""
        with self.assertRaisesRegex(ValidationError, "Give a deadline"):
            self.agree(date_deadline=False)
        with self.assertRaisesRegex(ValidationError, "where it begins"):
            self.agree(start=5)
        with self.assertRaisesRegex(ValidationError, "where it begins"):
            self.agree(start=False, target=0)
        with self.assertRaisesRegex(ValidationError, "Enter a number"):
            self.agree(now=float("inf"))

    def test_overdue(self):
        """A goal is overdue while nobody says what became of it."""
        goal = self.agree(date_deadline=self.day(-1))
        self.assertTrue(goal.is_overdue)
        goal.action_missed()
        self.assertFalse(goal.is_overdue)
        self.assertEqual(goal.goal_state, "missed")
        goal.action_agreed()
        self.assertTrue(goal.is_overdue)
        goal.action_end()
        self.assertFalse(goal.is_overdue)

    def test_only_goals_are_reached(self):
        """What is no goal is not reached; who becomes one is agreed."""
        plain = self.treat(self.own)
        plain.action_reached()
        self.assertFalse(plain.goal_state)
        plain.write({"kind": "goal", "date_deadline": self.day(9)})
        self.assertEqual(plain.goal_state, "agreed")

    # ------------------------------------------------------------------
    # Ending
    # ------------------------------------------------------------------

    @users("need_seller")
    def test_end_and_resume(self):
        """A salesperson ends a treatment, which stays, and takes it up again."""
        treatment = self.treat(self.own, date_from=self.day(-9))
        treatment = treatment.with_env(self.env)
        treatment.action_end()
        self.assertEqual(treatment.state, "ended")
        self.assertEqual(treatment.date_until, self.today)
        with self.assertRaises(AccessError):
            treatment.unlink()
        treatment.action_resume()
        self.assertEqual((treatment.state, treatment.date_until), ("active", False))

    def test_end_of_what_is_not_begun(self):
        """What would begin later ends on its first day."""
        treatment = self.treat(self.own, date_from=self.day(7))
        treatment.action_end()
        self.assertEqual(treatment.date_until, self.day(7))

    def test_last_day_passes(self):
        """Once its last day has passed a treatment is ended, in the night."""
        over = self.treat(self.own, date_from=self.day(-9), date_until=self.day(-1))
        today = self.treat(self.own, date_from=self.day(-9), date_until=self.today)
        self.remind()
        self.assertEqual(over.state, "ended")
        self.assertEqual(today.state, "active")

    # ------------------------------------------------------------------
    # Reminders
    # ------------------------------------------------------------------

    def remind(self):
        """A night; returns the open activities with the two customers."""
        with self.enter_registry_test_mode():
            cron = self.env.ref("crm_value_chain.ir_cron_treatment_reminders")
            cron.method_direct_trigger()
        return self.reminders()

    def reminders(self):
        self.env.invalidate_all()
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "res.partner"),
                ("res_id", "in", (self.customer | self.foreign).ids),
            ]
        )

    def test_reminded_of_overdue_goal(self):
        """Who is responsible is told once that a goal is overdue."""
        self.agree(date_deadline=self.day(-1))
        self.agree(date_deadline=self.today)
        activity = self.remind()
        self.assertEqual(activity.user_id, self.seller)
        self.assertEqual(activity.summary, "Goal overdue: Fewer complaints")
        self.assertEqual(activity.res_id, self.customer.id)
        self.assertEqual(self.remind(), activity)

    def test_reminded_of_the_end(self):
        """Somebody is told thirty days before a treatment ends, not earlier."""
        soon = self.treat(self.own, "Rebate", date_until=self.day(30))
        self.treat(self.own, "Loan", date_until=self.day(31))
        activity = self.remind()
        self.assertEqual(activity.summary, "Ends soon: Rebate")
        activity.action_feedback()
        self.assertFalse(self.remind())
        soon.date_until = self.day(20)
        self.assertEqual(self.remind().summary, "Ends soon: Rebate")

    @mute_logger("odoo.addons.crm_value_chain.models.intimacy.crm_treatment_reminder")
    def test_one_that_fails(self):
        """One that fails is left out and logged; all others are ended, or told of."""
        over = [
            self.treat(self.own, name, date_from=self.day(-9), date_until=self.day(-1))
            for name in ("Bad", "Good")
        ]
        due = [self.agree(date_deadline=self.day(-1)) for _number in range(2)]
        due[0].name, due[1].name = "Bad", "Good"
        Treatment = self.env.registry["crm.treatment"]
        kept = {name: getattr(Treatment, name) for name in ("_end", "_remind")}

        def fail_at(name):
            def fail(self):
                if "Bad" in self.mapped("name"):
                    raise ValueError("poisonous")
                return kept[name](self)

            return patch.object(Treatment, name, fail)

        with fail_at("_end"), fail_at("_remind"):
            activity = self.remind()
        self.assertEqual(activity.summary, "Goal overdue: Good")
        self.assertEqual([each.state for each in over], ["active", "ended"])
        self.remind()
        self.assertEqual([each.state for each in over], ["ended", "ended"])
        self.assertTrue(all(each.reminded_on for each in due))

    def test_time_runs_out(self):
        """What time did not suffice for is left over, be it of another kind."""
        over = self.treat(self.own, date_from=self.day(-9), date_until=self.day(-1))
        due = self.agree(date_deadline=self.day(-1))
        left = []

        def commit(self, processed=0, *, remaining=None):
            left.append(remaining)
            return 0

        with patch.object(self.env.registry["ir.cron"], "_commit_progress", commit):
            self.env["crm.treatment"]._cron_remind()
            self.assertEqual(over.state, "ended")
            self.assertTrue(left.pop(), "reminders have to wait until tomorrow")
            self.env["crm.treatment"]._cron_remind()
            self.assertTrue(due.reminded_on)
            self.env["crm.treatment"]._cron_remind()
        self.assertFalse(left.pop(), "it would run for ever")

    def test_settled(self):
        """What is settled is not to be done any more."""
        goal = self.agree(date_deadline=self.day(-1))
        self.assertTrue(self.remind())
        goal.with_user(self.seller_all).action_reached()
        self.assertFalse(self.reminders())
        self.assertFalse(self.remind())

    def test_who_left(self):
        """Of whoever left, the customer's salesperson takes over."""
        self.agree(date_deadline=self.day(-1), responsible_id=self.colleague.id)
        self.colleague.active = False
        self.assertEqual(self.remind().user_id, self.seller)

    def test_nobody_deletes_activities_of_others_by_way_of_reminders(self):
        """A reminder is withdrawn as superuser: who says which it is must be us."""
        activity = self.foreign.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.colleague.id
        )
        claim = {"reminder_id": activity.id, "reminded_on": self.today}
        Treatment = self.env["crm.treatment"].with_user(self.seller)
        values = {"profile_id": self.own.id, "name": "Calls", "reason": "Asked"}
        treatment = Treatment.create({**values, **claim})
        treatment.write({**claim, "date_until": self.today + timedelta(days=9)})
        self.assertFalse(treatment.reminder_id)
        treatment.action_end()
        self.assertTrue(activity.exists())

    def test_who_notes_a_fact_answers_for_it(self):
        treatment = self.treat(self.own).with_user(self.seller)
        mine = treatment.create(
            {"profile_id": self.own.id, "name": "Calls", "reason": "Asked"}
        )
        mine.write({"user_id": self.colleague.id})
        self.assertEqual(mine.user_id, self.seller)

    def test_query_count_of_reminders(self):
        """Ten reminders take hardly more queries than one."""
        Treatment = self.env["crm.treatment"]
        self.agree(date_deadline=self.day(-1))
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        Treatment.search(Treatment._due())._remind()
        self.env.flush_all()
        one = self.cr.sql_log_count - before
        for _each in range(10):
            self.agree(date_deadline=self.day(-1))
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        due = Treatment.search(Treatment._due())
        self.assertEqual(len(due), 10)
        due._remind()
        self.env.flush_all()
        self.assertLess(self.cr.sql_log_count - before, one + 20)

    # ------------------------------------------------------------------
    # Rights, privacy, merges
    # ------------------------------------------------------------------

    def test_who_sees(self):
        """Own customers, all, none: as with all facts."""
        both = self.treat(self.own) | self.treat(self.others)
        for user, count in (
            (self.seller, 1),
            (self.seller_all, 2),
            (self.manager, 2),
            (self.stranger, 0),
        ):
            with self.subTest(user=user.login):
                found = self.as_user(user, both).search_count([("id", "in", both.ids)])
                self.assertEqual(found, count)
        with self.assertRaises(AccessError):
            both.with_user(self.outsider).search([])
        with self.assertRaises(AccessError):
            both[1].with_user(self.seller).action_end()

    def test_managers_delete(self):
        treatment = self.treat(self.own)
        treatment.with_user(self.manager).unlink()
        self.assertFalse(treatment.exists())

    def test_merge(self):
        """Who merges keeps the treatments of both."""
        self.treat(self.own, "A")
        self.treat(self.others, "B")
        self.merge(self.foreign, into=self.customer)
        self.assertEqual(set(self.own.treatment_ids.mapped("name")), {"A", "B"})

    def test_refusal(self):
        """Who refuses profiling takes treatments and reminders along."""
        goal = self.agree(date_deadline=self.day(-1))
        self.assertTrue(self.remind())
        self.customer.profiling_refused = True
        self.assertFalse(goal.exists())
        self.assertFalse(self.reminders())

    @users("need_seller")
    def test_in_the_customer_view(self):
        """The view tells what is in force, and what is overdue."""
        self.treat(self.own, "Old", date_from=self.day(-9)).action_end()
        self.agree(date_deadline=self.day(-1))
        view = self.own.with_env(self.env).get_customer_view()
        [part] = [part for part in view if part["key"] == "treatments"]
        [line] = part["lines"]
        self.assertEqual((line["text"], line["tone"]), ("Fewer complaints", "danger"))

    def test_coming(self):
        """What begins later is told as such, and not counted until then."""
        coming = self.treat(self.own, "Rebate", date_from=self.day(90))
        self.treat(self.own, "Gifts", date_from=self.day(-9), date_until=self.day(1))
        over = self.treat(
            self.own, "Loan", date_from=self.day(-9), date_until=self.day(-1)
        )
        self.assertEqual(over.state, "active", "ended in the night only")
        view = self.own.get_customer_view()
        [part] = [part for part in view if part["key"] == "treatments"]
        self.assertEqual([line["text"] for line in part["lines"]], ["Gifts", "Rebate"])
        day = format_date(self.env, coming.date_from)
        self.assertIn(f"from {day}", part["lines"][1]["detail"])
        self.assertEqual(self.own.treatment_count, 1)
        coming.date_from = self.today
        self.assertEqual(self.own.treatment_count, 2)

    def test_terms_of_the_contact(self):
        """A seller reads what was agreed on the contact, without rights on terms."""
        [part] = self.own.with_user(self.seller).contact_terms
        self.assertFalse(part["lines"])
        self.assertIn("Sales & Purchase", part["empty"])
        self.customer.property_payment_term_id = self.env[
            "account.payment.term"
        ].create({"name": "60 days"})
        pricelist = self.env["product.pricelist"].create({"name": "Fair"})
        self.customer.specific_property_product_pricelist = pricelist
        self.assertEqual(self.terms(), [("60 days", "Payment terms")])
        everybody = self.env.ref("base.group_user")
        everybody.implied_ids += self.env.ref("product.group_product_pricelist")
        name, label = self.terms()[0]
        self.assertIn("Fair", name)
        self.assertEqual(label, "Pricelist")

    def terms(self):
        self.env.invalidate_all()
        [part] = self.own.with_user(self.seller).contact_terms
        return [(line["text"], line["detail"]) for line in part["lines"]]
