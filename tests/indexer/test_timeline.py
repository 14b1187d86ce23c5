"""Far into a large library: the same pictures as by counting through, without the counting."""

from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assetdb import changes, lifecycle
from assetdb.models import Asset, Blob, State
from indexer.search import Filters, timeline

pytestmark = pytest.mark.django_db
EACH = 20
ALL = Filters()


@pytest.fixture
def year(people, monkeypatch):
    """Twenty pictures in each month of a year, some of them at the same moment."""
    cache.clear()
    monkeypatch.setattr(timeline, "FAR", 50)
    for n in range(12 * EACH):
        blob = Blob.objects.create(sha256=f"{n:064x}", size=n, media_type="image/png")
        made = Asset.objects.create(owner=people["editor"], blob=blob, title=f"{n}", state=State.READY)
        moment = datetime(2025, 1 + n // EACH, 1 + n % EACH // 2, tzinfo=UTC)
        Asset.objects.filter(pk=made.pk).update(created=moment)
    yield people["viewer"]
    cache.clear()


@pytest.mark.parametrize("order", ["", "newest", "oldest", "name", "largest"])
def test_every_stretch_is_what_counting_through_would_give(year, order):
    every = list(timeline.browsed(year, ALL, order=order).values_list("pk", flat=True))
    for offset in range(0, len(every) + 10, 7):
        found = timeline.slice_ids(year, ALL, order=order, offset=offset, limit=25, total=len(every))
        assert found == every[offset : offset + 25], offset


def test_the_months_are_in_the_order_that_is_browsed(year):
    newest = timeline.months(year, ALL)
    assert newest[0] == {"month": "2025-12", "count": EACH} and len(newest) == 12
    assert timeline.months(year, ALL, order="oldest") == newest[::-1]
    assert timeline.months(year, ALL, order="name") == []


def test_far_in_the_database_is_not_made_to_count_from_the_start(year):
    timeline.months(year, ALL)
    with CaptureQueriesContext(connection) as queries:
        timeline.slice_ids(year, ALL, offset=215, limit=10, total=12 * EACH)
    asked = queries[-1]["sql"]
    assert "OFFSET 15" in asked and "created" in asked


def test_the_months_are_counted_again_once_the_library_has_changed(year, people):
    assert timeline.months(year, ALL)[0]["count"] == EACH
    head = changes.head()
    lifecycle.trash(people["editor"], [Asset.objects.latest("created").pk])
    assert changes.head() > head and timeline.months(year, ALL)[0]["count"] == EACH - 1
