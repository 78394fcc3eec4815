"""Talking to the person at the terminal: progress and errors.

Everything goes to stderr, so that the output of `./dev odoo …` stays clean.
"""

import errno
import shutil
import sys
import threading
import time
from contextlib import contextmanager

SILENT_SECONDS = 10  # without a terminal, one sign of life in this many seconds


class DevError(Exception):
    """Something the reader can do something about; its text says what."""


def disk_full(where):
    """Return the error for a file system with no room left."""
    return DevError(
        f"The disk is full ({where}).\n"
        "Make room, or put the cache elsewhere: CRM_VALUE_CHAIN_CACHE=/path ./dev …"
    )


def is_disk_full(error):
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def say(text=""):
    print(text, file=sys.stderr, flush=True)


def seconds(duration):
    """Return `duration` as people write it: 0.4 s, 12 s, 2 min 5 s."""
    if duration < 1:
        return f"{duration:.1f} s"
    if duration < 120:
        return f"{duration:.0f} s"
    return f"{duration // 60:.0f} min {duration % 60:.0f} s"


class Step:
    """One thing that takes time: a line that says so until it is done."""

    def __init__(self, title):
        self.title = title
        self.detail = ""
        self.outcome = "done"
        self._start = time.monotonic()
        self._done = threading.Event()
        self._live = sys.stderr.isatty()
        self._thread = threading.Thread(target=self._tick, daemon=True)

    def update(self, detail):
        """Say how far it is; `None` keeps what was said last."""
        if detail is not None:
            self.detail = detail

    def _line(self):
        elapsed = seconds(time.monotonic() - self._start)
        return f"{self.title} … {elapsed}  {self.detail}".rstrip()

    def _tick(self):
        interval = 0.25 if self._live else SILENT_SECONDS
        while not self._done.wait(interval):
            self._show(self._line())

    def _show(self, line, end=False):
        if not self._live:
            say(line)
            return
        width = shutil.get_terminal_size().columns - 1
        sys.stderr.write("\r" + line[:width].ljust(width) + ("\n" if end else ""))
        sys.stderr.flush()

    def start(self):
        if self._live:
            self._show(f"{self.title} …")
        else:
            say(f"{self.title} …")
        self._thread.start()

    def finish(self):
        self._done.set()
        self._thread.join()
        elapsed = seconds(time.monotonic() - self._start)
        self._show(f"{self.title}: {self.outcome} ({elapsed})", end=True)


@contextmanager
def step(title):
    """Show `title` with the time passed until the block ends."""
    current = Step(title)
    current.start()
    try:
        yield current
    except BaseException:
        current.outcome = "FAILED"
        raise
    finally:
        current.finish()
