"""Every failure has one shape."""

import pytest
from django.conf import settings as live
from rest_framework.exceptions import Throttled

from assetdb.errors import DamError
from tests.webapp.callers import caller, failure
from webapp.api.errors import respond

pytestmark = pytest.mark.django_db

NOWHERE = "00000000-0000-4000-8000-000000000000"


def test_who_does_not_sign_in_is_told_how(people):
    response = caller().get("/api/v1/assets/")
    failure(response, 401, "not_signed_in")
    assert response["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1/", "/api/v1/nothing/", "/api/v1/assets/12/", "/api/v2/assets/", "/api/v1/search"]
)
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_unknown_addresses_answer_json(people, path, method):
    failure(getattr(caller(people["viewer"]), method)(path), 404, "not_found")
    failure(getattr(caller(), method)(path), 404, "not_found")


def test_a_missing_slash_is_pointed_out(people):
    assert "slash" in caller().get("/api/v1/search").json()["detail"]


def test_unknown_ids(people):
    for path in (f"assets/{NOWHERE}/", f"assets/{NOWHERE}/thumb/", f"generations/{NOWHERE}/", "tags/nothing/"):
        failure(caller(people["admin"]).get(f"/api/v1/{path}"), 404, "not_found")


def test_wrong_methods_say_which_are_right(people):
    response = caller(people["admin"]).put(f"/api/v1/assets/{NOWHERE}/", {}, format="json")
    failure(response, 405, "method_not_allowed")
    assert "PATCH" in response["Allow"]


def test_broken_bodies(people, make_asset):
    client, asset = caller(people["editor"]), make_asset("Cat")
    url = f"/api/v1/assets/{asset.pk}/"
    failure(client.patch(url, "{", content_type="application/json"), 400, "unreadable_request")
    failure(client.patch(url, "<a/>", content_type="text/xml"), 415, "unsupported_media_type")
    failure(client.patch(url, "[1]", content_type="application/json"), 400, "invalid")
    failure(client.post("/api/v1/assets/", b"x", content_type="multipart/form-data"), 400, "unreadable_request")


def test_invalid_values_name_the_field(people, make_asset):
    client, asset = caller(people["editor"]), make_asset("Cat")
    extra = failure(client.patch(f"/api/v1/assets/{asset.pk}/", {"title": "x" * 301}, format="json"), 400, "invalid")
    assert set(extra["fields"]) == {"title"}
    failure(client.patch(f"/api/v1/assets/{asset.pk}/", {"owner": "me"}, format="json"), 400, "unknown_field")


def test_formats_nobody_writes(people):
    failure(caller(people["viewer"]).get("/api/v1/assets/", HTTP_ACCEPT="text/html"), 406, "not_acceptable")


def test_too_many_requests():
    response = respond(Throttled(wait=29), {})
    assert (response.status_code, response["Retry-After"]) == (429, "29")
    assert response.content_type == "application/problem+json"
    assert response.data["code"] == "too_many_requests"


def test_what_nobody_foresaw_is_logged_and_keeps_its_secrets(people, monkeypatch, caplog):
    def broken(*args, **options):
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr("webapp.api.search.search", broken)
    client = caller(people["viewer"])
    client.raise_request_exception = False
    response = client.get("/api/v1/search/?q=cat")
    failure(response, 500, "unexpected")
    assert b"hunter2" not in response.content
    assert "hunter2" in caplog.text


def test_listeners_hear_of_what_nobody_foresaw(people, monkeypatch):
    def broken(*args, **options):
        raise RuntimeError("broken")

    monkeypatch.setattr("webapp.api.search.search", broken)
    with pytest.raises(RuntimeError):
        caller(people["viewer"]).get("/api/v1/search/?q=cat")


def test_application_errors_keep_their_code_status_and_extra(people, monkeypatch):
    def refuse(*args, **options):
        raise DamError("not_indexed", "Let it cool.", status=503, extra={"degrees": 90})

    monkeypatch.setattr("webapp.api.search.search", refuse)
    response = caller(people["viewer"]).get("/api/v1/search/?q=cat")
    assert failure(response, 503, "not_indexed") == {"degrees": 90}
    said = response.json()
    assert (said["detail"], said["title"], said["instance"]) == ("Let it cool.", "Not indexed", "/api/v1/search/")


def test_the_library_is_closed_unless_it_is_public(people, make_asset, settings):
    asset = make_asset("Cat")
    paths = ["/api/v1/assets/", f"/api/v1/assets/{asset.pk}/", f"/api/v1/assets/{asset.pk}/thumb/", "/api/v1/tags/"]
    assert not live.LACUNA_PUBLIC
    for path in paths:
        failure(caller().get(path), 401, "not_signed_in")
    settings.LACUNA_PUBLIC = True
    for path in paths:
        assert caller().get(path).status_code == 200, path
    failure(caller().patch(paths[1], {"title": "Dog"}, format="json"), 401, "not_signed_in")
    failure(caller().get("/api/v1/generations/"), 401, "not_signed_in")
    failure(caller().get("/api/v1/assets/trash/"), 401, "not_signed_in")


def test_programs_are_answered_in_english_whatever_their_language(people, client):
    client.force_login(people["admin"])
    answer = client.delete("/api/v1/search/", HTTP_ACCEPT_LANGUAGE="zh-hans")
    assert answer.status_code == 405 and answer.json()["detail"].isascii()
