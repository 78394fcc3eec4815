from contextlib import contextmanager
from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged, users

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
        cls.learn(partner, **facts)
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
            if movement.dimension == "ladder"
        ]

    def climbs(self, profile):
        """Movements on the ladder, oldest first."""
        movements = profile.movement_ids.sorted("id")
        return movements.filtered(lambda movement: movement.dimension == "ladder")

    def counts(self, preview):
        """Customers now and then by name of the stage, where there are any."""
        return {
            rule["name"]: (rule["now"], rule["then"])
            for rule in preview["rules"]
            if rule["now"] or rule["then"]
        }

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
        loyal = majority | {"satisfaction": 8}
        advocate = loyal | {"recommendation": 9, "active_reference": True}
        for purchases, facts, stage in (
            (1, {}, "first_time"),
            (1, advocate, "first_time"),
            (2, {}, "repeat"),
            (2, {"estimated_yearly_need": 400}, "repeat"),  # exactly half
            (2, {"estimated_yearly_need": 399}, "majority"),
            (2, {"estimated_yearly_need": 0}, "repeat"),
            (2, {"satisfaction": 10, "active_reference": True}, "repeat"),
            (2, majority, "majority"),
            (2, loyal | {"satisfaction": 7}, "majority"),
            (2, loyal | {"satisfaction": 0}, "majority"),
            (2, loyal, "loyal"),
            (2, loyal | {"satisfaction": 10}, "loyal"),
            (2, advocate | {"recommendation": 8}, "loyal"),
            (2, advocate | {"active_reference": False}, "loyal"),
            (2, loyal | {"active_reference": True}, "loyal"),
            (2, advocate, "advocate"),
            (2, advocate | {"recommendation": 10}, "advocate"),
            (
                2,
                advocate | {"is_supplier_of_choice": False, "satisfaction": 10},
                "repeat",
            ),
        ):
            partner = self.make_buyer(purchases, **facts)
            self.assertEqual(self.stage_name(partner), stage, (purchases, facts))
            self.score()
            self.assertEqual(self.stage_name(partner), stage, (purchases, facts))

    def test_down_as_normal_as_up(self):
        """A customer whose reasons go moves down; the highest stage is kept."""
        partner = self.make_buyer(2, is_supplier_of_choice=True, satisfaction=9)
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
        """Entering majority takes more than half, staying more than 45%."""
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
        partner = self.make_buyer(2, is_supplier_of_choice=True, satisfaction=7)
        self.assertEqual(self.stage_name(partner), "majority")
        self.note(partner, satisfaction=8)
        self.note(partner, satisfaction=7)
        self.assertEqual(self.stage_name(partner), "loyal")
        self.note(partner, satisfaction=6)
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
            satisfaction=9,
            recommendation=9,
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
        first = self.Profile.with_context(
            value_chain_first_placement=("crm.ladder.stage",)
        )
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
        self.note(partner, satisfaction=9)
        self.note(partner, satisfaction=5)
        profile.is_supplier_of_choice = False
        self.assertEqual(
            self.climbs(profile).mapped("why"),
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
        profile.is_supplier_of_choice = True
        entry = {"metric": "satisfaction", "score": 10}
        profile.write({"attitude_ids": [Command.create(entry)]})
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
                profile.write({name: value, "active_reference": True})
        self.assertFalse(profile.active_reference)
