"""One's own account: wishes, tokens shown once, searches that can be forgotten."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from assetdb.models import Ai, User
from indexer.models import SearchEvent
from tests.webapp.callers import caller
from tests.webapp.readers import text
from webapp.api import tokens
from webapp.models import ApiToken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder")]


def test_the_wish_about_ai_content_is_kept_and_shown(clients):
    assert clients["viewer"].post("/account/preferences/", {"ai": "only"})["Location"] == "/account/"
    assert User.objects.get(username="viewer").ai == Ai.ONLY
    page = clients["viewer"].get("/account/").content.decode()
    assert re.search(r'value="only"\s+checked', page)
    assert clients["viewer"].post("/account/preferences/", {"ai": "x"}).status_code == 400


def test_the_page_offers_every_language_with_the_one_in_use_chosen(clients):
    page = clients["viewer"].get("/account/").content.decode()
    assert re.search(r'value="en"[^>]*selected>English', page) and "简体中文" in page


def test_a_token_is_shown_once_works_and_ends_when_revoked(clients, people):
    made = clients["editor"].post(
        "/account/tokens/", {"name": "Figma plugin", "scopes": ["read", "write"], "days": "30"}
    )
    clear = re.search(r'value="(lac_[^"]+)"', made.content.decode())[1]
    assert made["Cache-Control"] == "no-store"
    token = tokens.find(clear)
    assert token.user == people["editor"] and token.scopes == ["read", "write"]
    assert timedelta(days=29) < token.expires - timezone.now() <= timedelta(days=30)
    later = clients["editor"].get("/account/").content.decode()
    assert clear not in later and "Figma plugin" in later and "read, write" in later
    clients["editor"].post(f"/account/tokens/{token.pk}/revoke/")
    assert tokens.find(clear) is None
    assert "Figma plugin" not in clients["editor"].get("/account/").content.decode().split("Tokens for programs")[1]


def test_a_token_needs_a_purpose_and_there_is_an_end_to_them(clients, people):
    assert clients["editor"].post("/account/tokens/", {"name": "  "}).status_code == 400
    for wrong in ({}, {"scopes": "everything"}, {"scopes": "read", "days": "0"}, {"scopes": "read", "days": "x"}):
        assert clients["editor"].post("/account/tokens/", {"name": "x"} | wrong).status_code == 400
    assert not ApiToken.objects.exists()
    for _ in range(50):
        tokens.create(people["editor"])
    assert "too many tokens" in text(clients["editor"].post("/account/tokens/", {"name": "one more"}))
    assert ApiToken.objects.count() == 50


def test_a_token_past_its_end_is_shown_as_such_and_takes_no_place(clients, people):
    for _ in range(50):
        tokens.create(people["editor"], name="Old plugin", days=1)
    ApiToken.objects.update(expires=timezone.now() - timedelta(days=1))
    assert "ended" in text(clients["editor"].get("/account/")) and "ended" in text(clients["admin"].get("/settings/"))
    made = clients["editor"].post("/account/tokens/", {"name": "New", "scopes": ["read"], "days": ""})
    assert made.status_code == 200 and ApiToken.objects.get(name="New").expires is None


def test_nobody_sees_or_ends_the_tokens_of_others(clients, people):
    clear = tokens.create(people["editor"], name="Secret plan")
    for name in ("viewer", "other", "admin"):
        assert "Secret plan" not in text(clients[name].get("/account/"))
        assert clients[name].post(f"/account/tokens/{ApiToken.objects.get().pk}/revoke/").status_code == 404
    assert tokens.find(clear)
    assert caller(people["editor"]).get("/api/v1/search/?q=x").status_code == 200


def test_searches_are_listed_for_their_owner_and_forgotten_on_demand(clients, people):
    for name in ("viewer", "editor"):
        SearchEvent.objects.create(query=f"lamps of {name}", user=people[name], verdict="miss", hits=0)
    assert "lamps of viewer" in text(clients["viewer"].get("/account/"))
    assert "lamps of editor" not in text(clients["viewer"].get("/account/"))
    clients["viewer"].post("/account/searches/forget/")
    assert "lamps of viewer" not in text(clients["viewer"].get("/account/"))
    assert list(SearchEvent.objects.order_by("pk").values_list("user__username", flat=True)) == [None, "editor"]


def test_who_came_by_a_link_sets_a_password_and_others_change_theirs(clients, people):
    assert "/accounts/password/change/" in clients["viewer"].get("/account/").content.decode()
    people["other"].set_unusable_password()
    people["other"].save()
    guest = Client()
    guest.force_login(people["other"])
    assert "/accounts/password/set/" in guest.get("/account/").content.decode()
    wrong = guest.post("/accounts/password/set/", {"password1": "short", "password2": "short"})
    assert "at least 10 characters" in text(wrong)
    guest.post("/accounts/password/set/", {"password1": "a-long-pass-word", "password2": "a-long-pass-word"})
    people["other"].refresh_from_db()
    assert people["other"].check_password("a-long-pass-word")
    assert guest.get("/account/").status_code == 200, "setting it signs nobody out here"


def test_a_changed_password_leads_back_to_the_account(clients):
    fields = {"oldpassword": "viewer-pass-word", "password1": "another-long-one", "password2": "another-long-one"}
    assert clients["viewer"].post("/accounts/password/change/", fields)["Location"] == "/account/"
    shown = clients["viewer"].get("/account/")
    assert shown.status_code == 200 and get_messages(shown.wsgi_request) is not None
