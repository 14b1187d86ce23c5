"""What holds at every address of the API: headers, methods, and requests that mean nothing."""

from __future__ import annotations

import gzip
import json

import pytest
from django.db import transaction
from django.test import Client, RequestFactory

from tests.indexer.conftest import encoder  # noqa: F401
from tests.webapp.callers import caller, failure
from tests.webapp.test_access_matrix import ROUTES, World
from webapp.api import tokens

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder")]
API = [route for route in ROUTES if route.name.startswith("api:")]
WRITES = ("post", "put", "patch", "delete")


@pytest.fixture
def world(people, make_asset) -> World:
    return World(people, make_asset)


@pytest.fixture
def everywhere(world, people):
    """Send a request to every address as the admin, undo it, and return what is wrong with the answers."""
    client = caller(people["admin"])
    client.raise_request_exception = False

    def send(method: str, **options) -> list[tuple[str, ...]]:
        wrong = []
        for route in API:
            with transaction.atomic():
                answer = client.generic(method.upper(), world.path(route), **options)
                transaction.set_rollback(True)
            if answer.status_code >= 500:
                wrong.append((route.name, method, answer.status_code))
            elif answer.status_code >= 400 and answer["Content-Type"] != "application/problem+json":
                wrong.append((route.name, method, answer["Content-Type"]))
        return wrong

    return send


def test_no_answer_sets_a_cookie_and_each_says_how_it_may_be_kept(world):
    for route in API:
        for who in ("anonymous", "admin"):
            for method in ("get", "head", "options", *WRITES):
                answer = world.call(who, method, world.path(route), route.name)
                said = (route.name, who, method)
                assert not answer.cookies and not answer.has_header("Set-Cookie"), said
                assert {"Authorization", "Cookie"} <= {part.strip() for part in answer["Vary"].split(",")}, said
                assert "Accept-Language" not in answer["Vary"], said
                assert answer["Cache-Control"].startswith(("private, ", "no-store")), said
                assert answer.has_header("RateLimit-Remaining"), said
                if answer.status_code >= 400 and method != "head":
                    failure(answer, answer.status_code, answer.json()["code"])


def test_a_session_that_is_over_leaves_no_cookie_either(people):
    client = Client()
    client.force_login(people["viewer"])
    client.session.flush()
    answer = client.get("/api/v1/assets/")
    failure(answer, 401, "not_signed_in")
    assert not answer.cookies


def test_head_is_get_without_a_body(world, people):
    for route in API:
        get = world.call("admin", "get", world.path(route))
        head = world.call("admin", "head", world.path(route))
        if route.name == "api:search":
            continue  # asked for something by GET only
        assert head.status_code == get.status_code and head.body == "", route.name
        assert head.has_header("ETag") == get.has_header("ETag"), route.name


def test_options_say_what_an_address_takes(world):
    for route in API:
        if route.name == "api:nowhere":
            continue
        answer = world.call("admin", "options", world.path(route), route.name)
        assert answer.status_code == 200 and "OPTIONS" in answer["Allow"], route.name


def test_methods_nobody_takes(everywhere):
    assert everywhere("trace") == []


def test_a_wrong_method_is_told_the_right_ones(world):
    for route in API:
        if route.name != "api:nowhere":
            answer = world.call("admin", "trace", world.path(route), route.name)
            failure(answer, 405, "method_not_allowed")
            assert "OPTIONS" in answer["Allow"], route.name


