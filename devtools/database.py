"""Databases that ./dev makes, and the templates that make them quick.

A database of ours is made under another name and renamed when it is complete; its
comment holds the key of what it was made from. So a database without that comment
is somebody else's, and is left alone.
"""

import os
import re
import shutil
import time

from .cache import key_of, lock, need_room
from .console import DevError, say, step
from .odoo import loading_progress
from .postgres import psql
from .process import run_logged
from .venv import pins

MARK = "made by ./dev of crm_value_chain: "
PROBLEM = re.compile(r" (WARNING|ERROR|CRITICAL) ")
KEPT_TEMPLATES = 6
DROP_TRIES = 15


def database_name(name):
    """Return `name` with the prefix that DEV_DB_PREFIX asks for."""
    full = os.environ.get("DEV_DB_PREFIX", "") + name
    if not re.fullmatch(r"[a-z_][a-z0-9_-]{0,50}", full):
        raise DevError(
            f"{full!r} is no name for a database: use small letters, digits, - and _."
        )
    return full


class Databases:
    """The databases of one Odoo's server, with their filestores."""

    def __init__(self, odoo):
        self.odoo = odoo
        self.server = odoo.server

    def _sql(self, statement):
        return psql(self.server, statement)

    def comment(self, name):
        """Return the comment of the database; None if there is no such database."""
        rows = self._sql(
            "SELECT coalesce(shobj_description(oid, 'pg_database'), '') "
            f"FROM pg_database WHERE datname = '{name}'"
        )
        return rows[0][0] if rows else None

    def exists(self, name):
        return self.comment(name) is not None

    def key(self, name):
        """Return what the database was made from; None if it is not ours."""
        comment = self.comment(name) or ""
        return comment.removeprefix(MARK) if comment.startswith(MARK) else None

    def set_key(self, name, key):
        self._sql(f"COMMENT ON DATABASE \"{name}\" IS '{MARK}{key}'")

    def ensure_ours(self, name):
        """Stop if there is a database `name` which ./dev has not made."""
        if self.exists(name) and self.key(name) is None:
            raise DevError(
                f"There is a database {name!r} that ./dev has not made. It is left "
                "alone:\nchoose another name with --database, or drop it yourself."
            )

    def users(self, name):
        """Return the numbers of the server processes with this database open."""
        return self._sql(f"SELECT pid FROM pg_stat_activity WHERE datname = '{name}'")

    def installed(self, name):
        """Return the names of the modules that are installed in the database."""
        statement = "SELECT name FROM ir_module_module WHERE state = 'installed'"
        return {row[0] for row in psql(self.server, statement, name)}

    def filestore(self, name):
        return self.odoo.data_dir / "filestore" / name

    def drop(self, name):
        for patience in range(DROP_TRIES, 0, -1):
            try:
                self._sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
                break
            except DevError as error:
                # PostgreSQL cleans up in it (autovacuum), which only its superuser
                # may end: that takes a moment
                if patience == 1 or "terminate process" not in str(error):
                    raise
                time.sleep(2)
        shutil.rmtree(self.filestore(name), ignore_errors=True)

    def copy(self, source, name):
        """Make `name` a copy of `source`; files of a filestore never change, so
        hard links will do."""
        self.drop(name)
        self._sql(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
        if self.filestore(source).exists():
            shutil.copytree(
                self.filestore(source), self.filestore(name), copy_function=os.link
            )

    def publish(self, draft, name, key):
        """Give the complete database `draft` its name."""
        self.drop(name)
        self._sql(f'ALTER DATABASE "{draft}" RENAME TO "{name}"')
        if self.filestore(draft).exists():
            self.filestore(draft).rename(self.filestore(name))
        self.set_key(name, key)

    def run_odoo(self, title, database, *arguments):
        """Run Odoo on `database` until its modules are loaded; return its log."""
        command = self.odoo.command(
            *("-d", database, "--stop-after-init", "--no-http"),
            *("--max-cron-threads=0", *arguments),
        )
        with step(title) as shown:
            return run_logged(
                command,
                f"odoo-{database}",
                lambda line: shown.update(loading_progress(line)),
                env=self.odoo.environment(),
            )

    def install(self, title, database, modules, mode="-i", demo=False):
        """Install (-i) or update (-u) modules, and show what Odoo complains about."""
        options = ["--with-demo"] if demo else []
        log = self.run_odoo(title, database, mode, ",".join(modules), *options)
        for line in filter(PROBLEM.search, log):
            say(f"    {line}")

    def template(self, modules, demo):
        """Return the name of a database with `modules`, made if there is none."""
        key = key_of(self.odoo.source.key, *pins(), *modules, demo)
        name = f"template_{key}"
        with lock(name):
            if self.key(name) != key:
                self._make_template(name, key, modules, demo)
        return name

    def _make_template(self, name, key, modules, demo):
        need_room(400)
        draft = f"{name}_draft"
        self.drop(draft)
        data = "with" if demo else "without"
        title = f"Installing {', '.join(modules)} {data} demo data (once)"
        options = ["--with-demo"] if demo else []
        self.run_odoo(title, draft, "-i", ",".join(modules), *options)
        self.publish(draft, name, key)
        self._drop_old_templates()

    def _drop_old_templates(self):
        rows = self._sql(
            "SELECT datname FROM pg_database WHERE datname ~ '^template_[0-9a-f]{12}$' "
            f"ORDER BY oid DESC OFFSET {KEPT_TEMPLATES}"
        )
        for (name,) in rows:
            self.drop(name)
