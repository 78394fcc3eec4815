from contextlib import contextmanager
from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged, users
from odoo.tools import mute_logger

from ...models.customer.scope import Scope
from ..common import ValueChainCommon

MIXIN_LOGGER = "odoo.addons.crm_value_chain.models.customer.crm_classification_mixin"


class LadderCase(ValueChainCommon):
    """Customers, and what brings them to a stage."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_user(
            "ladder_seller", "sales_team.group_sale_salesman_all_leads"
        )
        cls.manager = cls.make_user("ladder_manager", "sales_team.group_sale_manager")
        cls.customer = cls.make_customer()
        cls.Stage = cls.env["crm.ladder.stage"]

    @classmethod
    def qualify(cls, partner):
        """A lead of a customer that is answered yes three times."""
        return cls.env["crm.lead"].create(
            {
                "name": "Lead",
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "qualification_need": "yes",
                "qualification_budget": "yes",
                "qualification_authority": "yes",
            }
        )

    @classmethod
    def make_buyer(cls, purchases=2, name="Buyer", **facts):
        """Customer who bought on some days, 100 each, of whom people know facts."""
        partner = cls.make_customer(name)
        for number in range(purchases):
            cls.buy(partner, days_ago=10 * (number + 1), amount=100)
        cls.score()
        cls.profile(partner).write(facts)
        return partner

    @classmethod
    def stage_name(cls, partner):
        """Key of the stage on which a customer stands."""
        stage = cls.profile(partner).ladder_stage_id
        return next((name for name, s in cls.stages.items() if s == stage), stage.name)

    def movements(self, partner):
        """From, to and cause of the movements of a customer, oldest first."""
        return [
            (
                movement.ladder_from_id.short_name or None,
                movement.ladder_to_id.short_name,
                movement.cause,
            )
            for movement in self.profile(partner).movement_ids.sorted("id")
        ]

    def forget_movements(self):
        self.env["crm.customer.movement"].search(
            [("company_id", "=", self.company.id)]
        ).unlink()

    @contextmanager
    def assert_refused(self, error, text):
        """What follows is refused with an error that says so, and leaves nothing."""
        with self.assertRaises(error) as caught:
            yield
        self.assertRegex(str(caught.exception), text)

    @classmethod
    def break_rule(cls, name):
        """Make a rule useless as an update may: past all checks."""
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE crm_ladder_stage SET domain = %s WHERE id = %s",
            ["[('field_that_went', '=', 1)]", cls.stages[name].id],
        )
        cls.Stage.invalidate_model()


@tagged("post_install", "-at_install")
class TestLadder(LadderCase):
    """From suspect to advocate by the rules that come with the addon."""

    # ------------------------------------------------------------------
    # The default rules
    # ------------------------------------------------------------------

    def test_suspect(self):
        """Who has a lead that nobody qualified is a suspect."""
        self.env["crm.lead"].create(
            {
                "name": "Lead",
                "partner_id": self.customer.id,
                "company_id": self.company.id,
            }
        )
        self.score()
        self.assertEqual(self.stage_name(self.customer), "suspect")

    def test_prospect_by_lead(self):
        """A qualified lead makes a prospect, until it is lost."""
        lead = self.qualify(self.customer)
        self.score()
        self.assertEqual(self.stage_name(self.customer), "prospect")
        lead.action_set_lost()
        self.score()
        self.assertEqual(self.stage_name(self.customer), "suspect")

    def test_prospect_by_quotation(self):
        """An open quotation makes a prospect of whom a profile is known."""
        self.env["crm.lead"].create(
            {
                "name": "Lead",
                "partner_id": self.customer.id,
                "company_id": self.company.id,
            }
        )
        order = self.order(self.customer, confirm=False)
        self.score()
        self.assertEqual(self.stage_name(self.customer), "prospect")
        order.action_confirm()
        self.score()
        self.assertEqual(self.stage_name(self.customer), "first_time")

    def test_customers_by_facts(self):
        """Each stage of a customer needs all of the one below, and something more."""
        majority = {"is_supplier_of_choice": True}
        loyal = majority | {"satisfaction": "8"}
        advocate = loyal | {"would_recommend": "9", "active_reference": True}
        for purchases, facts, stage in (
            (1, {}, "first_time"),
            (1, advocate, "first_time"),
            (2, {}, "repeat"),
            (2, {"estimated_yearly_need": 400}, "repeat"),  # exactly half
            (2, {"estimated_yearly_need": 399}, "majority"),
            (2, {"estimated_yearly_need": 0}, "repeat"),
            (2, {"satisfaction": "10", "active_reference": True}, "repeat"),
            (2, majority, "majority"),
            (2, loyal | {"satisfaction": "7"}, "majority"),
            (2, loyal | {"satisfaction": "0"}, "majority"),
            (2, loyal, "loyal"),
            (2, loyal | {"satisfaction": "10"}, "loyal"),
            (2, advocate | {"would_recommend": "8"}, "loyal"),
            (2, advocate | {"active_reference": False}, "loyal"),
            (2, advocate | {"would_recommend": False}, "loyal"),
            (2, advocate, "advocate"),
            (2, advocate | {"would_recommend": "10"}, "advocate"),
            (
                2,
                advocate | {"is_supplier_of_choice": False, "satisfaction": "10"},
                "repeat",
            ),
        ):
            partner = self.make_buyer(purchases, **facts)
            self.assertEqual(self.stage_name(partner), stage, (purchases, facts))
            self.score()
            self.assertEqual(self.stage_name(partner), stage, (purchases, facts))

    def test_down_as_normal_as_up(self):
        """A customer whose reasons go moves down; the highest stage is kept."""
        partner = self.make_buyer(2, is_supplier_of_choice=True, satisfaction="9")
        profile = self.profile(partner)
        self.assertEqual(self.stage_name(partner), "loyal")
        profile.is_supplier_of_choice = False
        self.assertEqual(self.stage_name(partner), "repeat")
        self.env["crm.historical.purchase"].search(
            [("partner_id", "=", partner.id)], limit=1
        ).unlink()
        self.score()
        self.assertEqual(self.stage_name(partner), "first_time")
        self.assertEqual(profile.highest_ladder_stage_id, self.stages["loyal"])

    # ------------------------------------------------------------------
    # Rules to stay
    # ------------------------------------------------------------------

    def test_majority_is_kept_a_little_longer(self):
        """Entering majority takes more than half, staying more than 45 %."""
        partner = self.make_buyer(2, estimated_yearly_need=390)
        profile = self.profile(partner)
        self.assertEqual(self.stage_name(partner), "majority")
        profile.estimated_yearly_need = 430
        self.assertEqual(self.stage_name(partner), "majority")
        profile.estimated_yearly_need = 450
        self.assertEqual(self.stage_name(partner), "repeat")
        profile.estimated_yearly_need = 430
        self.assertEqual(self.stage_name(partner), "repeat")

    def test_loyal_is_kept_a_little_longer(self):
        """Who is loyal stays with a satisfaction of 7, but does not become so."""
        partner = self.make_buyer(2, is_supplier_of_choice=True, satisfaction="7")
        profile = self.profile(partner)
        self.assertEqual(self.stage_name(partner), "majority")
        profile.satisfaction = "8"
        profile.satisfaction = "7"
        self.assertEqual(self.stage_name(partner), "loyal")
        profile.satisfaction = "6"
        self.assertEqual(self.stage_name(partner), "majority")

    def test_emptied_rule_to_stay_is_none(self):
        """What the editor leaves of an emptied rule does not keep everybody."""
        partner = self.make_buyer(2, is_supplier_of_choice=True)
        self.stages["majority"].keep_domain = "[]"
        self.profile(partner).is_supplier_of_choice = False
        self.assertEqual(self.stage_name(partner), "repeat")

    def test_falling_from_above_is_stopped_by_the_rule_to_stay(self):
        """An advocate who loses a little goes down a step, not through the ladder."""
        partner = self.make_buyer(
            2,
            estimated_yearly_need=390,
            satisfaction="9",
            would_recommend="9",
            active_reference=True,
        )
        self.assertEqual(self.stage_name(partner), "advocate")
        profile = self.profile(partner)
        profile.estimated_yearly_need = 430
        self.assertEqual(self.stage_name(partner), "loyal")
        holds, _nodes = self.stages["loyal"]._explain(profile)
        self.assertTrue(holds)
        self.score()
        self.assertEqual(self.stage_name(partner), "loyal")

    # ------------------------------------------------------------------
    # Since when, and how high
    # ------------------------------------------------------------------

    def test_since_and_days(self):
        """The day of the move is kept until the next move."""
        partner = self.make_customer()
        self.buy(partner, days_ago=60)
        self.score(as_of=self.today - timedelta(days=50))
        profile = self.profile(partner)
        since = profile.ladder_stage_since
        self.assertEqual(since, self.today - timedelta(days=50))
        self.score(as_of=self.today - timedelta(days=20))
        self.assertEqual(profile.ladder_stage_since, since)
        self.assertEqual(profile.ladder_stage_days, 50)
        self.buy(partner, days_ago=5)
        self.score()
        self.assertEqual(profile.ladder_stage_since, self.today)
        self.assertEqual(profile.ladder_stage_days, 0)

    # ------------------------------------------------------------------
    # Movements
    # ------------------------------------------------------------------

    def test_first_placement_is_no_movement(self):
        """Where the history of a company begins, nobody has moved yet."""
        self.buy(self.customer, days_ago=9)
        scope = Scope(self.company.id, self.today)
        first = self.Profile.with_context(value_chain_first_placement=True)
        first._refresh(scope)
        self.assertEqual(self.stage_name(self.customer), "first_time")
        self.assertEqual(self.movements(self.customer), [])
        self.buy(self.customer, days_ago=5)
        newcomer = self.make_customer("Newcomer")
        self.buy(newcomer, days_ago=5)
        self.score()
        self.assertEqual(
            self.movements(self.customer), [("First-time", "Repeat", "rule")]
        )
        self.assertEqual(self.movements(newcomer), [(None, "First-time", "rule")])

    def test_movement_tells_why(self):
        """A movement keeps the rule and the figures of its day."""
        partner = self.make_buyer(1)
        self.forget_movements()
        self.buy(partner, days_ago=1)
        self.score()
        movement = self.profile(partner).movement_ids
        self.assertEqual(movement.date, self.today)
        self.assertEqual(movement.direction, "up")
        self.assertEqual(movement.explanation["figures"]["purchase_count"], 2)
        self.assertEqual(movement.explanation["domain"], self.stages["repeat"].domain)
        self.buy(partner, days_ago=0)
        self.score()
        movement.invalidate_recordset()
        self.assertEqual(movement.with_user(self.seller).why, "Purchases: 2")

    def test_movement_tells_only_what_made_it(self):
        """Up: what holds of the rule entered. Down: what fails of the rule left."""
        partner = self.make_buyer(2)
        self.forget_movements()
        profile = self.profile(partner)
        profile.is_supplier_of_choice = True
        profile.satisfaction = "9"
        profile.satisfaction = "5"
        profile.is_supplier_of_choice = False
        self.assertEqual(
            profile.movement_ids.sorted("id").mapped("why"),
            [
                "Purchases: 2, We Are Supplier of Choice: yes",
                "Purchases: 2, We Are Supplier of Choice: yes, Satisfaction: 9",
                "Satisfaction: 5",
                "Share of Wallet: not known, We Are Supplier of Choice: no",
            ],
        )

    def test_movement_hides_what_a_seller_may_not_see(self):
        """Where a rule speaks of profit, a seller does not read it in movements."""
        partner = self.make_buyer(2)
        self.stages["majority"].domain = "[('profit', '>', 1)]"
        self.forget_movements()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_customer_profile SET profit = 4321 WHERE id = %s",
            [self.profile(partner).id],
        )
        self.Profile._classify(Scope(self.company.id, self.today))
        movement = self.profile(partner).movement_ids
        self.assertEqual(movement.ladder_to_id, self.stages["majority"])
        seen = movement.with_user(self.seller)
        self.assertNotIn("321", seen.why)
        with self.assertRaises(AccessError):
            seen.read(["explanation"])
        self.assertIn("4,321", movement.why)

    def test_no_move_no_movement(self):
        """Scoring again and again records nothing where nothing changed."""
        partner = self.make_buyer(2)
        self.forget_movements()
        for days in range(3):
            self.score(as_of=self.today + timedelta(days=days))
        self.assertEqual(self.movements(partner), [])

    def test_path_of_a_customer(self):
        """The movements of a customer are its path up and down the ladder."""
        self.qualify(self.customer)
        self.score()
        purchases = self.buy(self.customer, days_ago=20)
        self.score()
        purchases |= self.buy(self.customer, days_ago=10)
        self.score()
        self.profile(self.customer).is_supplier_of_choice = True
        purchases.unlink()
        self.score()
        self.assertEqual(
            self.movements(self.customer),
            [
                (None, "Prospect", "rule"),
                ("Prospect", "First-time", "rule"),
                ("First-time", "Repeat", "rule"),
                ("Repeat", "Majority", "rule"),
                ("Majority", "Prospect", "rule"),
            ],
        )

    # ------------------------------------------------------------------
    # Facts set by people
    # ------------------------------------------------------------------

    @users("ladder_seller")
    def test_facts_place_the_customer_at_once(self):
        """What a seller writes down counts at once, before the night."""
        profile = self.profile(self.make_buyer(2)).with_env(self.env)
        profile.write({"is_supplier_of_choice": True, "satisfaction": "10"})
        self.assertEqual(profile.ladder_stage_id, self.stages["loyal"])
        profile.estimated_yearly_need = 500
        self.assertAlmostEqual(profile.share_of_wallet, 0.4)

    @users("ladder_seller")
    def test_figures_are_not_written_by_hand(self):
        """Nobody writes a computed figure or a stage; the message says what to do."""
        profile = self.profile(self.make_buyer(2)).with_env(self.env)
        for name, value in (
            ("purchase_count", 9),
            ("ladder_stage_id", self.stages["loyal"].id),
            ("partner_id", self.customer.id),
            ("share_of_wallet", 1),
        ):
            with self.assert_refused(UserError, "by hand"):
                profile.write({name: value, "satisfaction": "9"})
        self.assertFalse(profile.satisfaction)

    # ------------------------------------------------------------------
    # Set by hand
    # ------------------------------------------------------------------

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
        partner = self.make_buyer(2, is_supplier_of_choice=True, satisfaction="9")
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
        with self.assert_refused(ValidationError, "stage"):
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

    @users("ladder_manager")
    @mute_logger(MIXIN_LOGGER)
    def test_preview_of_what_its_author_may_not_read(self):
        """The preview counts nothing for a rule that could not be saved."""
        partner = self.make_buyer(2)
        self.env.cr.execute(
            "UPDATE crm_customer_profile SET margin = 777 WHERE partner_id = %s",
            [partner.id],
        )
        form = Form(self.stages["advocate"].with_env(self.env))
        form.domain = "[('margin', '>', 776)]"
        self.assertIn("Margin", form.preview["warning"])
        self.assertEqual(self.counts(form.preview), {"Repeat customer": (1, 1)})

    def test_preview_of_another_company(self):
        """A manager of one company reads no figures of another."""
        self.make_buyer(2)
        other = self.env["res.company"].create({"name": "Other"})
        manager = self.make_user("ladder_other", "sales_team.group_sale_manager")
        manager.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        stages = self.env["crm.ladder.stage"].with_user(manager)
        stages = stages.with_context(allowed_company_ids=other.ids)
        told = stages.onchange(
            {"company_id": self.company.id, "domain": "[]", "name": "x"},
            ["company_id", "domain"],
            {"preview": {}, "company_id": {}, "domain": {}, "name": {}},
        )
        self.assertEqual(told["value"]["preview"]["rules"], [])
        self.assertEqual(told["value"]["preview"]["total"], 0)
        self.assertIn("company", told["value"]["preview"]["warning"])

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
            " '!', '|', ('satisfaction', '=', '1'), ('recency_days', '>', 900)]",
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

    # ------------------------------------------------------------------
    # Preview
    # ------------------------------------------------------------------

    def counts(self, preview):
        """Customers now and then by name of the stage, where there are any."""
        return {
            rule["name"]: (rule["now"], rule["then"])
            for rule in preview["rules"]
            if rule["now"] or rule["then"]
        }

    @users("ladder_manager")
    def test_preview_of_a_change(self):
        """Before a rule is saved, the form says whom it would move where."""
        for purchases in (1, 1, 2, 3, 4):
            self.make_buyer(purchases)
        with Form(self.stages["repeat"].with_env(self.env)) as form:
            self.assertEqual(
                self.counts(form.preview),
                {"First-time customer": (2, 2), "Repeat customer": (3, 3)},
            )
            form.domain = "[('purchase_count', '>=', 3)]"
            self.assertEqual(
                self.counts(form.preview),
                {"First-time customer": (2, 3), "Repeat customer": (3, 2)},
            )
            self.assertEqual(form.preview["total"], 5)
            self.assertFalse(form.preview["warning"])
            form.domain = "[('purchase_count', '>=', 300)]"
            self.assertIn("nobody", form.preview["warning"])
            form.domain = "[]"
            self.assertIn("everybody", form.preview["warning"])
            form.domain = "[('purchase_count', '>=', 2)]"
        self.assertFalse(
            self.env["crm.customer.movement"].search_count([("cause", "!=", "rule")])
        )

    @users("ladder_manager")
    @mute_logger(MIXIN_LOGGER)
    def test_preview_of_a_broken_rule(self):
        """A rule that cannot be applied is told while it is typed, without an error."""
        self.make_buyer(2)
        form = Form(self.stages["repeat"].with_env(self.env))
        for text in (
            "[('no_such_field', '=', 1)]",
            "[",
            "[('purchase_count', '>', 'x')]",
        ):
            with mute_logger("odoo.sql_db"):
                form.domain = text
            self.assertIn("cannot be applied", form.preview["warning"])
            self.assertEqual(self.counts(form.preview), {"Repeat customer": (1, 1)})

    @users("ladder_manager")
    def test_preview_of_a_new_stage(self):
        """A stage that is not there yet shows whom it would take from where."""
        for purchases in (1, 2, 3):
            self.make_buyer(purchases)
        form = Form(self.env["crm.ladder.stage"])
        form.name = "Regular"
        form.sequence = 45
        form.domain = "[('purchase_count', '>=', 3)]"
        self.assertEqual(
            self.counts(form.preview),
            {
                "First-time customer": (1, 1),
                "Repeat customer": (2, 1),
                "Regular": (0, 1),
            },
        )
        form.sequence = 5
        self.assertIn("nobody", form.preview["warning"])
        form.sequence = 45
        stage = form.save()
        self.score()
        self.assertEqual(stage.customer_count, 1)

    @users("ladder_manager")
    def test_preview_is_what_comes(self):
        """What the preview promises is what the next scoring does."""
        for purchases in (1, 2, 2, 3, 4):
            self.make_buyer(purchases)
        self.profile(self.make_buyer(2)).is_supplier_of_choice = True
        with Form(self.stages["majority"].with_env(self.env)) as form:
            form.domain = "[('purchase_count', '>=', 3)]"
            form.keep_domain = "[('purchase_count', '>=', 2)]"
            promised = {
                rule["id"]: rule["then"]
                for rule in form.preview["rules"]
                if rule["then"]
            }
        self.score()
        stages = self.env["crm.ladder.stage"].search([])
        self.assertEqual(
            {
                stage.id: stage.customer_count
                for stage in stages
                if stage.customer_count
            },
            promised,
        )

    @users("ladder_seller")
    def test_seller_reads_rules_but_writes_none(self):
        """A seller can read the rules, but only a manager changes them."""
        stage = self.env["crm.ladder.stage"].browse(self.stages["repeat"].id)
        self.assertTrue(stage.domain)
        with self.assertRaises(AccessError):
            stage.domain = "[]"


@tagged("post_install", "-at_install")
class TestLadderExplanation(LadderCase):
    """Every stage explains itself for every customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        facts = {
            "majority": {"is_supplier_of_choice": True},
            "loyal": {"is_supplier_of_choice": True, "satisfaction": "9"},
            "advocate": {
                "estimated_yearly_need": 300,
                "satisfaction": "9",
                "would_recommend": "9",
                "active_reference": True,
            },
        }
        cls.partners = {
            name: cls.make_buyer(1 if name == "first_time" else 2, name, **known)
            for name, known in (
                ("first_time", {}),
                ("repeat", {}),
                *facts.items(),
            )
        }
        for name in ("suspect", "prospect"):
            cls.partners[name] = cls.make_customer(name)
            lead = cls.qualify(cls.partners[name])
            if name == "suspect":
                lead.qualification_need = "no"
        cls.score()

    @users("ladder_seller")
    def test_every_stage_for_every_customer(self):
        """The highest stage that holds in words is where the customer stands."""
        stages = self.env["crm.ladder.stage"].search([], order="sequence desc")
        for name, partner in self.partners.items():
            profile = self.profile(partner).with_env(self.env)
            self.assertEqual(profile.ladder_stage_id, self.stages[name])
            holding = [stage for stage in stages if stage._explain(profile)[0]]
            self.assertEqual(holding[0], self.stages[name])
            told = profile.get_ladder_explanation()
            self.assertEqual(told["customer"], partner.name)
            self.assertTrue(all(node["holds"] for node in told["why"]))
            self.assertTrue(told["headline"])
            if name == "advocate":
                self.assertIsNone(told["next_stage"])
                self.assertEqual(told["missing"], [])
            else:
                self.assertFalse(all(node["holds"] for node in told["missing"]))

    @users("ladder_seller")
    def test_steps(self):
        """The steps say where the customer stands and how high it ever was."""
        profile = self.profile(self.partners["loyal"]).with_env(self.env)
        profile.is_supplier_of_choice = False
        told = profile.get_ladder_explanation()
        names = {
            key: [step["name"] for step in told["stages"] if step[key]]
            for key in ("current", "highest", "reached")
        }
        self.assertEqual(names["current"], ["Repeat customer"])
        self.assertEqual(names["highest"], ["Loyal customer"])
        self.assertEqual(len(names["reached"]), 6)
        self.assertEqual([s["position"] for s in told["stages"]], list(range(1, 8)))
        self.assertEqual(told["next_stage"]["name"], "Majority customer")

    @users("ladder_seller")
    def test_what_is_missing(self):
        """What the next stage needs is told with what is there and what is not."""
        profile = self.profile(self.partners["repeat"]).with_env(self.env)
        missing = profile.get_ladder_explanation()["missing"]
        self.assertEqual(missing[0]["label"], "Purchases")
        self.assertTrue(missing[0]["holds"])
        self.assertEqual((missing[1]["type"], missing[1]["holds"]), ("any", False))
        self.assertEqual(
            [node["actual"] for node in missing[1]["children"]],
            ["not known", "no"],
        )

    @users("ladder_seller")
    def test_headline(self):
        """The explanation begins in sentences that a seller can read out."""
        profile = self.profile(self.partners["repeat"]).with_env(self.env)
        text = " ".join(profile.get_ladder_explanation()["headline"])
        self.assertIn("Repeat customer since", text)
        self.assertIn("Usually buys every 10 days, last 10 days ago.", text)
        self.assertIn("Missing for Majority customer", text)

    @users("ladder_seller")
    def test_customer_never_scored(self):
        """A customer whose figures are not there yet is told so."""
        self.buy(self.customer)
        self.Profile._insert_missing()
        told = self.customer.with_env(self.env).get_ladder_explanation()
        self.assertEqual(told["why"], [])
        self.assertIn("not been computed", told["headline"][0])
