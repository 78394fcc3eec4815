"""The Python environment: Odoo's packages and our tools, pinned in a lock file."""

import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys

from . import apt
from .cache import REPO, folder, key_of, lock, need_room
from .console import DevError, step
from .process import run_logged

LOCK_FILE = REPO / "requirements-dev.lock"
COMPLETE = "complete"  # a venv cannot be renamed, so a file in it says that it is whole


def pins():
    """Return the lines of the lock file that pin a package."""
    return [line for line in LOCK_FILE.read_text().splitlines() if "==" in line]


def venv_key():
    """Return the key of the environment: its packages and its Python."""
    return key_of(*pins(), sys.version, platform.machine())


def get_venv():
    """Return the folder of the environment, made if it is not there yet."""
    home = folder("venv") / venv_key()
    if not (home / COMPLETE).exists():
        with lock("venv"):
            if not (home / COMPLETE).exists():
                make_venv(home)
    return home


def python():
    """Return the path of the environment's Python."""
    return get_venv() / "bin" / "python"


def make_venv(home):
    """Make the environment in the folder `home`."""
    need_room(1100)
    shutil.rmtree(home, ignore_errors=True)
    with_pip = importlib.util.find_spec("ensurepip") is not None
    options = [] if with_pip else ["--without-pip"]
    subprocess.run([sys.executable, "-m", "venv", *options, home], check=True)
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    if not with_pip:
        environment["PYTHONPATH"] = str(debian_pip())
    install_packages(home, environment)
    (home / COMPLETE).touch()


def debian_pip():
    """Return the folder with Debian's pip, for a Python that comes without one."""
    if not apt.is_available():
        raise DevError(
            "This Python has no pip (ensurepip): install it, or another Python."
        )
    root = folder("pip")
    packages = apt.Apt()
    packages.update()
    packages.unpack(["python3-pip"], root, "Downloading pip")
    return root / "usr/lib/python3/dist-packages"


def install_packages(home, environment):
    """Install what the lock file says."""
    command = [home / "bin" / "python", "-m", "pip", "install", "--progress-bar", "off"]
    with step("Installing Python packages") as shown:
        progress = PipProgress(len(pins()))
        run_logged(
            [*command, "--no-compile", "--no-deps", "-r", LOCK_FILE],
            "pip",
            lambda line: shown.update(progress.see(line)),
            env=environment,
        )


class PipProgress:
    """Makes progress out of what pip says."""

    def __init__(self, total):
        self.total = total
        self.seen = 0

    def see(self, line):
        """Return how far pip is; None if the line does not tell."""
        match = re.match(r"Collecting ([\w.-]+)", line)
        if match:
            self.seen += 1
            return f"{self.seen}/{self.total} {match[1]}"
        if line.startswith("Installing collected"):
            return f"unpacking {self.seen} packages"
        return None
