from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged, users
from odoo.tools import SQL, mute_logger

from ...hooks import _hand_over_activities
from ...models.intimacy import crm_relationship_episode_follow
from ...models.intimacy.crm_relationship_episode_follow import OPEN
from ..loyalty.test_migration import script
from .interact_case import InteractCase


@tagged("post_install", "-at_install")
class TestEpisodeOfOrder(InteractCase):
    """Quotations and orders open and close their episodes."""

    def quotation(self, **values):
        return self.order(self.person, confirm=False, **values)

    def test_draft_is_none(self):
        """A quotation that the customer has not seen is no episode yet."""
        self.assertFalse(self.episode(self.quotation()))

    def test_quotation_sent(self):
        """A quotation that is sent opens an episode with the customer."""
        order = self.quotation()
        order.action_quotation_sent()
        episode = self.episode(order)
        self.assertEqual(
            episode.type_id, self.env.ref("crm_value_chain.episode_type_quotation")
        )
        self.assertEqual(episode.partner_id, self.person)
        self.assertEqual(episode.commercial_partner_id, self.firm)
        self.assertEqual(episode.company_id, self.company)
        self.assertTrue(episode.is_open)
        self.assertFalse(episode.outcome)
        self.assertEqual(episode.name, order.name)

    def test_confirmed(self):
        """Confirming the order closes the episode, with a good outcome."""
        order = self.quotation()
        order.action_quotation_sent()
        opened = self.episode(order)
        order.action_confirm()
        self.assertEqual(self.episode(order), opened)
        self.assertFalse(opened.is_open)
        self.assertEqual(opened.outcome, "good")
        self.assertEqual(opened.end_date, order.date_order)
        purchase = self.env.ref("crm_value_chain.episode_type_purchase")
        self.assertEqual(opened.type_id, purchase)
        order._action_cancel()
        self.assertEqual(self.episode(order).type_id, purchase, "that it was")

    def test_cancelled_and_set_to_draft(self):
        """A cancelled quotation ends badly; set to draft, it goes on."""
        order = self.quotation()
        order.action_quotation_sent()
        episode = self.episode(order)
        order._action_cancel()
        self.assertEqual(self.episode(order), episode)
        self.assertEqual((episode.is_open, episode.outcome), (False, "bad"))
        order.action_draft()
        self.assertEqual((self.episode(order).is_open, episode.outcome), (True, False))
        order.action_confirm()
        self.assertEqual((self.episode(order).outcome), "good")

    def test_the_day_of_cancelling_stays(self):
        """Whatever is changed of the quotation later."""
        order = self.quotation()
        order.action_quotation_sent()
        episode = self.episode(order)
        order._action_cancel()
        self.assertFalse(self.episode(order).is_open)
        then = fields.Datetime.now() - timedelta(days=200)
        episode.write({"begin_date": then, "end_date": then})
        episode.flush_recordset()
        order.user_id = self.env.ref("base.user_admin")
        self.assertEqual(self.episode(order).user_id, order.user_id)
        self.assertEqual(episode.end_date, then)
        order.action_draft()
        self.assertTrue(self.episode(order).is_open)
        order._action_cancel()
        self.assertGreater(self.episode(order).end_date, then)

    def test_cancelled_before_sent(self):
        """What the customer never saw leaves no episode when it is cancelled."""
        order = self.quotation()
        order._action_cancel()
        self.assertFalse(self.episode(order))

    def test_confirmed_at_once(self):
        """An order that was no quotation before is a purchase, begun and ended."""
        order = self.order(self.person, days_ago=12)
        episode = self.episode(order)
        self.assertEqual(
            episode.type_id, self.env.ref("crm_value_chain.episode_type_purchase")
        )
        self.assertEqual(episode.end_date, order.date_order)
        self.assertLessEqual(episode.begin_date, episode.end_date)

    def test_another_customer(self):
        """A quotation that goes to another customer takes its episode along."""
        order = self.quotation()
        order.action_quotation_sent()
        episode = self.episode(order)
        order.partner_id = self.foreign
        self.assertEqual(self.episode(order).partner_id, self.foreign)
        self.assertEqual(self.episode(order), episode)

    def test_deleted(self):
        """A deleted quotation takes its episode along."""
        order = self.quotation()
        order.action_quotation_sent()
        episode = self.episode(order)
        order._action_cancel()
        order.unlink()
        self.assertFalse(self.Episode.search([("id", "=", episode.id)]))

    def test_one_statement(self):
        """However many orders are confirmed, their episodes take one statement."""
        orders = self.quotation() | self.quotation() | self.quotation()
        orders.action_confirm()
        self.env.flush_all()
        with self.assertQueryCount(3):  # the statement within its savepoint
            self.Episode._follow_waiting()
        for order in orders:
            self.assertEqual(self.episode(order).outcome, "good")

    def test_failure_does_not_hinder(self):
        """Who confirms an order never fails because of its episode."""
        order = self.quotation()
        sent = self.quotation()
        sent.action_quotation_sent()
        episode = self.episode(sent)
        self.assertTrue(episode.is_open)
        while self.Episode._follow_past("order_id")[1]:
            pass
        self.env.cr.execute(
            "ALTER TABLE crm_relationship_episode"
            " ADD CONSTRAINT fails CHECK (id < 0) NOT VALID"
        )
        with (
            mute_logger("odoo.sql_db"),
            self.assertLogs("odoo.addons.crm_value_chain", "ERROR"),
        ):
            (order | sent).action_confirm()
            self.env.cr.precommit.run()
        self.assertEqual(set((order | sent).mapped("state")), {"sale"})
        self.env.cr.execute(
            "ALTER TABLE crm_relationship_episode DROP CONSTRAINT fails"
        )
        self.assertTrue(episode.is_open)
        with self.enter_registry_test_mode():
            self.env.ref("crm_value_chain.ir_cron_episodes").method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(episode.is_open, "the night follows")
        self.assertTrue(self.episode(order), "and finds what had none")


