from datetime import timedelta
from math import sqrt
from random import Random

import psycopg2

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged, users
from odoo.tools import mute_logger

from .difference_case import DifferenceCase


@tagged("post_install", "-at_install")
class TestNeed(DifferenceCase):
    """What customers need: noted by people, searched, asked for by rules."""

    # ------------------------------------------------------------------
    # What is noted
    # ------------------------------------------------------------------

    def test_gap(self):
        """The gap is the importance times the share that is not met, where known."""
        fact = self.need(self.own, self.speed, importance=5, met=4)
        self.assertAlmostEqual(fact.gap, 3.0)
        fact.met = 10
        self.assertEqual(fact.gap, 0)
        fact.met = 0
        self.assertEqual(fact.gap, 5)
        fact.met = False
        self.assertIs(fact.gap, False)

    def test_unknown_is_no_gap(self):
        """Of whom nobody knows how well a need is met, the gap is not small."""
        fact = self.need(self.own, self.speed)
        Fact = self.env["crm.customer.need"]
        self.assertNotIn(fact, Fact.search([("gap", "<", 1)]))
        self.assertNotIn(fact, Fact.search([("met", "<", 5)]))
        self.assertIn(fact, Fact.search([("met", "=", False)]))

    @mute_logger("odoo.sql_db")
    def test_out_of_range(self):
        """Importance lies between 1 and 5, how well it is met between 0 and 10."""
        for values in ({"importance": 0}, {"importance": 6}, {"met": 11}, {"met": -1}):
            with (
                self.subTest(values=values),
                self.assertRaises(psycopg2.IntegrityError),
                self.cr.savepoint(),
            ):
                self.need(self.own, self.speed, **values)

    @mute_logger("odoo.sql_db")
    def test_once(self):
        """A customer has a need once."""
        self.need(self.own, self.speed)
        with self.assertRaises(psycopg2.IntegrityError), self.cr.savepoint():
            self.need(self.own, self.speed)

    def test_future(self):
        """Nobody learns of a need in the future."""
        with self.assertRaisesRegex(ValidationError, "not in the future"):
            self.need(self.own, self.speed, date=self.today + timedelta(days=3))

    def test_need_of_another_company(self):
        """A need that is another company's catalogue is none of this customer's."""
        theirs = self.env["crm.need"].create(
            {"name": "Theirs", "company_id": self.other_company.id}
        )
        with self.assertRaises(UserError):
            self.need(self.own, theirs)

    def test_need_does_not_leave_its_customers(self):
        """A need that customers have cannot become another company's."""
        self.need(self.own, self.speed)
        with self.assertRaisesRegex(ValidationError, "another company"):
            self.speed.company_id = self.other_company

    # ------------------------------------------------------------------
    # Finding customers
    # ------------------------------------------------------------------

    def test_search(self):
        """Customers are found by what they need, also by its name."""
        self.need(self.own, self.speed)
        self.need(self.others, self.price)
        for domain, found in (
            ([("need_ids", "=", self.speed.id)], self.own),
            ([("need_ids", "ilike", "pric")], self.others),
            ([("need_ids", "!=", False)], self.own | self.others),
            ([("need_ids", "=", False)], self.Profile),
        ):
            with self.subTest(domain=domain):
                mine = [("company_id", "=", self.company.id)]
                self.assertEqual(self.Profile.search([*mine, *domain]), found)

    def test_search_follows(self):
        """What is searched is what is noted now."""
        fact = self.need(self.own, self.speed)
        self.assertEqual(self.own.need_ids, self.speed)
        fact.need_id = self.price
        self.assertEqual(self.own.need_ids, self.price)
        self.assertFalse(self.Profile.search([("need_ids", "in", self.speed.ids)]))
        fact.unlink()
        self.assertFalse(self.own.need_ids)

    def test_group_by(self):
        """Customers are grouped by what they need."""
        self.need(self.own, self.speed)
        self.need(self.own, self.price)
        self.need(self.others, self.price)
        groups = self.Profile._read_group(
            [("company_id", "=", self.company.id)], ["need_ids"], ["__count"]
        )
        self.assertEqual(dict(groups), {self.speed: 1, self.price: 2})

    def test_open_customers(self):
        """The catalogue and the needs lead to the customers."""
        facts = self.need(self.own, self.speed) | self.need(self.own, self.price)
        self.need(self.others, self.price)
        mine = [("company_id", "=", self.company.id)]
        for action, found in (
            (self.speed.action_open_customers(), self.own),
            (self.price.action_open_customers(), self.own | self.others),
            (facts.action_open_customers(), self.own),
        ):
            self.assertEqual(self.Profile.search([*mine, *action["domain"]]), found)

    @users("need_seller_all")
    def test_on_the_contact(self):
        """The contact and its people show what the customer needs."""
        self.need(self.own, self.speed)
        person = self.make_customer("Person", parent_id=self.customer.id)
        partners = self.env["res.partner"]
        self.assertEqual(partners.browse(person.id).customer_need_ids, self.speed)
        found = partners.search([("customer_need_ids", "in", self.speed.ids)])
        self.assertEqual(found.ids, (self.customer | person).ids)

    def test_nobody_writes_past_the_facts(self):
        """Needs are noted as facts, with their importance."""
        with self.assertRaises(UserError):
            self.own.with_user(self.manager).write(
                {"need_ids": [Command.link(self.speed.id)]}
            )

    # ------------------------------------------------------------------
    # Rules
    # ------------------------------------------------------------------

    @users("need_manager")
    def test_segment_of_a_need(self):
        """A segment may be that of a need: who gets it is there at once."""
        segment = self.env["crm.segment"].create(
            {"name": "In a hurry", "domain": f"[('need_ids', 'in', {self.speed.ids})]"}
        )
        fact = self.need(self.own, self.speed)
        self.assertEqual(self.own.segment_id, segment)
        self.assertFalse(self.others.segment_id)
        [condition] = segment._explain(self.own)[1]
        self.assertTrue(condition["holds"])
        self.assertEqual(condition["value"], "Speed")
        fact.unlink()
        self.assertFalse(self.own.segment_id)

    # ------------------------------------------------------------------
    # Like needs
    # ------------------------------------------------------------------

    def alike(self, profile, user=None):
        """Likeness by customer, as a user sees it."""
        profile = profile.with_user(user) if user else profile
        action = profile.action_open_like_needs()
        lines = self.env["crm.need.likeness"].search(action["domain"])
        return {line.profile_id: line for line in lines}

    def test_likeness(self):
        """Likeness is the cosine of the importance of all needs."""
        self.need(self.own, self.speed, importance=5)
        self.need(self.own, self.price, importance=1)
        self.need(self.others, self.speed, importance=3)
        self.need(self.others, self.advice, importance=4)
        line = self.alike(self.own)[self.others]
        self.assertAlmostEqual(line.likeness, 15 / (sqrt(26) * 5))
        self.assertEqual(line.shared_need_ids, self.speed)
        self.assertEqual(line.other_need_ids, self.advice)

    def test_likeness_of_many(self):
        """Of many customers, the most alike come first, as by brute force."""
        random = Random(5)
        needs = self.env["crm.need"].create([{"name": str(n)} for n in range(9)])
        partners = self.env["res.partner"].create(
            [{"name": f"Buyer {n}"} for n in range(40)]
        )
        for partner in partners:
            self.buy(partner)
        self.score()
        weights = {}
        for profile in self.profile_of(partners):
            weights[profile] = {
                need: random.randint(1, 5) for need in random.sample(list(needs), 4)
            }
            for need, importance in weights[profile].items():
                self.need(profile, need, importance)
        first = next(iter(weights))
        expected = {
            other: cosine
            for other in weights
            if other != first and (cosine := _cosine(weights[first], weights[other]))
        }
        found = self.alike(first)
        self.assertEqual(found.keys(), expected.keys())
        for other, cosine in expected.items():
            self.assertAlmostEqual(found[other].likeness, cosine)
        order = [line.likeness for line in found.values()]
        self.assertEqual(order, sorted(order, reverse=True))

    def profile_of(self, partners):
        return self.Profile.search([("partner_id", "in", partners.ids)], order="id")

    def test_likeness_tells_what_else_is_bought(self):
        """Of the alike it tells what they order and this customer never did."""
        self.need(self.own, self.speed)
        self.need(self.others, self.speed)
        names = ("Shared", "Large", "Small", "Quoted")
        products = self.env["product.product"].create(
            [{"name": name, "taxes_id": False} for name in names]
        )
        shared, large, small, quoted = products
        self.sell(self.customer, {shared: 10})
        person = self.make_customer("Person", parent_id=self.foreign.id)
        self.sell(self.foreign, {shared: 900, small: 5})
        self.sell(person, {large: 500})
        self.sell(self.foreign, {quoted: 99}, confirm=False)
        line = self.alike(self.own, self.seller_all)[self.others]
        self.assertEqual(set(line.product_ids.mapped("name")), {"Large", "Small"})

    def test_likeness_weighs_amounts_of_all_currencies(self):
        """Of what the alike order most, in the currency of the company."""
        self.need(self.own, self.speed)
        self.need(self.others, self.speed)
        names = ("Large", "A", "B", "C")
        products = self.env["product.product"].create(
            [{"name": name, "taxes_id": False} for name in names]
        )
        cheap = self.env["res.currency"].create({"name": "CHP", "symbol": "C"})
        self.env["res.currency.rate"].create(
            {"currency_id": cheap.id, "name": "2000-01-01", "rate": 1000}
        )
        abroad = self.env["product.pricelist"].create(
            {"name": "Abroad", "currency_id": cheap.id}
        )
        large, *small = products
        self.sell(self.foreign, {large: 500})
        self.sell(self.foreign, dict.fromkeys(small, 1000), pricelist_id=abroad.id)
        line = self.alike(self.own, self.seller_all)[self.others]
        self.assertIn(large.product_tmpl_id, line.product_ids)

    def sell(self, partner, amounts, confirm=True, **values):
        """An order of products for amounts."""
        order = self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "company_id": self.company.id,
                "order_line": [
                    Command.create({"product_id": product.id, "price_unit": amount})
                    for product, amount in amounts.items()
                ],
                **values,
            }
        )
        if confirm:
            order.action_confirm()

    def test_likeness_without_needs(self):
        """Who has no needs on record is like nobody: it says what to do."""
        with self.assertRaisesRegex(UserError, "No need of Own"):
            self.own.action_open_like_needs()

    def test_likeness_of_own_customers(self):
        """Own documents only: others' customers are not among the alike."""
        self.need(self.own, self.speed)
        self.need(self.others, self.speed)
        self.assertFalse(self.alike(self.own, self.seller))
        self.assertIn(self.others, self.alike(self.own, self.seller_all))

    # ------------------------------------------------------------------
    # Rights, privacy, merges
    # ------------------------------------------------------------------

    @users("need_seller")
    def test_seller_notes_own_customers(self):
        """A salesperson notes needs on the profile, in its own name."""
        profile = self.own.with_env(self.env)
        values = {"need_id": self.speed.id, "met": 3, "user_id": self.manager.id}
        profile.write({"need_fact_ids": [Command.create(values)]})
        self.assertEqual(profile.need_fact_ids.user_id, self.env.user)
        profile.need_fact_ids.importance = 5
        self.assertEqual(profile.need_fact_ids.gap, 3.5)
        with self.assertRaises(AccessError):
            self.env["crm.customer.need"].create(
                {"profile_id": self.others.id, "need_id": self.speed.id}
            )

    def test_who_sees(self):
        """Own customers, all, none: as with all facts."""
        facts = self.need(self.own, self.speed) | self.need(self.others, self.speed)
        for user, seen in (
            (self.seller, facts[0]),
            (self.seller_all, facts),
            (self.manager, facts),
            (self.stranger, facts.browse()),
        ):
            with self.subTest(user=user.login):
                found = self.as_user(user, facts).search([("id", "in", facts.ids)])
                self.assertEqual(found.ids, seen.ids)
        with self.assertRaises(AccessError):
            facts.with_user(self.outsider).search([])

    @users("need_seller")
    def test_only_managers_keep_the_catalogue(self):
        with self.assertRaises(AccessError):
            self.env["crm.need"].create({"name": "Mine"})

    def test_counts_are_those_seen(self):
        """The catalogue counts the customers whom the user may see."""
        self.need(self.own, self.speed)
        self.need(self.others, self.speed)
        self.assertEqual(self.speed.with_user(self.seller).customer_count, 1)
        self.assertEqual(self.speed.with_user(self.manager).customer_count, 2)

    def test_merge(self):
        """Who merges keeps the needs of both, each once."""
        self.need(self.own, self.speed, importance=5)
        self.need(self.others, self.speed, importance=1)
        self.need(self.others, self.price, importance=2)
        self.merge(self.foreign, into=self.customer)
        facts = self.own.need_fact_ids
        self.assertEqual(
            {fact.need_id: fact.importance for fact in facts},
            {self.speed: 5, self.price: 2},
        )
        self.assertEqual(self.own.need_ids, self.speed | self.price)

    def test_merge_takes_a_part_of_a_word_for_another_word(self):
        self.need(self.own, self.speed, note="Bluegrass")
        self.need(self.others, self.speed, note="Blue")
        self.merge(self.foreign, into=self.customer)
        self.assertEqual(self.own.need_fact_ids.note, "Bluegrass; Blue")

    def test_merge_keeps_what_was_said(self):
        """Of a need that both have, what is not known of the one is of the other."""
        self.need(self.own, self.speed, note="Within a day")
        self.need(self.others, self.speed, met=7, note="Or they buy elsewhere")
        self.need(self.own, self.price, met=2)
        self.need(self.others, self.price, met=9, note="Every cent")
        self.need(self.own, self.advice, note="On the phone, in the evening")
        self.need(self.others, self.advice, note="On the phone")
        self.merge(self.foreign, into=self.customer)
        self.assertEqual(
            {
                fact.need_id: (fact.met, fact.note, fact.gap)
                for fact in self.own.need_fact_ids
            },
            {
                self.speed: (7, "Within a day; Or they buy elsewhere", 3 * 0.3),
                self.price: (2, "Every cent", 3 * 0.8),
                self.advice: (False, "On the phone, in the evening", False),
            },
        )

    def test_merge_of_many(self):
        """Many needs take no more queries than a few."""
        Fact = self.env["crm.customer.need"].sudo()

        def cost(needs):
            for profile, values in ((self.own, {}), (self.others, {"met": 5})):
                for need in needs:
                    self.need(profile, need, note=profile.partner_id.name, **values)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            Fact._move(self.others, self.own)
            self.env.flush_all()
            return self.cr.sql_log_count - before

        few = cost(self.speed)
        (self.own | self.others).need_fact_ids.unlink()
        many = cost(
            self.env["crm.need"].create([{"name": f"Need {n}"} for n in range(20)])
        )
        self.assertLessEqual(many, few)

    def test_refusal(self):
        """Who refuses profiling takes the needs along."""
        fact = self.need(self.own, self.speed)
        self.customer.profiling_refused = True
        self.assertFalse(fact.exists())

    @users("need_seller")
    def test_in_the_customer_view(self):
        """The view tells needs, the most important first, and says what is urgent."""
        self.need(self.own, self.price, importance=2, met=9)
        self.need(self.own, self.speed, importance=5, met=2)
        profile = self.own.with_env(self.env)
        [part] = [p for p in profile.get_customer_view() if p["key"] == "needs"]
        self.assertEqual([line["text"] for line in part["lines"]], ["Speed", "Price"])
        self.assertEqual([line["tone"] for line in part["lines"]], ["danger", None])
        self.assertIn("met 2 of 10", part["lines"][0]["detail"])
        action = getattr(profile, part["action"])()
        self.assertEqual(action["res_model"], "crm.customer.need")


def _cosine(one, other):
    dot = sum(weight * other.get(need, 0) for need, weight in one.items())
    lengths = (sqrt(sum(w * w for w in each.values())) for each in (one, other))
    return dot / (next(lengths) * next(lengths))
