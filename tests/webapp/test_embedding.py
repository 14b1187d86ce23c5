"""What other origins may load: reading the API where they are named, the scripts anywhere, and nothing else."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.indexer.conftest import encoder  # noqa: F401
from tests.webapp.callers import caller

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder")]

ALLOWED, POLICY = "Access-Control-Allow-Origin", "Cross-Origin-Resource-Policy"
NAMED, OTHER = "https://blog.example", "https://evil.example"
SEARCH = "/api/v1/search/"


@pytest.fixture(autouse=True)
def named(settings):
    settings.CORS_ALLOWED_ORIGINS = [NAMED]


def preflight(path: str, *, origin: str = NAMED, method: str = "GET"):
    return Client().options(
        path,
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": "authorization",
        },
    )


def test_a_named_origin_may_read_without_cookies(people):
    asked = preflight(SEARCH)
    assert asked[ALLOWED] == NAMED
    assert asked["Access-Control-Allow-Methods"] == "GET"
    assert asked["Access-Control-Allow-Headers"] == "authorization"
    answer = caller(people["viewer"]).get(SEARCH, HTTP_ORIGIN=NAMED)
    assert (answer.status_code, answer[ALLOWED]) == (200, NAMED)
    for response in (asked, answer):
        assert "Access-Control-Allow-Credentials" not in response
        assert "origin" in response["Vary"].lower()


def test_a_failure_can_be_read_too():
    answer = caller().get(SEARCH, HTTP_ORIGIN=NAMED)
    assert (answer.status_code, answer[ALLOWED]) == (401, NAMED)


def test_nobody_else_may_and_nothing_else_is_open(people, client):
    assert ALLOWED not in preflight(SEARCH, origin=OTHER)
    assert ALLOWED not in preflight(SEARCH, origin="null")
    assert ALLOWED not in caller(people["viewer"]).get(SEARCH, HTTP_ORIGIN=OTHER)
    client.force_login(people["viewer"])
    assert ALLOWED not in client.get("/", HTTP_ORIGIN=NAMED)


def test_nobody_is_named_to_begin_with(settings, people):
    from webapp import env

    assert env.words("LACUNA_EMBED_ORIGINS") == []
    settings.CORS_ALLOWED_ORIGINS = []
    assert ALLOWED not in caller(people["viewer"]).get(SEARCH, HTTP_ORIGIN=NAMED)


def test_pictures_may_be_shown_by_pages_that_isolate_themselves(people, make_asset, settings):
    reader, asset = caller(people["viewer"]), make_asset("Cat")
    path = f"/api/v1/assets/{asset.pk}/thumb/"
    assert reader.get(path)[POLICY] == "cross-origin"
    assert POLICY not in reader.get(SEARCH)
    settings.CORS_ALLOWED_ORIGINS = []
    assert POLICY not in reader.get(path)


def test_the_script_may_be_loaded_from_anywhere(settings):
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True
    answer = Client().get("/static/lacuna/embed.js")
    assert answer.status_code == 200
    assert (answer[ALLOWED], answer[POLICY]) == ("*", "cross-origin")
    assert answer["Content-Type"].startswith("text/javascript")