@tagged("post_install", "-at_install")
class TestEpisodeOfLead(InteractCase):
    """Enquiries and opportunities open and close their episodes."""

    def test_opened(self):
        """An opportunity opens an episode, an enquiry one of its own kind."""
        deal = self.lead(self.person)
        self.assertEqual(
            self.episode(deal).type_id,
            self.env.ref("crm_value_chain.episode_type_opportunity"),
        )
        enquiry = self.lead(self.person, type="lead")
        self.assertEqual(
            self.episode(enquiry).type_id,
            self.env.ref("crm_value_chain.episode_type_enquiry"),
        )
        self.assertTrue(self.episode(deal).is_open)

    def test_without_contact(self):
        """A lead of nobody known is an episode from when the contact is known."""
        lead = self.lead(self.env["res.partner"])
        self.assertFalse(self.episode(lead))
        lead.partner_id = self.person
        self.assertTrue(self.episode(lead).is_open)

    def test_converted(self):
        """An enquiry that is worth selling to is an opportunity from then on."""
        enquiry = self.lead(self.person, type="lead", user_id=self.seller.id)
        episode = self.episode(enquiry)
        enquiry.with_user(self.seller).convert_opportunity(self.person)
        self.assertEqual(
            self.episode(enquiry).type_id,
            self.env.ref("crm_value_chain.episode_type_opportunity"),
        )
        self.assertEqual(self.episode(enquiry), episode)

    def test_kind_by_hand(self):
        """A kind that no document opens somebody chose: it stays."""
        enquiry = self.lead(self.person, type="lead", user_id=self.seller.id)
        review = self.env.ref("crm_value_chain.episode_type_review")
        self.episode(enquiry).with_user(self.seller).type_id = review
        enquiry.convert_opportunity(self.person)
        enquiry.action_set_won()
        self.assertEqual(self.episode(enquiry).type_id, review)
        self.assertFalse(self.episode(enquiry).is_open)

    def test_contact_gone(self):
        """Without its contact an opportunity is followed to its end all the same."""
        deal = self.lead(self.person, user_id=self.seller.id)
        episode = self.episode(deal)
        deal.with_user(self.seller).partner_id = False
        self.assertTrue(self.episode(deal).is_open)
        deal.with_user(self.seller).action_set_won()
        self.assertEqual(self.episode(deal), episode)
        self.assertEqual((episode.is_open, episode.outcome), (False, "good"))
        self.assertEqual(episode.partner_id, self.person)

    def test_won(self):
        deal = self.lead(self.person)
        deal.action_set_won()
        episode = self.episode(deal)
        self.assertEqual((episode.is_open, episode.outcome), (False, "good"))

    def test_lost_and_restored(self):
        """A lost opportunity ends badly and says why, restored it goes on.

        What people say of it stays, and the reason is that of the opportunity.
        """
        deal = self.lead(self.person)
        reason = self.env["crm.lost.reason"].create({"name": "Too dear"})
        deal.action_set_lost(lost_reason_id=reason.id)
        episode = self.episode(deal)
        self.assertEqual((episode.is_open, episode.outcome), (False, "bad"))
        self.assertEqual(episode.lost_reason_id, reason)
        other = self.env["crm.lost.reason"].create({"name": "Too late"})
        deal.lost_reason_id = other
        self.assertEqual(episode.lost_reason_id, other)
        episode.outcome_note = "Ask again in May"
        deal.action_restore()
        self.assertTrue(self.episode(deal).is_open)
        self.assertFalse(episode.outcome)
        self.assertFalse(episode.lost_reason_id)
        deal.action_set_lost(lost_reason_id=reason.id)
        self.assertEqual(self.episode(deal).outcome_note, "Ask again in May")

    def test_archived(self):
        """An opportunity that is put away ends neither well nor badly."""
        deal = self.lead(self.person, probability=30)
        deal.active = False
        self.assertEqual(self.episode(deal).outcome, "neutral")
        self.assertFalse(self.episode(deal).is_open)


