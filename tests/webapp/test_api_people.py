"""Accounts and everybody's tokens over the API, for admins."""

import pytest

from assetdb.models import User
from tests.indexer.conftest import encoder  # noqa: F401
from tests.webapp.callers import caller, failure
from webapp.api import tokens
from webapp.models import ApiToken

pytestmark = pytest.mark.django_db
PEOPLE, TOKENS = "/api/v1/people/", "/api/v1/tokens/"


def test_accounts_are_listed_without_secrets(people):
    answer = caller(people["admin"]).get(PEOPLE)
    assert [row["username"] for row in answer.json()["results"]] == ["admin", "editor", "other", "reviewer", "viewer"]
    assert people["viewer"].password not in answer.content.decode()
    rows = caller(people["admin"]).get(PEOPLE, {"role": "editor"}).json()["results"]
    assert [row["username"] for row in rows] == ["editor", "other"]


def test_an_account_is_made_and_its_link_signs_in_once(people, client):
    made = caller(people["admin"]).post(PEOPLE, {"username": "ann", "role": "editor"}, format="json")
    assert made.status_code == 201 and made["Cache-Control"] == "no-store"
    body = made.json()
    assert (body["username"], body["role"], body["active"], body["assets"]) == ("ann", "editor", True, 0)
    assert client.get(body["link"]).status_code == 302
    assert client.get("/api/v1/account/").json()["username"] == "ann"
    failure(caller(people["admin"]).post(PEOPLE, {"username": "Ann"}, format="json"), 409, "name_taken")
    failure(caller(people["admin"]).post(PEOPLE, {"username": "a b"}, format="json"), 400, "bad_username")


def test_roles_and_doors(people):
    client, url = caller(people["admin"]), f"{PEOPLE}{people['viewer'].pk}/"
    assert client.patch(url, {"role": "reviewer"}, format="json").json()["role"] == "reviewer"
    assert client.patch(url, {"active": False}, format="json").json()["active"] is False
    failure(client.post(f"{url}invite/"), 409, "shut_out")
    client.patch(url, {"active": True}, format="json")
    assert client.post(f"{url}invite/").json()["link"].startswith("http://testserver/sign-in/")
    failure(client.patch(url, {}, format="json"), 400, "nothing_to_change")
    failure(client.patch(url, {"is_superuser": True}, format="json"), 400, "unknown_field")
    own = f"{PEOPLE}{people['admin'].pk}/"
    failure(client.patch(own, {"role": "viewer"}, format="json"), 409, "last_admin")
    failure(client.patch(f"{PEOPLE}0/", {"role": "viewer"}, format="json"), 404, "not_found")


def test_everybodys_tokens(people):
    tokens.create(people["other"], name="theirs")
    theirs = ApiToken.objects.get()
    client = caller(people["admin"])
    rows = client.get(TOKENS, {"user": "other"}).json()["results"]
    assert [(row["name"], row["user"]) for row in rows] == [("theirs", "other")]
    assert client.delete(f"{TOKENS}{theirs.pk}/").status_code == 204
    theirs.refresh_from_db()
    assert theirs.revoked
    made = client.post(TOKENS, {"user": "viewer", "name": "bot", "scopes": ["read"]}, format="json")
    assert made["Cache-Control"] == "no-store" and tokens.find(made.json()["token"]).user == people["viewer"]
    failure(client.post(TOKENS, {"user": "nobody", "name": "x"}, format="json"), 404, "not_found")


@pytest.mark.usefixtures("encoder", "fresh")
def test_what_the_library_runs_on(people):
    body = caller(people["admin"]).get("/api/v1/installation/").json()
    assert body["versions"]["Python"] and body["disk_total"] > 0 and body["originals"]["count"] == 0
    assert {maker["name"] for maker in body["makers"]} >= {"composer"}


def test_nobody_else_gets_in(people):
    for name in ("viewer", "editor", "reviewer"):
        client = caller(people[name])
        for path in (PEOPLE, TOKENS, "/api/v1/installation/"):
            failure(client.get(path), 403, "forbidden")
        failure(client.post(PEOPLE, {"username": "x", "role": "admin"}, format="json"), 403, "forbidden")
        failure(client.patch(f"{PEOPLE}{people[name].pk}/", {"role": "admin"}, format="json"), 403, "forbidden")
        failure(client.post(TOKENS, {"user": "admin", "name": "x"}, format="json"), 403, "forbidden")
    assert User.objects.filter(role="admin").count() == 1
