"""Running other programs: quietly, with a log file, and with errors worth reading."""

import os
import shutil
import signal
import subprocess

from .cache import folder
from .console import DevError, disk_full

TAIL = 15


def run_logged(command, log, on_line=None, **options):
    """Run `command` with its output in the log file `log` of the cache.

    `on_line` is called with each line, to show progress. Raises `DevError` with the
    end of the output if the command fails.
    """
    path = folder("log") / f"{log}.log"
    lines = []
    with path.open("w", errors="replace") as handle, start(command, **options) as child:
        try:
            handle.write("$ " + " ".join(str(part) for part in command) + "\n")
            for line in child.stdout:
                handle.write(line)
                lines.append(line.rstrip())
                if on_line:
                    on_line(line)
            code = child.wait()
        except BaseException:
            child.kill()
            raise
    if code:
        raise failure(log, code, lines, path)
    return lines


def start(command, **options):
    """Start `command` with both outputs in one pipe of text."""
    options.setdefault("stdin", subprocess.DEVNULL)
    try:
        return subprocess.Popen(
            [str(part) for part in command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            **options,
        )
    except FileNotFoundError as error:
        raise DevError(f"The program {command[0]} is not on this machine.") from error


def failure(what, code, lines, log=None):
    """Return the error to raise for a command that ended with `code`."""
    if any("No space left on device" in line for line in lines):
        return disk_full(f"while running {what}")
    telling = [line for line in lines if " INFO " not in line]  # Odoo's chatter
    shown = "\n".join(f"    {line}" for line in telling[-TAIL:])
    whole = f"\nThe whole output: {log}" if log else ""
    return DevError(f"{what} failed with exit code {code}:\n{shown}{whole}")


def popen(command, log, environment):
    """Start `command` in the background with its output in the file `log`."""
    return subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        env=environment,
        start_new_session=True,  # Ctrl-C comes to us, and we end it in good order
    )


def output(command, **options):
    """Return what `command` prints; raises `DevError` if it fails."""
    result = subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        **options,
    )
    if result.returncode:
        lines = (result.stdout + result.stderr).splitlines()
        raise failure(os.path.basename(command[0]), result.returncode, lines)
    return result.stdout


def call(command, **options):
    """Run `command` on our own terminal and return its exit code.

    Ctrl-C goes to the command, which decides what to do with it.
    """
    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        restore = {"preexec_fn": lambda: signal.signal(signal.SIGINT, previous)}
        return subprocess.call([str(part) for part in command], **restore, **options)
    finally:
        signal.signal(signal.SIGINT, previous)


def found(program):
    return shutil.which(program) is not None
