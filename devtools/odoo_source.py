"""Getting Odoo 19: the user's own, else Debian's package, else the git repository."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from . import apt
from .cache import filling, folder, key_of, lock, need_room
from .console import DevError, say, step
from .process import found, output, run_logged

SERIES = (19, 0)
GIT_URL = "https://github.com/odoo/odoo"
PACKAGES = (
    "odoo-19",
    # what its links to JavaScript and fonts point at
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-inconsolata",
    "fonts-font-awesome",
)
# A library that Debian leaves out because it is not free; only video calls use it,
# but its absence is an error on every page.
LEFT_OUT = "addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"


@dataclass(frozen=True)
class OdooSource:
    """An Odoo on disk: `root` is what goes on the PYTHONPATH."""

    root: Path
    key: str

    @property
    def addons_paths(self):
        """Return the folders with its addons.

        Debian's package has a second folder, with their Python files only.
        """
        signs = ("addons/web/static", "odoo/addons/base/data")
        whole = (self.root / sign for sign in signs)
        return [path.parent.parent for path in whole if path.is_dir()]


def get_odoo():
    """Return the Odoo to work with, fetched if there is none yet."""
    chosen = os.environ.get("ODOO_PATH")
    if chosen:
        return existing_odoo(Path(chosen).expanduser().resolve())
    with lock("odoo"):
        return cached_odoo() or fetch_odoo()


def existing_odoo(root):
    """Return the Odoo that the user has at `root`."""
    series = series_of(root)
    if series is None:
        raise DevError(
            f"ODOO_PATH={root} is no Odoo: it has no odoo/release.py.\n"
            "Name the folder that contains the folder odoo/ (of a git checkout, or "
            "dist-packages of a packaged Odoo)."
        )
    if series != SERIES:
        raise DevError(
            f"ODOO_PATH={root} is Odoo {'.'.join(map(str, series))}; 19.0 is needed."
        )
    revision = (root / "odoo" / "release.py").stat().st_mtime_ns
    if (root / ".git").exists() and found("git"):
        revision = output(["git", "-C", root, "rev-parse", "HEAD"]).strip()
    return OdooSource(root, key_of(root, revision))


def series_of(root):
    """Return (major, minor) of the Odoo at `root`; None if there is none."""
    release = root / "odoo" / "release.py"
    if not release.is_file():
        return None
    match = re.search(r"^version_info = \((\d+), (\d+)", release.read_text(), re.M)
    return match and tuple(map(int, match.groups()))


def cached_odoo():
    """Return the Odoo that was fetched before, if any."""
    candidates = [path for path in folder("odoo").iterdir() if path.name[0] != "."]
    for path in sorted(candidates, key=lambda p: p.stat().st_mtime, reverse=True):
        for root in (path / "usr/lib/python3/dist-packages", path):
            if series_of(root) == SERIES:
                return OdooSource(root, key_of(path.name))
    return None


def fetch_odoo():
    """Fetch Odoo from the first place that has it."""
    reasons = []
    for name, fetch in (("Debian's package", from_debian), ("git", from_git)):
        try:
            fetch()
            return cached_odoo()
        except DevError as error:
            if "disk is full" in str(error):
                raise
            reasons.append(f"- {name}: {error}")
            say(f"Odoo could not be had from {name}.")
    raise DevError(
        "Odoo 19 could not be had from anywhere:\n"
        + "\n".join(reasons)
        + "\nIf you have an Odoo 19 already, name its folder: ODOO_PATH=/path ./dev …"
    )


def from_debian():
    """Unpack Debian's package, which lies in its suite `unstable`."""
    if not apt.is_available():
        raise DevError("this machine has no apt-get and dpkg-deb")
    need_room(1900)
    source = apt.Apt("unstable")
    source.update()
    version = key_of(*(p.checksum for p in source.describe(PACKAGES)))
    with filling(folder("odoo") / f"deb-{version}") as root:
        files = source.unpack(PACKAGES, root, "Downloading Odoo 19")
        left_out = root / "usr/lib/python3/dist-packages/odoo" / LEFT_OUT
        left_out.parent.mkdir(parents=True, exist_ok=True)
        left_out.touch()
    apt.discard(files)


def from_git():
    """Clone the last commit of the official repository's branch."""
    if not found("git"):
        raise DevError("this machine has no git")
    need_room(1900)
    options = ["--depth", "1", "--single-branch", "--branch", "19.0", "--progress"]
    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}
    with filling(folder("odoo") / "git-19.0") as root:
        with step("Cloning Odoo 19 with git") as shown:
            run_logged(
                ["git", "clone", *options, GIT_URL, root],
                "git-clone",
                lambda line: shown.update(line.split("\r")[-1].strip()),
                env=environment,
            )
