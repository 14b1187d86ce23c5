"""Settings: who may come in, and what the library runs on; for admins only."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.test import Client

from assetdb.models import Role, User
from tests.webapp.readers import text
from webapp.api import tokens
from webapp.models import ApiToken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder")]


def test_settings_are_for_admins(clients):
    for name in ("viewer", "editor", "reviewer"):
        refused = clients[name].get("/settings/")
        assert refused.status_code == 403 and "Not with this account" in text(refused)
        assert "/settings/" not in clients[name].get("/").content.decode()
    assert 'href="/settings/"' in clients["admin"].get("/").content.decode()


def test_a_new_account_comes_with_a_link_that_signs_in_once(clients):
    page = clients["admin"].post("/settings/people/", {"username": "mia.chen", "role": "reviewer"})
    link = re.search(r'value="(http://testserver/sign-in/[^"]+)"', page.content.decode())[1]
    assert page["Cache-Control"] == "no-store" and "A sign-in link for mia.chen" in text(page)
    guest = Client()
    assert guest.get(link)["Location"] == "/"
    assert guest.get("/review/").status_code == 200
    assert Client().get(link).status_code == 404, "the link is used up"


def test_a_link_can_be_had_again_but_not_for_who_is_shut_out(clients, people):
    address = f"/settings/people/{people['viewer'].pk}/link/"
    assert "/sign-in/" in clients["admin"].post(address).content.decode()
    clients["admin"].post(f"/settings/people/{people['viewer'].pk}/", {"active": "0"})
    assert clients["admin"].post(address).status_code == 409


def test_what_is_wrong_with_a_new_account_is_said(clients):
    before = User.objects.count()
    assert "letters, digits" in text(clients["admin"].post("/settings/people/", {"username": "a b", "role": "viewer"}))
    assert "already" in text(clients["admin"].post("/settings/people/", {"username": "viewer", "role": "viewer"}))
    assert User.objects.count() == before


def test_roles_change_and_accounts_are_shut_out_and_let_in(clients, people):
    address = f"/settings/people/{people['viewer'].pk}/"
    assert "viewer is now: Reviewer." in text(clients["admin"].post(address, {"role": "reviewer"}, follow=True))
    assert clients["viewer"].get("/review/").status_code == 200
    clients["admin"].post(address, {"active": "0"})
    assert clients["viewer"].get("/")["Location"].startswith("/accounts/login/")
    assert "shut out" in text(clients["admin"].get("/settings/"))
    clients["admin"].post(address, {"active": "1"})
    people["viewer"].refresh_from_db()
    assert people["viewer"].at_least(Role.REVIEWER)
    assert clients["admin"].post(address, {}).status_code == 400


def test_the_last_admin_cannot_lock_everybody_out(clients, people):
    address = f"/settings/people/{people['admin'].pk}/"
    for wish in ({"role": "viewer"}, {"active": "0"}):
        refused = clients["admin"].post(address, wish)
        assert refused.status_code == 409 and "only admin" in text(refused)
    assert clients["admin"].get("/settings/").status_code == 200


def test_an_admin_sees_and_ends_everybodys_tokens(clients, people):
    clear = tokens.create(people["editor"], name="Figma plugin")
    assert "Figma plugin" in text(clients["admin"].get("/settings/"))
    clients["admin"].post(f"/settings/tokens/{ApiToken.objects.get().pk}/revoke/")
    assert tokens.find(clear) is None
    assert clients["admin"].post("/settings/tokens/1000000/revoke/").status_code == 404


def test_the_page_says_what_the_library_runs_on(clients, make_asset):
    cache.clear()
    asset = make_asset("a lamp")
    said = text(clients["admin"].get("/settings/"))
    assert "Dimensions" in said and "LACUNA_DIFFUSION_MODEL" in said
    assert f"Originals 1 · {asset.blob.size}" in said.replace("\xa0", " ")
    assert "Django" in said and ("SQLite" in said or "PostgreSQL" in said)