@tagged("post_install", "-at_install")
class TestComplaint(InteractCase):
    """An activity of a kind that says so opens an episode, and closes it when done."""

    def test_complaint(self):
        for document in (self.person, self.lead(self.person), self.order(self.person)):
            with self.subTest(model=document._name):
                activity = self.call(
                    document, False, "crm_value_chain.mail_activity_complaint"
                )
                episode = self.episode(activity)
                self.assertEqual(episode.partner_id, self.person)
                self.assertTrue(episode.is_open)
                activity._action_done(feedback="Sent new chairs")
                self.assertFalse(self.episode(activity).is_open)
                self.assertFalse(episode.outcome, "only people know")
                episode.with_user(self.manager).outcome = "good"
                self.assertEqual(episode.outcome, "good")

    def test_what_it_is_about(self):
        """Of a complaint on the contact everybody reads it who sees the customer; of
        one on a deal or an order whoever may read that: it is told there."""
        for document, told in (
            (self.person, True),
            (self.lead(self.person, user_id=self.colleague.id), False),
            (self.order(self.person, user_id=self.colleague.id), False),
        ):
            with self.subTest(model=document._name):
                activity = self.call(
                    document, False, "crm_value_chain.mail_activity_complaint"
                )
                activity._action_done(feedback="Sent new chairs")
                seen = self.episode(activity).with_user(self.seller)
                self.assertEqual(seen.name, "Call back" if told else "Complaint")
                self.assertEqual(seen.outcome_note or "", "Sent new chairs" * told)
                name = "Complaint: Call back" if told else "Complaint"
                self.assertEqual(seen.display_name, name)
                if told:
                    self.assertTrue(seen.action_open_document())
                else:
                    with self.assertRaises(AccessError):
                        seen.action_open_document()

    def test_uninstalled(self):
        """Without the addon complaints are to-dos: nothing keeps their type."""
        kind = self.env.ref("crm_value_chain.mail_activity_complaint")
        opened, settled = (
            self.call(self.person, done, "crm_value_chain.mail_activity_complaint")
            for done in (False, True)
        )
        plan = self.env["mail.activity.plan"].create(
            {
                "name": "Care",
                "res_model": "res.partner",
                "template_ids": [Command.create({"activity_type_id": kind.id})],
            }
        )
        _hand_over_activities(self.env)
        self.env.flush_all()
        kind.unlink()
        to_do = self.env.ref("mail.mail_activity_data_todo")
        for record in (opened, settled, plan.template_ids):
            self.assertEqual(record.activity_type_id, to_do)
        self.assertEqual(opened.summary, "Call back")

    def test_other_activity(self):
        """A plain call is no episode."""
        self.assertFalse(self.episode(self.call(self.person, done=False)))

    def complain(self):
        kind = "crm_value_chain.mail_activity_complaint"
        return self.call(self.person, False, kind)

    def test_cancelled(self):
        """A complaint whose activity is cancelled is withdrawn; people may go on."""
        activity = self.complain()
        episode = self.episode(activity)
        activity.with_user(self.seller).unlink()
        self.env.invalidate_all()
        self.assertEqual((episode.is_open, episode.outcome), (False, "neutral"))
        self.assertEqual(episode.outcome_note, "Withdrawn")
        episode.with_user(self.seller).action_reopen()
        self.assertTrue(episode.is_open)

    def test_cancelled_when_told(self):
        """What people said of a complaint stays; what was settled stays settled."""
        told, settled = self.complain(), self.complain()
        episodes = self.episode(told) | self.episode(settled)
        settled._action_done()
        episodes.with_user(self.manager).write(
            {"outcome": "bad", "outcome_note": "They left"}
        )
        ended = self.episode(settled).end_date
        (told | settled).unlink()
        self.env.invalidate_all()
        self.assertEqual(set(episodes.mapped("outcome")), {"bad"})
        self.assertEqual(set(episodes.mapped("outcome_note")), {"They left"})
        self.assertFalse(any(episodes.mapped("is_open")))
        self.assertIn(ended, episodes.mapped("end_date"))

    def test_no_complaint_after_all(self):
        """A complaint that turns out to be a to-do ends; it may become one again."""
        activity = self.complain()
        kind = activity.activity_type_id
        episode = self.episode(activity)
        activity.activity_type_id = self.env.ref("mail.mail_activity_data_todo")
        self.assertFalse(self.episode(activity).is_open)
        activity.activity_type_id = kind
        self.assertEqual(self.episode(activity), episode)
        self.assertEqual((episode.is_open, episode.outcome), (True, False))

    def test_document_deleted(self):
        """The complaint ends when what it was about is deleted."""
        lead = self.lead(self.person)
        activity = self.call(lead, False, "crm_value_chain.mail_activity_complaint")
        episode = self.episode(activity)
        lead.unlink()
        self.env.invalidate_all()
        self.assertFalse(episode.is_open)


