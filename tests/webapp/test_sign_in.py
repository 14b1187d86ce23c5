"""Signing in: a link that works once, a password that locks, redirects that stay inside."""

import datetime

import pytest
from django.core.cache import cache

from webapp.sign_in import link_for

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def forget_attempts():
    cache.clear()
    yield
    cache.clear()


def test_a_link_signs_in_once(client, people):
    link = link_for(people["admin"])
    answer = client.get(link)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(people["admin"].pk)
    client.logout()
    again = client.get(link)
    assert again.status_code == 404
    assert "sign_in_link" in again.content.decode()
    assert "_auth_user_id" not in client.session


def test_who_is_signed_in_already_comes_to_the_library_again(client, people):
    link = link_for(people["admin"])
    client.get(link)
    again = client.get(link)
    assert (again.status_code, again["Location"]) == (302, "/")


def test_a_link_is_good_for_an_hour(client, people, monkeypatch):
    link, now = link_for(people["admin"]), datetime.datetime.now()
    for minutes, status in ((61, 404), (59, 302)):
        later = now + datetime.timedelta(minutes=minutes)
        monkeypatch.setattr("webapp.sign_in.tokens._now", lambda later=later: later)
        assert client.get(link).status_code == status


@pytest.mark.parametrize("method", ["head", "post", "options"])
def test_only_following_a_link_uses_it_up(client, people, method):
    link = link_for(people["admin"])
    assert getattr(client, method)(link).status_code == 405
    assert "_auth_user_id" not in client.session
    assert client.get(link).status_code == 302


@pytest.mark.parametrize("path", ["/sign-in/zzz/x-y/", "/sign-in/1/abc-def/", "/sign-in/!/!/"])
def test_a_made_up_link_does_not(client, people, path):
    assert client.get(path).status_code == 404


def test_a_switched_off_account_is_not_let_in(client, people):
    link = link_for(people["editor"])
    people["editor"].is_active = False
    people["editor"].save()
    assert client.get(link).status_code == 404


def attempt(client, password, **extra):
    return client.post("/accounts/login/", {"login": "editor", "password": password, **extra})


def test_guessing_locks_the_account(client, people):
    for _ in range(5):
        assert "_auth_user_id" not in client.session
        attempt(client, "wrong")
    answer = attempt(client, "editor-pass-word")
    assert "_auth_user_id" not in client.session
    assert b"Too many failed" in answer.content or answer.status_code == 429


def test_a_right_password_signs_in(client, people):
    assert attempt(client, "editor-pass-word").status_code == 302
    assert client.session["_auth_user_id"] == str(people["editor"].pk)


@pytest.mark.parametrize("target", ["javascript:alert(1)", "https://evil.example/", "//evil.example"])
def test_the_redirect_stays_inside(client, people, target):
    answer = attempt(client, "editor-pass-word", next=target)
    assert answer.status_code == 302
    assert answer["Location"] == "/"


def test_nobody_signs_up_by_themselves(client, people):
    from assetdb.models import User

    secret = "a-long-password-1"
    client.post("/accounts/signup/", {"username": "me", "password1": secret, "password2": secret})
    assert not User.objects.filter(username="me").exists()


def test_forms_need_their_token(people):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/accounts/login/", {"login": "editor", "password": "editor-pass-word"}).status_code == 403


def test_the_admin_signs_in_where_everybody_does(client):
    answer = client.get("/admin/login/?next=/admin/")
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/accounts/login/")


@pytest.mark.parametrize("page", ["/accounts/login/", "/accounts/logout/", "/accounts/password/set/"])
def test_the_pages_of_an_account_without_a_password_open(client, people, page):
    people["admin"].set_unusable_password()
    people["admin"].save()
    if page != "/accounts/login/":
        client.get(link_for(people["admin"]))
    assert client.get(page).status_code == 200
