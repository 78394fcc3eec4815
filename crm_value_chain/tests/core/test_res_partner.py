from odoo.tests import tagged, users

from ..common import ValueChainCommon


class FigureCase(ValueChainCommon):
    """Customers of different worth, each with contacts, and a stranger."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_user(
            "figure_seller", "sales_team.group_sale_salesman_all_leads"
        )
        cls.big = cls.make_customer("Big", is_company=True)
        cls.big_buyer = cls.make_customer("Big Buyer", parent_id=cls.big.id)
        cls.big_boss = cls.make_customer("Big Boss", parent_id=cls.big.id)
        cls.small = cls.make_customer("Small")
        cls.stranger = cls.make_customer("Stranger")
        for days_ago in (90, 60, 30):
            cls.buy(cls.big_buyer, days_ago=days_ago, amount=100)
        cls.buy(cls.small, days_ago=200, amount=7)
        cls.score()
        cls.contacts = cls.big | cls.big_buyer | cls.big_boss | cls.small | cls.stranger
        cls.ours = [("id", "in", cls.contacts.ids)]

    def queries_of(self, read):
        """How many queries it takes to read something, with an empty cache."""
        read()  # what is cached for good
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        read()
        return self.env.cr.sql_log_count - before


@tagged("post_install", "-at_install")
class TestPartner(FigureCase):
    """Contacts show the figures of the customer that they belong to."""

    def found(self, *domain, order="id"):
        partners = self.env["res.partner"].search([*self.ours, *domain], order=order)
        return partners.mapped("name")

    # ------------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------------

    @users("figure_seller")
    def test_contacts_show_the_figures_of_their_company(self):
        """All contacts of a customer show its one profile; a stranger has none."""
        for contact in (self.big, self.big_buyer, self.big_boss):
            contact = contact.with_env(self.env)
            self.assertEqual(contact.customer_profile_id.partner_id, self.big)
            self.assertEqual(contact.purchase_count, 3)
            self.assertEqual(contact.yearly_amount, 300)
            self.assertEqual(contact.ladder_stage_id, self.stages["repeat"])
            self.assertEqual(contact.customer_currency_id, self.company.currency_id)
            self.assertEqual(contact.value_chain_badge["short"], "Repeat")
        stranger = self.stranger.with_env(self.env)
        self.assertFalse(stranger.customer_profile_id)
        self.assertEqual(stranger.purchase_count, 0)
        self.assertFalse(stranger.value_chain_badge)
        self.assertFalse(stranger.get_ladder_explanation())

    @users("figure_seller")
    def test_contact_that_is_being_edited(self):
        """A contact not saved yet shows its company's figures, unless it refuses."""
        contacts = self.env["res.partner"]
        new = contacts.new({"name": "New", "parent_id": self.big.id})
        self.assertEqual(new.value_chain_badge["yearly_amount"], 300)
        self.assertEqual(new.purchase_count, 3)
        edited = contacts.new(origin=self.big_boss.with_env(self.env))
        self.assertEqual(edited.value_chain_badge["gap"], 30)
        self.assertEqual(edited.yearly_amount, 300)
        refusing = {"parent_id": self.big.id, "profiling_refused": True}
        for contact in (contacts.new({"name": "New"}), contacts.new(refusing)):
            self.assertFalse(contact.value_chain_badge)
            self.assertFalse(contact.customer_profile_id)
            self.assertEqual(contact.purchase_count, 0)

    @users("figure_seller")
    def test_badge_of_contact_and_profile(self):
        """Profile and contacts show one badge, and nobody changes that of another."""
        contact = self.big_buyer.with_env(self.env)
        badge = contact.value_chain_badge
        self.assertEqual(badge, contact.customer_profile_id.value_chain_badge)
        badge["stage"] = "Advocate"
        self.assertEqual(contact.value_chain_badge["stage"], "Repeat customer")

    @users("figure_seller")
    def test_badges_follow_what_was_written(self):
        """Badges need no flush by hand, although they are read by SQL."""
        contact = self.stranger.with_env(self.env)
        self.assertFalse(contact.value_chain_badge)
        contact.parent_id = self.big
        self.assertEqual(contact.value_chain_badge["yearly_amount"], 300)
        contact.profiling_refused = True
        self.assertFalse(contact.value_chain_badge)

    @users("figure_seller")
    def test_explanation_of_a_contact(self):
        """The explanation of a contact is that of its company."""
        told = self.big_buyer.with_env(self.env).get_ladder_explanation()
        self.assertEqual(told["customer"], "Big")
        self.assertEqual(told["stage"]["name"], "Repeat customer")

    def test_another_company_another_profile(self):
        """Who switches the company sees the figures of that one."""
        other = self.env["res.company"].create({"name": "Other"})
        self.env.user.company_ids |= other
        self.buy(self.big, days_ago=3, amount=5, company=other)
        self.score(company=other)
        both = (self.company | other).ids
        here = self.big.with_context(allowed_company_ids=both)
        there = self.big.with_context(allowed_company_ids=both[::-1])
        self.assertEqual((here.purchase_count, there.purchase_count), (3, 1))
        self.assertEqual(here.ladder_stage_id, self.stages["repeat"])
        self.assertEqual(there.ladder_stage_id, self.stages["first_time"])
        domain = [*self.ours, ("purchase_amount", ">", 100)]
        self.assertEqual(len(here.search(domain)), 3)
        self.assertFalse(there.search(domain))
        for contact, total in ((here, 307), (there, 5)):
            groups = contact._read_group(self.ours, [], ["purchase_amount:sum"])
            self.assertEqual(groups, [(total,)])

    @users("figure_seller")
    def test_figures_are_not_written_on_contacts(self):
        """What follows from purchases cannot be written through a contact."""
        self.big.with_env(self.env).write({"purchase_count": 9, "yearly_amount": 9})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.profile(self.big).purchase_count, 3)
        self.assertEqual(self.profile(self.big).yearly_amount, 300)

    # ------------------------------------------------------------------
    # Searching
    # ------------------------------------------------------------------

    @users("figure_seller")
    def test_search(self):
        """Contacts are found by the figures of their customer."""
        of_big = ["Big", "Big Buyer", "Big Boss"]
        repeat, first = self.stages["repeat"], self.stages["first_time"]
        for condition, names in (
            (("ladder_stage_id", "=", repeat.id), of_big),
            (("ladder_stage_id", "in", (repeat | first).ids), [*of_big, "Small"]),
            (("ladder_stage_id", "!=", repeat.id), ["Small", "Stranger"]),
            (("ladder_stage_id", "=", False), ["Stranger"]),
            (("ladder_stage_id", "!=", False), [*of_big, "Small"]),
            (("ladder_stage_id", "ilike", "first"), ["Small"]),
            (("ladder_stage_id.sequence", ">", 30), of_big),
            (("ladder_stage_id", "any", [("sequence", "<", 40)]), ["Small"]),
            (("customer_profile_id", "=", False), ["Stranger"]),
            (("customer_profile_id", "!=", False), [*of_big, "Small"]),
            (("customer_profile_id", "any", [("purchase_count", "=", 1)]), ["Small"]),
            (("customer_profile_id.purchase_amount", ">", 50), of_big),
            (("purchase_count", ">=", 1), [*of_big, "Small"]),
            (("purchase_count", ">", 0), [*of_big, "Small"]),
            (("purchase_count", "=", 3), of_big),
            (("yearly_amount", ">", 50), of_big),
            (("last_purchase_date", "=", False), ["Stranger"]),
            (("last_purchase_date", ">", "2000-01-01"), [*of_big, "Small"]),
            (("rfm_code", "!=", False), [*of_big, "Small"]),
            (("recency_days", "<", 50), of_big),
        ):
            self.assertEqual(self.found(condition), names, condition)
        self.assertEqual(
            self.found("!", ("ladder_stage_id", "=", repeat.id)), ["Small", "Stranger"]
        )

    @users("figure_seller")
    def test_filter_is_the_same_in_memory(self):
        """A filter on records gives what a search gives."""
        partners = self.contacts.with_env(self.env)
        for condition in (
            ("ladder_stage_id", "=", self.stages["repeat"].id),
            ("ladder_stage_id", "=", False),
            ("purchase_count", ">=", 1),
            ("ladder_stage_id.sequence", "<", 40),
        ):
            self.assertEqual(
                partners.filtered_domain([condition]).mapped("name"),
                self.found(condition),
            )

    # ------------------------------------------------------------------
    # Sorting
    # ------------------------------------------------------------------

    @users("figure_seller")
    def test_sort(self):
        """Sorted by worth, those of whom nothing is known come last either way."""
        for name in ("yearly_amount", "purchase_count", "last_purchase_date"):
            self.assertEqual(
                self.found(order=f"{name} desc, id"),
                ["Big", "Big Buyer", "Big Boss", "Small", "Stranger"],
            )
            self.assertEqual(
                self.found(order=f"{name}, id"),
                ["Small", "Big", "Big Buyer", "Big Boss", "Stranger"],
            )
        self.assertEqual(
            self.found(order="ladder_stage_id desc, id"),
            ["Big", "Big Buyer", "Big Boss", "Small", "Stranger"],
        )
        self.assertEqual(
            self.found(order="ladder_stage_id, id"),
            ["Small", "Big", "Big Buyer", "Big Boss", "Stranger"],
        )

    # ------------------------------------------------------------------
    # Grouping and adding up
    # ------------------------------------------------------------------

    @users("figure_seller")
    def test_group(self):
        """Contacts are counted each, the amounts of their customer once."""
        groups = self.env["res.partner"]._read_group(
            self.ours,
            ["ladder_stage_id"],
            ["__count", "yearly_amount:sum", "purchase_count:sum", "recency_days:avg"],
        )
        self.assertEqual(
            {stage.short_name: figures for stage, *figures in groups},
            {
                "First-time": [1, 7, 1, 200],
                "Repeat": [3, 300, 3, 30],
                False: [1, False, False, False],
            },
        )

    @users("figure_seller")
    def test_group_by_other_figures(self):
        """Contacts are grouped by RFM, by month of the last purchase, in two ways."""
        partners = self.env["res.partner"]
        codes = partners._read_group(self.ours, ["rfm_code"], ["__count"])
        self.assertEqual(sum(count for _code, count in codes), 5)
        self.assertIn((self.profile(self.small).rfm_code, 1), codes)
        months = partners._read_group(
            self.ours, ["last_purchase_date:month", "ladder_stage_id"], ["__count"]
        )
        self.assertEqual(sorted(row[-1] for row in months), [1, 1, 3])
        self.assertEqual(
            len(partners._read_group(self.ours, ["customer_profile_id"])), 3
        )

    @users("figure_seller")
    def test_views_group(self):
        """Lists, kanban boards and pivots of contacts add up each customer once."""
        partners = self.env["res.partner"]
        sums = ["yearly_amount:sum", "yearly_amount:sum_currency", "__count"]
        groups = partners.formatted_read_group(self.ours, ["ladder_stage_id"], sums)
        self.assertEqual(sum(group["yearly_amount:sum"] or 0 for group in groups), 307)
        self.assertEqual(
            sum(group["yearly_amount:sum_currency"] or 0 for group in groups), 307
        )
        board = partners.web_read_group(self.ours, ["ladder_stage_id"], sums[:1])
        self.assertEqual(
            sum(group["yearly_amount:sum"] or 0 for group in board["groups"]), 307
        )
        pivot = partners.formatted_read_grouping_sets(
            self.ours,
            [[], ["ladder_stage_id"], ["ladder_stage_id", "is_company"]],
            sums,
        )
        self.assertEqual(pivot[0][0]["yearly_amount:sum"], 307)
        self.assertEqual(pivot[0][0]["__count"], 5)

    @users("figure_seller")
    def test_other_sums_of_contacts_stay(self):
        """What is no figure of the customer is added up as ever."""
        self.contacts.color = 2
        groups = self.env["res.partner"]._read_group(self.ours, [], ["color:sum"])
        self.assertEqual(groups, [(10,)])

    # ------------------------------------------------------------------
    # Speed
    # ------------------------------------------------------------------

    @users("figure_seller")
    def test_number_of_queries(self):
        """Reading contacts with their figures takes as many queries for 3 as for 60."""
        customers = (
            self.env["res.partner"]
            .sudo()
            .create([{"name": f"Customer {number}"} for number in range(60)])
        )
        for customer in customers:
            self.buy(customer, days_ago=customer.id % 50, amount=10)
        self.score()
        specification = {
            "name": {},
            "value_chain_badge": {},
            "ladder_stage_id": {"fields": {"display_name": {}}},
            "yearly_amount": {},
            "purchase_count": {},
            "rfm_code": {},
        }

        def read(count, *names):
            return self.env["res.partner"].web_search_read(
                [("id", "in", customers[:count].ids)],
                {name: specification[name] for name in names or specification},
            )

        self.assertEqual(len(read(60)["records"]), 60)
        few = self.queries_of(lambda: read(3))
        self.assertEqual(self.queries_of(lambda: read(60)), few)
        badges = self.queries_of(lambda: read(60, "name", "value_chain_badge"))
        names = self.queries_of(lambda: read(60, "name"))
        self.assertEqual(badges, names + 1)
        self.assertLessEqual(few, badges + 4)
