"""The linters that run on Node.js: prettier for XML and JavaScript, eslint."""

import os
import re
import shutil

from .cache import REPO, filling, folder, key_of, lock
from .console import DevError, step
from .process import found, output, run_logged

OLDEST = 18
FILES = ("package.json", "package-lock.json")
HINT = (
    f"Node.js {OLDEST} or newer, with npm, is needed to check XML and JavaScript.\n"
    "Install it (apt install nodejs npm), or leave these out: ./dev check --no-node"
)


class Node:
    """The packages of package-lock.json, in the cache."""

    def __init__(self):
        self._ensure_node()
        self.modules = self._get_packages() / "node_modules"

    @staticmethod
    def _ensure_node():
        if not (found("node") and found("npm")):
            raise DevError(HINT)
        version = output(["node", "--version"]).strip()
        if int(re.search(r"\d+", version)[0]) < OLDEST:
            raise DevError(f"This machine has Node.js {version}. {HINT}")

    @staticmethod
    def _get_packages():
        home = folder("node") / key_of(*((REPO / name).read_text() for name in FILES))
        with lock("node"):
            if not home.exists():
                with filling(home) as draft, step("Installing the Node.js linters"):
                    for name in FILES:
                        shutil.copy(REPO / name, draft)
                    run_logged(
                        ["npm", "ci", "--no-audit", "--no-fund"], "npm", cwd=draft
                    )
        return home

    def environment(self):
        return {**os.environ, "NODE_PATH": str(self.modules)}

    def prettier(self, fix):
        """Return the command that checks (or repairs) the formatting."""
        return [
            *(self.modules / ".bin" / "prettier", "--log-level", "warn"),
            *("--plugin", self.modules / "@prettier/plugin-xml/src/plugin.js"),
            *("--no-error-on-unmatched-pattern", "--write" if fix else "--check"),
            "crm_value_chain*/**/*.{xml,js,scss}",
            "*.{json,cjs}",
        ]

    def eslint(self, fix):
        """Return the command that looks for errors in JavaScript."""
        return [
            *(self.modules / ".bin" / "eslint", "--max-warnings", "0"),
            *("--no-error-on-unmatched-pattern", *(["--fix"] if fix else [])),
            "crm_value_chain*/static/**/*.js",
        ]
