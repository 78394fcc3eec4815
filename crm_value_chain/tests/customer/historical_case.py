from odoo import Command
from odoo.tests import new_test_user

from ..common import ValueChainCommon

HEADER = "Customer,Date,Amount"


class HistoricalCase(ValueChainCommon):
    """Imports files as the import dialog does, call by call."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.env["res.company"].create({"name": "Other Trade"})
        cls.manager = cls._new_user("manager", "sales_team.group_sale_manager")
        cls.salesperson = cls._new_user("seller", "sales_team.group_sale_salesman")
        cls.other_manager = cls._new_user(
            "other", "sales_team.group_sale_manager", cls.other_company
        )
        partners = cls.env["res.partner"]
        cls.anna = partners.create(
            {"name": "Anna Adler", "ref": "C001", "email": "Anna@Example.com"}
        )
        cls.bolt = partners.create(
            {"name": "Bolt Ltd", "ref": "C002", "is_company": True, "vat": "XX 12.345"}
        )
        cls.bolt_buyer = partners.create(
            {"name": "Bo Buyer", "parent_id": cls.bolt.id, "email": "bo@bolt.example"}
        )
        cls.Purchase = cls.env["crm.historical.purchase"]
        cls.Batch = cls.env["crm.historical.batch"]

    @classmethod
    def _new_user(cls, login, group, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            f"history_{login}",
            groups=f"base.group_user,base.group_partner_manager,{group}",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def as_user(self, records, user):
        """The records as a user sees them who works in the own company."""
        return records.with_user(user).with_context(
            allowed_company_ids=user.company_id.ids
        )

    def open_import(self, content, name="sales.csv", user=None):
        """Upload a file in a new import dialog."""
        user = user or self.manager
        return self.as_user(self.env["base_import.import"], user).create(
            {
                "res_model": "crm.historical.purchase",
                "file": content.encode() if isinstance(content, str) else content,
                "file_name": name,
                "file_type": "text/csv" if name.endswith(".csv") else "",
            }
        )

    def preview(self, dialog):
        """What the dialog proposes: the field of each column, the headers, options."""
        preview = dialog.parse_preview(
            {"has_headers": True, "quoting": '"', "limit": 2000, "advanced": True}
        )
        self.assertNotIn("error", preview)
        matches = preview["matches"] or {}
        names = [
            "/".join(matches[index]) if matches.get(index) else False
            for index in range(len(preview["headers"]))
        ]
        return names, preview["headers"], preview["options"]

    def run_import(self, dialog, names=None, dryrun=False, **choices):
        """Press "Import" or "Test": all calls until the file is done or fails."""
        proposed, headers, options = self.preview(dialog)
        ids, skip = [], 0
        while True:
            result = dialog.execute_import(
                names or proposed,
                [header.lower() for header in headers],
                dict(options, skip=skip, **choices),
                dryrun=dryrun,
            )
            if dryrun:
                dialog.flush_recordset()
                self.env.invalidate_all(flush=False)
            if any(message["type"] == "error" for message in result["messages"]):
                return [], result["messages"]
            ids += result.get("ids") or []
            skip = result.get("nextrow")
            if not skip:
                return ids, result["messages"]

    def import_csv(self, *lines, header=HEADER, user=None, **choices):
        """Import lines of text; return the new purchases and the messages."""
        dialog = self.open_import("\n".join([header, *lines]), user=user)
        ids, messages = self.run_import(dialog, **choices)
        return self.Purchase.with_user(user or self.manager).browse(ids), messages

    def assertRowErrors(self, messages, expected):
        """Compare the row (counted from 0), column and text of each message."""
        self.assertEqual(
            [
                (message["rows"]["from"], message["field"])
                for message in messages
                if "rows" in message
            ],
            [(row, field) for row, field, _text in expected],
            messages,
        )
        for message, (_row, _field, text) in zip(messages, expected, strict=True):
            self.assertIn(text, message["message"])
