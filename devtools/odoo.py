"""Running Odoo's own command line, with our configuration."""

import os
import re

from .addons import addon_names
from .cache import REPO, clone_id, folder
from .odoo_source import get_odoo
from .postgres import clean_environment, get_server, program
from .venv import get_venv, python

LOADING = re.compile(r"Loading module (\S+) \((\d+/\d+)\)")

NESTED_COMMANDS = ("db", "i18n", "module")


class Odoo:
    """An Odoo ready to run: source, Python, database server, configuration."""

    def __init__(self):
        self.source = get_odoo()
        self.python = python()
        self.server = get_server()
        self.data_dir = folder("data")
        self.config = self._write_config()

    def _write_config(self):
        paths = [*self.source.addons_paths, *([REPO] if addon_names() else [])]
        options = {
            "addons_path": ",".join(map(str, paths)),
            "data_dir": self.data_dir,
            "db_host": self.server.host,
            "db_port": self.server.port,
            "db_user": self.server.user,
            "http_interface": "127.0.0.1",
        }
        if self.server.password:
            options["db_password"] = self.server.password
        lines = (f"{name} = {value}\n" for name, value in options.items())
        text = "[options]\n" + "".join(lines)
        path = folder("clone", clone_id()) / "odoo.conf"
        if not path.exists() or path.read_text() != text:
            path.touch(mode=0o600)
            path.write_text(text)
        return path

    def environment(self):
        """Return the variables that Odoo and the tests need."""
        programs = (program("psql").parent, get_venv() / "bin")
        variables = {
            **clean_environment(),
            **self.server.environment(),
            "PYTHONPATH": str(self.source.root),
            "PYTHONPYCACHEPREFIX": str(folder("pycache")),
            "PATH": os.pathsep.join([*map(str, programs), os.environ["PATH"]]),
        }
        variables.pop("PYTHONDONTWRITEBYTECODE", None)
        return variables

    def command(self, *arguments):
        """Return the command that runs Odoo with `arguments`.

        A subcommand (shell, i18n export, …) must come before the options.
        """
        base = [self.python, "-W", "ignore::DeprecationWarning", "-m", "odoo"]
        words = 0
        if arguments and not str(arguments[0]).startswith("-"):
            words = 2 if arguments[0] in NESTED_COMMANDS else 1
        base += arguments[:words]
        arguments = arguments[words:]
        return [*base, "-c", self.config, *arguments]


def loading_progress(line):
    """Return how far Odoo is with loading modules, if the log line tells."""
    match = LOADING.search(line)
    return match and f"{match[2]} {match[1]}"
