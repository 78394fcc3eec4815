"""What a number is: pure formulas, without Odoo."""
