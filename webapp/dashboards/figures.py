"""What the dashboard counts. Cheap in a library of a million assets: counted at most once a minute, on indexes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from typing import Any, TypeVar, cast
from uuid import UUID

from django.core.cache import cache
from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Lower, TruncDate
from django.utils import timezone

from assetdb import prepare
from assetdb.access import Caller, visible_to
from assetdb.models import Asset, AssetTag, Blob, Rendition, Review, Role, State, Tag, User
from generators.models import Run
from indexer import embed, views, words
from indexer.models import EmbeddingSpace, Failure, SearchEvent
from indexer.tagging import suggest, vocabulary

DAYS = 30
FRESH = 60
"""Seconds that a figure may be old."""
SAMPLE = 20_000
"""Of so many assets at most the coverage is counted. Ids are random, so that the first ones are a fair sample."""
_TAGS = "dashboards.tags"
Figure = TypeVar("Figure")


def kept(name: str, count: Callable[[], Figure]) -> Figure:
    """Return what ``count`` returned less than a minute ago, or returns now."""
    return cast(Figure, cache.get_or_set(f"dashboards.{name}", count, FRESH))


def shown() -> QuerySet[Asset]:
    """Return the assets that make up the library: read, not in the trash, not on the shelf of rejects."""
    return Asset.objects.filter(trashed__isnull=True, state=State.READY).exclude(review=Review.REJECTED)


def last_days() -> list[date]:
    """Return the days the charts show, today last."""
    today = timezone.localdate()
    return [today - timedelta(days=n) for n in reversed(range(DAYS))]


def assets() -> dict[str, int]:
    """Return how many assets are ready, and how many files could not be read."""
    broken = Asset.objects.filter(trashed__isnull=True, state__in=[State.UNREADABLE, State.QUARANTINED])
    return {"ready": shown().count(), "unreadable": broken.count()}


def growth() -> list[int]:
    """Return how many of today's assets were there at the end of each of the last days."""
    added = [
        shown().filter(created__gte=_midnight(day), created__lt=_midnight(day + timedelta(days=1))).count()
        for day in last_days()
    ]
    before = shown().count() - sum(added)
    return [before + count for count in accumulate(added)]


def coverage() -> dict[str, Any]:
    """Return which share of the library has an accepted tag, of each group and of any."""
    edge = _edge()
    within = shown() if edge is None else shown().filter(pk__lt=edge)
    total = within.count()
    accepted = AssetTag.objects.filter(state=AssetTag.State.ACCEPTED, asset__in=within)
    if edge is not None:
        accepted = accepted.filter(asset__lt=edge)
    by_group = dict(accepted.values_list("tag__group").annotate(Count("asset", distinct=True)))
    groups = sorted(Tag.objects.order_by().values_list("group", flat=True).distinct())
    tagged = accepted.values("asset").distinct().count()
    return {
        "groups": sorted(((name, _share(by_group.get(name, 0), total)) for name in groups), key=lambda row: -row[1]),
        "untagged": 1 - _share(tagged, total) if total else 0.0,
        "estimated": edge is not None,
    }


def searches() -> dict[date, dict[str, int]]:
    """Return how the searches of each of the last days ended."""
    events = SearchEvent.objects.filter(created__gte=_midnight(last_days()[0]))
    counted: dict[date, dict[str, int]] = {day: {"hit": 0, "weak": 0, "miss": 0} for day in last_days()}
    for day, verdict, count in events.values_list(TruncDate("created"), "verdict").annotate(Count("pk")).order_by():
        if day in counted and verdict in counted[day]:
            counted[day][verdict] = count
    return counted


def missed(*, most: int = 10) -> list[dict[str, Any]]:
    """Return what was searched most often without a result in the last days."""
    events = SearchEvent.objects.filter(created__gte=_midnight(last_days()[0]), verdict="miss").exclude(query="")
    asked = (
        events.annotate(asked=Lower("query")).values("asked").annotate(count=Count("pk")).order_by("-count", "asked")
    )
    return list(asked[:most])


def runs() -> dict[str, int]:
    """Return how many runs there are in each state."""
    counted = dict(Run.objects.order_by().values_list("state").annotate(Count("pk")))
    return {state.value: counted.get(state.value, 0) for state in Run.State}


def queue() -> dict[str, int]:
    """Return how much waits for each reader."""
    space = EmbeddingSpace.objects.filter(active=True).first()
    waiting = {"unread": prepare.pending().count(), "words": words.pending(), "pictures": 0, "suggestions": 0}
    if space is not None:
        waiting["pictures"] = embed.pending(space)
        read = views.position_of(suggest.view_of(space, vocabulary.suggested()))
        waiting["suggestions"] = space.head - read
    return waiting | {"failed": Failure.objects.count()}


def storage() -> dict[str, int]:
    """Return how many bytes the originals and the renditions take."""
    originals, renditions = Blob.objects.aggregate(n=Sum("size"))["n"], Rendition.objects.aggregate(n=Sum("size"))["n"]
    return {"originals": originals or 0, "renditions": renditions or 0}


def tags(user: Caller) -> dict[int, dict[str, int]]:
    """Return how many assets each tag is suggested for, was accepted and rejected for, by its key.

    What ``user`` may not see is left out, save in a large library, where that would take seconds.
    """
    everything = (isinstance(user, User) and user.at_least(Role.ADMIN)) or _edge() is not None
    name = _TAGS if everything else f"{_TAGS}.{user.pk}"
    found: dict[int, dict[str, int]] | None = cache.get(name)
    if found is None:
        rows = AssetTag.objects.all() if everything else AssetTag.objects.filter(asset__in=visible_to(user))
        found = {}
        for tag, state, count in rows.order_by().values_list("tag", "state").annotate(Count("pk")):
            found.setdefault(tag, {})[state] = count
        cache.set(name, found, FRESH)
    return found


def forget_tags(user: Caller) -> None:
    """Count the tags anew at the next look, because ``user`` has decided on some."""
    cache.delete_many([_TAGS, f"{_TAGS}.{user.pk}"])


def _edge() -> UUID | None:
    """Return the id that bounds the sample, None when the library is small enough to be looked at whole."""
    return Asset.objects.order_by("pk").values_list("pk", flat=True)[SAMPLE : SAMPLE + 1].first()


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
