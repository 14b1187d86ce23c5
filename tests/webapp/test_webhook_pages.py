"""The pages of webhooks, for admins: make one, look at the log, pause, send again."""

from __future__ import annotations

import re

import pytest

from tests.webapp.readers import text
from webapp.webhooks import hooks, signature
from webapp.webhooks.models import Delivery, Webhook

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder")]
HOOKS = "/settings/webhooks/"
SENT = {"url": "https://example.com/hook", "events": ["assets.added", "run.failed"]}


@pytest.fixture
def hook(people) -> Webhook:
    return hooks.create(people["admin"], **SENT)[0]


def test_settings_lead_there_and_an_empty_page_says_what_to_do(desk):
    assert f'href="{HOOKS}"' in desk.get("/settings/").content.decode()
    assert "Tell another system what changes here" in text(desk.get(HOOKS))


def test_others_are_refused(clients, hook):
    for address in (HOOKS, f"{HOOKS}{hook.pk}/"):
        assert clients["reviewer"].get(address).status_code == 403


def test_a_new_webhook_shows_its_secret_once(desk):
    page = desk.post(f"{HOOKS}new/", SENT)
    hook = Webhook.objects.get()
    secret = signature.secret_of(hook.pk, hook.key)
    assert page["Cache-Control"] == "no-store" and f'value="{secret}"' in page.content.decode()
    assert secret not in desk.get(f"{HOOKS}{hook.pk}/").content.decode()
    assert hook.events == ["assets.added", "run.failed"]
    assert "https://example.com/hook switched on admin" in text(desk.get(HOOKS))


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"url": "https://127.0.0.1/"}, "is not a public address"),
        ({"url": "nowhere"}, "This is no address that can be called"),
        ({"events": []}, "Say which events"),
    ],
)
def test_what_is_wrong_is_said(desk, hook, sent, said):
    for address in (f"{HOOKS}new/", f"{HOOKS}{hook.pk}/change/"):
        refused = desk.post(address, SENT | sent)
        assert refused.status_code in (400, 422) and said in text(refused)
    assert Webhook.objects.get().url == SENT["url"]


def test_a_webhook_is_changed_paused_and_switched_on(desk, hook):
    address = f"{HOOKS}{hook.pk}/"
    desk.post(f"{address}change/", {"url": "https://example.com/new", "events": "tags.decided"})
    hook.refresh_from_db()
    assert (hook.url, hook.events) == ("https://example.com/new", ["tags.decided"])
    assert "Paused." in text(desk.post(f"{address}switch/", {"active": "0"}, follow=True))
    assert "paused" in text(desk.get(HOOKS))
    Webhook.objects.update(stopped="gone")
    assert "The receiver answered that it is gone (410). It was switched off." in text(desk.get(address))
    assert "Switched on." in text(desk.post(f"{address}switch/", {"active": "1"}, follow=True))
    assert Webhook.objects.get().stopped == ""


def test_a_new_secret_is_shown_once(desk, hook):
    page = desk.post(f"{HOOKS}{hook.pk}/rotate/")
    hook.refresh_from_db()
    assert signature.secret_of(hook.pk, hook.key) in page.content.decode() and page["Cache-Control"] == "no-store"


def test_the_log_shows_what_became_of_each_message(desk, hook):
    came = {"hook": hook, "events": ["assets.added"], "count": 1200, "body": '{"data":{"title":"<b>大象"}}'}
    sent = Delivery.objects.create(**came, state="dead", status=503, attempts=10, response="<i>down", duration=1234)
    page = desk.get(f"{HOOKS}{hook.pk}/")
    assert "Given up · 503 assets.added · 1,200 things · 10 attempts" in text(page)
    shown = desk.get(f"{HOOKS}{hook.pk}/{sent.pk}/").content.decode()
    assert "&lt;b&gt;大象" in shown and "&lt;i&gt;down" in shown and "1,234 ms" in shown
    again = desk.post(f"{HOOKS}{hook.pk}/{sent.pk}/again/", follow=True)
    assert "It is sent again." in text(again) and "Waiting" in text(again)
    assert desk.get(f"{HOOKS}{hook.pk}/{hook.pk}/").status_code == 404


def test_the_log_goes_on_on_further_pages(desk, hook):
    for n in range(51):
        Delivery.objects.create(hook=hook, events=["assets.added"], count=n, body="{}", state="delivered")
    first = desk.get(f"{HOOKS}{hook.pk}/")
    older = re.search(r'href="([^"]+\?offset=50)#log"', first.content.decode())[1]
    second = desk.get(older)
    assert len(first.context["deliveries"]) == 50 and len(second.context["deliveries"]) == 1
    assert "Newest" in text(second)


def test_a_test_message_leads_to_what_became_of_it(desk, hook):
    page = desk.post(f"{HOOKS}{hook.pk}/ping/", follow=True)
    assert page.redirect_chain[0][0].endswith(f"/{Delivery.objects.get().pk}/")
    assert "Waiting" in text(page) and '"type": "ping"' in page.content.decode().replace("&quot;", '"')


def test_a_webhook_is_deleted_with_its_log(desk, hook, people):
    hooks.ping(people["admin"], hook.pk)
    assert "The webhook is gone." in text(desk.post(f"{HOOKS}{hook.pk}/delete/", follow=True))
    assert not Webhook.objects.exists() and not Delivery.objects.exists()
