"""Figures from the database, the disk and the workers' heartbeats, counted at most every fifteen seconds."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from importlib.metadata import version

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.models import Count, Min, QuerySet
from django.utils import timezone
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from assetdb import prepare, sources
from assetdb.models import Asset, State
from generators import runs
from indexer.models import Embedding, Failure, SearchEvent
from indexer.spaces import active_space
from webapp import duties
from webapp.dashboards import figures
from webapp.webhooks.models import Delivery

FRESH = 15
"""Seconds that a figure may be old."""
LATELY = timedelta(hours=24)
_CACHED = "metrics.figures"
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Figure:
    """One gauge: a value for each combination of its labels."""

    name: str
    meaning: str
    labels: tuple[str, ...]
    values: tuple[tuple[tuple[str, ...], float], ...]

    def family(self) -> Metric:
        """Return it as the client library knows it."""
        gauge = GaugeMetricFamily(self.name, self.meaning, labels=self.labels)
        for labels, value in self.values:
            gauge.add_metric(labels, value)
        return gauge


class Figures(Collector):
    """Collects every figure at a scrape; without a database it says so instead of failing."""

    def collect(self) -> Iterable[Metric]:
        """Return the figures as of the last few seconds."""
        kept: list[Figure] | None = cache.get(_CACHED)
        if kept is None:
            kept = _all()
            cache.set(_CACHED, kept, FRESH)
        return [figure.family() for figure in kept]

    def describe(self) -> Iterable[Metric]:
        """Return nothing: names are known only once they are collected."""
        return []


def _all() -> list[Figure]:
    try:
        return [_plain("database_up", "Whether the database answers.", 1), *_counted()]
    except DatabaseError as error:
        logger.warning("the figures for Prometheus could not be counted: %s", error)
        return [_plain("database_up", "Whether the database answers.", 0)]


def _counted() -> Iterator[Figure]:
    space = active_space()
    here = {"django": version("Django"), "database": connection.vendor, "encoder": space.name}
    yield Figure("lacuna_info", "What runs here.", tuple(here), ((tuple(here.values()), 1),))
    yield _by("assets", "Assets outside the trash.", "state", _assets())
    yield _plain("assets_trashed", "Assets in the trash.", Asset.objects.filter(trashed__isnull=False).count())
    yield _by("pending", "What waits for each duty.", "view", {n: d.pending() for n, d in duties.DUTIES.items()})
    yield _by("pending_oldest_seconds", "How long the oldest thing has waited.", "view", dict(_ages()))
    yield _plain("failures", "Assets that a view could not take in.", Failure.objects.count())
    yield _by("runs", "Runs that make what is missing.", "state", figures.runs())
    yield _by("worker_up", "Whether a worker was heard of in the last minute.", "queue", _workers())
    yield from _searches()
    yield _by("index_rows", "Vectors in the log of the active space.", "space", {space.name: _rows(space.pk)})
    yield _by("storage_bytes", "Bytes of files that are kept.", "kind", figures.kept("storage", figures.storage))
    disk = shutil.disk_usage(settings.LACUNA_HOME)
    yield _by("disk_bytes", "The disk that holds LACUNA_HOME.", "kind", {"free": disk.free, "total": disk.total})
    yield _by("webhook_deliveries", "Messages to webhooks of the last month.", "state", _deliveries())


def _plain(name: str, meaning: str, value: float) -> Figure:
    return Figure(f"lacuna_{name}", meaning, (), (((), value),))


def _by(name: str, meaning: str, label: str, values: dict[str, float] | dict[str, int]) -> Figure:
    return Figure(f"lacuna_{name}", meaning, (label,), tuple(((key,), value) for key, value in values.items()))


def _assets() -> dict[str, int]:
    counted = dict(Asset.objects.filter(trashed__isnull=True).order_by().values_list("state").annotate(Count("pk")))
    return {state: counted.get(state, 0) for state in State.values}


def _ages() -> Iterator[tuple[str, float]]:
    """Yield how long the oldest thing has waited, where rows tell when they came."""
    waiting: dict[str, Callable[[], QuerySet]] = {
        "prepare": prepare.pending,
        "imports": sources.pending,
        "runs": runs.pending,
        "webhooks": partial(Delivery.objects.filter, state=Delivery.State.WAITING),
    }
    for name, pending in waiting.items():
        since: datetime | None = pending().order_by().aggregate(since=Min("created"))["since"]
        yield name, (timezone.now() - since).total_seconds() if since else 0.0


def _workers() -> dict[str, int]:
    return {queue: int(duties.alive(queue)) for queue in (duties.QUICK, duties.SLOW)}


def _searches() -> Iterator[Figure]:
    events = SearchEvent.objects.filter(created__gte=timezone.now() - LATELY).order_by()
    counted = dict(events.values_list("verdict").annotate(Count("pk")))
    verdicts = {verdict: counted.get(verdict, 0) for verdict in ("hit", "weak", "miss")}
    yield _by("searches_lately", "Searches of the last 24 hours.", "verdict", verdicts)
    asked = sum(verdicts.values())
    rate = verdicts["miss"] / asked if asked else 0.0
    yield _plain("miss_rate", "Share of misses among the searches of the last 24 hours.", rate)


def _rows(space_id: int) -> int:
    return Embedding.objects.filter(space=space_id).count()


def _deliveries() -> dict[str, int]:
    counted = dict(Delivery.objects.order_by().values_list("state").annotate(Count("pk")))
    return {state: counted.get(state, 0) for state in Delivery.State.values}
