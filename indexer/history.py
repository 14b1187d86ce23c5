"""What people searched for, as far as it is kept with their name."""

from __future__ import annotations

from assetdb.models import User
from indexer.models import SearchEvent


def forget(user: User) -> int:
    """Take the name off everything ``user`` searched for and return how many searches that were.

    The searches themselves stay: the miss rate of the library is counted from them.
    """
    return SearchEvent.objects.filter(user=user).update(user=None)
