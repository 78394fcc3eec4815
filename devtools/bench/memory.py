"""What Linux says about the memory of a process."""

from pathlib import Path

PEAKS = {"VmHWM": "resident_mb", "VmPeak": "virtual_mb"}


def peak_memory(status=None):
    """Return the highest memory of this process so far, in MB.

    :param str status: text of /proc/…/status, to look at another process
    """
    text = status or Path("/proc/self/status").read_text()
    lines = (line.split() for line in text.splitlines())
    values = {line[0].rstrip(":"): line[1] for line in lines if len(line) > 1}
    return {name: int(values[peak]) / 1024 for peak, name in PEAKS.items()}
