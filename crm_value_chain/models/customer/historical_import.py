"""The rows of a file of historical purchases, before any of them is written."""

import hashlib
import math
from collections import defaultdict

from odoo import fields, models
from odoo.tools import SQL, format_date

from .customer_lookup import (
    find_customers,
    find_customers_by_database_id,
    find_customers_by_external_id,
)
from .dated_rates import DatedRates

REQUIRED = ("partner_id", "date", "amount")
LOOKUPS = {
    (): find_customers,
    (".id",): find_customers_by_database_id,
    ("id",): find_customers_by_external_id,
}
MAX_MESSAGES = 100
LARGEST_AMOUNT = 1e13  # beyond it a float does not hold cents
OLDEST_YEAR = 1900


class FoundValues:
    """Values of rows that an import has checked.

    :param list[dict] rows: values of each row, by its position
    """

    def __init__(self, rows):
        self.rows = rows


class HistoricalImport:
    """Finds customers and currencies of all rows, and all that is wrong with them.

    Takes the same few queries for any number of rows.

    :param model: the empty `crm.historical.purchase` of the import
    :param field_names: what each column holds, as for `load`
    :param rows: cells of each row, texts or dates
    :param batch: the batch that the rows will belong to, as far as there is one
    """

    def __init__(self, model, field_names, rows, batch):
        self.env = model.env
        self.company = model.env.company
        self.batch = batch
        self.rows = rows
        self.paths = [models.fix_import_export_id_paths(name) for name in field_names]
        self.columns = {path[0]: index for index, path in enumerate(self.paths)}
        self.labels = {
            name: field["string"]
            for name, field in model.fields_get(attributes=["string"]).items()
        }
        self.messages = []
        self.rates = DatedRates(self.company, self.company.currency_id)
        self.contacts = [None] * len(rows)  # a text stands for a contact to make
        self.customers = [None] * len(rows)
        self.currencies = [self.company.currency_id] * len(rows)
        self.dates = [None] * len(rows)
        self.amounts = [None] * len(rows)

    # -- what is wrong ---------------------------------------------------------

    def check_columns(self):
        """Report columns that are missing, or that an import may not have."""
        missing = [self.labels[name] for name in REQUIRED if name not in self.columns]
        if missing:
            self._report_all(
                self.env._(
                    "Nothing in the file is matched with: %s. Choose the column for "
                    "each of them, or add it to the file.",
                    ", ".join(missing),
                )
            )
        if ".id" in self.columns:
            self._report_all(
                self.env._(
                    "An import only adds purchases, so that it can be undone: it "
                    "cannot change those with a database ID."
                )
            )
        return not self.messages

    def check_rows(self):
        """Report every row that cannot be imported."""
        self._check_customers()
        self._check_dates()
        self._check_amounts("amount", required=True)
        self._check_amounts("margin")
        self._check_currencies()
        self._check_external_ids()
        self._check_references()
        return not self.messages

    def check_file(self):
        """Report if the same purchases were imported before."""
        earlier = self.env["crm.historical.batch"].search(
            [
                ("company_id", "=", self.company.id),
                ("content_hash", "=", self.content_hash()),
                ("state", "=", "done"),
            ],
            limit=1,
        )
        if earlier:
            self._report_all(
                self.env._(
                    "These purchases are there already: %(user)s imported them on "
                    "%(date)s from “%(name)s”. Undo that import first if you want "
                    "to import them again.",
                    user=earlier.user_id.name,
                    date=format_date(self.env, earlier.create_date),
                    name=earlier.name,
                )
            )
        return not self.messages

    def result(self):
        """What `load` returns for a file with errors."""
        messages = self.messages[:MAX_MESSAGES]
        if len(self.messages) > MAX_MESSAGES:
            messages.append(
                {
                    "type": "error",
                    "message": self.env._(
                        "There are %(count)s errors in the file; the first "
                        "%(shown)s are shown.",
                        count=len(self.messages),
                        shown=MAX_MESSAGES,
                    ),
                }
            )
        return {"ids": False, "messages": messages, "nextrow": 0}

    # -- what was found --------------------------------------------------------

    def content_hash(self):
        """Fingerprint of the purchases: same for any order, format or file name."""
        references = self._texts("reference")
        purchases = sorted(
            f"{contact}|{day}|{amount:.4f}|{currency.id}|{reference}"
            for contact, day, amount, currency, reference in zip(
                self.contacts,
                self.dates,
                self.amounts,
                self.currencies,
                references,
                strict=True,
            )
        )
        return hashlib.sha256("\n".join(purchases).encode()).hexdigest()

    def create_new_customers(self, count):
        """Make the contacts that the first rows name and nobody has yet."""
        names = {text for text in self.contacts[:count] if isinstance(text, str)}
        if names:
            ordered = sorted(names)
            partners = self.env["res.partner"].create(
                [{"name": name} for name in ordered]
            )
            made = dict(zip(ordered, partners.ids, strict=True))
            self.contacts = [made.get(text, text) for text in self.contacts]

    def found_values(self, count, batch):
        """Values of the first rows that were found here instead of by `load`."""
        convert = self.rates.convert
        rows = [
            {
                "batch_id": batch.id,
                "partner_id": contact,
                "currency_id": currency.id,
                "company_amount": convert(amount, currency, day),
            }
            for contact, currency, amount, day in zip(
                self.contacts[:count],
                self.currencies[:count],
                self.amounts[:count],
                self.dates[:count],
                strict=True,
            )
        ]
        return FoundValues(rows)

    def other_columns(self, count):
        """Names and cells of the other columns of the first rows, for `load`."""
        keep = [
            index
            for index, path in enumerate(self.paths)
            if path[0] not in ("partner_id", "currency_id")
        ]
        names = ["/".join(self.paths[index]) for index in keep]
        return names, [[row[index] for index in keep] for row in self.rows[:count]]

    # -- one column each -------------------------------------------------------

    def _check_customers(self):
        texts = self._texts("partner_id")
        path = tuple(self.paths[self.columns["partner_id"]][1:])
        distinct = {text for text in texts if text}
        found = LOOKUPS[path](self.env, self.company, distinct)
        enabled = self.env.context.get("name_create_enabled_fields") or {}
        may_create = not path and enabled.get("partner_id")
        problems = {
            text: self._customer_problem(text, found.get(text, ()))
            for text in distinct
            if len(found.get(text, ())) != 1 and (text in found or not may_create)
        }
        problems[""] = self.env._("The customer is missing.")
        for row, text in enumerate(texts):
            if text in problems:
                self._report(row, "partner_id", problems[text])
            elif text in found:
                self.contacts[row], self.customers[row] = found[text][0]
            else:
                self.contacts[row] = text

    def _customer_problem(self, text, matches):
        if not matches:
            return self.env._(
                "No customer has “%s” as reference, e-mail, tax number or name.", text
            )
        partners = self.env["res.partner"].browse([m.partner_id for m in matches[:3]])
        names = [
            f"{partner.display_name} ({partner.ref})"
            if partner.ref
            else partner.display_name
            for partner in partners
        ]
        if len(matches) > 3:
            names.append("…")
        return self.env._(
            "“%(text)s” may be any of %(count)s customers: %(names)s. Say which one "
            "by its reference or its database ID.",
            text=text,
            count=len(matches),
            names=", ".join(names),
        )

    def _check_dates(self):
        today = fields.Date.context_today(self.env["crm.historical.purchase"])
        cells = self._cells("date")
        days = {}
        for cell in set(cells):
            days[cell] = self._day(cell, today)
        for row, cell in enumerate(cells):
            day, problem = days[cell]
            self.dates[row] = day
            if problem:
                self._report(row, "date", problem)

    def _day(self, cell, today):
        """The day in a cell, and what is wrong with it."""
        if not cell:
            return None, self.env._("The date is missing.")
        try:
            day = fields.Date.to_date(cell)
        except ValueError:
            return None, self.env._(
                "“%s” is not a date. Write dates as 2020-12-31, or choose another "
                "date format.",
                cell,
            )
        if day > today:
            return day, self.env._("%s is in the future.", format_date(self.env, day))
        if day.year < OLDEST_YEAR:
            return day, self.env._("%s is too long ago.", day.isoformat())
        return day, None

    def _check_amounts(self, name, required=False):
        if name not in self.columns:
            return
        amounts = self.amounts if name == "amount" else [None] * len(self.rows)
        for row, text in enumerate(self._texts(name)):
            if not text:
                if required:
                    self._report(row, name, self.env._("The amount is missing."))
                continue
            try:
                amounts[row] = float(text)
            except ValueError:
                amounts[row] = math.nan
            if not abs(amounts[row]) < LARGEST_AMOUNT:
                self._report(
                    row, name, self.env._("“%s” is not a usable amount.", text)
                )

    def _check_currencies(self):
        index = self.columns.get("currency_id")
        if index is None:
            return
        texts = self._texts("currency_id")
        known = {
            str(key).lower(): currency
            for currency in self.env["res.currency"].search([])
            for key in self._currency_keys(currency, self.paths[index][1:])
        }
        used = {known[text.lower()] for text in texts if text.lower() in known}
        self.rates = DatedRates(self.company, self.env["res.currency"].union(*used))
        for row, text in enumerate(texts):
            currency = known.get(text.lower(), self.company.currency_id)
            self.currencies[row] = currency
            if text and text.lower() not in known:
                problem = self.env._("“%s” is not an active currency.", text)
                self._report(row, "currency_id", problem)
            elif not self.rates.is_known(currency):
                problem = self.env._("There is no exchange rate of %s.", currency.name)
                self._report(row, "currency_id", problem)

    def _currency_keys(self, currency, subfield):
        if subfield == [".id"]:
            return [currency.id]
        if subfield == ["id"]:
            return [currency.get_external_id()[currency.id]]
        return [currency.name, currency.full_name]

    def _check_external_ids(self):
        if "id" not in self.columns:
            return
        texts = self._texts("id")
        full = [text if "." in text else f"__import__.{text}" for text in texts]
        data = self.env["ir.model.data"].sudo()
        known = {
            f"{module}.{name}"
            for _id, module, name, _model, _res_id, _noupdate, exists in (
                data._lookup_xmlids(
                    [name for name, text in zip(full, texts, strict=True) if text],
                    self.env["crm.historical.purchase"],
                )
            )
            if exists
        }
        seen = set()
        for row, (name, text) in enumerate(zip(full, texts, strict=True)):
            if text and (name in known or name in seen):
                self._report(
                    row, "id", self.env._("The purchase “%s” is there already.", text)
                )
            seen.add(name)

    def _check_references(self):
        """Report sales that are in Odoo already, or twice in the file.

        A reference may repeat in a file: the lines of one sale.
        """
        if "reference" not in self.columns:
            return
        references = self._texts("reference")
        recorded = self._recorded_sales({text for text in references if text})
        seen = set()
        for row, reference in enumerate(references):
            customer, day = self.customers[row], self.dates[row]
            if not (reference and customer and day):
                continue
            line = (customer, day, reference, self.amounts[row])
            where = recorded.get((customer, reference))
            if where and (None in where or day in where):
                self._report(
                    row,
                    "reference",
                    self.env._(
                        "“%(reference)s” of this customer is recorded already: "
                        "%(place)s.",
                        reference=reference,
                        place=where.get(None) or where[day],
                    ),
                )
            elif line in seen:
                self._report(
                    row,
                    "reference",
                    self.env._(
                        "“%s” is twice in the file, with the same customer, date and "
                        "amount.",
                        reference,
                    ),
                )
            seen.add(line)

    def _recorded_sales(self, references):
        """Where sales with these references are recorded, by customer.

        :return: for each customer and reference, the place by day; the day is None
            for Odoo's own documents, whose reference alone tells the sale
        :rtype: dict[tuple[int, str], dict[date | None, str]]
        """
        if not references:
            return {}
        transactions = self.env["crm.customer.transaction"]
        labels = dict(transactions._fields["source"]._description_selection(self.env))
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT t.partner_id, t.reference, t.source, t.date, batch.name
                  FROM (%s) t
                  LEFT JOIN crm_historical_purchase purchase
                    ON t.source = 'history' AND purchase.id = t.res_id
                  LEFT JOIN crm_historical_batch batch ON batch.id = purchase.batch_id
                 WHERE t.company_id = %s AND t.reference = ANY(%s)
                   AND (batch.id IS NULL OR batch.id != %s)
                """,
                transactions._transactions(),
                self.company.id,
                list(references),
                self.batch.id or 0,
            )
        )
        recorded = defaultdict(dict)
        for customer, reference, source, day, batch in rows:
            place = batch or labels[source]
            key = day if source == "history" else None
            recorded[customer, reference][key] = place
        return recorded

    # -- cells and messages ----------------------------------------------------

    def _cells(self, name):
        index = self.columns.get(name)
        if index is None:
            return [""] * len(self.rows)
        return [
            cell.strip() if isinstance(cell, str) else cell
            for cell in (row[index] for row in self.rows)
        ]

    def _texts(self, name):
        return [str(cell) if cell else "" for cell in self._cells(name)]

    def _report(self, row, name, message):
        """Report an error of a row, to be shown with the column that holds it."""
        self.messages.append(
            {
                "type": "error",
                "message": message,
                "rows": {"from": row, "to": row},
                "record": row,
                "field": name,
                "field_name": self.labels.get(name, name),
                "field_path": list(self.paths[self.columns[name]]),
            }
        )

    def _report_all(self, message):
        """Report an error of the file as a whole."""
        self.messages.append({"type": "error", "message": message})
