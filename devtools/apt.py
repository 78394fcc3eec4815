"""Debian packages, unpacked into the cache: no root, the machine stays as it is.

apt works here with a source list, package lists and a download folder of our own.
The mirror is the one that the machine itself uses.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from .cache import folder, need_room
from .console import DevError, say, step
from .process import found, output, run_logged

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
URI_LINE = re.compile(r"'(?P<url>[^']+)' (?P<file>\S+) (?P<size>\d+) (?P<hash>\S*)")
TRIES = 3


@dataclass
class Package:
    """A package file as the (signed) package index describes it."""

    file: str
    size: int
    checksum: str  # like SHA256:9d2f…

    def is_intact(self, path):
        """Tell whether the file at `path` is this package, whole and unchanged."""
        if not path.is_file() or path.stat().st_size != self.size:
            return False
        kind, _colon, expected = self.checksum.partition(":")
        with path.open("rb") as handle:
            actual = hashlib.new(kind.lower())
            while block := handle.read(1 << 20):
                actual.update(block)
        return actual.hexdigest() == expected


def is_available():
    return all(map(found, ("apt-get", "dpkg-deb")))


def mirrors():
    """Return the addresses of the package mirrors of this machine's own apt."""
    lines = output(["apt-get", "indextargets", "--format", "$(REPO_URI)"]).split()
    return sorted(set(lines), key=lambda uri: ("security" in uri, uri))


class Apt:
    """apt for one suite (`unstable`) or for the machine's own sources (`None`)."""

    def __init__(self, suite=None):
        self.suite = suite
        self.home = folder("apt", suite or "machine")
        for name in ("lists/partial", "archives/partial"):
            (self.home / name).mkdir(parents=True, exist_ok=True)
        self._options = self._configure()

    def _configure(self):
        settings = {
            "Dir::State::Lists": self.home / "lists",
            "Dir::Cache": self.home,
            "Dir::Cache::Archives": self.home / "archives",
            "APT::Sandbox::User": "",  # the cache may be closed to the user _apt
            "APT::Update::Error-Mode": "any",  # no list is as bad as an old one
            "Acquire::Retries": 3,
        }
        if self.suite:
            settings["Dir::Etc::SourceList"] = self._write_sources()
            settings["Dir::Etc::SourceParts"] = "/dev/null"
        pairs = (f"{name}={value}" for name, value in settings.items())
        return [part for pair in pairs for part in ("-o", pair)]

    def _write_sources(self):
        signed = f"[signed-by={KEYRING}] " if KEYRING.exists() else ""
        uris = mirrors()
        if not uris:
            raise DevError("apt on this machine has no package source.")
        path = self.home / "sources.list"
        path.write_text(f"deb {signed}{uris[0]} {self.suite} main\n")
        return path

    def _command(self, *arguments):
        return ["apt-get", *self._options, *arguments]

    def update(self):
        """Fetch the lists of packages."""
        with step(f"Fetching the package lists ({self.suite or 'this machine'})"):
            run_logged(self._command("update"), "apt-update")

    def describe(self, names):
        """Return the `Package` of each name, as the lists have it."""
        text = output(self._command("download", "--print-uris", *names))
        found_packages = [
            Package(match["file"], int(match["size"]), match["hash"])
            for match in URI_LINE.finditer(text)
        ]
        if len(found_packages) < len(set(names)):
            raise DevError(f"The mirror lacks some of: {', '.join(names)}")
        return found_packages

    def with_dependencies(self, name):
        """Return the packages that an installation of `name` would add."""
        lines = output(
            self._command("install", "-s", "--no-install-recommends", name)
        ).splitlines()
        return [line.split()[1] for line in lines if line.startswith("Inst ")]

    def download(self, names, title):
        """Return the intact package files of `names`, fetched where needed."""
        store = folder("downloads")
        packages = self.describe(names)
        total = sum(package.size for package in packages) // 10**6
        for attempt in range(TRIES):
            missing = [p for p in packages if not p.is_intact(store / p.file)]
            if not missing:
                return [store / package.file for package in packages]
            need_room(total + 50)
            self._discard_broken(store, missing)
            with step(f"{title} ({total} MB{', again' * bool(attempt)})") as shown:
                self._fetch(names, store, shown)
        raise DevError(f"The download of {missing[0].file} is broken, {TRIES} times.")

    @staticmethod
    def _discard_broken(store, packages):
        for package in packages:
            if (store / package.file).exists():
                say(f"{package.file} is broken or incomplete: fetching it again")
                (store / package.file).unlink()

    def _fetch(self, names, store, shown):
        """Let apt download; it reports its percentage on a line of its own."""

        def on_line(line):
            if line.startswith("dlstatus:"):
                shown.update(f"{float(line.split(':')[2]):.0f}%")

        command = self._command("-q", "-o", "APT::Status-Fd=1", "download", *names)
        run_logged(command, "apt-download", on_line, cwd=store)

    def unpack(self, names, root, title):
        """Download the packages `names` and unpack them into the folder `root`."""
        files = self.download(names, title)
        need_room(10 * sum(file.stat().st_size for file in files) // 10**6)
        with step(f"Unpacking {len(files)} packages") as shown:
            for number, file in enumerate(files, 1):
                shown.update(f"{number}/{len(files)} {file.name.split('_')[0]}")
                run_logged(["dpkg-deb", "-x", file, root], "dpkg")
        return files


def discard(files):
    """Delete package files that are unpacked."""
    for file in files:
        Path(file).unlink(missing_ok=True)
