"""./dev check: the linters, each with its verdict, and one line at the end."""

import os
import subprocess
from dataclasses import dataclass, field

from .addons import addon_paths
from .cache import REPO, clone_id, folder, lock
from .console import DevError, say, step
from .database import Databases, database_name
from .node import Node
from .odoo import Odoo
from .testing import prepare
from .venv import get_venv

ODOO_MESSAGES = (
    "used-before-assignment,undefined-variable,eval-used,unreachable,"
    "function-redefined,sql-injection,missing-gettext,gettext-variable,"
    "gettext-placeholders,gettext-repr,raise-unlink-override"
)
ODOO_CHECKERS = (
    "_pylint_path_setup,pylint.extensions.bad_builtin,_odoo_checker_sql_injection,"
    "_odoo_checker_gettext,_odoo_checker_unlink_override"
)
# The tests of Odoo's test_lint that mean something for the addons of others. Left
# out: test_checkers (tests the checkers), test_pylint (run here as a linter of its
# own), test_eslint (asks for an old eslint), test_l10n (l10n modules only).
ODOO_LINT_TESTS = (
    *("docstring", "dunderinit", "i18n", "index", "jstranslate", "manifests"),
    *("markers", "naming", "onchange_domains", "orm_import", "override_signatures"),
    *("pofile", "routes", "test_holes"),
)


@dataclass
class Check:
    """A linter: what it is called and how it is run."""

    title: str
    command: list
    environment: dict = field(default_factory=dict)

    def run(self):
        """Run it and return what it complains about, or nothing."""
        result = subprocess.run(
            [str(part) for part in self.command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=REPO,
            env={**os.environ, **self.environment},
        )
        if result.returncode == 0:
            return ""
        return result.stdout.strip() or f"exit code {result.returncode}"


def run_checks(options):
    """Run all checks and return 0 if none complained."""
    checks = [*python_checks(options.fix)]
    if not options.no_node:
        checks += node_checks(options.fix)
    failed = [check.title for check in checks if not passes(check)]
    if not options.quick:
        checks.append("Odoo's lint tests")
        failed += [] if odoo_lint_passes() else checks[-1:]
    say(f"\ncheck: {len(checks) - len(failed)} passed, {len(failed)} failed")
    for title in failed:
        say(f"    failed: {title}")
    return 1 if failed else 0


def passes(check):
    """Run a check, show what it complains about, tell whether it is content."""
    with step(check.title) as shown:
        complaint = check.run()
        shown.outcome = "FAILED" if complaint else "ok"
    if complaint:
        say(complaint + "\n")
    return not complaint


def python_checks(fix):
    """Return the checks that are Python programs."""
    programs = get_venv() / "bin"
    addons = [path.relative_to(REPO) for path in addon_paths()]
    ruff, python = programs / "ruff", programs / "python"
    options = ["--no-cache", "--force-exclude"]
    sources = [*addons, "dev", "devtools"]
    lint = [ruff, "check", "-q", "--output-format=concise", *options]
    yield Check("ruff", [*lint, *(["--fix"] if fix else []), *sources])
    formats = [] if fix else ["--check"]
    yield Check("ruff format", [ruff, "format", "-q", *options, *formats, *sources])
    yield Check("pylint-odoo", [python, "-m", "pylint", "--rcfile=.pylintrc", *addons])
    yield from oca_checks(programs, addons)
    for addon in addons:
        if (REPO / addon / "analytics").is_dir():
            yield types_check(python, addon)
    yield odoo_pylint(python, addons)


def node_checks(fix):
    """Return the checks that are Node.js programs."""
    node = Node()
    yield Check("prettier", node.prettier(fix), node.environment())
    yield Check("eslint", node.eslint(fix), node.environment())


def oca_checks(programs, addons):
    """Return OCA's checks of XML, CSV and translation files."""
    yield Check(
        "OCA's checks of addons", [programs / "oca-checks-odoo-module", *addons]
    )
    translations = [po for addon in addons for po in (REPO / addon).glob("i18n/*.po*")]
    if translations:
        command = [programs / "oca-checks-po", "--disable=po-pretty-format"]
        yield Check("OCA's checks of translations", [*command, *translations])


def types_check(python, addon):
    """Return mypy's check of the typed part of an addon."""
    cache_dir = folder("clone", clone_id()) / "mypy"
    command = [python, "-m", "mypy", "--explicit-package-bases", "--cache-dir"]
    return Check(
        f"mypy {addon}/analytics",
        [*command, cache_dir, addon / "analytics"],
        {"MYPYPATH": str(REPO / addon)},
    )


def odoo_pylint(python, addons):
    """Return the check of our addons by Odoo's own plugins for pylint."""
    odoo = Odoo()
    checkers = lint_tests_folder(odoo)
    paths = [*map(str, odoo.source.addons_paths), str(REPO)]
    return Check(
        "Odoo's pylint plugins",
        [
            *(python, "-m", "pylint", f"--rcfile={os.devnull}", "--score=n"),
            "--disable=all,useless-option-value,unknown-option-value",
            f"--enable={ODOO_MESSAGES}",
            *(f"--load-plugins={ODOO_CHECKERS}", "--bad-functions=input", *addons),
        ],
        {
            "PYTHONPATH": os.pathsep.join([str(checkers), str(odoo.source.root)]),
            "ADDONS_PATH": os.pathsep.join(paths),
        },
    )


def lint_tests_folder(odoo):
    """Return the folder of Odoo's module test_lint with its tests."""
    for path in odoo.source.addons_paths:
        if (path / "test_lint").is_dir():
            return path / "test_lint" / "tests"
    raise DevError("This Odoo lacks the module test_lint: use another, or --quick.")


def odoo_lint_passes():
    """Run Odoo's lint tests on a database with our addons."""
    odoo = Odoo()
    name = database_name(f"test_{clone_id()}")
    with lock(f"database-{name}"):
        try:
            prepare(Databases(odoo), name, demo=True)
        except DevError as error:
            say(f"{error}\n")
            return False
        return passes(Check("Odoo's lint tests", *odoo_lint_command(odoo, name)))


def odoo_lint_command(odoo, name):
    """Return the command and environment for Odoo's lint tests."""
    tests = lint_tests_folder(odoo)
    files = [tests / f"test_{topic}.py" for topic in ODOO_LINT_TESTS]
    environment = odoo.environment()
    paths = (environment["PYTHONPATH"], str(REPO))
    environment["PYTHONPATH"] = os.pathsep.join(paths)
    command = [
        *(odoo.python, "-m", "pytest", "-p", "devtools.odoo_lint", "-q", "--tb=short"),
        *(f"--odoo-config={odoo.config}", f"--odoo-database={name}"),
        *("-o", f"cache_dir={folder('clone', clone_id()) / 'pytest'}"),
        *(file for file in files if file.exists()),
    ]
    return command, environment