@tagged("post_install", "-at_install")
class TestEpisodeByHand(InteractCase):
    def note(self, partner=None, **values):
        return self.Episode.with_env(self.env).create(
            {
                "name": "Round of golf",
                "partner_id": (partner or self.person).id,
                "type_id": self.env.ref("crm_value_chain.episode_type_social").id,
                "company_id": self.company.id,
                **values,
            }
        )

    @users("interact_seller")
    def test_by_hand(self):
        """A salesperson notes, closes, reopens episodes with own customers."""
        episode = self.note(begin_date=self.ago(3))
        self.assertEqual(episode.nature, "social")
        self.assertEqual(episode.user_id, self.env.user)
        self.assertEqual(episode.days, 3)
        episode.action_close()
        self.assertFalse(episode.is_open)
        self.assertEqual(
            self.Episode.with_env(self.env).search([("is_open", "=", False)]), episode
        )
        episode.action_reopen()
        self.assertTrue(episode.is_open)
        with self.assertRaises(AccessError):
            episode.unlink()
        with self.assertRaises(AccessError):
            self.note(partner=self.foreign)
        with self.assertRaises(AccessError):
            episode.partner_id = self.foreign

    def test_dates(self):
        with self.assertRaisesRegex(ValidationError, "look at the dates"):
            self.note(begin_date=self.now, end_date=self.ago(1))

    @users("interact_manager")
    def test_followed_is_not_changed(self):
        """What a document says nobody changes on the episode, but notes are free."""
        order = self.order(self.person, confirm=False)
        order.sudo().action_quotation_sent()
        episode = self.episode(order).with_env(self.env)
        self.assertTrue(episode.is_followed)
        for vals in (
            {"end_date": self.now},
            {"outcome": "bad"},
            {"partner_id": self.foreign.id},
            {"order_id": False},
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                episode.write(vals)
        with self.assertRaises(UserError):
            episode.unlink()
        episode.description = "They compare us with two others"
        order.sudo().action_confirm()
        self.assertEqual(
            self.episode(order).description, "They compare us with two others"
        )

    @users("interact_manager")
    def test_nobody_claims_a_document(self):
        """Only documents themselves claim their episodes."""
        order = self.order(self.person, confirm=False)
        self.assertFalse(self.note(order_id=order.id).order_id)
        activity = self.call(self.person, done=False)
        episode = self.note()
        episode.write({"order_id": order.id, "activity_id": activity.id})
        self.assertFalse(episode.order_id or episode.activity_id)

    def test_kinds_of_documents_stay(self):
        for code in ("quotation", "opportunity"):
            with self.assertRaises(UserError):
                self.env.ref(f"crm_value_chain.episode_type_{code}").unlink()


@tagged("post_install", "-at_install")
class TestEpisodeRights(InteractCase):
    def seen(self, user, episodes):
        found = self.Episode.with_user(user).search([("id", "in", episodes.ids)])
        return found.with_user(self.env.user)

    def test_own_customers(self):
        """Own documents only: episodes of own customers, and of readable documents."""
        own = self.Episode.create(
            {
                "name": "Golf",
                "partner_id": self.person.id,
                "type_id": self.env.ref("crm_value_chain.episode_type_social").id,
            }
        )
        other = own.copy({"partner_id": self.foreign.id})
        mine = self.episode(self.lead(self.person, user_id=self.seller.id))
        colleagues = self.episode(self.lead(self.person, user_id=self.colleague.id))
        order = self.episode(self.order(self.person, user_id=self.colleague.id))
        everything = own | other | mine | colleagues | order
        self.assertEqual(self.seen(self.seller, everything), own | mine)
        self.assertEqual(self.seen(self.seller_all, everything), everything)
        self.assertEqual(self.seen(self.manager, everything), everything)
        seen = self.seen(self.accountant, everything)
        self.assertEqual(seen - order, own | other, "accountants read no leads")
        with self.assertRaises(AccessError):
            colleagues.with_user(self.seller).read(["name"])

    def test_other_company(self):
        """Episodes of a company that is not at hand are not there."""
        other = self.env["res.company"].create({"name": "Other"})
        episode = self.Episode.create(
            {
                "name": "Golf",
                "partner_id": self.person.id,
                "company_id": other.id,
                "type_id": self.env.ref("crm_value_chain.episode_type_social").id,
            }
        )
        self.assertFalse(self.seen(self.manager, episode))


@tagged("post_install", "-at_install")
class TestEpisodeOfThePast(InteractCase):
    """What happened before the addon was there comes in the background."""

    def forget(self):
        self.env.flush_all()
        self.Episode._follow_waiting()
        self.env.cr.execute("DELETE FROM crm_relationship_episode")
        self.env["ir.config_parameter"].search(
            [("key", "like", "crm_value_chain.episodes_until_")]
        ).unlink()
        self.env.invalidate_all()

    def follow_past(self):
        for column in self.Episode._document_fields():
            while self.Episode._follow_past(column)[1]:
                pass

    def test_past(self):
        """Old orders that are over are left out; open ones never are."""
        recent = self.order(self.person, days_ago=20)
        old = self.order(self.person, days_ago=3000)
        opened = self.order(self.person, confirm=False)
        opened.action_quotation_sent()
        opened.date_order = self.ago(3000)
        deal = self.lead(self.person)
        self.forget()
        self.follow_past()
        self.assertTrue(self.episode(recent))
        self.assertFalse(self.episode(old))
        self.assertTrue(self.episode(opened).is_open)
        self.assertTrue(self.episode(deal).is_open)

    def test_open_ones_are_followed_batch_by_batch(self):
        """A night goes on where its time was over, the next one begins anew."""
        deals = [self.lead(self.person) for _number in range(3)]
        episodes = self.Episode.union(*map(self.episode, deals))
        parameters = self.env["ir.config_parameter"]
        parameters.set_param(OPEN, min(episodes.ids) - 1)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET won_status = 'won' WHERE id = ANY(%s)",
            [[deal.id for deal in deals]],
        )
        with patch.object(crm_relationship_episode_follow, "BATCH", 2):
            self.assertEqual(self.Episode._follow_open(), (2, 1))
            self.assertEqual(sum(episodes.mapped("is_open")), 1)
            self.assertEqual(self.Episode._follow_open(), (1, 0))
        self.assertFalse(any(episodes.mapped("is_open")))
        self.assertEqual(parameters.get_param(OPEN), "0")

    def test_goes_on(self):
        """A run goes on where the one before stopped, and changes nothing twice."""
        first = self.order(self.person)
        self.forget()
        self.follow_past()
        count = self.Episode.search_count([])
        self.follow_past()
        self.assertEqual(self.Episode.search_count([]), count)
        self.env.cr.execute(
            SQL("DELETE FROM crm_relationship_episode WHERE order_id = %s", first.id)
        )
        self.follow_past()
        self.assertFalse(self.episode(first), "looked at already")

    def test_same_as_by_and_by(self):
        """Made afterwards, episodes are the same as made at once."""
        orders = self.order(self.person, days_ago=5) | self.order(self.person)
        deals = self.lead(self.person) | self.lead(self.other_person)
        deals[0].action_set_won()

        def told():
            return {
                (e.order_id.id, e.lead_id.id): (
                    e.partner_id,
                    e.end_date,
                    e.outcome,
                    e.name,
                )
                for e in self.Episode.search(
                    ["|", ("order_id", "in", orders.ids), ("lead_id", "in", deals.ids)]
                )
            }

        at_once = told()
        self.assertEqual(len(at_once), 4)
        self.forget()
        self.follow_past()
        self.assertEqual(told(), at_once)

    def test_upgraded(self):
        """What an earlier version left open is closed, and is of the right kind."""
        won = self.lead(self.person)
        enquiry = self.lead(self.person, type="lead")
        closed, opened = self.episode(won), self.episode(enquiry)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET won_status = 'won', partner_id = NULL WHERE id = %s",
            [won.id],
        )
        self.env.cr.execute(
            "UPDATE crm_lead SET type = 'opportunity' WHERE id = %s", [enquiry.id]
        )
        kind = self.env.ref("crm_value_chain.mail_activity_complaint")
        kind.interaction_channel_id = False
        upgrade = script("post-episodes", "crm_value_chain/migrations/19.0.1.4.0")
        upgrade.migrate(self.env.cr, "19.0.1.3.0")
        self.env.invalidate_all()
        self.assertFalse(closed.is_open)
        self.assertTrue(opened.is_open)
        self.assertEqual(
            opened.type_id, self.env.ref("crm_value_chain.episode_type_opportunity")
        )
        self.assertEqual(kind.interaction_channel_id, self.channel("phone"))
        kind.interaction_channel_id = self.channel("letter")
        upgrade.migrate(self.env.cr, "19.0.1.3.0")
        self.env.invalidate_all()
        self.assertEqual(kind.interaction_channel_id, self.channel("letter"))

    def test_cron(self):
        """The scheduled action makes them all."""
        order = self.order(self.person)
        self.forget()
        cron = self.env.ref("crm_value_chain.ir_cron_episodes")
        self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertTrue(self.episode(order))


@tagged("post_install", "-at_install")
class TestEpisodeOfMerged(InteractCase):
    def test_merge_and_erase(self):
        """Merged contacts keep the episodes of both, erased ones take theirs along."""
        double = self.make_customer("Double")
        social = self.env.ref("crm_value_chain.episode_type_social")
        episode = self.Episode.create(
            {
                "name": "Golf",
                "partner_id": double.id,
                "type_id": social.id,
                "begin_date": fields.Datetime.now() - timedelta(days=1),
            }
        )
        keeper = self.make_customer("Keeper")
        self.merge(double, into=keeper)
        self.assertEqual(episode.partner_id, keeper)
        keeper.unlink()
        self.assertFalse(self.Episode.search([("id", "=", episode.id)]))
