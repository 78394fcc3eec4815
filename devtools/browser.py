"""A headless Chromium, driven over its DevTools protocol."""

import base64
import importlib
import itertools
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from .chromium import get_chromium
from .console import DevError
from .serving import end
from .venv import get_venv

PATIENCE = 30  # seconds for anything to appear
SWITCHES = (
    "--headless",
    "--no-sandbox",  # it visits our own Odoo only, and root cannot have one
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-extensions",
    "--disable-dev-shm-usage",
    "--disable-component-update",
    "--disable-background-networking",
    "--no-first-run",
    "--no-default-browser-check",
    "--hide-scrollbars",
    "--lang=en-US",
    "--remote-debugging-port=0",
    "--remote-allow-origins=*",
)
# The middle of the first visible element, scrolled into view
CENTER = """(() => {{
    const found = [...document.querySelectorAll({0})].find((e) => e.offsetParent);
    if (!found) {{
        return null;
    }}
    found.scrollIntoView({{block: "center", inline: "center"}});
    const box = found.getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
}})()"""
SETTLED = """document.readyState === "complete"
    && document.fonts.status === "loaded"
    && [...document.images].every(
        (image) => image.complete || image.loading === "lazy")
    && !document.querySelector(".o_blockUI, .o_loading_indicator")"""


def websocket():
    """Return the package websocket-client, which lies in our environment."""
    (packages,) = get_venv().glob("lib/python*/site-packages")
    if str(packages) not in sys.path:
        sys.path.append(str(packages))
    return importlib.import_module("websocket")


class Browser:
    """One page of a Chromium that runs as long as the `with` block."""

    def __init__(self):
        self.errors = []
        self._numbers = itertools.count(1)

    def __enter__(self):
        self.profile = Path(tempfile.mkdtemp(prefix="crm_value_chain_browser"))
        self.log = (self.profile / "chromium.log").open("w")
        self.process = subprocess.Popen(
            [
                get_chromium(),
                *SWITCHES,
                f"--user-data-dir={self.profile}",
                "about:blank",
            ],
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
        )
        try:
            self.socket = websocket().create_connection(self._page_address())
        except BaseException:
            self.__exit__()
            raise
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")
        return self

    def __exit__(self, *_exception):
        end(self.process)
        self.log.close()
        shutil.rmtree(self.profile, ignore_errors=True)

    def _page_address(self):
        """Return the address at which the page takes commands."""
        port_file = self.profile / "DevToolsActivePort"
        wait_for(lambda: port_file.exists() and port_file.read_text(), "Chromium")
        port, path = port_file.read_text().split()
        browser = websocket().create_connection(f"ws://127.0.0.1:{port}{path}")
        browser.send(json.dumps({"id": 1, "method": "Target.getTargets"}))
        targets = json.loads(browser.recv())["result"]["targetInfos"]
        browser.close()
        page = next(target for target in targets if target["type"] == "page")
        return f"ws://127.0.0.1:{port}/devtools/page/{page['targetId']}"

    def send(self, method, **parameters):
        """Give a command of the protocol and return its result."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters}
        self.socket.send(json.dumps(message))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") != number:
                self._note(answer)
            elif "error" in answer:
                raise DevError(f"Chromium: {method}: {answer['error']['message']}")
            else:
                return answer["result"]

    def _note(self, event):
        """Remember an event if it tells of an error on the page."""
        parameters = event.get("params", {})
        if event.get("method") == "Runtime.exceptionThrown":
            details = parameters["exceptionDetails"]
            thrown = details.get("exception", {}).get("description")
            self.errors.append(thrown or details["text"])
        elif event.get("method") == "Runtime.consoleAPICalled":
            if parameters["type"] in ("error", "assert"):
                texts = [
                    str(a.get("value", a.get("description")))
                    for a in parameters["args"]
                ]
                self.errors.append(" ".join(texts))
        elif event.get("method") == "Log.entryAdded":
            entry = parameters["entry"]
            if entry["level"] == "error":
                self.errors.append(f"{entry['text']} {entry.get('url', '')}".strip())

    def evaluate(self, expression):
        """Return the value of a JavaScript expression on the page, or its promise's."""
        result = self.send(
            "Runtime.evaluate",
            expression=expression,
            returnByValue=True,
            awaitPromise=True,
        )
        return result["result"].get("value")

    def resize(self, width, height):
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def set_cookie(self, url, name, value):
        self.send("Network.setCookie", url=url, name=name, value=value)

    def open(self, url):
        self.send("Page.navigate", url=url)

    def wait_for(self, selector):
        """Wait until an element is there and the page has come to rest."""
        found = f"!!document.querySelector({json.dumps(selector)})"
        wait_for(lambda: self.evaluate(found), f"{selector} on the page")
        self.settle()

    def settle(self):
        """Wait until all is loaded and drawn, animations included."""
        wait_for(lambda: self.evaluate(SETTLED), "the page to settle")
        time.sleep(1)
        wait_for(lambda: self.evaluate(SETTLED), "the page to settle")

    def _point_at(self, selector):
        center = CENTER.format(json.dumps(selector))
        x, y = wait_for(lambda: self.evaluate(center), f"{selector} on the page")
        self.send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        return {"x": x, "y": y}

    def hover(self, selector):
        """Move the mouse onto an element."""
        self._point_at(selector)
        self.settle()

    def click(self, selector):
        """Click on an element, as a person would."""
        place = self._point_at(selector)
        for action in ("mousePressed", "mouseReleased"):
            self.send(
                "Input.dispatchMouseEvent",
                type=action,
                button="left",
                clickCount=1,
                **place,
            )
        self.settle()

    def screenshot(self, path):
        """Write what is to be seen into a PNG file."""
        picture = self.send("Page.captureScreenshot", format="png")["data"]
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_bytes(base64.b64decode(picture))


def wait_for(condition, what):
    """Return the first true value of `condition`; raise if none comes."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.1)
    raise DevError(f"Waited {PATIENCE} s in vain for {what}.")
