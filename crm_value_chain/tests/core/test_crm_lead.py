from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged, users

from .test_res_partner import FigureCase

QUESTIONS = ("qualification_need", "qualification_budget", "qualification_authority")


@tagged("post_install", "-at_install")
class TestLead(FigureCase):
    """Leads stand where their customer stands, or where three answers put them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leads = {
            name: cls.make_lead(name, partner)
            for name, partner in (
                ("big", cls.big_buyer),
                ("small", cls.small),
                ("stranger", None),
                ("hopeful", None),
            )
        }
        cls.leads["hopeful"].write(dict.fromkeys(QUESTIONS, "yes"))
        cls.score()
        cls.all_leads = cls.env["crm.lead"].union(*cls.leads.values())
        cls.ours = [("id", "in", cls.all_leads.ids)]

    @classmethod
    def make_lead(cls, name, partner=None, **values):
        return cls.env["crm.lead"].create(
            {
                "name": name,
                "type": "lead",
                "partner_id": partner.id if partner else False,
                "company_id": cls.company.id,
                "user_id": cls.seller.id,
                **values,
            }
        )

    def found(self, *domain, order="id"):
        leads = self.env["crm.lead"].search([*self.ours, *domain], order=order)
        return leads.mapped("name")

    def stage_of(self, lead):
        return lead.with_env(self.env).ladder_stage_id

    # ------------------------------------------------------------------
    # Where leads stand
    # ------------------------------------------------------------------

    @users("figure_seller")
    def test_three_times_yes_is_a_prospect(self):
        """Without a customer, only three times yes makes a prospect of a suspect."""
        lead = self.leads["stranger"].with_env(self.env)
        for answers in (
            ("yes", "yes", "unknown"),
            ("yes", "no", "yes"),
            (False, "yes", "yes"),
        ):
            lead.write(dict(zip(QUESTIONS, answers, strict=True)))
            self.assertFalse(lead.is_qualified)
            self.assertEqual(lead.ladder_stage_id, self.stages["suspect"])
        lead.write(dict.fromkeys(QUESTIONS, "yes"))
        self.assertTrue(lead.is_qualified)
        self.assertEqual(lead.ladder_stage_id, self.stages["prospect"])
        lead.qualification_budget = "no"
        self.assertEqual(lead.ladder_stage_id, self.stages["suspect"])

    @users("figure_seller")
    def test_new_lead_is_not_qualified(self):
        """Nobody knows the answers of a new lead."""
        lead = self.env["crm.lead"].create({"name": "New"})
        self.assertEqual({lead[question] for question in QUESTIONS}, {"unknown"})
        self.assertEqual(lead.ladder_stage_id, self.stages["suspect"])

    @users("figure_seller")
    def test_lead_of_a_customer(self):
        """A lead of a customer stands where the customer stands, whatever it says."""
        lead = self.leads["big"].with_env(self.env)
        self.assertEqual(lead.ladder_stage_id, self.stages["repeat"])
        lead.write(dict.fromkeys(QUESTIONS, "yes"))
        self.assertEqual(lead.ladder_stage_id, self.stages["repeat"])
        self.assertEqual((lead.purchase_count, lead.yearly_amount), (3, 300))
        self.assertEqual(lead.customer_profile_id.partner_id, self.big)

    @users("figure_seller")
    def test_lead_of_a_contact_never_scored(self):
        """Until the night has seen a contact, the answers of its lead decide."""
        lead = self.leads["hopeful"].with_env(self.env)
        lead.partner_id = self.stranger
        self.assertEqual(lead.ladder_stage_id, self.stages["prospect"])
        self.assertEqual(self.found(("partner_id", "=", self.stranger.id)), ["hopeful"])
        self.assertIn(
            "hopeful", self.found(("ladder_stage_id", "=", self.stages["prospect"].id))
        )

    @users("figure_seller")
    def test_badge(self):
        """The badge has figures for a customer, the ladder alone for others."""
        big = self.leads["big"].with_env(self.env).value_chain_badge
        self.assertEqual((big["stage"], big["gap"]), ("Repeat customer", 30))
        self.assertEqual(big["yearly_amount"], 300)
        hopeful = self.leads["hopeful"].with_env(self.env).value_chain_badge
        self.assertEqual((hopeful["stage"], hopeful["position"]), ("Prospect", 2))
        self.assertEqual(hopeful["stages"], 7)
        for figure in ("gap", "usual", "yearly_amount", "profile_id"):
            self.assertFalse(hopeful.get(figure))

    @users("figure_seller")
    def test_explanation_without_customer(self):
        """A lead without a customer is explained by its three answers."""
        lead = self.leads["stranger"].with_env(self.env)
        lead.qualification_need = "yes"
        told = lead.get_ladder_explanation()
        self.assertEqual(told["stage"]["name"], "Suspect")
        self.assertEqual(told["next_stage"]["name"], "Prospect")
        self.assertEqual(
            [(node["actual"], node["holds"]) for node in told["missing"]],
            [("Yes", True), ("Unknown", False), ("Unknown", False)],
        )
        told = self.leads["hopeful"].with_env(self.env).get_ladder_explanation()
        self.assertEqual(told["stage"]["name"], "Prospect")
        self.assertEqual([node["holds"] for node in told["why"]], [True] * 3)
        told = self.leads["big"].with_env(self.env).get_ladder_explanation()
        self.assertEqual(told["customer"], "Big")

    # ------------------------------------------------------------------
    # Searching, sorting, grouping
    # ------------------------------------------------------------------

    @users("figure_seller")
    def test_search(self):
        """Leads are found by the stage that they show, with a customer or without."""
        stages = {name: stage.id for name, stage in self.stages.items()}
        for condition, names in (
            (("ladder_stage_id", "=", stages["suspect"]), ["stranger"]),
            (("ladder_stage_id", "=", stages["prospect"]), ["hopeful"]),
            (("ladder_stage_id", "=", stages["repeat"]), ["big"]),
            (("ladder_stage_id", "!=", stages["repeat"]), None),
            (
                ("ladder_stage_id", "in", [stages["suspect"], stages["repeat"]]),
                ["big", "stranger"],
            ),
            (("ladder_stage_id", "not in", [stages["suspect"]]), None),
            (("ladder_stage_id", "ilike", "prosp"), ["hopeful"]),
            (("ladder_stage_id.sequence", ">", 25), ["big", "small"]),
            (("ladder_stage_id", "=", False), []),
            (("purchase_count", ">", 0), ["big", "small"]),
            (("yearly_amount", ">", 50), ["big"]),
            (("partner_id.ladder_stage_id", "=", stages["repeat"]), ["big"]),
            (("customer_profile_id.rfm_code", "!=", False), ["big", "small"]),
        ):
            if names is None:
                names = self.all_leads.filtered_domain([condition]).mapped("name")
                self.assertEqual(len(names), 3)
            self.assertEqual(self.found(condition), names, condition)

    @users("figure_seller")
    def test_sort(self):
        """Leads are sorted by the worth of their customer, those without come last."""
        self.assertEqual(
            self.found(order="yearly_amount desc, id")[:2], ["big", "small"]
        )
        self.assertEqual(self.found(order="yearly_amount, id")[:2], ["small", "big"])
        self.assertEqual(
            self.found(order="ladder_stage_id"),
            ["stranger", "hopeful", "small", "big"],
        )
        self.assertEqual(
            self.found(order="ladder_stage_id desc"),
            ["big", "small", "hopeful", "stranger"],
        )

    @users("figure_seller")
    def test_group(self):
        """Leads are grouped by the stage that they show, and by customers' figures."""
        leads = self.env["crm.lead"]
        groups = leads._read_group(self.ours, ["ladder_stage_id"], ["__count"])
        self.assertEqual(
            {stage.short_name: count for stage, count in groups},
            {"Suspect": 1, "Prospect": 1, "First-time": 1, "Repeat": 1},
        )
        groups = leads._read_group(
            self.ours, ["partner_id.ladder_stage_id"], ["__count"]
        )
        self.assertEqual(
            {stage.short_name: count for stage, count in groups},
            {False: 2, "First-time": 1, "Repeat": 1},
        )
        groups = leads._read_group(self.ours, ["rfm_code"], ["expected_revenue:sum"])
        self.assertEqual(len(groups), 3)
        pivot = leads.formatted_read_grouping_sets(
            self.ours,
            [[], ["ladder_stage_id"], ["ladder_stage_id", "user_id"]],
            ["__count", "expected_revenue:sum"],
        )
        self.assertEqual([len(rows) for rows in pivot], [1, 4, 4])

    @users("figure_seller")
    def test_group_opens(self):
        """Each group of a list holds the leads that it counts."""
        leads = self.env["crm.lead"]
        for spec in ("ladder_stage_id", "partner_id.ladder_stage_id", "rfm_code"):
            for group in leads.formatted_read_group(self.ours, [spec], ["__count"]):
                count = leads.search_count([*self.ours, *group["__extra_domain"]])
                self.assertEqual(count, group["__count"], group)

    @users("figure_seller")
    def test_customers_figures_are_not_added_up(self):
        """Two leads of a customer do not double its worth: nothing is added up."""
        fields = self.env["crm.lead"].fields_get(["yearly_amount", "recency_days"])
        for description in fields.values():
            self.assertFalse(description.get("aggregator"))

    @users("figure_seller")
    def test_number_of_queries(self):
        """The pipeline with badges takes as many queries for 3 cards as for 60."""
        customers = (
            self.env["res.partner"]
            .sudo()
            .create([{"name": f"Customer {number}"} for number in range(60)])
        )
        for customer in customers:
            self.buy(customer, days_ago=customer.id % 50, amount=10)
        leads = self.env["crm.lead"].union(
            *(
                self.make_lead(customer.name, customer if customer.id % 3 else None)
                for customer in customers
            )
        )
        self.score()
        specification = {
            "name": {},
            "partner_id": {"fields": {"display_name": {}}},
            "value_chain_badge": {},
            "ladder_stage_id": {"fields": {"display_name": {}}},
            "yearly_amount": {},
            "is_qualified": {},
        }

        def read(count):
            return self.env["crm.lead"].web_search_read(
                [("id", "in", leads[:count].ids)], specification
            )

        self.assertEqual(len(read(60)["records"]), 60)
        few = self.queries_of(lambda: read(3))
        self.assertEqual(self.queries_of(lambda: read(60)), few)
        self.assertLessEqual(few, 12)

    # ------------------------------------------------------------------
    # Conversion
    # ------------------------------------------------------------------

    def convert(self, *leads):
        """Convert leads as a seller does in the dialog."""
        leads = self.env["crm.lead"].union(*leads)
        model = "crm.lead2opportunity.partner" + ("" if len(leads) == 1 else ".mass")
        values = {"name": "convert", "action": "create"}
        if len(leads) > 1:
            values["deduplicate"] = False
            values["user_ids"] = [Command.set(self.seller.ids)]
        wizard = (
            self.env[model]
            .with_user(self.seller)
            .with_context(
                active_model="crm.lead",
                active_id=leads[0].id,
                active_ids=leads.ids,
            )
            .create(values)
        )
        if len(leads) > 1:
            wizard.action_mass_convert()
        else:
            wizard.action_apply()

    def test_conversion_is_free_by_default(self):
        """A company that demands nothing converts any lead."""
        self.convert(self.leads["stranger"])
        self.assertEqual(self.leads["stranger"].type, "opportunity")

    def test_conversion_demands_qualification(self):
        """Where the company demands it, only leads answered yes are converted."""
        self.company.lead_qualification_required = True
        with self.assertRaisesRegex(UserError, "stranger"):
            self.convert(self.leads["stranger"])
        self.assertEqual(self.leads["stranger"].type, "lead")
        self.convert(self.leads["hopeful"])
        self.assertEqual(self.leads["hopeful"].type, "opportunity")

    def test_mass_conversion_demands_qualification(self):
        """Of several leads the refusal names those that are not qualified."""
        self.company.lead_qualification_required = True
        with self.assertRaises(UserError) as refusal:
            self.convert(self.leads["stranger"], self.leads["hopeful"])
        self.assertIn("stranger", str(refusal.exception))
        self.assertNotIn("hopeful", str(refusal.exception))

    def test_demand_of_another_company_does_not_count(self):
        """What another company demands does not bind this one's leads."""
        other = self.env["res.company"].create({"name": "Other"})
        other.lead_qualification_required = True
        self.convert(self.leads["stranger"])
        self.assertEqual(self.leads["stranger"].type, "opportunity")

    def test_opportunities_are_never_refused(self):
        """Who is an opportunity already may change the customer at any time."""
        self.company.lead_qualification_required = True
        lead = self.make_lead("opportunity", type="opportunity")
        lead.with_user(self.seller).convert_opportunity(self.small)
        self.assertEqual(lead.partner_id, self.small)
