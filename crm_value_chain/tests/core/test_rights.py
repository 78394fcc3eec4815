from contextlib import suppress

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from ..common import RpcCase, ValueChainCommon

SELLER = "sales_team.group_sale_salesman"
SELLER_ALL = "sales_team.group_sale_salesman_all_leads"
SALES_MANAGER = "sales_team.group_sale_manager,base.group_allow_export"
ACCOUNTANT = "account.group_account_user,base.group_partner_manager"

# model: rights of the salesperson and of the sales manager (read, write, create,
# unlink); nobody else has any
RIGHTS = {
    "crm.customer.transaction": ("r", "r"),
    "crm.customer.profile": ("rw", "rw"),
    "crm.customer.movement": ("r", "r"),
    "crm.customer.attitude": ("rwcu", "rwcu"),
    "crm.customer.override": ("rwc", "rwcu"),
    "crm.customer.stale": ("", "r"),
    "crm.ladder.stage": ("r", "rwcu"),
    "crm.customer.list": ("rwc", "rwcu"),
    "crm.customer.significance": ("rwcu", "rwcu"),
    "crm.customer.need": ("rwcu", "rwcu"),
    "crm.customer.driver": ("rwcu", "rwcu"),
    "crm.customer.review": ("rwcu", "rwcu"),
    "crm.treatment": ("rwc", "rwcu"),
    "crm.need": ("r", "rwcu"),
    "crm.relationship.driver": ("r", "rwcu"),
    "crm.loyalty.class": ("r", "rwcu"),
    "crm.portfolio.snapshot": ("", "r"),
    "crm.rfm.cutoff": ("r", "rwcu"),
    "crm.segment": ("r", "rwcu"),
    "crm.segment.goal": ("r", "rwcu"),
    "crm.value.alternative": ("r", "rwcu"),
    "crm.value.factor": ("r", "rwcu"),
    "crm.value.promise": ("r", "rwcu"),
    "crm.value.proposition": ("r", "rwcu"),
    "crm.value.proposition.report": ("r", "r"),
    "crm.value.proposition.version": ("r", "rwcu"),
    "crm.value.score": ("r", "rwcu"),
    "crm.value.tier": ("r", "rwcu"),
    "crm.scoring.run": ("r", "rcu"),
    "crm.scoring.failure": ("", "ru"),
    "crm.retention.model": ("r", "r"),
    "crm.retention.candidate": ("r", "r"),
    "crm.customer.kind": ("r", "rwcu"),
    "crm.historical.purchase": ("r", "rwcu"),
    "crm.historical.batch": ("r", "rwcu"),
    "crm.customer.identity": ("rwcu", "rwcu"),
    "crm.customer.duplicate": ("r", "r"),
    "crm.duplicate.scan": ("r", "r"),
    "crm.network.member": ("rw", "rwcu"),
    "crm.network.role": ("rwcu", "rwcu"),
    "crm.network.kind": ("r", "rwcu"),
    "crm.network.contribution": ("rwcu", "rwcu"),
    "crm.network.relation": ("rwcu", "rwcu"),
    "crm.network.relation.type": ("r", "rwcu"),
    "crm.network.side": ("r", "r"),
    "crm.duplicate.candidate": ("", ""),
    "crm.duplicate.key": ("", ""),
    "crm.contact.consent": ("rc", "rc"),
    "crm.contact.preference": ("rwcu", "rwcu"),
    "crm.contact.topic": ("r", "rwcu"),
    "crm.interaction.channel": ("r", "rwcu"),
    "crm.relationship.episode": ("rwc", "rwcu"),
    "crm.relationship.episode.type": ("r", "rwcu"),
    "crm.relationship.interaction": ("r", "r"),
}
OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}
CONFIDENTIAL = ("margin", "service_cost", "profit")


