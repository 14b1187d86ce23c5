"""``/api/v1/webhooks/``: for admins only; the secret is shown once."""

from __future__ import annotations

import uuid

import pytest
from auditlog.models import LogEntry

from tests.webapp.callers import caller, failure
from webapp.webhooks import deliver, signature
from webapp.webhooks.models import Delivery, Webhook

pytestmark = pytest.mark.django_db
HOOKS = "/api/v1/webhooks/"
SENT = {"url": "https://example.com/hook", "events": ["run.published", "assets.added", "assets.added"]}


@pytest.fixture
def admin(people):
    return caller(people["admin"])


@pytest.fixture
def made(admin) -> dict:
    return admin.post(HOOKS, SENT, format="json").json()


def test_a_new_hook_comes_with_its_secret_this_once(admin):
    answer = admin.post(HOOKS, SENT, format="json")
    assert answer.status_code == 201 and answer["Cache-Control"] == "no-store"
    made, hook = answer.json(), Webhook.objects.get()
    assert made.pop("secret") == signature.secret_of(hook.pk, hook.key)
    assert made == {
        "id": str(hook.pk),
        "url": "https://example.com/hook",
        "events": ["assets.added", "run.published"],
        "owner": "admin",
        "active": True,
        "stopped": "",
        "failing_since": None,
        "created": made["created"],
    }
    assert admin.get(f"{HOOKS}{hook.pk}/").json() == made
    assert admin.get(HOOKS).json()["results"] == [made]


@pytest.mark.parametrize(
    ("sent", "code", "status"),
    [
        ({"url": "http://example.com/"}, "address_refused", 422),
        ({"url": "https://127.1/"}, "address_refused", 422),
        ({"url": "https://[::ffff:10.0.0.1]/"}, "address_refused", 422),
        ({"url": "example.com"}, "bad_url", 400),
        ({"url": ""}, "invalid", 400),
        ({"events": []}, "invalid", 400),
        ({"events": ["search.missed"]}, "invalid", 400),
        ({"secret": "whsec_mine"}, "unknown_field", 400),
    ],
)
def test_what_cannot_be_is_refused_when_made_and_when_changed(admin, made, sent, code, status):
    failure(admin.post(HOOKS, SENT | sent, format="json"), status, code)
    failure(admin.patch(f"{HOOKS}{made['id']}/", sent, format="json"), status, code)
    assert Webhook.objects.get().url == SENT["url"]


def test_it_is_for_admins_and_takes_the_admin_scope(people, made):
    for name in ("viewer", "editor", "reviewer"):
        failure(caller(people[name]).get(HOOKS), 403, "forbidden")
        failure(caller(people[name]).post(HOOKS, {"url": "x"}, format="json"), 403, "forbidden")
        failure(caller(people[name]).get(f"{HOOKS}{uuid.uuid4()}/"), 403, "forbidden")
    failure(caller(people["admin"], scopes=["read", "write"]).get(HOOKS), 403, "scope_missing")
    failure(caller().get(HOOKS), 401, "not_signed_in")


def test_a_hook_is_paused_changed_and_deleted(admin, made):
    address = f"{HOOKS}{made['id']}/"
    Webhook.objects.update(stopped="failing", active=False)
    changed = admin.patch(address, {"active": True, "events": ["tags.decided"]}, format="json").json()
    assert (changed["active"], changed["stopped"], changed["events"]) == (True, "", ["tags.decided"])
    assert admin.patch(address, {"active": False}, format="json").json()["active"] is False
    failure(admin.post(f"{address}ping/"), 409, "webhook_off")
    assert admin.delete(address).status_code == 204
    failure(admin.get(address), 404, "not_found")


def test_there_are_only_so_many(admin, made, monkeypatch):
    monkeypatch.setattr("webapp.webhooks.hooks.MOST", 1)
    failure(admin.post(HOOKS, SENT, format="json"), 409, "too_many_webhooks")


def test_a_new_secret_replaces_the_old_one(admin, made):
    answer = admin.post(f"{HOOKS}{made['id']}/rotate/")
    assert answer.status_code == 200 and answer["Cache-Control"] == "no-store"
    hook = Webhook.objects.get()
    assert answer.json()["secret"] == signature.secret_of(hook.pk, hook.key) != made["secret"]
    assert signature.secret_of(hook.pk, hook.old_key) == made["secret"] and hook.old_until is not None


def test_what_was_sent_is_listed_in_pages_shown_and_sent_again(admin, made):
    address = f"{HOOKS}{made['id']}/"
    pinged = admin.post(f"{address}ping/")
    assert pinged.status_code == 202 and pinged.json()["state"] == "waiting"
    for n in range(3):
        Delivery.objects.create(hook_id=made["id"], events=["assets.added"], count=n, body='{"n": 1}', state="dead")
    first = admin.get(f"{address}deliveries/?limit=3").json()
    assert [one["state"] for one in first["results"]] == ["dead"] * 3
    assert "body" not in first["results"][0] and first["results"][0]["next_try"] is None
    second = admin.get(first["next"]).json()
    assert [one["id"] for one in second["results"]] == [pinged.json()["id"]] and second["next"] is None
    failure(admin.get(f"{address}deliveries/?state=dead"), 400, "unknown_filter")
    dead = first["results"][0]["id"]
    assert admin.get(f"{address}deliveries/{dead}/").json()["body"] == '{"n": 1}'
    again = admin.post(f"{address}deliveries/{dead}/redeliver/")
    assert again.status_code == 202 and (again.json()["state"], again.json()["attempts"]) == ("waiting", 0)
    assert deliver.pending() == 2
    other = admin.post(HOOKS, SENT, format="json").json()
    failure(admin.get(f"{HOOKS}{other['id']}/deliveries/{dead}/"), 404, "not_found")
    failure(admin.post(f"{HOOKS}{other['id']}/deliveries/{dead}/redeliver/"), 404, "not_found")


def test_neither_the_database_nor_the_audit_log_holds_a_secret(admin, made):
    hook = Webhook.objects.values().get()
    logged = LogEntry.objects.filter(content_type__model="webhook").get()
    assert made["secret"] not in str(hook) and hook["key"] not in str(logged.changes) and "url" in logged.changes
