from odoo.tests import Form, tagged, users
from odoo.tools import mute_logger

from .test_ladder import MIXIN_LOGGER, LadderCase


@tagged("post_install", "-at_install")
class TestLadderPreview(LadderCase):
    """What rules would do, before they are saved."""

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
