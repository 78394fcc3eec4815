"""Odoo servers that ./dev demo has started: one per database, known by a file."""

import json
import os
import signal
import socket
import time
import urllib.error
import urllib.request
from pathlib import Path

from . import process
from .cache import folder
from .console import DevError, step

START_SECONDS = 120


def record_of(database):
    return folder("run") / f"{database}.json"


def running_server(database):
    """Return (process number, port) of the server of `database`, or None.

    A file whose process is gone, or is another program by now, is left over from a
    server that was killed: it counts for nothing.
    """
    path = record_of(database)
    try:
        known = json.loads(path.read_text())
        command = Path(f"/proc/{known['pid']}/cmdline").read_text().split("\0")
    except (OSError, ValueError, KeyError):
        return None
    if "odoo" in command and database in command:
        return known["pid"], known["port"]
    path.unlink(missing_ok=True)
    return None


def ensure_not_served(database):
    """Stop if a server for this database is left over from an earlier start."""
    known = running_server(database)
    if known:
        raise DevError(
            f"The database {database!r} is being served already, at "
            f"http://localhost:{known[1]} (process {known[0]}).\n"
            f"Use that one, or end it: ./dev stop"
        )


def ensure_free(port):
    """Stop if something else listens on `port`."""
    if not 0 < port < 65536:
        raise DevError(f"{port} is no port: choose one from 1024 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError as error:
            raise DevError(f"Port {port} is for root only: choose another.") from error
        except OSError as error:
            raise DevError(
                f"Port {port} is taken by another program.\n"
                f"Stop that one, or choose another port: --port {port + 1}"
            ) from error


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class OdooServer:
    """An Odoo that serves one database; ends with the `with` block."""

    def __init__(self, odoo, database, port):
        self.odoo, self.database, self.port = odoo, database, port
        self.url = f"http://localhost:{port}"
        self.log = folder("log") / f"server-{database}.log"

    def __enter__(self):
        ensure_not_served(self.database)
        ensure_free(self.port)
        command = self.odoo.command("-d", self.database, "-p", self.port)
        with self.log.open("w") as log:
            self.process = process.popen(command, log, self.odoo.environment())
        known = {"pid": self.process.pid, "port": self.port}
        record_of(self.database).write_text(json.dumps(known))
        try:
            self._wait_until_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_exception):
        end(self.process)
        record_of(self.database).unlink(missing_ok=True)

    def _wait_until_ready(self):
        with step("Starting Odoo"):
            for _attempt in range(START_SECONDS * 5):
                if self.process.poll() is not None:
                    raise self._failure()
                if self._answers():
                    return
                time.sleep(0.2)
        raise DevError(f"Odoo does not answer. Its log: {self.log}")

    def _answers(self):
        """Tell whether the login page comes, which needs the whole of Odoo."""
        try:
            with urllib.request.urlopen(f"{self.url}/web/login", timeout=60) as reply:
                return reply.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def wait(self):
        """Serve until the user presses Ctrl-C or the server ends by itself."""
        if self.process.wait():
            raise self._failure()

    def _failure(self):
        lines = self.log.read_text(errors="replace").splitlines()
        return process.failure("Odoo", self.process.returncode, lines, self.log)


def end(server):
    """End a server process gently, then firmly."""
    if server.poll() is None:
        server.terminate()
        try:
            server.wait(10)
        except Exception:
            server.kill()
            server.wait()


def stop_all():
    """End all servers that ./dev has started; return the names of their databases."""
    stopped = []
    for path in folder("run").glob("*.json"):
        known = running_server(path.stem)
        if known:
            os.kill(known[0], signal.SIGTERM)
            stopped.append(path.stem)
        path.unlink(missing_ok=True)
    return stopped
