"""The pictures of the documentation: `./dev screenshots` renews them all.

Add a `Screen` here for each picture.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Screen:
    """One picture: where it goes, what it shows."""

    file: str  # inside the repository
    url: str
    wait: str = ".o_action_manager > *"  # selector of what must be there
    size: str = "1400x900"
    login: str = "demo"
    click: tuple = ()  # selectors, clicked one after another
    hover: str = ""  # selector to leave the mouse on


SCREENS = ()
