"""./dev demo: Odoo with our addons and demo data, scored and served."""

from contextlib import suppress

from .addons import addon_names, dependencies, installed_key
from .cache import folder, lock
from .console import say, step
from .database import Databases, database_name
from .odoo import Odoo
from .process import run_logged
from .serving import OdooServer, ensure_free, ensure_not_served

ACTIONS = (
    "ir_cron_retention_scoring",
    "ir_cron_portfolio_segmentation",
    "ir_cron_duplicate_scan",
)
RUN_ACTIONS = """
for name in {names!r}:
    action = env.ref("crm_value_chain." + name, raise_if_not_found=False)
    print("Running", action.name if action else name + ": there is none", flush=True)
    if action:
        action.method_direct_trigger()
        env.cr.commit()
"""


def run_demo(options):
    """Set up the demo database and, unless told otherwise, serve it."""
    name = database_name(options.database)
    ensure_not_served(name)
    if not options.no_serve:
        ensure_free(options.port)
    odoo = Odoo()
    with lock(f"database-{name}"):
        prepare(odoo, name, options.fresh)
    if options.no_serve:
        other = "" if options.database == "demo" else f" --database {options.database}"
        say(f"\nThe database {name!r} is ready. Serve it: ./dev demo{other}")
        return 0
    return serve(odoo, name, options.port)


def prepare(odoo, name, fresh):
    """Make the demo database, or update it if the addons have changed."""
    databases = Databases(odoo)
    databases.ensure_ours(name)
    key = f"{odoo.source.key} {installed_key()}"
    if fresh or not databases.exists(name):
        create(databases, name, key)
    elif databases.key(name) != key:
        names = addon_names()
        present = [addon for addon in names if addon in databases.installed(name)]
        databases.install(f"Updating {', '.join(names)}", name, present, mode="-u")
        missing = [addon for addon in names if addon not in present]
        if missing:
            databases.install(f"Installing {', '.join(missing)}", name, missing)
        run_actions(odoo, name)
        databases.set_key(name, key)


def create(databases, name, key):
    """Make the demo database anew."""
    template = databases.template(dependencies(), demo=True)
    draft = f"{name}_draft"
    databases.copy(template, draft)
    names = addon_names()
    databases.install(f"Installing {', '.join(names)}", draft, names, demo=True)
    run_actions(databases.odoo, draft)
    databases.publish(draft, name, key)


def run_actions(odoo, name):
    """Run the scheduled actions, so that the screens have scores to show."""
    script = folder("run") / "scheduled_actions.py"
    script.write_text(RUN_ACTIONS.format(names=ACTIONS))
    with step("Running the scheduled actions") as shown, script.open() as text:
        run_logged(
            odoo.command("shell", "-d", name, "--no-http", "--log-level=warn"),
            f"actions-{name}",
            lambda line: shown.update(line.strip() if "Running" in line else None),
            env=odoo.environment(),
            stdin=text,
        )


def serve(odoo, name, port):
    """Serve until Ctrl-C."""
    with OdooServer(odoo, name, port) as server:
        say(
            f"\n    {server.url}\n"
            "    login: admin   password: admin   (all rights)\n"
            "    login: demo    password: demo    (a salesperson)\n"
            "    login: accountant, password: accountant\n"
            f"\nLog: {server.log}\nCtrl-C ends it."
        )
        with suppress(KeyboardInterrupt):
            server.wait()
        say("Stopped.")
    return 0
