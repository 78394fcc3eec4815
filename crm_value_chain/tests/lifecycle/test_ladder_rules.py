from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged, users
from odoo.tools import mute_logger

from ...models.customer.scope import Scope
from .test_ladder import MIXIN_LOGGER, LadderCase


@tagged("post_install", "-at_install")
class TestLadderRules(LadderCase):
    """Rules that people write: checked, tried before, and broken later."""

    @users("ladder_manager")
    def test_broken_rule_is_refused(self):
        """A rule that cannot be applied is not saved; the message says which."""
        stage = self.stages["repeat"].with_env(self.env)
        for text in (
            "[('no_such_field', '=', 1)]",
            "[('purchase_count', '>=', 'many')]",
            "[('ladder_stage_days', '>', 5)]",
            "[('partner_id.no_such_field', '=', 1)]",
            "[('purchase_count', '=')]",
            "[('purchase_count', '=', context_today())]",
            "not a rule",
            "[",
        ):
            for name in ("domain", "keep_domain"):
                with (
                    mute_logger("odoo.sql_db"),
                    self.assert_refused(ValidationError, "Repeat customer"),
                ):
                    stage[name] = text
        self.assertEqual(stage.domain, '[("purchase_count", ">=", 2)]')

    @users("ladder_manager")
    def test_rule_on_what_its_author_may_not_read(self):
        """A rule is no way to find out what its author is not shown."""
        stage = self.stages["advocate"].with_env(self.env)
        for text, label in (
            ("[('margin', '>', 776)]", "Margin"),
            ("[('partner_id', 'any', [('user_ids', '!=', False)])]", "Users"),
            ("[('partner_id.customer_profile_id.profit', '>', 1)]", "rofile"),
            ("[('partner_id.message_ids.body', 'ilike', 'x')]", "Messages"),
            ("[('partner_id.user_ids.login', '=', 'x')]", "Users"),
            ("[('partner_id.bank_ids.acc_number', '=', 'x')]", "Banks"),
            ("['!', ('partner_id.bank_ids', '=', False)]", "Banks"),
            (
                "[('partner_id', 'any', ['|', ('name', '=', 'x'), ('country_id',"
                " 'any', [('create_uid.partner_id.name', '=', 'x')])])]",
                "too far",
            ),
            ("[('company_id.partner_id.bank_ids', '!=', False)]", "Banks"),
        ):
            for name in ("domain", "keep_domain"):
                with (
                    self.subTest(text),
                    self.assert_refused(ValidationError, label),
                ):
                    stage[name] = text
        for text in (
            "[('partner_id.category_id.name', '=', 'VIP')]",
            "[('partner_id.industry_id', '!=', False)]",
            "[('partner_id.user_id.name', 'ilike', 'x')]",
            "[('user_id', '!=', False), ('ladder_stage_id.sequence', '>', 3)]",
            "[('partner_id.create_date', '>', 'today -30d')]",
            "[('partner_id.purchase_count', '>', 1)]",
            "[('partner_id', 'any', [('country_id.code', '=', 'BE')])]",
        ):
            stage.domain = text
        self.env.user.sudo().group_ids += self.env.ref(
            "crm_value_chain.group_profitability"
        )
        stage.domain = "[('margin', '>', 776)]"

    def test_figures_of_the_contact_are_those_of_the_company(self):
        """A rule through the contact sees the company whose customers it places."""
        other = self.env["res.company"].create({"name": "Other"})
        self.env.user.company_ids |= other
        partner = self.make_customer()
        for days_ago in (1, 2, 3):
            self.buy(partner, days_ago=days_ago, company=other)
        self.buy(partner, days_ago=4)
        self.stages["advocate"].domain = "[('partner_id.purchase_count', '>', 2)]"
        self.stages["advocate"].keep_domain = False
        self.score()
        self.score(company=other)
        mine, theirs = self.profile(partner), self.profile(partner, other)
        self.assertEqual(theirs.ladder_stage_id, self.stages["advocate"])
        self.assertEqual(mine.ladder_stage_id, self.stages["first_time"])
        for company in (self.company, other):
            for profile in (mine, theirs):
                holds, _nodes = self.stages["advocate"]._explain(
                    profile.with_company(company)
                )
                self.assertEqual(holds, profile == theirs)
            preview = self.stages["advocate"].with_company(company)._preview(other)
            self.assertEqual(self.counts(preview), {"Advocate": (1, 1)})

    @users("ladder_manager")
    def test_numbers_without_end_are_refused(self):
        """A number that is infinite or none cannot be compared with."""
        stage = self.stages["repeat"].with_env(self.env)
        for number in ("1e400", "-1e400", "1e400 - 1e400", "1" + "0" * 400, "1j"):
            with self.assert_refused(ValidationError, "Repeat customer"):
                stage.domain = f"[('purchase_count', '<', {number})]"

    def test_explanation_never_fails(self):
        """A rule broken past all checks is told, in explanations and movements."""
        partner = self.make_buyer(2)
        for text in (
            "[('purchase_count', '<', 1e400)]",
            "[('purchase_count', '=', {'a': 1})]",
            "[('last_purchase_date', '>', 'some day')]",
            "[(1, 2)]",
        ):
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE crm_ladder_stage SET domain = %s WHERE id = %s",
                [text, self.stages["repeat"].id],
            )
            self.env.cr.execute(
                "UPDATE crm_customer_movement SET explanation ="
                " jsonb_build_object('domain', %s) WHERE partner_id = %s",
                [text, partner.id],
            )
            self.env.invalidate_all()
            told = self.profile(partner).with_user(self.seller)
            self.assertTrue(told.get_ladder_explanation()["why"][0]["label"], text)
            self.assertTrue(all(told.movement_ids.mapped("why")), text)

    @users("ladder_manager")
    def test_deep_rules_are_applied(self):
        """A rule may follow relations, nest conditions and speak of days gone by."""
        partner = self.make_buyer(2, name="Deep")
        other = self.make_buyer(2, name="Other")
        partner.write({"country_id": self.env.ref("base.be").id, "city": "Ghent"})
        for text in (
            "[('partner_id.country_id.code', '=', 'BE')]",
            "[('partner_id.country_id.code', '!=', False)]",
            "['!', ('partner_id.country_id', '=', False)]",
            "[('partner_id', 'any', [('city', 'ilike', 'ghe')])]",
            "['&', '|', ('partner_id.city', '=like', 'Gh%'), ('r_score', '>', 9),"
            " '!', '|', ('satisfaction', '=', 1), ('recency_days', '>', 900)]",
            "[('last_purchase_date', '>', 'today -30d'),"
            " ('partner_id.name', 'not in', ['Other', 'Another'])]",
            "[('partner_id.country_id.country_group_ids.name', '!=', 'x'),"
            " ('partner_id.name', '=', 'Deep')]",
        ):
            self.stages["advocate"].with_env(self.env).domain = text
            self.score()
            self.assertEqual(self.stage_name(partner), "advocate", text)
            self.assertEqual(self.stage_name(other), "repeat", text)
            holds, _nodes = self.stages["advocate"]._explain(
                self.profile(partner).with_env(self.env)
            )
            self.assertTrue(holds, text)

    @mute_logger(MIXIN_LOGGER)
    def test_rule_that_breaks_later(self):
        """A rule broken by an update keeps its customers; all others still move."""
        stays = self.make_buyer(2)
        rises = self.make_buyer(1)
        climbs = self.make_buyer(2)
        newcomer = self.make_customer()
        self.break_rule("repeat")
        self.buy(rises, days_ago=1)
        self.buy(newcomer, days_ago=2)
        self.score()
        self.profile(climbs).is_supplier_of_choice = True
        self.assertEqual(self.stage_name(stays), "repeat")
        self.assertEqual(self.stage_name(rises), "first_time")
        self.assertEqual(self.stage_name(newcomer), "first_time")
        self.assertEqual(self.stage_name(climbs), "majority")
        broken = self.Profile._classify(Scope(self.company.id, self.today))
        self.assertEqual(list(broken), [self.stages["repeat"]])
        self.assertIn("field_that_went", broken[self.stages["repeat"]])

    @mute_logger(MIXIN_LOGGER)
    def test_broken_rule_is_told_where_it_is_explained(self):
        """Who stands on a stage whose rule is broken reads so, without an error."""
        partner = self.make_buyer(2)
        self.break_rule("repeat")
        told = self.profile(partner).with_user(self.seller).get_ladder_explanation()
        self.assertEqual(told["stage"]["name"], "Repeat customer")
        self.assertEqual([node["holds"] for node in told["why"]], [False])
        self.break_rule("majority")
        told = self.profile(partner).with_user(self.seller).get_ladder_explanation()
        self.assertIn("field_that_went", told["missing"][0]["value"])

    def test_stage_of_one_company(self):
        """A stage that belongs to a company is climbed in that company only."""
        other = self.env["res.company"].create({"name": "Other"})
        self.env.user.company_ids |= other
        friend = self.Stage.create(
            {
                "name": "Friend",
                "sequence": 45,
                "company_id": self.company.id,
                "domain": "[('purchase_count', '>=', 2)]",
            }
        )
        for company in (self.company, other):
            for days_ago in (3, 9):
                self.buy(self.customer, days_ago=days_ago, company=company)
            self.score(company=company)
        mine, theirs = (
            self.profile(self.customer, company) for company in (self.company, other)
        )
        self.assertEqual(mine.ladder_stage_id, friend)
        self.assertEqual(theirs.ladder_stage_id, self.stages["repeat"])
        self.assertIn(
            "Friend", [s["name"] for s in mine.get_ladder_explanation()["stages"]]
        )
        told = theirs.with_company(other).get_ladder_explanation()
        self.assertNotIn("Friend", [step["name"] for step in told["stages"]])
        self.assertEqual(mine.value_chain_badge["stages"], 8)
        self.assertEqual(theirs.value_chain_badge["stages"], 7)
        self.assertEqual(theirs.value_chain_badge["position"], 4)

    def test_order_decides(self):
        """The highest stage in order whose rule matches is the one, whatever its id."""
        partner = self.make_buyer(2)
        low = self.Stage.create(
            {"name": "Low", "sequence": 5, "domain": "[('purchase_count', '>=', 2)]"}
        )
        self.score()
        self.assertEqual(self.stage_name(partner), "repeat")
        low.sequence = 99
        self.score()
        self.assertEqual(self.profile(partner).ladder_stage_id, low)

    def test_archived_stage(self):
        """Who stood on a stage that is archived is placed by the others."""
        partner = self.make_buyer(2)
        profile = self.profile(partner)
        self.assertEqual(profile.value_chain_badge["stages"], 7)
        self.stages["repeat"].action_archive()
        self.assertTrue(
            self.env["crm.scoring.run"].search_count(
                [
                    ("kind", "=", "segmentation"),
                    ("company_id", "=", self.company.id),
                    ("state", "in", ("waiting", "running")),
                ]
            )
        )
        self.score()
        self.assertEqual(profile.ladder_stage_id, self.stages["first_time"])
        self.assertEqual(profile.highest_ladder_stage_id, self.stages["repeat"])
        self.assertEqual(self.movements(partner)[0], (None, "Repeat", "rule"))
        self.assertEqual(profile.movement_ids.sorted("id")[-1].why, "Purchases: 2")
        told = profile.get_ladder_explanation()
        self.assertEqual(len(told["stages"]), 6)
        self.assertEqual(told["next_stage"]["name"], "Majority customer")
        self.assertEqual(profile.value_chain_badge["stages"], 6)
        self.stages["repeat"].action_unarchive()
        self.score()
        self.assertEqual(self.stage_name(partner), "repeat")

    def test_deleted_stage(self):
        """A stage that has a history is not deleted; a new one is."""
        partner = self.make_buyer(2)
        with self.assert_refused(UserError, "Archive it instead"):
            self.stages["repeat"].unlink()
        self.forget_movements()
        self.stages["repeat"].action_archive()
        self.score()
        self.forget_movements()
        with self.assert_refused(UserError, "Archive it instead"):
            self.stages["repeat"].unlink()  # the highest that the customer reached
        self.assertEqual(self.stage_name(partner), "first_time")
        new = self.Stage.create({"name": "New", "domain": "[(0, '=', 1)]"})
        new.unlink()
        self.assertFalse(new.exists())

    def test_stages_of_leads_are_not_deleted(self):
        """Suspect and prospect stay, for leads stand there without a customer."""
        for name in ("suspect", "prospect"):
            with self.assert_refused(UserError, "not deleted"):
                self.stages[name].unlink()
            with self.assert_refused(UserError, "not archived"):
                self.stages[name].action_archive()

    @users("ladder_seller")
    def test_seller_reads_rules_but_writes_none(self):
        """A seller can read the rules, but only a manager changes them."""
        stage = self.env["crm.ladder.stage"].browse(self.stages["repeat"].id)
        self.assertTrue(stage.domain)
        with self.assertRaises(AccessError):
            stage.domain = "[]"
