import hashlib
import re
from datetime import datetime

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from odoo.addons.base_import.models.base_import import ImportValidationError

# Every call reads the whole file again, which takes seconds for a large one: fewer
# and larger parts than other imports have.
SMALLEST_PART = 20_000
NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\ufffd]")
SWAP = {"%d": "%m", "%m": "%d"}


def swapped(date_format):
    """The date format with day and month the other way round."""
    return re.sub("%d|%m", lambda match: SWAP[match[0]], date_format)


def two_ways(cells, date_format):
    """A text that may be two days, if no cell tells which one is meant; else None."""
    if date_format.lower().startswith("%y") or not all(
        part in date_format for part in SWAP
    ):
        return None
    example = None
    for cell in dict.fromkeys(cells):
        day = as_day(cell, date_format)
        other = as_day(cell, swapped(date_format))
        if day and not other:
            return None
        if day and day != other:
            example = example or cell
    return example


def as_day(cell, date_format):
    """The day in a text, None if there is none in this format."""
    try:
        return datetime.strptime(cell.strip(), date_format).date()
    except (AttributeError, ValueError):
        return None


class BaseImportImport(models.TransientModel):
    """Odoo's import dialog, where it imports historical purchases."""

    _inherit = "base_import.import"

    guessed_date_format = fields.Char(help="Found by the dialog, not by the user.")
    date_question = fields.Char(help="File and date format that the user was asked.")

    def _imports_history(self):
        return self.res_model == "crm.historical.purchase"

    def execute_import(self, fields, columns, options, dryrun=False):
        """Tell `load` which file the rows are from, and count rows in that file."""
        if not self._imports_history():
            return super().execute_import(fields, columns, options, dryrun=dryrun)
        skip = int(options.get("skip") or 0)
        limit = options.get("limit")
        options = dict(options, limit=limit and max(int(limit), SMALLEST_PART))
        part = self.with_context(
            historical_import={
                "id": self.id,
                "name": self.file_name,
                "skip": skip,
                "dryrun": dryrun,
            }
        )
        result = super(BaseImportImport, part).execute_import(
            fields, columns, options, dryrun=dryrun
        )
        for message in result["messages"]:
            if message.get("rows"):
                message["rows"] = {
                    end: row + skip for end, row in message["rows"].items()
                }
                message["record"] = message["rows"]["from"]
                message["in_file"] = True
        return result

    def _read_file(self, options):
        """Give all rows the cells of the first one.

        Programs leave empty cells at the end of a row out; more cells than columns
        are a comma that should have been quoted, and shift what they hold.
        """
        if not self._imports_history():
            return super()._read_file(options)
        if not self.file:
            return 0, []
        count, rows = self._read_table(options)
        self._check_table(rows, options)
        width = len(rows[0])
        for number, row in enumerate(rows):
            if any(row[width:]):
                raise ImportValidationError(
                    self.env._(
                        "Row %(row)s of the file has more cells than the first row. "
                        "A text or number with a comma in it needs quotes.",
                        row=number + 1,
                    )
                )
        return count, [row[:width] + [""] * (width - len(row)) for row in rows]

    def _read_table(self, options):
        """Read the file; one that cannot be read is an error to show, no crash."""
        try:
            return super()._read_file(options)
        except ImportValidationError:
            raise
        except (UserError, ValueError) as error:
            raise ImportValidationError(
                self.env._(
                    "“%(name)s” cannot be read: it is damaged, or no table. Save it "
                    "as CSV or XLSX and try again. (%(error)s)",
                    name=self.file_name or "",
                    error=error,
                )
            ) from error

    def _check_table(self, rows, options):
        """Refuse a file without any row to import, and what is no text."""
        if any(NO_TEXT.search(str(cell)) for row in rows[:10] for cell in row):
            raise ImportValidationError(
                self.env._(
                    "“%s” is no table. Save it as CSV or XLSX and try again.",
                    self.file_name or "",
                )
            )
        if not rows:
            raise ImportValidationError(self.env._("The file has no rows."))
        if options.get("has_headers") and len(rows) == 1:
            raise ImportValidationError(
                self.env._("The file has titles of columns, but no purchase below.")
            )

    def _try_match_date_time(self, preview_values, options):
        """Never guess year, day, month: one wrong date would turn all the others."""
        given = options.get("date_format")
        types = super()._try_match_date_time(preview_values, options)
        if self._imports_history() and not given:
            guess = options.get("date_format") or ""
            day, month = guess.find("%d"), guess.find("%m")
            if guess.lower().startswith("%y") and day < month:
                options["date_format"] = swapped(guess)
            if self and options.get("date_format"):
                self.guessed_date_format = options["date_format"]
        return types

    def _parse_float_from_data(self, data, index, name, options):
        """Leave what is no number for `load`, which reports it by row."""
        if not self._imports_history():
            return super()._parse_float_from_data(data, index, name, options)
        for row in data:
            cell = row[index]
            try:
                super()._parse_float_from_data([row], index, name, options)
            except (ImportValidationError, AttributeError):
                row[index] = cell
        return None

    def _parse_date_from_data(self, data, index, name, field_type, options):
        """Leave what is no date for `load`, which reports it by row."""
        if not self._imports_history():
            return super()._parse_date_from_data(data, index, name, field_type, options)
        if not options.get("skip"):
            self._ask_for_date_format([row[index] for row in data], options)
        for row in data:
            cell = row[index]
            try:
                super()._parse_date_from_data([row], index, name, field_type, options)
            except ImportValidationError:
                row[index] = cell
        return None

    def _ask_for_date_format(self, cells, options):
        """Stop once if nobody chose the date format and the file does not prove it."""
        date_format = options.get("date_format") or ""
        if date_format != (self.guessed_date_format or ""):
            return
        question = f"{date_format} {hashlib.sha256(self.file).hexdigest()}"
        example = two_ways(cells, date_format)
        if not example or question == self.date_question:
            return
        self.date_question = question
        raise ImportValidationError(
            self.env._(
                "Every date of the file can be read in two ways: “%(text)s” would be "
                "imported as %(day)s. If that is right, go on; if the day and the "
                "month are the other way round, choose the date format first.",
                text=example,
                day=format_date(
                    self.env,
                    as_day(example, date_format),
                    date_format="d MMMM yyyy",
                ),
            ),
            error_type="warning",
        )
