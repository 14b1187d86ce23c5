"""What Prometheus is told, and who else is told nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import DatabaseError
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from assetdb.models import Asset, State
from generators.models import Run
from indexer.models import SearchEvent
from webapp import duties
from webapp.metrics import figures

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder")]


@pytest.fixture(autouse=True)
def forgotten():
    cache.clear()
    yield
    cache.clear()


def scrape(client, **headers) -> dict:
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    assert answer["Cache-Control"] == "no-store"
    families = text_string_to_metric_families(answer.content.decode())
    return {(one.name, *sorted(one.labels.values())): one.value for family in families for one in family.samples}


def test_this_machine_may_read_and_who_comes_through_a_proxy_may_not(client):
    scrape(client)
    assert client.get("/metrics", REMOTE_ADDR="10.1.2.3").status_code == 404
    assert client.get("/metrics", REMOTE_ADDR="").status_code == 404
    assert client.get("/metrics", REMOTE_ADDR="::1").status_code == 200
    for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP"):
        assert client.get("/metrics", headers={name: "127.0.0.1"}).status_code == 404
    assert client.post("/metrics").status_code == 405


def test_where_a_token_is_set_it_is_asked_for_everywhere(client, settings):
    settings.LACUNA_METRICS_TOKEN = "the-token-of-prometheus"
    for header in ({}, {"Authorization": "Bearer another"}, {"Authorization": "the-token-of-prometheus"}):
        refused = client.get("/metrics", headers=header)
        assert (refused.status_code, refused["WWW-Authenticate"]) == (401, "Bearer")
        assert b"lacuna_assets" not in refused.content
    scrape(client, Authorization="Bearer the-token-of-prometheus")


def test_requests_are_counted_by_route_and_never_by_what_strangers_make_up(client, people):
    before = scrape(client)
    client.get("/healthz")
    client.get("/healthz?q=1")
    client.get("/made/up/by-a-stranger")
    client.generic("INVENTED", "/healthz")
    after = scrape(client)
    name = "lacuna_http_request_seconds_count"

    def grown(*labels):
        return after.get((name, *labels), 0) - before.get((name, *labels), 0)

    assert grown("2xx", "GET", "healthz") == 2
    assert grown("4xx", "GET", "none") == 1
    assert grown("2xx", "healthz", "other") + grown("4xx", "healthz", "other") == 1
    assert not any("stranger" in str(label) or "INVENTED" in str(label) for labels in after for label in labels)


def test_searches_are_counted_by_verdict_with_how_long_they_took(client, clients, indexed):
    indexed("red disc")
    before = scrape(client)
    assert clients["editor"].get("/api/v1/search/?q=red+disc").status_code == 200
    after = scrape(client)
    counted = {
        key[1]: value - before.get(key, 0) for key, value in after.items() if key[0] == "lacuna_search_seconds_count"
    }
    assert sum(counted.values()) == 1
    assert set(counted) <= {"hit", "weak", "miss"}


def test_figures_are_those_of_the_library(client, people, make_asset):
    make_asset("read")
    waiting = make_asset("waiting")
    Asset.objects.filter(pk=waiting.pk).update(state=State.RECEIVED, created=timezone.now() - timedelta(minutes=5))
    Asset.objects.filter(pk=make_asset("thrown away").pk).update(trashed=timezone.now())
    Run.objects.create(query="x", meaning="x", generator="composer", asker=people["editor"])
    for verdict in ("hit", "miss", "miss", "weak"):
        SearchEvent.objects.create(query="x", verdict=verdict, hits=0)
    old = SearchEvent.objects.create(query="x", verdict="miss", hits=0)
    SearchEvent.objects.filter(pk=old.pk).update(created=timezone.now() - timedelta(days=2))
    duties.beat("quick")
    told = scrape(client)
    assert told["lacuna_database_up",] == 1
    assert (told["lacuna_assets", "ready"], told["lacuna_assets", "received"]) == (1, 1)
    assert told["lacuna_assets_trashed",] == 1
    assert (told["lacuna_pending", "prepare"], told["lacuna_pending", "runs"]) == (1, 1)
    assert 300 <= told["lacuna_pending_oldest_seconds", "prepare"] < 400
    assert (told["lacuna_runs", "queued"], told["lacuna_runs", "failed"]) == (1, 0)
    assert (told["lacuna_worker_up", "quick"], told["lacuna_worker_up", "slow"]) == (1, 0)
    assert told["lacuna_searches_lately", "miss"] == 2
    assert told["lacuna_miss_rate",] == 0.5
    assert told["lacuna_storage_bytes", "originals"] > 0
    assert 0 < told["lacuna_disk_bytes", "free"] <= told["lacuna_disk_bytes", "total"]


def test_every_duty_and_every_state_is_told_also_when_it_is_zero(client, people):
    told = scrape(client)
    assert {key[1] for key in told if key[0] == "lacuna_pending"} == set(duties.DUTIES)
    assert {key[1] for key in told if key[0] == "lacuna_runs"} == set(Run.State.values)


def test_figures_are_counted_once_in_a_while(client, people, django_assert_num_queries):
    scrape(client)
    with django_assert_num_queries(0):
        scrape(client)


def test_without_a_database_what_was_counted_is_told_all_the_same(client, monkeypatch):
    def down():
        raise DatabaseError("postgres://somebody:secret@db.example refuses")
        yield

    monkeypatch.setattr(figures, "_counted", down)
    told = scrape(client)
    assert told["lacuna_database_up",] == 0
    assert any(key[0] == "lacuna_http_request_seconds_count" for key in told)
    assert not any("secret" in str(part) for key in told for part in key)
