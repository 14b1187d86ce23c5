"""The keys of the pages in words; which of them a page has, its scripts know."""

from __future__ import annotations

from django.utils.translation import gettext


def words() -> dict[str, object]:
    """Return what the scripts of every page say."""
    return {"undo": gettext("Undo"), "keys": _everywhere() | _wall() | _picture() | _review()}


def _everywhere() -> dict[str, str]:
    return {
        "/": gettext("Search"),
        "g l": gettext("To the library"),
        "g c": gettext("To the collections"),
        "g r": gettext("To the review"),
        "g j": gettext("To the jobs"),
        "?": gettext("Show this"),
    }


def _wall() -> dict[str, str]:
    return {
        "← → ↑ ↓": gettext("Go to the next picture"),
        "Enter": gettext("Open it"),
        "Space": gettext("Choose it"),
        "x": gettext("Choose it"),
        "Shift+x": gettext("Choose up to it"),
        "Ctrl+a": gettext("Choose all"),
        "Escape": gettext("Choose none"),
        "p": gettext("Look closer"),
        "s": gettext("Find similar ones"),
        "t": gettext("Tag what is chosen"),
        "c": gettext("Collect what is chosen"),
        "Delete": gettext("Move what is chosen to the trash"),
    }


def _picture() -> dict[str, str]:
    return {
        "← →": gettext("Previous and next result"),
        "+ - 0": gettext("Larger, smaller, as it was"),
        "f": gettext("Fill the screen"),
    }


def _review() -> dict[str, str]:
    return {
        "j k": gettext("Next and previous proposal"),
        "a": gettext("Approve"),
        "r": gettext("Reject with a reason"),
    }
