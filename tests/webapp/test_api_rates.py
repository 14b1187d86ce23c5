"""Budgets: told in every answer, counted for each caller, shared where the cache is."""

from __future__ import annotations

import pytest
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from tests.webapp.callers import caller, failure
from webapp import env, tries
from webapp.api import rates

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh")]
PATH = "/api/v1/tags/"


@pytest.fixture(autouse=True)
def three_a_minute(settings, monkeypatch) -> list[float]:
    """Three requests a minute, on a clock that stands still."""
    settings.LACUNA_API_RATE = (3, 60)
    now = [1_000_000_020.0]
    monkeypatch.setattr(rates.time, "time", lambda: now[0])
    return now


def told(response) -> tuple[int, int, int]:
    return tuple(int(response[f"RateLimit-{name}"]) for name in ("Limit", "Remaining", "Reset"))


def test_every_answer_tells_the_budget(people, make_asset):
    asset = make_asset("Cat")
    client = caller(people["editor"])
    answers = [
        client.get(PATH),
        client.get(f"/api/v1/assets/{asset.pk}/thumb/"),
        client.put(PATH, {}, format="json"),
        client.get("/api/v1/nothing/"),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 405, 429]
    assert [told(answer) for answer in answers] == [(3, 2, 60), (3, 1, 60), (3, 0, 60), (3, 0, 60)]


def test_one_too_many_waits_and_then_goes_on(people, three_a_minute):
    client = caller(people["viewer"])
    three_a_minute[0] += 15
    for _ in range(3):
        assert client.get(PATH).status_code == 200
    refused = client.get(PATH)
    assert failure(refused, 429, "too_many_requests") == {"wait": 45}
    assert refused["Retry-After"] == "45"
    three_a_minute[0] += 45
    assert told(client.get(PATH)) == (3, 2, 60)


def test_what_is_refused_is_not_done(people, make_asset):
    asset, client = make_asset("Cat"), caller(people["editor"])
    for _ in range(3):
        client.get(PATH)
    failure(client.delete(f"/api/v1/assets/{asset.pk}/"), 429, "too_many_requests")
    asset.refresh_from_db()
    assert asset.trashed is None


def test_callers_do_not_spend_each_others_budget(people, settings):
    settings.LACUNA_PUBLIC = True
    session = Client()
    session.force_login(people["viewer"])
    one, other, nobody = caller(people["viewer"]), caller(people["viewer"]), caller()
    for client in (one, other, session, nobody):
        assert [client.get(PATH).status_code for _ in range(4)] == [200, 200, 200, 429]
    elsewhere = nobody.get(PATH, REMOTE_ADDR="203.0.113.9")
    assert elsewhere.status_code == 200


def test_guessing_tokens_is_counted_by_address(people):
    answers = [Client().get(PATH, headers={"Authorization": f"Bearer lac_{guess}"}).status_code for guess in range(4)]
    assert answers == [401, 401, 401, 429]


def test_pages_have_no_budget(people):
    client = Client()
    client.force_login(people["viewer"])
    answers = [client.get("/") for _ in range(4)]
    assert {answer.status_code for answer in answers} == {200}
    assert not answers[0].has_header("RateLimit-Limit")


class Down(LocMemCache):
    asked = 0

    def add(self, *args, **options):
        Down.asked += 1
        raise ConnectionError("the server is gone")


def test_a_cache_that_is_down_stops_nobody_and_is_left_alone(settings):
    settings.CACHES = settings.CACHES | {"shared": {"BACKEND": f"{__name__}.Down"}}
    assert [tries.count("x", within=60) for _ in range(3)] == [1, 2, 3]
    assert Down.asked == 1
    assert caches["default"].get("x") == 3


def test_a_redis_server_that_is_gone_stops_nobody(settings):
    settings.CACHES = settings.CACHES | {"shared": env.redis_cache("redis://127.0.0.1:1/0")}
    assert [tries.count("y", within=60) for _ in range(2)] == [1, 2]


@pytest.mark.parametrize(("text", "meant"), [("600/minute", (600, 60)), ("5/second", (5, 1)), ("9 / day", (9, 86400))])
def test_rates_are_read(text, meant):
    assert env.rate(text) == meant


@pytest.mark.parametrize("text", ["", "600", "600/fortnight", "0/minute", "-1/minute", "many/minute"])
def test_a_rate_that_is_none_refuses_to_start(text):
    with pytest.raises(ImproperlyConfigured, match="LACUNA_API_RATE"):
        env.rate(text)
