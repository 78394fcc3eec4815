"""./dev screenshots: pictures of the demo, and errors on the browser's console."""

import json
import re
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from . import demo
from .browser import Browser
from .cache import REPO, lock
from .console import DevError, say, step
from .database import database_name
from .odoo import Odoo
from .screens import SCREENS, Screen
from .serving import OdooServer, free_port, running_server


def run_screenshots(options):
    """Take the pictures and return 0 if no page complained."""
    screens = [chosen_screen(options)] if options.url else SCREENS
    if not screens:
        raise DevError("There is no picture in devtools/screens.py yet: use --url.")
    with served(database_name(options.database)) as (url, database):
        broken = [screen for screen in screens if not take(screen, url, database)]
    say(f"\nscreenshots: {len(screens) - len(broken)} fine, {len(broken)} with errors")
    return 1 if broken else 0


def chosen_screen(options):
    """Return the picture that the command line asks for."""
    return Screen(
        file=str(Path(options.out).absolute()),
        url=options.url,
        wait=options.wait or Screen.wait,
        size=options.size,
        login=options.login,
        click=tuple(options.click),
        hover=options.hover,
    )


@contextmanager
def served(name):
    """Serve the demo database, unless `./dev demo` does so already."""
    known = running_server(name)
    if known:
        yield f"http://localhost:{known[1]}", name
        return
    odoo = Odoo()
    with lock(f"database-{name}"):
        demo.prepare(odoo, name, fresh=False)
    with OdooServer(odoo, name, free_port()) as server:
        yield server.url, name


def take(screen, url, database):
    """Take one picture, show the errors of its page; tell if there were none."""
    with step(screen.file), Browser() as browser:
        browser.resize(*window_size(screen.size))
        session = log_in(url, database, screen.login)
        browser.set_cookie(url, "session_id", session)
        browser.open(url + screen.url)
        browser.wait_for(screen.wait)
        for selector in screen.click:
            browser.click(selector)
        if screen.hover:
            browser.hover(screen.hover)
        browser.screenshot(REPO / screen.file)
    for error in browser.errors:
        say(f"    console error: {error}")
    return not browser.errors


def window_size(text):
    match = re.fullmatch(r"(\d+)x(\d+)", text)
    if not match:
        raise DevError(f"A size looks like 1400x900, not {text!r}.")
    return int(match[1]), int(match[2])


def log_in(url, database, login):
    """Return the session of a demo user, whose password is the login."""
    parameters = {"db": database, "login": login, "password": login}
    request = urllib.request.Request(
        f"{url}/web/session/authenticate",
        json.dumps({"jsonrpc": "2.0", "params": parameters}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as reply:
        answer = json.load(reply)
        cookies = reply.headers.get_all("Set-Cookie", [])
    if not answer.get("result", {}).get("uid"):
        raise DevError(f"The user {login!r} cannot log in with that as the password.")
    return re.search("session_id=([^;]+)", " ".join(cookies))[1]
