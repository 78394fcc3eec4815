from psycopg2 import IntegrityError

from odoo import SUPERUSER_ID, Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .scheme_case import LoyaltyCase


@tagged("post_install", "-at_install")
class TestScheme(LoyaltyCase):
    """Schemes that make no sense are refused with what is wrong."""

    def test_thresholds_must_rise(self):
        for thresholds in ((0, 500, 500), (0, 500, 400)):
            with (
                self.subTest(thresholds),
                self.assertRaisesRegex(
                    ValidationError, "must be higher than that of Silver"
                ),
            ):
                self.program.tier_ids = [
                    Command.update(tier.id, {"threshold": threshold})
                    for tier, threshold in zip(
                        self.program.tier_ids, thresholds, strict=True
                    )
                ]

    def test_a_single_tier_is_checked_too(self):
        with self.assertRaisesRegex(ValidationError, "must be higher"):
            self.silver.threshold = 6000

    def test_first_tier_is_everybody_s(self):
        with self.assertRaisesRegex(ValidationError, "its threshold is 0"):
            self.bronze.threshold = 10
        with self.assertRaisesRegex(ValidationError, "its threshold is 0"):
            self.bronze.unlink()

    def test_negative_threshold(self):
        with self.assertRaisesRegex(ValidationError, "zero or more"):
            self.silver.threshold = -1

    @mute_logger("odoo.sql_db")
    def test_factor_must_be_sane(self):
        for factor in (-1, 101):
            with (
                self.subTest(factor),
                self.assertRaisesRegex(IntegrityError, "factor_is_sane"),
                self.env.cr.savepoint(),
            ):
                self.silver.points_factor = factor
                self.env.flush_all()

    def test_notice_lies_within_the_grace(self):
        with self.assertRaisesRegex(ValidationError, "within the days of grace"):
            self.program.write({"tier_grace_days": 5, "tier_notice_days": 6})

    def test_only_loyalty_cards_have_tiers(self):
        with self.assertRaisesRegex(ValidationError, "Only loyalty cards"):
            self.program.applies_on = "current"

    def test_pricelist_of_another_company(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Theirs",
                "company_id": other.id,
                "currency_id": self.company.currency_id.id,
            }
        )
        with self.assertRaisesRegex(ValidationError, "belongs to Elsewhere"):
            self.silver.pricelist_id = pricelist

    def test_pricelist_of_another_currency(self):
        pricelist = self.env["product.pricelist"].create(
            {"name": "Euro", "company_id": False, "currency_id": self.euro.id}
        )
        with self.assertRaisesRegex(ValidationError, "is in EUR"):
            self.silver.pricelist_id = pricelist

    def test_pricelist_that_the_program_does_not_apply_to(self):
        dollars = {"currency_id": self.company.currency_id.id, "company_id": False}
        pricelists = self.env["product.pricelist"].create(
            [{"name": "One", **dollars}, {"name": "Two", **dollars}]
        )
        self.program.pricelist_ids = pricelists[0]
        with self.assertRaisesRegex(ValidationError, "does not apply to orders"):
            self.silver.pricelist_id = pricelists[1]

    def test_reward_of_another_program_s_tier(self):
        other = self.make_program(name="Other")
        with self.assertRaisesRegex(ValidationError, "another program"):
            self.program.reward_ids.tier_id = other.tier_ids[1]

    def test_made_while_odoo_loads(self):
        """Who makes a program or a company without knowing of tiers can do so."""
        for model in (self.program, self.env["res.company"]):
            for name, field in model._fields.items():
                if field.store and field.required and name.startswith(("tier_", "val")):
                    with self.subTest(field=field):
                        self.assertTrue(self.default_in_database(field))

    def default_in_database(self, field):
        table = self.env[field.model_name]._table
        self.env.cr.execute(
            "SELECT column_default FROM information_schema.columns"
            " WHERE table_name = %s AND column_name = %s",
            [table, field.name],
        )
        return self.env.cr.fetchone()[0]

    def test_tier_that_opens_a_reward_is_not_deleted(self):
        """Or the reward would be everybody's."""
        self.program.reward_ids.tier_id = self.gold
        with self.assertRaisesRegex(UserError, "opens from the tier Gold"):
            self.gold.unlink()

    def test_program_of_another_company_than_its_members(self):
        self.customer.company_id = self.company
        self.sell(amount=100)
        self.night()
        other = self.env["res.company"].create(
            {"name": "Elsewhere", "currency_id": self.company.currency_id.id}
        )
        with self.assertRaisesRegex(ValidationError, "another company"):
            self.program.company_id = other

    def test_copy_of_a_program_has_its_own_tiers(self):
        copy = self.program.copy()
        self.assertEqual(copy.tier_ids.mapped("name"), ["Bronze", "Silver", "Gold"])
        self.assertFalse(copy.tier_ids & self.program.tier_ids)

    def test_who_makes_a_program_is_responsible_for_it(self):
        manager = self.make_user(
            "scheme_manager",
            "sales_team.group_sale_manager,product.group_product_manager",
        )
        programs = self.env["loyalty.program"]
        made = programs.with_user(manager).create({"name": "Mine"})
        self.assertEqual(made.tier_user_id, manager)

    def test_programs_of_before_the_installation_have_nobody_responsible(self):
        """Odoo's robot would get their notices, and read none."""
        programs = self.env["loyalty.program"].with_user(SUPERUSER_ID)
        before = self.make_program(tier_user_id=False)
        self.env.flush_all()
        programs._init_column("tier_user_id")  # as an installation does
        self.env.invalidate_all()
        self.assertFalse(before.tier_user_id)
