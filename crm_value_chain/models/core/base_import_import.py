import re

from odoo import models

from odoo.addons.base_import.models.base_import import ImportValidationError

# Every call reads the whole file again, which takes seconds for a large one: fewer
# and larger parts than other imports have.
SMALLEST_PART = 20_000


class BaseImportImport(models.TransientModel):
    """Odoo's import dialog, where it imports historical purchases."""

    _inherit = "base_import.import"

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
        count, rows = super()._read_file(options)
        width = len(rows[0]) if rows else 0
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

    def _try_match_date_time(self, preview_values, options):
        """Never guess year, day, month: one wrong date would turn all the others."""
        given = options.get("date_format")
        types = super()._try_match_date_time(preview_values, options)
        if self._imports_history() and not given:
            guess = options.get("date_format") or ""
            day, month = guess.find("%d"), guess.find("%m")
            if guess.lower().startswith("%y") and day < month:
                swap = {"%d": "%m", "%m": "%d"}
                options["date_format"] = re.sub("%d|%m", lambda m: swap[m[0]], guess)
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
        for row in data:
            cell = row[index]
            try:
                super()._parse_date_from_data([row], index, name, field_type, options)
            except ImportValidationError:
                row[index] = cell
        return None