class RightsCase(ValueChainCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_user("vc_seller", SELLER)
        cls.colleague = cls.make_user("vc_colleague", SELLER)
        cls.seller_all = cls.make_user("vc_seller_all", SELLER_ALL)
        cls.manager = cls.make_user("vc_manager", SALES_MANAGER)
        cls.accountant = cls.make_user("vc_accountant", ACCOUNTANT)
        cls.portal = cls.make_user("vc_portal", "base.group_portal")
        cls.other_company = cls.env["res.company"].create({"name": "Other"})
        cls.stranger = new_test_user(
            cls.env,
            "vc_stranger",
            groups=SALES_MANAGER,
            company_id=cls.other_company.id,
            company_ids=[Command.set(cls.other_company.ids)],
        )
        cls.own = cls.make_customer("Own", user_id=cls.seller.id)
        cls.foreign = cls.make_customer("Foreign", user_id=cls.colleague.id)
        cls.free = cls.make_customer("Free")
        for customer in (cls.own, cls.foreign, cls.free):
            cls.buy(customer, days_ago=40, margin=30)
            cls.buy(customer, days_ago=5, margin=30)
        cls.score()

    def as_user(self, user, model):
        """Model as an RPC call of the user has it: no superuser, own companies."""
        env = self.env(
            user=user, su=False, context={"allowed_company_ids": user.company_ids.ids}
        )
        return env[model]

    def seen(self, user, model="crm.customer.profile"):
        """Which of the test's customers a user finds in a model."""
        customers = self.own | self.foreign | self.free
        found = self.as_user(user, model).search([("partner_id", "in", customers.ids)])
        return found.sudo().partner_id.sudo(False).with_env(self.env)


@tagged("post_install", "-at_install")
class TestAccess(RightsCase):
    def test_access_of_each_group(self):
        """Each group may do with each model just what it needs to."""
        users = {
            self.seller: 0,
            self.seller_all: 0,
            self.manager: 1,
            self.accountant: None,
            self.portal: None,
        }
        for model, rights in RIGHTS.items():
            for user, column in users.items():
                expected = "" if column is None else rights[column]
                actual = "".join(
                    letter
                    for letter, operation in OPERATIONS.items()
                    if self.as_user(user, model).has_access(operation)
                )
                with self.subTest(model=model, user=user.login):
                    self.assertEqual(actual, expected)

    def test_all_models_are_tested(self):
        """No model of ours is left out of the table of rights."""
        self.env.cr.execute(
            "SELECT model FROM ir_model WHERE id IN (SELECT res_id FROM ir_model_data"
            " WHERE module = 'crm_value_chain' AND model = 'ir.model')"
        )
        ours = {
            name
            for (name,) in self.env.cr.fetchall()
            if name.startswith("crm.")
            and name not in ("crm.lead", "crm.lost.reason")
            and not self.env[name]._abstract
            and not self.env[name]._transient
        }
        self.assertEqual(ours, set(RIGHTS))

    def test_own_documents(self):
        """A salesperson with own documents only sees own customers and free ones."""
        models = ("crm.customer.profile", "crm.customer.transaction")
        for model in (*models, "crm.historical.purchase"):
            with self.subTest(model=model):
                self.assertEqual(self.seen(self.seller, model), self.own | self.free)
                everybody = self.own | self.foreign | self.free
                self.assertEqual(self.seen(self.seller_all, model), everybody)
                self.assertEqual(self.seen(self.manager, model), everybody)

    def test_own_opportunity(self):
        """An opportunity of one's own with somebody else's customer shows it."""
        self.env["crm.lead"].create(
            {
                "name": "Deal",
                "type": "opportunity",
                "partner_id": self.foreign.id,
                "user_id": self.seller.id,
            }
        )
        self.assertIn(self.foreign, self.seen(self.seller))

    def test_foreign_customer_on_the_contact(self):
        """The contact of somebody else's customer shows no figures, in any way."""
        partners = self.as_user(self.seller, "res.partner")
        foreign = partners.browse(self.foreign.id)
        self.assertFalse(foreign.customer_profile_id)
        self.assertFalse(foreign.purchase_count)
        self.assertFalse(foreign.value_chain_badge)
        self.assertFalse(foreign.get_ladder_explanation())
        self.assertFalse(foreign.read(["purchase_count"])[0]["purchase_count"])
        for condition in (("purchase_count", ">", 0), ("rfm_code", "!=", False)):
            self.assertFalse(partners.search([("id", "=", foreign.id), condition]))
        [(count,)] = partners._read_group(
            [("id", "=", foreign.id)], [], ["purchase_amount:sum"]
        )
        self.assertFalse(count)
        with self.assertRaises(AccessError):
            self.profile(self.foreign).with_user(self.seller).get_ladder_explanation()

    def test_no_profile_is_no_purchase(self):
        """A filter on a number finds no contact or lead without a profile."""
        nobody = self.make_customer("Nobody")
        lead = self.env["crm.lead"].create({"name": "Lead"})
        for name, operator in (("purchase_count", ">"), ("mean_gap_days", "<")):
            for record in (nobody, lead):
                with self.subTest(field=name, model=record._name):
                    model = self.as_user(self.seller_all, record._name)
                    domain = [("id", "=", record.id), (name, operator, 0)]
                    self.assertFalse(model.search(domain))
        partners = self.as_user(self.seller_all, "res.partner")
        domain = [("id", "in", (self.own | nobody).ids), ("purchase_amount", ">", 0)]
        self.assertEqual(partners.search(domain).ids, self.own.ids)

    def test_other_company(self):
        """A user of another company sees nothing of this one."""
        self.assertFalse(self.seen(self.stranger))
        self.assertFalse(self.seen(self.stranger, "crm.customer.transaction"))
        contact = self.as_user(self.stranger, "res.partner").browse(self.own.id)
        self.assertFalse(contact.purchase_count)
        self.env["crm.scoring.run"].create({"company_id": self.company.id})
        run = self.as_user(self.stranger, "crm.scoring.run")
        self.assertFalse(run.search([("company_id", "=", self.company.id)]))
        with self.assertRaises(AccessError):
            run.create({"company_id": self.company.id})
        with self.assertRaises(AccessError):
            self.profile(self.own).with_user(self.stranger).action_refresh()

    def test_each_company_its_figures(self):
        """With both companies at hand a contact shows those of the current one."""
        self.buy(self.own, amount=7, company=self.other_company)
        self.score(company=self.other_company)
        self.manager.company_ids |= self.other_company
        partner = self.own.with_user(self.manager)
        here = partner.with_company(self.company)
        there = partner.with_company(self.other_company)
        self.assertEqual(here.purchase_amount, 200)
        self.assertEqual(there.purchase_amount, 7)


@tagged("post_install", "-at_install")
class TestMeasuredFigures(RightsCase):
    def test_measured_figures(self):
        """Nobody writes measured figures through RPC, not even a manager."""
        for name, value in (
            ("purchase_count", 99),
            ("purchase_amount", 1e6),
            ("ladder_stage_id", self.stages["advocate"].id),
            ("r_score", 5),
            ("scored_on", "2020-01-01"),
            ("partner_id", self.free.id),
            ("company_id", self.other_company.id),
            ("active", False),
            ("share_of_wallet", 1.0),
        ):
            for user in (self.seller, self.manager):
                with self.subTest(field=name, user=user.login):
                    profile = self.profile(self.own).with_user(user)
                    with self.assertRaises(UserError):
                        profile.write({name: value})

    def test_not_through_the_contact(self):
        """Nor through the contact or the lead, whose fields only show them."""
        contact = self.own.with_user(self.manager)
        for vals in (
            {"purchase_count": 99},
            {"ladder_stage_id": self.stages["advocate"].id},
            {
                "customer_profile_ids": [
                    Command.update(self.profile(self.own).id, {"purchase_count": 99})
                ]
            },
        ):
            with self.subTest(vals=vals):
                with suppress(UserError), self.env.cr.savepoint():
                    contact.write(vals)
                    self.env.flush_all()
                self.env.invalidate_all()
                self.assertEqual(self.profile(self.own).purchase_count, 2)
                self.assertEqual(
                    self.profile(self.own).ladder_stage_id, self.stages["repeat"]
                )

    def test_facts(self):
        """A salesperson writes what only people know, of own customers."""
        self.profile(self.own).with_user(self.seller).write(
            {"active_reference": True, "is_supplier_of_choice": True}
        )
        self.assertEqual(
            self.profile(self.own).ladder_stage_id, self.stages["majority"]
        )
        with self.assertRaises(AccessError):
            self.profile(self.foreign).with_user(self.seller).active_reference = True

    def test_movements(self):
        """Nobody makes, changes or deletes movements by hand."""
        movement = self.profile(self.own).movement_ids[0].with_user(self.manager)
        with self.assertRaises(AccessError):
            movement.reason = "Forged"
        with self.assertRaises(AccessError):
            movement.unlink()

    def test_history_by_managers_only(self):
        """Only managers record, change and delete historical purchases."""
        vals = {"partner_id": self.own.id, "date": "2020-01-01", "amount": 1}
        with self.assertRaises(AccessError):
            self.as_user(self.seller, "crm.historical.purchase").create(vals)
        purchase = self.as_user(self.manager, "crm.historical.purchase").create(vals)
        with self.assertRaises(AccessError):
            purchase.with_user(self.seller).amount = 2
        purchase.amount = 2
        purchase.unlink()


@tagged("post_install", "-at_install")
class TestOverrideRights(RightsCase):
    def override(self, user, partner=None, **values):
        return self.as_user(user, "crm.customer.override").create(
            {
                "profile_id": self.profile(partner or self.own).id,
                "dimension": "ladder",
                "ladder_stage_id": self.stages["advocate"].id,
                "reason": "Speaks for us",
                **values,
            }
        )

    def test_author(self):
        """Who set a stage by hand is whoever did it, whatever the call claims."""
        override = self.override(self.seller, user_id=self.manager.id)
        self.assertEqual(override.user_id, self.seller)
        override.write({"user_id": self.manager.id})
        self.assertEqual(override.user_id, self.seller)

    def test_author_of_a_change(self):
        """Who changes reason or stage of an override answers for it."""
        override = self.override(self.manager)
        override.with_user(self.seller).reason = "I say so"
        self.assertEqual(override.user_id, self.seller)

    def test_not_to_another_customer(self):
        """An override cannot be moved to another customer."""
        override = self.override(self.seller)
        with self.assertRaises(UserError):
            override.write({"profile_id": self.profile(self.foreign).id})

    def test_foreign(self):
        """Nobody sets the stage of a customer that is not shown to them."""
        with self.assertRaises(AccessError):
            self.override(self.seller, self.foreign)
        override = self.override(self.manager, self.foreign)
        with self.assertRaises(AccessError):
            override.with_user(self.seller).active = False

    def test_movement_names_the_author(self):
        """The movement of an override tells who and why."""
        self.override(self.seller)
        movement = self.profile(self.own).movement_ids[0]
        self.assertEqual(movement.user_id, self.seller)
        self.assertEqual(movement.reason, "Speaks for us")
        self.assertEqual(movement.cause, "override")


@tagged("post_install", "-at_install")
class TestProfitability(RightsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.controller = cls.make_user(
            "vc_controller", f"{SALES_MANAGER},crm_value_chain.group_profitability"
        )

    def models(self):
        """Models with confidential fields, and a record of each."""
        purchase = self.env["crm.historical.purchase"].search(
            [("partner_id", "=", self.own.id)], limit=1
        )
        transaction = self.env["crm.customer.transaction"].search(
            [("partner_id", "=", self.own.id)], limit=1
        )
        lead = self.env["crm.lead"].create({"name": "L", "partner_id": self.own.id})
        return {
            self.profile(self.own): CONFIDENTIAL,
            self.own: CONFIDENTIAL,
            lead: CONFIDENTIAL,
            transaction: ("margin",),
            purchase: ("margin",),
        }

    def ways_to_read(self, record, name):
        """Ways that a client has to get at the value of a field."""
        domain = [("id", "=", record.id)]
        return {
            "read": lambda: record.read([name]),
            "search_read": lambda: record.search_read(domain, [name]),
            "web_read": lambda: record.web_read({name: {}}),
            "search": lambda: record.search([*domain, (name, ">", 0)]),
            "order": lambda: record.search(domain, order=f"{name} desc"),
            "group by": lambda: record.formatted_read_group(domain, [name], []),
            "sum": lambda: record.formatted_read_group(domain, [], [f"{name}:sum"]),
            "export": lambda: record.export_data([name]),
            "filter": lambda: record.filtered_domain([(name, ">", 0)]),
        }

    def test_unreadable(self):
        """Without the group margin, cost and profit cannot be got at in any way."""
        for record, names in self.models().items():
            mine = record.with_user(self.manager)
            for name in names:
                for way, read in self.ways_to_read(mine, name).items():
                    with (
                        self.subTest(model=record._name, field=name, way=way),
                        self.assertRaises(AccessError),
                    ):
                        self.env.invalidate_all()
                        read()

    def test_unknown(self):
        """Without the group the client does not learn that there are such fields."""
        for record, names in self.models().items():
            fields = record.with_user(self.manager).fields_get()
            with self.subTest(model=record._name):
                self.assertFalse(set(names) & fields.keys())

    def test_readable(self):
        """With the group they are there."""
        profile = self.profile(self.own).with_user(self.controller)
        self.assertEqual(profile.margin, 60)
        self.assertEqual(self.own.with_user(self.controller).margin, 60)
        self.assertEqual(profile.export_data(["margin"])["datas"], [[60.0]])

    def test_through_paths(self):
        """Nor through the profile of a contact or the customer of a lead."""
        partners = self.as_user(self.manager, "res.partner")
        leads = self.as_user(self.manager, "crm.lead")
        overrides = self.as_user(self.manager, "crm.customer.override")
        for model, path in (
            (partners, "customer_profile_id.margin"),
            (partners, "customer_profile_ids.margin"),
            (leads, "partner_id.margin"),
            (leads, "customer_profile_id.profit"),
            (overrides, "profile_id.margin"),
        ):
            with self.subTest(path=path), self.assertRaises(AccessError):
                model.search([(path, ">", 0)])
            if model == partners:
                with self.subTest(export=path), self.assertRaises(AccessError):
                    model.browse(self.own.id).export_data([path.replace(".", "/")])

    def test_rules_on_profit(self):
        """A rule that speaks of profit explains itself without telling the profit."""
        self.stages["repeat"].with_user(
            self.controller
        ).domain = '[("purchase_count", ">=", 2), ("profit", ">", 50)]'
        self.buy(self.free, days_ago=1, margin=12.34)
        self.score()
        seller = self.profile(self.own).with_user(self.seller)
        self.env.invalidate_all()
        told = str(seller.get_ladder_explanation())
        self.assertNotIn("60.0", told)
        told = str(self.own.with_user(self.seller).get_ladder_explanation())
        self.assertNotIn("60.0", told)
        moved = self.profile(self.own).movement_ids.with_user(self.seller)
        self.assertNotIn("60.0", str(moved.mapped("why")))
        with self.assertRaises(AccessError):
            moved.read(["explanation"])
        controller = self.profile(self.own).with_user(self.controller)
        self.assertIn("60", str(controller.get_ladder_explanation()))


@tagged("post_install", "-at_install")
class TestOtherUsers(RightsCase):
    def fields_of_ours(self, model):
        """Names of the fields that the user has by this addon."""
        return [
            name
            for name in model.fields_get()
            if "crm_value_chain" in model._fields[name]._modules
        ]

    def test_accountant_opens_contact(self):
        """An accountant without our groups opens, edits and lists contacts."""
        partners = self.as_user(self.accountant, "res.partner")
        contact = partners.browse(self.own.id)
        Form(contact)
        contact.name = "Renamed"
        for kind in ("form", "list", "kanban", "search"):
            view = partners.get_view(view_type=kind)
            self.assertNotIn("customer_profile_id", view["arch"])
            self.assertNotIn("ladder_stage_id", view["arch"])
        self.assertEqual(self.fields_of_ours(partners), [])
        contact.copy()

    def test_accountant_reads_leads_not(self):
        """Our fields open no way to leads."""
        with self.assertRaises(AccessError):
            self.as_user(self.accountant, "crm.lead").search([]).mapped("name")

    def test_seller_opens_everything(self):
        """A salesperson opens contact, lead and profile with all their fields."""
        lead = self.env["crm.lead"].create(
            {"name": "Lead", "partner_id": self.own.id, "user_id": self.seller.id}
        )
        for record in (self.own, self.free, self.foreign, lead):
            with self.subTest(record=record.display_name):
                mine = record.with_user(self.seller)
                self.env.invalidate_all()
                names = self.fields_of_ours(mine)
                self.assertIn("value_chain_badge", names)
                mine.read(names)
        profile = self.profile(self.own).with_user(self.seller)
        profile.read(profile.fields_get().keys())
        Form(lead.with_user(self.seller))
        Form(profile)

    def test_portal(self):
        """A portal user reads the own contact, and no field of ours."""
        self.buy(self.portal.partner_id)
        self.score()
        partner = self.portal.partner_id.with_user(self.portal)
        self.assertEqual(partner.name, partner.read(["name"])[0]["name"])
        with self.assertRaises(AccessError):
            partner.read(["purchase_count"])
        with self.assertRaises(AccessError):
            partner.get_ladder_explanation()

    def test_public_flows(self):
        """A visitor's form makes contact, lead and order as superuser."""
        public = self.env.ref("base.public_user")
        env = self.env(user=public, su=True, context={})
        partner = env["res.partner"].create({"name": "Visitor"})
        partner.write({"email": "v@example.com", "active": True})
        env["crm.lead"].create({"name": "Form", "partner_id": partner.id})
        order = env["sale.order"].create(
            {
                "partner_id": partner.id,
                "company_id": self.company.id,
                "order_line": [Command.create({"product_id": self.product.id})],
            }
        )
        order.action_confirm()
        self.assertIn(partner.id, {p for p, _c in self.queued()})
        self.assertEqual(partner.purchase_count, 0)


@tagged("post_install", "-at_install")
class TestRpc(RpcCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        secret = cls.password("vc_rpc")
        new_test_user(cls.env, "vc_rpc", groups=SELLER_ALL, password=secret)
        cls.customer = cls.env["res.partner"].create({"name": "Customer"})
        cls.env["crm.historical.purchase"].create(
            {"partner_id": cls.customer.id, "date": "2024-01-01", "amount": 10}
        )
        profiles = cls.env["crm.customer.profile"]
        profiles._insert_missing()
        cls.profile = profiles.search([("partner_id", "=", cls.customer.id)])

    def call(self, *args, **kwargs):
        """Call a method as a salesperson of all documents."""
        return self.call_as("vc_rpc", *args, **kwargs)

    def test_private_methods(self):
        """What measures and classifies cannot be called from outside."""
        for model, method in (
            ("crm.customer.profile", "_measure"),
            ("crm.scoring.run", "_cron_retention_scoring"),
            ("crm.customer.stale", "_pop"),
        ):
            with self.subTest(method=method):
                _result, error = self.call(model, method, [])
                self.assertIn("AccessError", error["name"])

    def test_measured_figures(self):
        """A client that writes a measured figure gets a clear refusal."""
        _result, error = self.call(
            "crm.customer.profile", "write", self.profile.ids, {"purchase_count": 5}
        )
        self.assertIn("UserError", error["name"])
        self.assertIn("Purchases", error["message"])

    def test_margin(self):
        """A client that reads the margin without the group is refused."""
        for model, record in (
            ("crm.customer.profile", self.profile),
            ("res.partner", self.customer),
        ):
            with self.subTest(model=model):
                _result, error = self.call(model, "read", record.ids, ["margin"])
                self.assertIn("AccessError", error["name"])

    def test_facts(self):
        """A client writes what people know, and gets the explanation."""
        result, error = self.call(
            "crm.customer.profile",
            "write",
            self.profile.ids,
            {"active_reference": True},
        )
        self.assertTrue(result, error)
        result, error = self.call(
            "res.partner", "get_ladder_explanation", self.customer.ids
        )
        self.assertEqual(result.get("profile_id"), self.profile.id, error)

    def test_compute_now_is_for_managers(self):
        """A salesperson does not start a scoring."""
        _result, error = self.call("crm.scoring.run", "create", {})
        self.assertIn("AccessError", error["name"])
