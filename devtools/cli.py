"""The command line of ./dev."""

import argparse
import signal
import sys
from pathlib import Path

from .cache import REPO, cache_dir
from .console import DevError, disk_full, is_disk_full, say

DESCRIPTION = "Develop crm_value_chain: Odoo 19 and all it needs, in one command."
EPILOG = """\
Everything lies in one folder per user: CRM_VALUE_CHAIN_CACHE, else
$XDG_CACHE_HOME/crm_value_chain, else ~/.cache/crm_value_chain. Delete it at will.

environment variables:
  ODOO_PATH        an Odoo 19 to use instead of fetching one
  DEV_DATABASE_URL a PostgreSQL server to use: postgresql://user:password@host:5432
  DEV_DB_PREFIX    put before the names of all databases
"""


def parser():
    main_parser = argparse.ArgumentParser(
        prog="./dev",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = main_parser.add_subparsers(dest="command", required=True)
    for add in COMMANDS:
        add(commands)
    return main_parser


def add_demo(commands):
    command = commands.add_parser("demo", help="serve Odoo with demo data")
    command.add_argument("--port", type=int, default=8069, help="default: 8069")
    command.add_argument(
        "--database", metavar="NAME", default="demo", help="default: demo"
    )
    command.add_argument(
        "--no-serve", action="store_true", help="make the database only"
    )
    command.add_argument(
        "--fresh", action="store_true", help="make the database anew, changes are lost"
    )
    command.set_defaults(run=run_demo)


def add_check(commands):
    command = commands.add_parser("check", help="run all linters")
    command.add_argument("--fix", action="store_true", help="repair what can be")
    command.add_argument(
        "--quick", action="store_true", help="leave out what needs a database"
    )
    command.add_argument(
        "--no-node", action="store_true", help="leave out what needs Node.js"
    )
    command.set_defaults(run=run_check)


def add_stop(commands):
    command = commands.add_parser(
        "stop", help="end the servers that run in the background"
    )
    command.set_defaults(run=run_stop)


def add_test(commands):
    command = commands.add_parser(
        "test",
        help="run all tests; further arguments go to pytest",
        description="Run the tests. Other arguments go to pytest: paths, -k, -x, -q …",
    )
    command.add_argument("--database", metavar="NAME", help="name of the test database")
    command.add_argument(
        "--without-demo", action="store_true", help="on a database without demo data"
    )
    command.add_argument(
        "--odoo-runner",
        action="store_true",
        help="with Odoo's own test runner; further arguments go to Odoo",
    )
    command.set_defaults(run=run_test, passes_on=True)


def add_odoo(commands):
    command = commands.add_parser(
        "odoo",
        help="Odoo's own command line, e.g.: ./dev odoo shell -d demo",
        add_help=False,
        prefix_chars="\0",
    )
    command.add_argument("arguments", nargs="*")
    command.set_defaults(run=run_odoo)


def add_screenshots(commands):
    command = commands.add_parser(
        "screenshots",
        help="renew the pictures of the documentation, or look at any page",
        description="Renew the pictures that devtools/screens.py lists; with --url, "
        "take one of any page. Fails if a page has errors on the browser's console.",
    )
    command.add_argument("--url", metavar="/odoo/crm", help="take a picture of this")
    command.add_argument("--out", metavar="FILE", default="screenshot.png")
    command.add_argument("--login", default="demo", help="user (and password): demo")
    command.add_argument("--size", default="1400x900", help="default: 1400x900")
    command.add_argument("--wait", metavar="SELECTOR", help="what must be on the page")
    command.add_argument(
        "--click", metavar="SELECTOR", action="append", default=[], help="repeatable"
    )
    command.add_argument("--hover", metavar="SELECTOR", default="")
    command.add_argument("--database", metavar="NAME", default="demo")
    command.set_defaults(run=run_screenshots)


def add_holdout(commands):
    command = commands.add_parser(
        "holdout",
        help="print how well the retention score forecasts, on past purchases",
        description="Compare forecasts made at a cut with what came after it. Without "
        "arguments: on the CDNOW sample.",
    )
    command.add_argument(
        "csv", metavar="CSV", nargs="?", help="columns customer_id, date, amount"
    )
    command.add_argument("--cut", metavar="DATE", help="last day that is known")
    command.add_argument("--weeks", metavar="N", help="weeks to forecast")
    command.set_defaults(run=run_holdout)


def add_bench(commands):
    command = commands.add_parser(
        "bench",
        help="measure the nights and what the addon costs its users",
        description="Fill databases with an invented shop, run the nights on them and "
        "print one table. BENCHMARKS.md tells what its rows mean.",
    )
    command.add_argument(
        "--customers",
        metavar="N",
        type=int,
        nargs="+",
        default=[10_000, 100_000],
        help="sizes; default: 10000 100000 (a million needs 15 GB of disk)",
    )
    command.add_argument("--json", metavar="FILE", help="write the figures there, too")
    command.add_argument(
        "--keep", action="store_true", help="keep the databases with the addon"
    )
    command.add_argument(
        "--demo",
        action="store_true",
        help="instead, compare the customer view of the demo data to Odoo's form",
    )
    command.set_defaults(run=run_bench)


def run_screenshots(options, _arguments):
    from . import screenshots

    return screenshots.run_screenshots(options)


def run_demo(options, _arguments):
    from . import demo

    return demo.run_demo(options)


def run_check(options, _arguments):
    from .checks import run_checks

    return run_checks(options)


def run_stop(_options, _arguments):
    from .postgres import Cluster
    from .serving import stop_all

    for database in stop_all():
        say(f"Stopped the server of {database}.")
    if not Cluster().stop():
        say("PostgreSQL is not running.")
    return 0


def run_test(options, arguments):
    from .testing import run_tests

    return run_tests(options, arguments)


def run_odoo(options, _arguments):
    from .odoo import Odoo
    from .process import call

    odoo = Odoo()
    return call(odoo.command(*options.arguments), env=odoo.environment())


def run_holdout(options, _arguments):
    from .process import call
    from .venv import python

    given = [Path(options.csv).resolve()] if options.csv else []
    for name in ("cut", "weeks"):
        if getattr(options, name):
            given += [f"--{name}", getattr(options, name)]
    command = [python(), "-B", "-m", "analytics.holdout", *given]
    return call(command, cwd=REPO / "crm_value_chain")


def run_bench(options, _arguments):
    from .bench.command import run_bench

    return run_bench(options)


COMMANDS = (
    add_demo,
    add_test,
    add_check,
    add_odoo,
    add_screenshots,
    add_holdout,
    add_bench,
    add_stop,
)


def main():
    """Run the command that the user asked for and return the exit code."""
    options, arguments = parser().parse_known_args()
    # being told to end is the same as Ctrl-C: what we started ends with us
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if arguments and not getattr(options, "passes_on", False):
        parser().error(f"unknown arguments: {' '.join(arguments)}")
    try:
        return options.run(options, arguments)
    except KeyboardInterrupt:
        say("\nInterrupted.")
        return 130
    except DevError as error:
        say(f"\ndev: {error}")
    except OSError as error:
        if not is_disk_full(error):
            raise
        say(f"\ndev: {disk_full(cache_dir())}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
