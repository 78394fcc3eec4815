"""The browser that tests and screenshots need."""

import os
import shutil
from pathlib import Path

from . import apt
from .cache import filling, folder, key_of, lock, need_room
from .console import DevError

NAMES = ("chromium", "google-chrome", "chromium-browser", "google-chrome-stable")
WRAPPER = """\
#!/bin/sh
# Chromium and the libraries that this machine lacks, out of the cache.
root={root}
export LD_LIBRARY_PATH="{libraries}${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}"
export FONTCONFIG_FILE="{fontconfig}"
exec "$root/usr/lib/chromium/chromium" "$@"
"""
HINT = (
    "Chromium is needed for the tests in a browser. Install it:\n"
    "    apt install chromium"
)


def get_chromium():
    """Return the path of a Chromium, fetched into the cache if there is none."""
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return Path(path)
    if not apt.is_available():
        raise DevError(HINT)
    with lock("chromium"):
        return cached_chromium() or fetch_chromium()


def cached_chromium():
    """Return the Chromium that was fetched before, if any."""
    found = sorted(folder("chromium").glob("[!.]*/bin/chromium"))
    return found[-1] if found else None


def fetch_chromium():
    """Unpack Debian's Chromium, with what it needs beyond this machine's packages."""
    source = apt.Apt()
    source.update()
    try:
        names = source.with_dependencies("chromium")
    except DevError as error:
        raise DevError(f"{HINT}\n(apt says: {error})") from error
    need_room(1200)
    home = folder("chromium") / key_of(*names)
    with filling(home) as root:
        files = source.unpack(names, root, "Downloading Chromium")
        write_wrapper(root, home)
    apt.discard(files)
    return home / "bin" / "chromium"


def write_wrapper(root, home):
    """Write the script that starts Chromium from where it will lie."""
    libraries = {path.parent for path in root.glob("usr/lib/*/**/*.so*")}
    libraries |= {path.parent for path in root.glob("lib/*/**/*.so*")}
    fontconfig = Path("/etc/fonts/fonts.conf")
    if not fontconfig.exists():
        fontconfig = home / "fonts.conf"
        write_fontconfig(root)
    script = root / "bin" / "chromium"
    script.parent.mkdir(exist_ok=True)
    places = (str(home / path.relative_to(root)) for path in sorted(libraries))
    text = WRAPPER.format(
        root=home, libraries=os.pathsep.join(places), fontconfig=fontconfig
    )
    script.write_text(text)
    script.chmod(0o755)


def write_fontconfig(root):
    """Let Chromium find fonts on a machine that has no font configuration."""
    (root / "fonts.conf").write_text(
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">'
        '\n<fontconfig>\n<dir>/usr/share/fonts</dir><dir prefix="relative">'
        'usr/share/fonts</dir>\n<cachedir prefix="xdg">fontconfig</cachedir>\n'
        "</fontconfig>\n"
    )
