"""What the figures were measured on."""

import os
import platform
import re
import shutil
import subprocess
from pathlib import Path

from ..cache import REPO
from ..postgres import psql

SETTINGS = (
    *("shared_buffers", "work_mem", "maintenance_work_mem", "jit", "fsync"),
    *("synchronous_commit", "max_parallel_workers_per_gather"),
)


def describe(odoo):
    """Return a description of the machine and of what runs on it."""
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(memory_bytes() / 2**30),
        "python": platform.python_version(),
        "commit": commit(),
        "postgresql": psql(odoo.server, "SHOW server_version")[0][0],
        "settings": {
            name: psql(odoo.server, f"SHOW {name}")[0][0] for name in SETTINGS
        },
    }


def processor():
    text = Path("/proc/cpuinfo").read_text()
    found = re.search(r"model name\s*: (.+)", text)
    return found[1] if found else platform.machine()


def memory_bytes():
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def commit():
    """Return the commit that is measured, with a + if files have changed since."""
    if not shutil.which("git"):
        return ""
    command = ["git", "-C", REPO, "describe", "--always", "--dirty=+"]
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()


def as_text(machine):
    """Return the description in words."""
    settings = ", ".join(f"{key} {value}" for key, value in machine["settings"].items())
    cores, memory = machine["cores"], machine["memory_gb"]
    return (
        f"{cores} cores ({machine['processor']}), {memory} GB of memory\n"
        f"PostgreSQL {machine['postgresql']}: {settings}\n"
        f"Python {machine['python']}, commit {machine['commit'] or 'unknown'}"
    )
