"""./dev bench: how long the night takes, and what the addon costs its users.

Modules that start with `inside_` run in Odoo's process, in a database; the others
are the command.
"""
