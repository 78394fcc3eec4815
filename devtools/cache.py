"""Where things lie: one cache per user, shared by all clones of the repository.

Big things that never change once made (Odoo, the Python packages, …) lie in folders
named after a key of what they were made from, so that they are made once. A folder
is there completely or not at all: it is filled under another name, then renamed.
"""

import fcntl
import hashlib
import os
import shutil
from contextlib import contextmanager
from pathlib import Path

from .console import disk_full, say

REPO = Path(__file__).resolve().parent.parent


def cache_dir():
    """Return the user's cache folder (CRM_VALUE_CHAIN_CACHE moves it)."""
    chosen = os.environ.get("CRM_VALUE_CHAIN_CACHE")
    if chosen:
        return Path(chosen).expanduser().resolve()
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser().resolve() / "crm_value_chain"


def folder(*names):
    """Return the folder `names` of the cache, made if it is not there yet."""
    path = cache_dir().joinpath(*names)
    path.mkdir(parents=True, exist_ok=True)
    return path


def key_of(*parts):
    """Return a short key that changes when one of `parts` does."""
    text = "\0".join(str(part) for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def clone_id():
    """Return a short name for this clone of the repository."""
    return key_of(REPO)[:6]


@contextmanager
def lock(name):
    """Keep other ./dev commands of this user out of the block."""
    with open(folder("lock") / name, "w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"Waiting for another ./dev, which is at work on: {name}")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextmanager
def filling(target):
    """Give an empty folder to fill, which becomes `target` if all went well.

    The caller holds a lock, so a draft that is there already was left by a ./dev
    that was killed.
    """
    draft = target.with_name(f".{target.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        yield draft
        draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def need_room(megabytes):
    """Stop here, rather than halfway, where the disk has too little room."""
    free = shutil.disk_usage(folder()).free // 10**6
    if free < megabytes:
        raise disk_full(
            f"{cache_dir()}: this needs {megabytes} MB and {free} MB are free"
        )
