from odoo import Command, fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_rooms_over_rpc import PROFITABILITY, RoomsCase

BLANK = "   "


@tagged("post_install", "-at_install")
class TestMistakesOverRpc(RoomsCase):
    """What no screen sends, but a client may: nothing is spoilt, and it is told why."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member = cls.env["crm.network.member"].create(
            {
                "partner_id": cls.make_customer("Fitter").id,
                "company_id": cls.company.id,
                "user_id": cls.seller.id,
                "role_ids": [Command.create({"role": "partner"})],
                "contribution_ids": [
                    Command.create(
                        {
                            "role": "partner",
                            "name": "Fits",
                            "proposition_id": cls.proposition.id,
                        }
                    )
                ],
            }
        )
        cls.fact = cls.env["crm.customer.need"].search(
            [("partner_id", "=", cls.own.id)]
        )
        cls.elsewhere = cls.stranger.company_id

    @mute_logger("odoo.http")
    def assertTold(self, words, user, model, method, *args, **kwargs):
        """The client is told in words what is wrong."""
        _result, error = self.call(user, model, method, *args, **kwargs)
        name = error.get("name", "nothing").rpartition(".")[2]
        self.assertIn(name, ("UserError", "ValidationError", "MissingError"), args)
        self.assertIn(words, error["message"])

    # ------------------------------------------------------------------
    # What follows from other fields
    # ------------------------------------------------------------------

    def test_nothing_moves_to_another_company(self):
        """The company of a note is that of its customer, of a role its member's: also
        for who works in both companies."""
        self.seller.company_ids |= self.elsewhere
        for record in (
            self.fact,
            self.env["crm.customer.driver"].search([("partner_id", "=", self.own.id)]),
            self.env["crm.treatment"].search([("partner_id", "=", self.own.id)]),
            self.member.role_ids,
            self.member.contribution_ids,
        ):
            with self.subTest(model=record._name):
                vals = {"company_id": self.elsewhere.id}
                self.call(self.seller, record._name, "write", record.ids, vals)
                record.invalidate_recordset()
                self.assertEqual(record.company_id, self.company)

    def test_nobody_makes_up_figures_and_names(self):
        """The gap follows from the need, a member is called like its contact."""
        self.fact.met = 4
        vals = {"gap": 99, "note": "Said so"}
        self.call(self.seller, self.fact._name, "write", self.fact.ids, vals)
        self.call(
            self.seller, "crm.network.member", "write", self.member.ids, {"name": "X"}
        )
        self.fact.invalidate_recordset()
        self.member.invalidate_recordset()
        self.assertEqual((self.fact.gap, self.fact.note), (3 * 0.6, "Said so"))
        self.assertEqual(self.member.name, "Fitter")

    def test_nobody_makes_them_up_for_what_is_new(self):
        """Neither as a value nor as a default of the screen."""
        other = self.env["crm.need"].create({"name": "Predictable cost"})
        made, error = self.call(
            self.seller,
            "crm.customer.need",
            "create",
            [
                {
                    "profile_id": self.profile(self.own).id,
                    "need_id": other.id,
                    "met": 10,
                    "gap": 99,
                }
            ],
            context={
                "allowed_company_ids": self.company.ids,
                "default_company_id": self.elsewhere.id,
            },
        )
        fact = self.env["crm.customer.need"].browse(made)
        self.assertEqual((fact.gap, fact.company_id), (0, self.company), error)

    def test_advantages_follow_from_the_scores(self):
        """A manager writes scores, and not what is computed of them."""
        factor = self.env["crm.value.factor"].create(
            {
                "version_id": self.proposition.open_version_id.id,
                "name": "Noise",
                "source": "product",
                "our_score": 5,
            }
        )
        vals = {"advantage": 9, "kind": "sacrifice", "company_id": self.elsewhere.id}
        self.call(self.manager, factor._name, "write", factor.ids, vals)
        factor.invalidate_recordset()
        self.assertIs(factor.advantage, False)
        self.assertEqual((factor.kind, factor.company_id), ("benefit", self.company))

    def test_a_lead_is_qualified_by_its_answers(self):
        """Nobody skips the three questions, neither for a new lead nor later."""
        lead = {"name": "Attic", "partner_id": self.own.id, "is_qualified": True}
        [made], error = self.call(self.seller, "crm.lead", "create", [lead])
        self.call(self.seller, "crm.lead", "write", [made], {"is_qualified": True})
        self.assertFalse(self.env["crm.lead"].browse(made).is_qualified, error)

    # ------------------------------------------------------------------
    # What others know
    # ------------------------------------------------------------------

    def test_no_message_tells_what_is_known_of_others_customers(self):
        """A need that is noted already is refused as any other of that customer."""
        for need in (self.need, self.env["crm.need"].create({"name": "Repairs"})):
            vals = {"profile_id": self.profile(self.foreign).id, "need_id": need.id}
            _made, error = self.call(self.seller, "crm.customer.need", "create", [vals])
            self.assertIn("AccessError", error["name"])

    # ------------------------------------------------------------------
    # Names
    # ------------------------------------------------------------------

    def test_blanks_are_no_name(self):
        kind = self.env["crm.relationship.episode.type"].search([], limit=1)
        for user, model, vals in (
            (self.manager, "crm.need", {}),
            (self.manager, "crm.relationship.driver", {"side": "b2b"}),
            (self.manager, "crm.relationship.episode.type", {}),
            (self.manager, "crm.interaction.channel", {}),
            (self.manager, "crm.contact.topic", {}),
            (self.manager, "crm.value.proposition", {"company_id": self.company.id}),
            (self.manager, "crm.network.kind", {"role": "partner"}),
            (self.manager, "crm.network.relation.type", {"inverse_name": "is"}),
            (
                self.seller,
                "crm.relationship.episode",
                {"partner_id": self.own.id, "type_id": kind.id},
            ),
        ):
            with self.subTest(model=model):
                self.assertTold(
                    "blanks alone", user, model, "create", [vals | {"name": BLANK}]
                )
        self.assertTold(
            "blanks alone",
            self.manager,
            "crm.need",
            "write",
            self.need.ids,
            {"name": ""},
        )
        self.assertTold(
            "Other Way Round",
            self.manager,
            "crm.network.relation.type",
            "create",
            [{"name": "knows", "inverse_name": BLANK}],
        )

    def test_a_day_that_is_needed_is_not_emptied(self):
        """Whoever empties it is told so, and by the name of the field."""
        driver = self.env["crm.customer.driver"].search(
            [("partner_id", "=", self.own.id)]
        )
        for record, name, label in (
            (self.fact, "date", "'Known since'"),
            (driver, "date", "'Known since'"),
            (self.member.role_ids, "role", "'Role'"),
        ):
            with self.subTest(model=record._name):
                vals = {name: False}
                args = (self.manager, record._name, "write", record.ids, vals)
                with mute_logger("odoo.sql_db"):
                    self.assertTold(f"required value for the field {label}", *args)

    def test_a_part_of_a_proposition_has_a_name(self):
        version = self.proposition.open_version_id
        for model in ("crm.value.factor", "crm.value.alternative", "crm.value.promise"):
            with self.subTest(model=model):
                vals = {"version_id": version.id, "name": BLANK}
                self.assertTold("blanks alone", self.manager, model, "create", [vals])
        lines = self.member.contribution_ids
        self.assertTold(
            "blanks alone", self.seller, lines._name, "write", lines.ids, {"name": " "}
        )

    # ------------------------------------------------------------------
    # Dates
    # ------------------------------------------------------------------

    @mute_logger("odoo.sql_db")
    def test_nothing_ends_before_it_begins(self):
        """Whatever has a first and a last day says so in the same words."""
        today, before = fields.Date.to_string(self.today), "2001-01-01"
        version = self.proposition.open_version_id
        for user, model, vals in (
            (
                self.seller,
                "crm.contact.consent",
                {
                    "partner_id": self.own.id,
                    "channel_id": self.channel.id,
                    "valid_until": before,
                },
            ),
            (
                self.seller,
                "crm.treatment",
                {
                    "profile_id": self.profile(self.own).id,
                    "name": "Calls first",
                    "reason": "Asked for it",
                    "date_from": today,
                    "date_until": before,
                },
            ),
            (
                self.seller,
                "crm.network.role",
                {
                    "member_id": self.member.id,
                    "role": "supplier",
                    "date_from": today,
                    "date_to": before,
                },
            ),
            (
                self.seller,
                "crm.network.relation",
                {
                    "partner_id": self.own.id,
                    "other_partner_id": self.member.partner_id.id,
                    "type_id": self.env["crm.network.relation.type"]
                    .search([], limit=1)
                    .id,
                    "date_from": today,
                    "date_to": before,
                },
            ),
            (
                self.manager,
                "crm.value.promise",
                {
                    "version_id": version.id,
                    "name": "In a week",
                    "date_from": today,
                    "date_to": before,
                },
            ),
        ):
            with self.subTest(model=model):
                self.assertTold("look at the dates", user, model, "create", [vals])

    # ------------------------------------------------------------------
    # Arguments
    # ------------------------------------------------------------------

    def test_a_map_around_nothing(self):
        """What a map cannot be drawn around is told; so is who is gone."""
        gone = self.make_customer("Gone")
        gone.unlink()
        for center, words in (
            ("Fitter", "around a contact"),
            ({"model": "res.users", "id": 1}, "around a contact"),
            ({"model": "res.partner", "id": "Fitter"}, "is no record"),
            ({"model": "res.partner", "id": None}, "is no record"),
            ({"model": "res.partner"}, "is no record"),
            ({"model": "res.partner", "id": gone.id}, "does not exist"),
        ):
            with self.subTest(center=center):
                self.assertTold(
                    words, self.seller, "crm.network.member", "get_network_map", center
                )
        center = {"model": "res.partner", "id": self.member.partner_id.id}
        self.assertTold(
            "steps",
            self.seller,
            "crm.network.member",
            "get_network_map",
            center,
            "far",
        )

    def test_a_story_of_nobody(self):
        """A story is of somebody, and goes on where a page of it ended."""
        model = "crm.relationship.interaction"
        for nobody in ("Own", None, False, True, [self.own.id]):
            with self.subTest(customer=nobody):
                self.assertTold("is no record", self.seller, model, "get_story", nobody)
        for before in (
            "yesterday",
            5,
            ["yesterday", 1],
            ["2020-01-01 00:00:00"],
            ["2020-01-01 00:00:00", "last"],
            [False, 1],
            [None, None],
        ):
            with self.subTest(before=before):
                self.assertTold(
                    "load it anew",
                    self.seller,
                    model,
                    "get_story",
                    self.own.id,
                    before=before,
                )

    def test_coverage_of_nothing(self):
        model = "crm.value.proposition"
        for nothing in ("All", True):
            self.assertTold(
                "is no record", self.seller, model, "get_network_coverage", nothing
            )
        self.assertTold(
            "contribute as “friend”",
            self.seller,
            model,
            "action_open_coverage",
            self.proposition.ids,
            "friend",
        )

    def test_a_score_of_what_is_gone(self):
        """Somebody deletes a factor while another one scores it."""
        version = self.proposition.open_version_id
        factor = self.env["crm.value.factor"].create(
            {"version_id": version.id, "name": "Noise", "source": "product"}
        )
        for arguments in ((factor.id, 99999999, 5), (99999999, "weight", 5)):
            self.assertTold(
                "load it anew",
                self.manager,
                version._name,
                "set_value_number",
                version.ids,
                *arguments,
            )

    def test_a_cost_that_is_none(self):
        """A channel costs zero or more: not less, nor what is no number at all."""
        self.manager.group_ids |= self.env.ref(PROFITABILITY)
        channel = self.channel.with_user(self.manager)
        for cost in (-1, float("nan"), float("inf"), float("-inf")):
            with self.subTest(cost=cost):
                with self.assertRaisesRegex(ValidationError, "zero or more"):
                    channel.write({"cost": cost})
                with self.assertRaisesRegex(ValidationError, "zero or more"):
                    channel.create({"name": "Drone", "cost": cost})
        channel.cost = 2.5
        self.env.invalidate_all()
        self.assertEqual(channel.cost, 2.5)

    @mute_logger("odoo.models")
    def test_whatever_is_noted_is_found_by_text(self):
        """Nothing in these rooms fails when somebody looks for a text."""
        mine = self.env["ir.model"].search([("model", "=like", "crm.%")])
        of_us = mine.filtered(lambda m: "crm_value_chain" in m.modules.split(", "))
        for model in of_us.mapped("model"):
            records = self.env[model].with_user(self.manager)
            if records._abstract or records._transient:
                continue
            if not records.has_access("read"):
                continue
            with self.subTest(model=model):
                records.name_search("some text")

    def test_interactions_are_found_by_the_customer(self):
        """That there was an exchange is no secret, what it was about may be."""
        model = "crm.relationship.interaction"
        found, error = self.call(self.seller, model, "name_search", "Own")
        self.assertTrue(found, error)
        known = self.env[model].browse(id_ for id_, _name in found)
        self.assertEqual(known.commercial_partner_id, self.own)
        found, error = self.call(self.seller, model, "name_search", "Foreign")
        self.assertEqual((found, error), ([], {}))
