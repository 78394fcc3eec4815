from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

SOME = {">": SQL(">"), ">=": SQL(">=")}
NONE_SINCE = {"<": ">=", "<=": ">"}


# when there was contact, and when there will be, is a part of its own
# pylint: disable=consider-merging-classes-inherited
class CrmCustomerProfile(models.Model):
    """Interact: when did we speak, when do we speak next, and how does it suit."""

    _inherit = "crm.customer.profile"

    last_interaction_date = fields.Date(
        "Last Interaction",
        compute="_compute_last_interaction_date",
        search="_search_last_interaction_date",
        help="Day of the last exchange with the customer or one of its people.",
    )
    next_contact_date = fields.Date(
        "Next Contact",
        compute="_compute_next_contact_date",
        search="_search_next_contact_date",
        help="Day of the next activity or meeting planned with the customer, on its "
        "opportunities and quotations too.",
    )
    consent_warning = fields.Char(
        "Refused",
        compute="_compute_consent_warning",
        help="Who of the customer's people refused to be contacted, and how.",
    )

    # ------------------------------------------------------------------
    # The last interaction
    # ------------------------------------------------------------------

    @api.depends("partner_id")
    def _compute_last_interaction_date(self):
        interactions = self.env["crm.relationship.interaction"].sudo()
        for company, profiles in self.grouped("company_id").items():
            known = Domain(
                "commercial_partner_id", "in", profiles.partner_id.ids
            ) & Domain("company_id", "in", [company.id, False])
            days = dict(
                interactions._read_group(known, ["commercial_partner_id"], ["date:max"])
            )
            for profile in profiles:
                last = days.get(profile.partner_id.sudo())
                profile.last_interaction_date = last and last.date()

    @api.model
    def _interacting(self, alias, since=None):
        """Condition that there was an exchange with the customer of a profile.

        :param str alias: of the profile
        :param SQL since: comparison of the day, such as ``>= DATE '2020-01-01'``
        """
        interactions = self.env["crm.relationship.interaction"].sudo()
        self.env.flush_all()
        return SQL(
            """
            EXISTS (SELECT FROM (%s) i
                     WHERE i.commercial_partner_id = %s
                       AND (i.company_id = %s OR i.company_id IS NULL) AND %s)
            """,
            interactions._interactions(),
            SQL.identifier(alias, "partner_id"),
            SQL.identifier(alias, "company_id"),
            SQL("i.date %s", since) if since else SQL("TRUE"),
        )

    @api.model
    def _search_last_interaction_date(self, operator, value):
        if operator == "in" and set(value) == {False}:
            return ~Domain.custom(to_sql=lambda m, alias, q: m._interacting(alias))
        if operator in NONE_SINCE:
            later = [("last_interaction_date", NONE_SINCE[operator], value)]
            return Domain("last_interaction_date", "!=", False) & ~Domain(later)
        if operator not in SOME:
            return NotImplemented
        # a day begins at midnight: after it is from the next midnight on
        since = fields.Date.to_date(value)
        if operator == ">":
            since = fields.Date.add(since, days=1)

        def to_sql(model, alias, query):
            return model._interacting(alias, SQL(">= %s", since))

        return Domain.custom(to_sql=to_sql)

    # ------------------------------------------------------------------
    # The next contact
    # ------------------------------------------------------------------

    @api.model
    def _planned_contacts(self):
        """Query of what is planned with customers: ``customer_id, date``. A hook.

        Begins with the contact, so that those of one customer are found by indexes.
        """
        self.env.flush_all()
        plans = [
            SQL(
                """
                SELECT contact.commercial_partner_id AS customer_id,
                       activity.date_deadline AS date
                  FROM res_partner contact
                  JOIN %(table)s about ON %(contact)s = contact.id
                  JOIN mail_activity activity
                    ON activity.res_model = %(model)s AND activity.res_id = about.id
                 WHERE activity.active
                """,
                table=SQL.identifier(table),
                contact=SQL.identifier("about", column),
                model=model,
            )
            for model, (table, column) in {
                "res.partner": ("res_partner", "id"),
                "crm.lead": ("crm_lead", "partner_id"),
                "sale.order": ("sale_order", "partner_id"),
            }.items()
        ]
        plans.append(
            SQL(
                """
                SELECT contact.commercial_partner_id, event.start::date
                  FROM res_partner contact
                  JOIN calendar_event_res_partner_rel invited
                    ON invited.res_partner_id = contact.id
                  JOIN calendar_event event ON event.id = invited.calendar_event_id
                 WHERE event.active AND event.start > NOW() AT TIME ZONE 'UTC'
                """
            )
        )
        return SQL(" UNION ALL ").join(plans)

    @api.depends("partner_id")
    def _compute_next_contact_date(self):
        rows = self.env.execute_query(
            SQL(
                "SELECT customer_id, MIN(date) FROM (%s) planned"
                " WHERE customer_id = ANY(%s) GROUP BY customer_id",
                self._planned_contacts(),
                self.partner_id.ids,
            )
        )
        days = dict(rows)
        for profile in self:
            profile.next_contact_date = days.get(profile.partner_id.id)

    @api.model
    def _is_planned(self, alias, until=None):
        """Condition that something is planned with the customer of a profile."""
        return SQL(
            "EXISTS (SELECT FROM (%s) planned WHERE planned.customer_id = %s AND %s)",
            self._planned_contacts(),
            SQL.identifier(alias, "partner_id"),
            SQL("planned.date %s", until) if until else SQL("TRUE"),
        )

    @api.model
    def _search_next_contact_date(self, operator, value):
        if operator == "in" and set(value) == {False}:
            return ~Domain.custom(to_sql=lambda m, alias, q: m._is_planned(alias))
        if operator in ("<", "<="):
            until = SQL("%s %s", SQL(operator), value)

            def to_sql(model, alias, query):
                return model._is_planned(alias, until)

            return Domain.custom(to_sql=to_sql)
        if operator in (">", ">="):
            earlier = [("next_contact_date", "<=" if operator == ">" else "<", value)]
            return Domain("next_contact_date", "!=", False) & ~Domain(earlier)
        return NotImplemented

    # ------------------------------------------------------------------
    # What they want
    # ------------------------------------------------------------------

    @api.depends("partner_id")
    @api.depends_context("uid", "lang")
    def _compute_consent_warning(self):
        consents = self.env["crm.contact.consent"]
        refused = consents.sudo()._refused_by_people_of(self.partner_id)
        for profile in self:
            own = refused.get(profile.partner_id.id, [])
            profile.consent_warning = ". ".join(own)

    def action_open_story(self):
        """Open the interactions of this customer as a list."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_value_chain.crm_relationship_interaction_action"
        )
        return action | {
            "domain": [("commercial_partner_id", "=", self.partner_id.id)],
            "context": {},
        }

    def action_open_episodes(self):
        """Open the episodes of this customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_value_chain.crm_relationship_episode_action"
        )
        return action | {
            "domain": [("partner_id.commercial_partner_id", "=", self.partner_id.id)],
            "context": {"default_partner_id": self.partner_id.id},
        }

    def action_open_consents(self):
        """Open what the customer's people allowed and refused."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_value_chain.crm_contact_consent_action"
        )
        return action | {
            "domain": [("partner_id.commercial_partner_id", "=", self.partner_id.id)],
            "context": {"default_partner_id": self.partner_id.id},
        }
