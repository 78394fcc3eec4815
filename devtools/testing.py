"""./dev test: all tests of all addons, on a database of their own.

Two layers keep it quick: a template with the modules that we depend on, and on it
one with our addons, made again only when something changed that a database depends
on. Each run works on a fresh copy of the latter, which takes half a second.
"""

import os
import re

from . import process
from .addons import NEIGHBOURS, addon_names, dependencies, installed_key
from .cache import REPO, clone_id, folder, lock
from .chromium import get_chromium
from .database import Databases, database_name
from .odoo import Odoo


def run_tests(options, arguments):
    """Run the tests and return the exit code of the test runner."""
    odoo = Odoo()
    environment = {**odoo.environment(), **browser_environment(odoo)}
    databases = Databases(odoo)
    demo = not options.without_demo
    base = options.database or f"test_{clone_id()}" + ("" if demo else "_bare")
    name = database_name(base)
    with lock(f"database-{name}"):
        prepare(databases, name, demo)
        if options.odoo_runner:
            command = native_command(odoo, name, arguments)
        else:
            command = pytest_command(odoo, name, arguments)
        return process.call(command, env=environment, cwd=REPO)


def browser_environment(odoo):
    """Return the PATH on which Odoo finds the browser, which it looks up by name."""
    path = odoo.environment()["PATH"]
    return {"PATH": os.pathsep.join([str(get_chromium().parent), path])}


def prepare(databases, name, demo):
    """Make `name` a fresh database with our addons."""
    databases.ensure_ours(name)
    template = databases.template([*dependencies(), *NEIGHBOURS], demo)
    key = f"{template} {installed_key()}"
    installed = f"{name}_installed"
    if databases.key(installed) != key:
        draft = f"{name}_draft"
        databases.copy(template, draft)
        names = addon_names()
        databases.install(f"Installing {', '.join(names)}", draft, names, demo=demo)
        databases.publish(draft, installed, key)
    databases.copy(installed, name)
    databases.set_key(name, key)


def pytest_command(odoo, name, arguments):
    """Return the command for pytest with the user's arguments."""
    paths = [] if any(map(names_tests, arguments)) else addon_names()
    return [
        *(odoo.python, "-m", "pytest", f"--odoo-config={odoo.config}"),
        *(f"--odoo-database={name}", "--odoo-http"),
        *("-o", f"cache_dir={folder('clone', clone_id()) / 'pytest'}"),
        *arguments,
        *paths,
    ]


def names_tests(argument):
    """Tell whether an argument is a file or folder, maybe with a test in it."""
    path = argument.split("::")[0]
    return not argument.startswith("-") and (REPO / path).exists()


def native_command(odoo, name, arguments):
    """Return the command for Odoo's own test runner."""
    names = addon_names()
    tags = ",".join(f"/{addon}" for addon in names)
    given = any(re.match("--test-tags", argument) for argument in arguments)
    return odoo.command(
        *("-d", name, "-u", ",".join(names), "--stop-after-init"),
        *([] if given else ["--test-tags", tags]),
        *arguments,
    )
