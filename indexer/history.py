"""What people searched for, as far as it is kept with their name."""

from __future__ import annotations

from assetdb.models import User
from indexer.models import SearchEvent

_LOOKED_AT = 60
"""Of so many searches the different ones are picked."""


def recent(user: User, *, most: int) -> list[SearchEvent]:
    """Return the last different searches of ``user`` in words, the latest first."""
    events = SearchEvent.objects.filter(user=user).exclude(query="").order_by("-created")[:_LOOKED_AT]
    latest: dict[str, SearchEvent] = {}
    for event in events:
        latest.setdefault(event.query.lower(), event)
    return list(latest.values())[:most]


def forget(user: User) -> int:
    """Take the name off everything ``user`` searched for and return how many searches that were.

    The searches themselves stay: the miss rate of the library is counted from them.
    """
    return SearchEvent.objects.filter(user=user).update(user=None)
