from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged, users

from ...models.customer.scope import Scope
from .test_retention_model import RetentionCase

IS_COMPANY = "[('partner_id.is_company', '=', True)]"


@tagged("post_install", "-at_install")
class TestCustomerKind(RetentionCase):
    """Kinds of customers get a model of their own where they have enough history."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = cls.open_shop(450, share_of_companies=0.5)
        cls.business = cls.Kind.create({"name": "Businesses", "domain": IS_COMPANY})
        cls.score()

    def kind_of(self):
        return self.Kind._kind_of(Scope(self.company.id, self.today))

    def test_without_kinds_nobody_is_asked(self):
        """No kinds, no query over the customers."""
        self.business.active = False
        self.Kind.flush_model()
        with self.assertQueryCount(1):  # the kinds
            self.assertIsNone(self.kind_of())

    def test_first_rule_in_order_wins(self):
        """A customer who matches several rules is of the first kind."""
        first = self.Kind.create(
            {
                "name": "One of them",
                "sequence": 1,
                "domain": f"[('partner_id', '=', {self.partners[0].id})]",
            }
        )
        partners, kinds = self.kind_of()
        found = dict(zip(partners.tolist(), kinds.tolist(), strict=True))
        self.assertEqual(found[self.partners[0].id], first.id)
        self.assertEqual(found[self.partners[1].id], self.business.id)
        self.assertNotIn(self.partners[-1].id, found)
        self.assertEqual(partners.tolist(), sorted(found))

    def test_kinds_of_a_part(self):
        """Only the customers of the scope are looked at."""
        scope = Scope(self.company.id, self.today, ids=self.partners[:1]._ids)
        partners, _kinds = self.Kind._kind_of(scope)
        self.assertEqual(partners.tolist(), self.partners[:1].ids)

    def test_kind_with_enough_history_has_a_model_of_its_own(self):
        """It is fitted to the customers of that kind only, and they are told so."""
        models = self.renew()
        own = models[self.business.id]
        self.assertEqual(own.kind_id, self.business)
        self.assertEqual((own.population, models[False].population), (225, 450))
        self.assertNotEqual(own.parameters, models[False].parameters)
        kind = self.business.with_company(self.company)
        self.assertEqual((kind.model_id, kind.grade), (own, own.grade))
        self.assertIn(own.label, kind.status)

    def test_kind_with_too_little_uses_the_model_of_all(self):
        """It says how many customers it has, and loses a model that it had."""
        self.renew()
        self.business.domain = f"[('partner_id', 'in', {self.partners[:30].ids})]"
        models = self.renew()
        self.assertEqual(list(models), [False])
        kind = self.business.with_company(self.company)
        self.assertIn("30 customers", kind.status)
        self.assertFalse(kind.model_id)

    def test_archived_kind_has_no_model_in_use(self):
        """Its last model is kept as history."""
        own = self.renew()[self.business.id]
        self.business.active = False
        self.assertEqual(list(self.renew()), [False])
        self.assertTrue(own.exists() and not own.is_current)

    @users("retention_manager")
    def test_manager_edits_kinds(self):
        """A manager names a kind and gives its rule."""
        with Form(self.env["crm.customer.kind"]) as form:
            form.name = "Private"
            form.domain = "[('partner_id.is_company', '=', False)]"
        self.assertEqual(len(self.kind_of()[0]), 450)

    @users("retention_manager")
    def test_rules_are_checked(self):
        """A rule that cannot be applied, or tells what its author may not read."""
        with self.assertRaises(ValidationError):
            self.env["crm.customer.kind"].create(
                {"name": "Broken", "domain": "[('no_such_field', '=', 1)]"}
            )
        with self.assertRaises(ValidationError):
            self.env["crm.customer.kind"].create(
                {"name": "Curious", "domain": "[('margin', '>', 1)]"}
            )

    @users("retention_seller")
    def test_salesperson_reads_kinds(self):
        """A salesperson sees the kinds and their models, and changes none."""
        kind = self.business.with_user(self.env.user)
        self.assertTrue(kind.read(["name", "status", "grade"]))
        with self.assertRaises(AccessError):
            kind.name = "Mine"

    def test_customers_of_a_kind_that_changes_are_scored_anew(self):
        """A new rule, another one, and one that goes: all ask for a scoring."""
        runs = self.env["crm.scoring.run"]
        waiting = [("company_id", "=", self.company.id), ("state", "=", "waiting")]
        changes = (
            lambda: self.business.write({"domain": "[('partner_id', '>', 0)]"}),
            lambda: self.Kind.create({"name": "More", "domain": IS_COMPANY}),
            lambda: self.business.unlink(),
        )
        for change in changes:
            runs.search(waiting).unlink()
            change()
            self.assertEqual(runs.search(waiting).mapped("kind"), ["scoring"])

    def test_model_of_another_rule_is_not_used(self):
        """Until it is fitted anew, the model of all customers scores the kind."""
        self.renew()
        models = self.env["crm.retention.model"]
        before = models._in_use(self.company)
        self.assertEqual(set(before), {False, self.business.id})
        self.business.domain = "[('partner_id', '>', 0)]"
        self.assertEqual(set(models._in_use(self.company)), {False})
