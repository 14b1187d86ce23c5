"""What goes on in the background, in figures: how much waits, how fast it goes, and on what it runs."""

from __future__ import annotations

from dataclasses import dataclass

from assetdb import prepare
from generators.models import Run
from indexer import embed, views, words
from indexer.spaces import active_space
from indexer.tagging import suggest
from webapp.library import machine, rates

SANDBOX, CPU = "sandbox", "CPU"


@dataclass(frozen=True)
class Work:
    """One kind of work. ``rate`` is per second, None until it can be known; ``device`` is empty while unknown."""

    name: str
    waiting: int
    rate: float | None
    device: str

    @property
    def seconds_left(self) -> float | None:
        """How long what waits takes at this rate; None when nobody can know."""
        return self.waiting / self.rate if self.waiting and self.rate else None


def under_way() -> list[Work]:
    """Return every kind of work, in the order in which a file goes through them."""
    space, unread = active_space(), prepare.pending().count()
    indexed, worded = views.position_of(embed.view_of(space)), views.position_of(words.VIEW)
    here, untagged = machine.device(), suggest.pending()
    queued = Run.objects.filter(state__in=Run.WORK).count()
    return [
        Work("read", max(0, unread), rates.reading_rate(unread), SANDBOX),
        Work("embed", max(0, embed.pending(space)), rates.rate_of(f"embed:{space.pk}", indexed), here),
        Work("words", max(0, words.pending()), rates.rate_of("words", worded), CPU),
        Work("suggest", max(0, untagged), rates.rate_of(f"suggest:{space.pk}", space.head - untagged), CPU),
        Work("make", queued, None, here),
    ]