BROKEN = {
    "half": b'{"title": ',
    "no utf-8": b'{"title": "\xff\xfe"}',
    "utf-16": '{"title": "x"}'.encode("utf-16"),
    "nul": b'{"title": "a\\u0000b", "a\\u0000": [{"x": "\\u0000"}]}',
    "half a character": b'{"title": "\\ud800", "tags": ["\\udfff"]}',
    "deep": b'{"title": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "long number": b'{"limit": ' + b"9" * 10_000 + b"}",
    "infinite": b'{"threshold": 1e999, "number": -1e999}',
    "not a number": b'{"threshold": NaN}',
    "a list": b"[1, 2]",
    "a word": b'"word"',
    "nothing": b"null",
    "packed": gzip.compress(b"{}"),
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_json_that_means_nothing_is_refused_everywhere(everywhere, body):
    for method in ("post", "put", "patch"):
        assert everywhere(method, data=body, content_type="application/json") == []


@pytest.mark.parametrize("what", ["nul", "half a character", "deep", "half", "no utf-8", "a list"])
def test_the_refusal_is_a_400(people, make_asset, what):
    url = f"/api/v1/assets/{make_asset('Cat').pk}/"
    answer = caller(people["editor"]).patch(url, BROKEN[what], content_type="application/json")
    failure(answer, 400, answer.json()["code"])


def test_a_backslash_before_u0000_is_no_nul(people, make_asset):
    url = f"/api/v1/assets/{make_asset('Cat').pk}/"
    answer = caller(people["editor"]).patch(url, b'{"title": "\\\\u0000"}', content_type="application/json")
    assert answer.json()["title"] == "\\u0000"


@pytest.mark.parametrize(
    "kind",
    [
        *("text/xml", "application/x-www-form-urlencoded", "multipart/form-data", "application/octet-stream"),
        *("", "/", "application/json; charset=hex", "text/plain; charset=utf-7", "multipart/form-data; boundary="),
    ],
)
def test_bodies_of_other_kinds_are_problems(everywhere, kind):
    for method in ("post", "put", "patch"):
        assert everywhere(method, data=b"a=b", content_type=kind) == []


def test_only_utf_8_is_spoken(people):
    for charset in ("utf-16", "latin-1"):
        kind = f"text/plain; charset={charset}"
        answer = caller(people["admin"]).generic("GET", "/api/v1/tags/?group=x", content_type=kind)
        failure(answer, 415, "unsupported_charset")


def test_a_charset_that_is_no_texts_is_refused_like_any_other(wsgi):
    asked = RequestFactory().get("/api/v1/tags/?group=x").environ | {"CONTENT_TYPE": "text/plain; charset=hex"}
    said = []
    body = b"".join(wsgi(asked, lambda status, headers: said.append(status)))
    assert said == ["415 Unsupported Media Type"]
    assert json.loads(body)["code"] == "unsupported_charset"


def test_json_too_large_for_memory_is_refused(people, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    body = json.dumps({"slug": "x" * 2000}).encode()
    failure(caller(people["admin"]).post("/api/v1/tags/", body, content_type="application/json"), 413, "too_large")


@pytest.mark.parametrize("accept", ["text/xml", "image/png", "nonsense", "*/*;q=0", ""])
def test_formats_nobody_writes_are_problems(everywhere, accept):
    assert everywhere("get", HTTP_ACCEPT=accept) == []


@pytest.mark.parametrize(
    "query",
    [
        *("q=%00", "cursor=%00", "x%00=1", "q=%ff%fe", "q=%ed%a0%80", "limit=" + "9" * 5000, "limit=-1", "limit=1e9"),
        *("cursor=!!!", "cursor=cD0xMjM0", "cursor=bz05OTk5OTk5OTk5OTk5OTk5OTk5", "offset=99999999999999999999"),
        *("created_from=0001-01-01T00:00:00%2B23:59", "created_from=9999-12-31T23:59:59-23:59", "format=xml"),
        *("ordering=pk__x", "owner__password__startswith=x", "collection=" + "0" * 40, "like=x", "a=1&" * 2000),
    ],
)
def test_queries_that_mean_nothing_are_problems(everywhere, query):
    assert everywhere("get", QUERY_STRING=query) == []


@pytest.mark.parametrize(
    "name", ["%00", "a%00b", "x" * 3000, "9" * 400, "-1", "%ff", "..%2f..", "a%0ab", "00000000-0000-0000-0000-x", "é"]
)
def test_addresses_that_mean_nothing_are_problems(people, name):
    client = caller(people["admin"])
    for path in ("", "assets/", "tags/", "generations/", "collections/", "people/", "jobs/imports/", "webhooks/"):
        for tail in ("", "/"):
            answer = client.generic("GET", f"/api/v1/{path}{name}{tail}")
            failure(answer, answer.status_code, answer.json()["code"])
            assert answer.status_code == 404, path


def test_sessions_write_only_with_their_csrf_token(world, people):
    """A page elsewhere may have a browser send its cookies along, but cannot read the token."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["admin"])
    for route in API:
        for method in WRITES:
            answer = client.generic(method.upper(), world.path(route), b"{}", content_type="application/json")
            opened = answer.status_code not in (403, 405)
            assert not opened or route.name in ("api:nowhere",), (route.name, method, answer.status_code)


def test_a_token_in_the_address_opens_nothing(people):
    clear = tokens.create(people["admin"])
    failure(Client().get(f"/api/v1/assets/?token={clear}"), 401, "not_signed_in")
