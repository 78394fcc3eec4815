from ast import literal_eval
from datetime import timedelta
from statistics import median

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .value_case import ValueCase


@tagged("post_install", "-at_install")
class TestPerformance(ValueCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.turnkey = cls.make_proposition()
        cls.version = cls.turnkey.current_version_id
        cls.customer = cls.make_customer("Oak")
        cls.now = fields.Datetime.now()

    @classmethod
    def deals(cls, won, lost, days=10, **values):
        """So many won and lost opportunities; the n-th was won after days + n."""
        leads = cls.env["crm.lead"]
        for place in range(won + lost):
            state = "won" if place < won else "lost"
            lead = cls.make_deal(state, expected_revenue=1000, **values)
            lead.date_closed = cls.now + timedelta(minutes=1)
            lead.flush_recordset()
            cls.env.cr.execute(
                "UPDATE crm_lead SET create_date = %s WHERE id = %s",
                [lead.date_closed - timedelta(days=days + place), lead.id],
            )
            leads |= lead
        leads.invalidate_recordset()
        return leads

    def report(self, user=None, domain=()):
        model = self.env["crm.value.proposition.report"]
        mine = [("company_id", "=", self.company.id), *domain]
        return (model.with_user(user) if user else model).search(mine)

    def send(self, order):
        """Send a quotation; cancelling it is another transaction."""
        order.action_quotation_sent()
        self.env["crm.relationship.episode"]._follow_waiting()
        return order

    def rows(self, user=None):
        proposition = self.turnkey.with_user(user or self.manager)
        return {row["name"]: row for row in proposition.get_performance()["rows"]}

    def test_win_rate_by_hand(self):
        """8 of 12: 67%, Wilson 39% to 86%."""
        self.deals(8, 4, value_proposition_id=self.turnkey.id)
        self.make_deal(value_proposition_id=self.turnkey.id)
        self.assertEqual(self.turnkey.deal_count, 13)
        self.assertEqual(self.turnkey.win_rate_text, "67% (39%–86%), 8 of 12")
        row = self.rows()["All Versions"]
        self.assertEqual(row["rate"], "67% (39%–86%), 8 of 12")
        self.assertEqual(row["closed"], "12")
        groups = self.env["crm.value.proposition.report"]._read_group(
            [("proposition_id", "=", self.turnkey.id)],
            ["proposition_id"],
            ["won_count:sum", "closed_count:sum", "won_amount:sum"],
        )
        self.assertEqual(groups[0][1:], (8, 12, 8000))

    def test_days_to_win(self):
        """Of won deals only: their median."""
        self.deals(11, 4, days=20, value_proposition_id=self.turnkey.id)
        expected = median(range(20, 31))
        self.assertTrue(self.rows()["All Versions"]["days"].startswith(f"{expected} ("))
        won = self.report(domain=[("state", "=", "won")])
        self.assertEqual(
            sorted(round(days) for days in won.mapped("days_to_win")),
            list(range(20, 31)),
        )
        lost = self.report(domain=[("state", "=", "lost")])
        self.assertEqual(set(lost.mapped("days_to_win")), {0})

    def test_too_few_to_tell(self):
        """Below ten closed deals no rate is shown."""
        self.assertEqual(self.turnkey.win_rate_text, "no closed deal yet")
        self.deals(3, 1, value_proposition_id=self.turnkey.id)
        self.turnkey.invalidate_recordset()
        self.assertEqual(self.turnkey.win_rate_text, "3 of 4 won: too few to tell")
        row = self.rows()["All Versions"]
        self.assertIn("too few to tell", row["days"])
        self.assertIn("of 3: too few to tell", row["amount"])
        self.assertEqual(row["comparison"], "too few to tell")

    def test_by_version(self):
        """Each version has its own deals, together they are all."""
        self.deals(2, 1, value_proposition_id=self.turnkey.id)
        self.turnkey.action_new_version()
        self.approve(self.turnkey.open_version_id)
        self.deals(1, 4, value_proposition_id=self.turnkey.id)
        rows = self.rows()
        self.assertEqual(rows["All Versions"]["closed"], "8")
        self.assertEqual(rows["Version 1"]["closed"], "3")
        self.assertEqual(rows["Version 2"]["closed"], "5")

    def test_versions_side_by_side(self):
        """In the menu as on the proposition, and with no query for each version."""
        self.deals(8, 4, value_proposition_id=self.turnkey.id)
        self.turnkey.action_new_version()
        self.approve(self.turnkey.open_version_id)
        self.deals(1, 4, value_proposition_id=self.turnkey.id)
        self.make_proposition("Rental")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_value_chain.crm_value_performance_action"
        )
        versions = self.env[action["res_model"]].with_user(self.seller_all)
        mine = [("company_id", "=", self.company.id)]
        found = versions.search(literal_eval(action["domain"]) + mine)
        self.assertEqual(
            [(v.proposition_id.name, v.number, v.win_rate_text) for v in found],
            [
                ("Turnkey", 2, "1 of 5 won: too few to tell"),
                ("Turnkey", 1, "67% (39%–86%), 8 of 12"),
                ("Rental", 1, "no closed deal yet"),
            ],
        )
        self.assertEqual(found[0].all_win_rate_text, "53% (31%–74%), 9 of 17")
        rows = self.rows(self.seller_all)
        for version in found[:2]:
            row = rows[f"Version {version.number}"]
            self.assertEqual(version.days_text, row["days"])
            self.assertEqual(version.amount_text, row["amount"])
        with self.assertRaises(AccessError):
            found.mapped("margin_text")

        def queries(versions):
            versions.invalidate_recordset()
            versions.mapped("state")
            before = self.cr.sql_log_count
            versions.mapped("days_text")
            return self.cr.sql_log_count - before

        queries(found)
        self.assertEqual(queries(found), queries(found[:1]))

    def test_versions_tell_the_deals_that_the_user_may_see(self):
        """Own deals of a salesperson, none to whom sees no leads."""
        self.deals(1, 0, value_proposition_id=self.turnkey.id, user_id=self.seller.id)
        self.deals(1, 0, value_proposition_id=self.turnkey.id, user_id=self.manager.id)
        self.assertEqual(self.version.with_user(self.seller).deals_text, "1")
        self.assertEqual(self.version.with_user(self.manager).deals_text, "2")
        with self.assertRaises(AccessError):
            self.version.with_user(self.accountant).mapped("deals_text")
        opened = self.version.with_user(self.seller).action_open_deals()
        deals = self.env[opened["res_model"]].with_user(self.seller)
        self.assertEqual(deals.search_count(opened["domain"]), 1)

    def test_no_mean_is_offered_without_its_interval(self):
        """The pivot adds up counts and amounts, and takes no mean of anything."""
        offered = self.env["crm.value.proposition.report"].fields_get()
        means = {name for name in offered if offered[name].get("aggregator") == "avg"}
        self.assertFalse(means)

    def test_compared_with_deals_without(self):
        """A difference that could be chance is not called one."""
        self.deals(18, 2, value_proposition_id=self.turnkey.id)
        self.deals(4, 16)
        row = self.rows()["All Versions"]
        self.assertIn("better: +70 points", row["comparison"])
        self.assertTrue(any(name.startswith("Without") for name in self.rows()))
        self.deals(0, 20, value_proposition_id=self.turnkey.id)
        self.assertIn("may be chance", self.rows()["All Versions"]["comparison"])

    def test_deals_of_before_do_not_count(self):
        """Without a proposition: since there was one to choose."""
        leads = self.deals(4, 8)
        leads.date_closed = self.now - timedelta(days=300)
        rows = self.rows()
        without = next(row for name, row in rows.items() if name.startswith("Without"))
        self.assertEqual(without["closed"], "0")

    def test_a_deal_counts_once(self):
        """An opportunity and its quotations are one deal, an order alone is one."""
        lead = self.make_deal(
            partner_id=self.customer.id, value_proposition_id=self.turnkey.id
        )
        self.order(self.customer, amount=70, opportunity_id=lead.id)
        self.order(self.customer, amount=30, opportunity_id=lead.id)
        self.order(self.customer, amount=99, confirm=False, opportunity_id=lead.id)
        lead.action_set_won()
        self.order(self.customer, amount=50, value_proposition_id=self.turnkey.id)
        cancelled = self.order(self.customer, confirm=False)
        self.send(cancelled)._action_cancel()
        found = self.report()
        self.assertEqual(len(found), 3)
        by_lead = found.filtered("lead_id")
        self.assertEqual(by_lead.amount, 100, "confirmed orders only")
        self.assertEqual(
            sorted(found.mapped("state")),
            ["lost", "won", "won"],
        )
        alone = found.filtered(lambda deal: not deal.lead_id and deal.state == "won")
        self.assertEqual(alone.version_id, self.version)
        self.assertEqual(alone.amount, 50)

    def test_cancelled_before_it_was_sent_is_no_deal(self):
        """The customer never saw it, and so refused nothing."""
        chosen = {"value_proposition_id": self.turnkey.id}
        never, seen, open_one = (
            self.order(self.customer, confirm=False, **chosen) for _place in range(3)
        )
        (never | self.send(seen))._action_cancel()
        self.assertEqual(self.report(self.seller_all).order_id, seen | open_one)
        self.assertEqual(self.rows()["All Versions"]["closed"], "1")

    def test_a_cancelled_quotation_stays_closed_when_it_was(self):
        """Not the day on which somebody last wrote something on it."""
        order = self.order(self.customer, confirm=False)
        self.send(order)._action_cancel()
        episodes = self.env["crm.relationship.episode"]
        episode = episodes.search([("order_id", "=", order.id)])
        then = self.now - timedelta(days=200)
        episode.write({"begin_date": then, "end_date": then})
        order.write({"client_order_ref": "Their 17", "user_id": self.seller.id})
        self.env.flush_all()
        self.assertEqual(self.report().closed_on, then)

    def test_the_quotation_tells_where_the_opportunity_does_not(self):
        """What the confirmed order was sold with counts."""
        lead = self.make_deal(partner_id=self.customer.id)
        self.order(
            self.customer, opportunity_id=lead.id, value_proposition_id=self.turnkey.id
        )
        self.order(self.customer, opportunity_id=lead.id, confirm=False)
        self.assertEqual(self.report().proposition_id, self.turnkey)
        self.assertEqual(self.report().version_id, self.version)

    def test_archived_is_not_lost(self):
        """A lead that was put away is no deal."""
        self.make_deal(
            value_proposition_id=self.turnkey.id, probability=30
        ).active = False
        self.assertFalse(self.report())

    def test_lost_by_factor(self):
        """The factor tells; without one the lost reason does."""
        price = self.env["crm.lost.reason"].create(
            {"name": "Dear", "value_source": "money"}
        )
        leads = self.deals(0, 3, value_proposition_id=self.turnkey.id)
        leads[0].write(
            {
                "lost_reason_id": price.id,
                "lost_factor_id": self.factor(self.version, "Fast").id,
            }
        )
        leads[1].lost_reason_id = price
        found = dict(
            self.env["crm.value.proposition.report"]._read_group(
                [("company_id", "=", self.company.id)], ["lost_source"], ["__count"]
            )
        )
        self.assertEqual(found, {"responsiveness": 1, "money": 1, False: 1})
        kinds = set(self.report().mapped("lost_kind"))
        self.assertEqual(kinds, {"benefit", "sacrifice", False})

    def test_who_sees_which_deals(self):
        """Own deals, all deals, none; margin only for those who may."""
        self.deals(1, 0, value_proposition_id=self.turnkey.id, user_id=self.seller.id)
        self.deals(1, 0, value_proposition_id=self.turnkey.id, user_id=self.manager.id)
        self.assertEqual(len(self.report(self.seller)), 1)
        self.assertEqual(len(self.report(self.seller_all)), 2)
        self.assertEqual(self.rows(self.seller)["All Versions"]["closed"], "1")
        self.assertEqual(self.rows(self.manager)["All Versions"]["closed"], "2")
        with self.assertRaises(AccessError):
            self.report(self.accountant)
        with self.assertRaises(AccessError):
            self.report(self.manager).mapped("margin")
        self.assertNotIn("margin", self.rows(self.manager)["All Versions"])
        self.manager.group_ids |= self.env.ref("crm_value_chain.group_profitability")
        self.assertIn("margin", self.rows(self.manager)["All Versions"])

    def test_other_company(self):
        """Deals and propositions of another company are not seen."""
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self.make_user("vp_stranger", "sales_team.group_sale_manager")
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        self.deals(1, 0, value_proposition_id=self.turnkey.id)
        env = self.env(user=stranger, context={"allowed_company_ids": other.ids})
        for name in (
            "crm.value.proposition",
            "crm.value.proposition.version",
            "crm.value.factor",
            "crm.value.score",
            "crm.value.alternative",
            "crm.value.promise",
            "crm.value.proposition.report",
        ):
            with self.subTest(model=name):
                self.assertFalse(
                    env[name].search([("company_id", "=", self.company.id)])
                )
