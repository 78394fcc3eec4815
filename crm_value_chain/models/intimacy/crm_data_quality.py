from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..customer.sql_field import by_sql
from .data_quality import FAIR, GOOD, grade_sql, score_sql

ASKED = {  # beside the records themselves
    "mail.blacklist": ["email", "active"],
    "phone.blacklist": ["number", "active"],
    "crm.customer.duplicate": ["partner_a_id", "partner_b_id", "state"],
    "crm.contact.consent": ["partner_id", "channel_id", "purpose", "state", "date"],
}
USER = "crm_value_chain.group_value_chain_user"


class CrmDataQuality(models.AbstractModel):
    """Mixin of contacts and leads: how good their data are, and what to do.

    Nothing is stored. Score and grade are SQL over the checks, so that a list of all
    contacts is sorted, grouped and filtered by what one contact shows.
    """

    _name = "crm.data.quality"
    _description = "Data Quality"

    data_quality = fields.Integer(
        compute="_compute_data_quality",
        search="_search_data_quality",
        aggregator="avg",
        groups=USER,
        help="A hundred less the points of each finding: what is missing, cannot be "
        "right, is out of date, or keeps us from reaching the customer.",
    )
    data_quality_grade = fields.Selection(
        [("good", "Good"), ("fair", "Fair"), ("poor", "Poor")],
        compute="_compute_data_quality",
        search="_search_data_quality_grade",
        groups=USER,
        help=f"Good from {GOOD} points on, fair from {FAIR}.",
    )
    data_quality_findings = fields.Text(
        "What to Fix", compute="_compute_data_quality", groups=USER
    )
    data_quality_finding = fields.Selection(
        "_selection_finding",
        "Finding",
        compute="_compute_data_quality",
        search="_search_data_quality_finding",
        groups=USER,
        help="What is most wrong; search for any finding, or for an aspect.",
    )

    @api.model
    def _data_quality_checks(self, alias):
        """What may be wrong with the data. A hook: each room adds its own.

        A check may use indexes and few columns: it is asked of each row of a list.

        :param SQL alias: of the table of these records
        :rtype: list[Check]
        """
        return []

    @api.model
    def _data_quality_columns(self):
        """Fields that the checks read. A hook beside `_data_quality_checks`."""
        return ("email_normalized", "phone", "phone_sanitized", "message_bounce")

    @api.model
    def _checks(self, alias):
        self.flush_model(self._data_quality_columns())
        for name, columns in ASKED.items():
            self.env[name].flush_model(columns)
        return self._data_quality_checks(SQL.identifier(alias))

    @api.model
    def _selection_finding(self):
        aspects = [
            ("complete", self.env._("Anything Missing")),
            ("valid", self.env._("Anything Not Valid")),
            ("current", self.env._("Anything out of Date")),
            ("reachable", self.env._("Anything in the Way of Reaching")),
        ]
        checks = self._data_quality_checks(SQL.identifier(self._table))
        return aspects + [(check.key, check.label) for check in checks]

    @api.depends(lambda self: self._data_quality_columns())
    @api.depends_context("lang", "uid")
    def _compute_data_quality(self):
        found = self._findings()
        for record in self:
            checks = found.get(record._origin.id)
            if checks is None:
                record.data_quality = 0
                record.data_quality_grade = record.data_quality_findings = False
                record.data_quality_finding = False
                continue
            score = max(100 - sum(check.points for check in checks), 0)
            record.data_quality = score
            record.data_quality_grade = (
                "good" if score >= GOOD else "fair" if score >= FAIR else "poor"
            )
            worst = sorted(checks, key=lambda check: -check.points)
            record.data_quality_finding = worst[0].key if worst else False
            record.data_quality_findings = "\n".join(
                f"{check.label}: {check.fix}" for check in worst
            )

    def _findings(self):
        """What is wrong with each of these records.

        :return: the checks that failed, by id; records that are not saved are missing
        :rtype: dict[int, list[Check]]
        """
        if not self._origin.ids:
            return {}
        checks = self._checks("record")
        conditions = SQL(", ").join(
            SQL("COALESCE(%s, FALSE)", check.sql) for check in checks
        )
        rows = self.env.execute_query(
            SQL(
                "SELECT record.id, ARRAY[%s] FROM %s record WHERE record.id = ANY(%s)",
                conditions,
                SQL.identifier(self._table),
                self._origin.ids,
            )
        )
        return {
            record_id: [c for c, fails in zip(checks, failed, strict=True) if fails]
            for record_id, failed in rows
        }

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr not in ("data_quality", "data_quality_grade"):
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        sql = score_sql if field_expr == "data_quality" else grade_sql
        return sql(self._checks(alias))

    @api.model
    def _search_data_quality(self, operator, value):
        return by_sql(self._fields["data_quality"], operator, value)

    @api.model
    def _search_data_quality_grade(self, operator, value):
        return by_sql(self._fields["data_quality_grade"], operator, value)

    @api.model
    def _search_data_quality_finding(self, operator, value):
        if operator != "in":
            return NotImplemented

        def to_sql(model, alias, query):
            checks = model._checks(alias)
            wanted = [c.sql for c in checks if c.key in value or c.aspect in value]
            if False in value:
                nothing = [SQL("(%s) IS NOT TRUE", check.sql) for check in checks]
                wanted.append(SQL("(%s)", SQL(" AND ").join(nothing)))
            return SQL("(%s)", SQL(" OR ").join(wanted or [SQL("FALSE")]))

        return Domain.custom(to_sql=to_sql)
