"""The page of jobs: what runs and how fast, what failed, and how to go on from there."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from assetdb import changes, ingest, prepare
from assetdb.models import Asset, ImportRun, State
from generators.models import Run
from indexer import embed
from indexer.models import Failure
from tests.webapp.readers import HTMX, index, text
from webapp.library import rates

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder")]


@pytest.fixture(autouse=True)
def unsampled():
    cache.clear()


@pytest.fixture
def brought(people) -> ImportRun:
    return ImportRun.objects.create(
        source="openmoji", owner=people["editor"], state="running", total=1885, done=640, failed=2
    )


@pytest.fixture
def broken(people, make_asset) -> Asset:
    return make_asset("broken", owner=people["editor"], data=b"\x89PNG\r\n\x1a\n", file_name="broken.png")


def made(people, state: str, **fields) -> Run:
    return Run.objects.create(
        query=f"a {state} robot", meaning=state, generator="composer", asker=people["editor"], state=state, **fields
    )


def test_an_import_shows_how_far_it_is_and_can_be_stopped_and_resumed(clients, brought):
    assert "642 of 1,885 · 2 failed" in text(clients["editor"].get("/jobs/"))
    stopped = clients["editor"].post(f"/jobs/imports/{brought.pk}/cancel/", follow=True)
    brought.refresh_from_db()
    assert brought.state == "cancelled" and "stops after the files in hand" in text(stopped)
    assert clients["editor"].post(f"/jobs/imports/{brought.pk}/cancel/").status_code == 409
    clients["editor"].post(f"/jobs/imports/{brought.pk}/resume/")
    brought.refresh_from_db()
    assert (brought.state, brought.done) == ("queued", 640)
    assert clients["editor"].post(f"/jobs/imports/{brought.pk}/resume/").status_code == 409


def test_a_reviewer_sees_all_imports_and_others_their_own(clients, brought):
    for name, sees in {"reviewer": True, "admin": True, "editor": True, "viewer": False, "other": False}.items():
        assert ("Sample library" in text(clients[name].get("/jobs/"))) == sees, name
    assert clients["other"].post(f"/jobs/imports/{brought.pk}/cancel/").status_code == 404
    brought.refresh_from_db()
    assert brought.state == "running"


def test_htmx_gets_the_list_alone_and_an_answer_to_a_button_is_the_list(clients, brought):
    part = clients["editor"].get("/jobs/", headers=HTMX).content.decode()
    assert "<html" not in part and "Imports" in part
    answer = clients["editor"].post(f"/jobs/imports/{brought.pk}/cancel/", headers=HTMX).content.decode()
    assert "<html" not in answer and "Cancelled" in answer and f'id="import-{brought.pk}"' in answer


def test_runs_under_way_are_stopped_and_failed_ones_tried_again_without_leaving_the_page(clients, people):
    going, failed = made(people, "generating", progress=0.5), made(people, "failed", error_message="It came to nothing")
    page = text(clients["editor"].get("/jobs/"))
    assert "a generating robot" in page and "It came to nothing" in page
    assert clients["editor"].post(f"/jobs/runs/{going.pk}/cancel/")["Location"] == "/jobs/"
    assert clients["editor"].post(f"/jobs/runs/{failed.pk}/retry/")["Location"] == "/jobs/"
    assert clients["other"].post(f"/jobs/runs/{failed.pk}/retry/").status_code == 404
    assert set(Run.objects.values_list("state", flat=True)) == {"cancelled", "queued"}


def test_a_file_that_could_not_be_read_is_read_again(clients, broken):
    page = clients["editor"].get("/jobs/")
    assert "broken.png" in text(page) and broken.error_message in text(page)
    clients["editor"].post("/jobs/read/", {"asset": broken.pk})
    broken.refresh_from_db()
    assert (broken.state, broken.attempts, broken.error_code) == (State.RECEIVED, 0, "")
    prepare.catch_up()
    broken.refresh_from_db()
    assert broken.state == State.UNREADABLE


def test_what_was_refused_unread_stays_refused(clients, people, make_asset, broken):
    empty = ingest.ingest(io.BytesIO(), owner=people["editor"], file_name="empty.svg").asset
    page = make_asset("", owner=people["editor"], data=b"<html>", file_name="page.png")
    assert page.state == State.QUARANTINED
    assert clients["editor"].post("/jobs/read/", {"asset": [empty.pk, page.pk]}).status_code == 409
    clients["editor"].post("/jobs/read/", {"all": "1"})
    states = dict(Asset.objects.values_list("file_name", "state"))
    assert states == {"broken.png": "received", "empty.svg": "unreadable", "page.png": "quarantined"}


def test_nobody_has_the_files_of_others_read_again(clients, broken):
    Asset.objects.update(visibility="private")
    assert clients["other"].post("/jobs/read/", {"asset": broken.pk}).status_code == 404
    assert clients["other"].post("/jobs/read/", {"asset": "nonsense"}).status_code == 404
    broken.refresh_from_db()
    assert broken.state == State.UNREADABLE


def test_what_is_not_indexed_is_shown_as_a_picture_to_who_may_see_it_and_indexed_again(clients, people, make_asset):
    asset = make_asset("a lamp", owner=people["editor"], visibility="private")
    index()
    Failure.objects.create(view="embed", asset_id=asset.pk, code="unexpected", message="The vector is not a number")
    page = clients["editor"].get("/jobs/").content.decode()
    assert f"/assets/{asset.pk}/thumb" in page and "The vector is not a number" in page
    for name in ("viewer", "other", "reviewer"):
        assert str(asset.pk) not in clients[name].get("/jobs/").content.decode()
    assert clients["other"].post("/jobs/index/", {"asset": asset.pk}).status_code == 404
    before = changes.head()
    clients["editor"].post("/jobs/index/", {"asset": asset.pk})
    assert not Failure.objects.exists() and changes.head() == before + 1 and embed.pending() == 1


def test_silent_workers_are_named(clients):
    assert "nothing moves there" in text(clients["viewer"].get("/jobs/"))


def test_a_rate_needs_two_looks_and_forgets_what_is_older_than_a_minute(monkeypatch):
    now = timezone.now()

    def at(seconds: float, figure: int) -> float | None:
        monkeypatch.setattr(rates.timezone, "now", lambda: now + timedelta(seconds=seconds))
        return rates.rate_of("test", figure)

    assert at(0, 100) is None
    assert at(10, 150) == pytest.approx(5)
    assert at(40, 150) == pytest.approx(1.25)
    assert at(71, 150) == pytest.approx(0), "only the last minute counts"


def test_reading_counts_what_came_in_and_does_not_wait_any_more(make_asset, monkeypatch):
    now = timezone.now()
    monkeypatch.setattr(rates.timezone, "now", lambda: now)
    assert rates.reading_rate(0) is None
    for n in range(4):
        make_asset(f"lamp {n}")
    Asset.objects.update(created=now + timedelta(seconds=1))
    monkeypatch.setattr(rates.timezone, "now", lambda: now + timedelta(seconds=2))
    assert rates.reading_rate(1) == pytest.approx(1.5)


@pytest.mark.parametrize(
    ("waiting", "rate", "said"),
    [
        (0, 5.0, ""),
        (10, 0.0, ""),
        (10, None, ""),
        (10, 5.0, "about 2 seconds left"),
        (600, 2.0, "about 5 minutes left"),
        (72_000, 10.0, "about 2 hours left"),
    ],
)
def test_what_is_left_is_said_in_words(waiting, rate, said):
    assert rates.left(waiting, rate) == said


def test_rates_are_said_so_that_slow_ones_are_not_nought():
    assert [rates.spelt(rate) for rate in (None, 0, 0.05, 2.5, 1234.0)] == [
        "",
        "",
        "3 a minute",
        "2.5 a second",
        "1,234 a second",
    ]
