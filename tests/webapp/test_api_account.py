"""One's own account over the API."""

import pytest

from tests.webapp.callers import caller, failure
from webapp.api import tokens
from webapp.library.account import TOKENS
from webapp.models import ApiToken

pytestmark = pytest.mark.django_db
ACCOUNT, OWN = "/api/v1/account/", "/api/v1/account/tokens/"


def test_who_am_i(people, make_asset):
    make_asset("Cat")
    body = caller(people["editor"], scopes=["read", "write"]).get(ACCOUNT).json()
    assert body == {
        "id": people["editor"].pk,
        "username": "editor",
        "role": "editor",
        "ai": "show",
        "assets": 1,
        "collections": 0,
        "scopes": ["read", "write"],
    }


def test_what_one_wants_to_see_of_generated_assets(people):
    client = caller(people["viewer"])
    assert client.patch(ACCOUNT, {"ai": "hide"}, format="json").json()["ai"] == "hide"
    people["viewer"].refresh_from_db()
    assert people["viewer"].ai == "hide"
    failure(client.patch(ACCOUNT, {"ai": "some"}, format="json"), 400, "invalid")
    failure(client.patch(ACCOUNT, {"ai": "show", "role": "admin"}, format="json"), 400, "unknown_field")


def test_a_token_is_shown_once_signs_in_and_ends(people, client):
    client.force_login(people["viewer"])
    made = client.post(OWN, {"name": "script", "scopes": ["read"], "days": 30}, content_type="application/json")
    assert made.status_code == 201 and made["Cache-Control"] == "no-store"
    body = made.json()
    assert (body["name"], body["scopes"], body["user"]) == ("script", ["read"], "viewer") and body["expires"]
    listed = client.get(OWN).json()["results"]
    assert [row["id"] for row in listed] == [body["id"]] and "token" not in listed[0]
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {body['token']}"}
    assert client.get(ACCOUNT, **bearer).json()["username"] == "viewer"
    assert client.delete(f"{OWN}{body['id']}/").status_code == 204
    failure(client.get(ACCOUNT, **bearer), 401, "bad_token")
    assert client.get(OWN, {"revoked": "false"}).json()["results"] == []


def test_a_token_makes_none_that_may_do_more(people):
    client = caller(people["admin"], scopes=["admin", "write", "read"])
    failure(client.post(OWN, {"name": "x", "scopes": ["read", "review"]}, format="json"), 403, "forbidden")
    assert client.post(OWN, {"name": "x"}, format="json").json()["scopes"] == ["read", "write", "admin"]


def test_tokens_of_others_do_not_exist(people):
    tokens.create(people["other"])
    theirs = ApiToken.objects.get()
    failure(caller(people["admin"]).delete(f"{OWN}{theirs.pk}/"), 404, "not_found")
    theirs.refresh_from_db()
    assert theirs.revoked is None


def test_nobody_hoards_tokens(people):
    client = caller(people["viewer"])
    failure(client.post(OWN, {"name": ""}, format="json"), 400, "invalid")
    for _ in range(TOKENS - 1):
        tokens.create(people["viewer"])
    failure(client.post(OWN, {"name": "one more"}, format="json"), 400, "too_many_tokens")
