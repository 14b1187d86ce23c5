"""Webhooks for admins: who is told of what, what was sent, and sending it again."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from webapp.library.ask import number
from webapp.library.door import caller, member
from webapp.webhooks import hooks
from webapp.webhooks.events import EVENTS
from webapp.webhooks.models import Webhook

PAGE = 50
"""Messages on a page of the log."""


@member
@require_GET
def webhooks(request: HttpRequest) -> HttpResponse:
    """Show who is told of what, and the form for a new one."""
    context = {"hooks": hooks.hooks_of(caller(request)), "events": _events(())}
    return render(request, "library/webhooks.html", context)


@member
@require_POST
def create(request: HttpRequest) -> HttpResponse:
    """Make a webhook and show its secret, this once."""
    url = request.POST.get("url", "").replace("\0", "").strip()
    hook, secret = hooks.create(caller(request), url=url, events=request.POST.getlist("events"))
    return _shown(request, hook, secret=secret)


@member
@require_GET
def webhook(request: HttpRequest, hook_id: UUID) -> HttpResponse:
    """Show one webhook and what it was sent."""
    return _shown(request, hooks.get_hook(caller(request), hook_id))


@member
@require_POST
def change(request: HttpRequest, hook_id: UUID) -> HttpResponse:
    """Change where a webhook goes and what it is told."""
    url = request.POST.get("url", "").replace("\0", "").strip()
    hooks.change(caller(request), hook_id, url=url, events=request.POST.getlist("events"))
    messages.success(request, gettext("Saved."))
    return redirect("webhook", hook_id=hook_id)


@member
@require_POST
def switch(request: HttpRequest, hook_id: UUID) -> HttpResponse:
    """Pause a webhook, or have it go on."""
    hook = hooks.change(caller(request), hook_id, active=request.POST.get("active") == "1")
    on, off = (
        gettext("Switched on. It is told now what it missed."),
        gettext("Paused. What changes meanwhile is told when it is switched on again."),
    )
    messages.success(request, on if hook.active else off)
    return redirect("webhook", hook_id=hook_id)


@member
@require_POST
def rotate(request: HttpRequest, hook_id: UUID) -> HttpResponse:
    """Give a webhook another secret and show it, this once."""
    hook, secret = hooks.rotate(caller(request), hook_id)
    return _shown(request, hook, secret=secret)


@member
@require_POST
def ping(request: HttpRequest, hook_id: UUID) -> HttpResponse:
    """Send a test message and show what became of it."""
    made = hooks.ping(caller(request), hook_id)
    return redirect("webhook_delivery", hook_id=hook_id, delivery_id=made.pk)


@member
@require_POST
def delete(request: HttpRequest, hook_id: UUID) -> HttpResponse:
    """Take a webhook away with its log."""
    hooks.delete(caller(request), hook_id)
    messages.success(request, gettext("The webhook is gone. Nothing is sent there any more."))
    return redirect("webhooks")


@member
@require_GET
def delivery(request: HttpRequest, hook_id: UUID, delivery_id: UUID) -> HttpResponse:
    """Show one message, what was answered, and a button to send it again."""
    found = hooks.get_delivery(caller(request), hook_id, delivery_id)
    body = json.dumps(json.loads(found.body), ensure_ascii=False, indent=2)
    return render(request, "library/webhook_delivery.html", {"hook": found.hook, "delivery": found, "body": body})


@member
@require_POST
def redeliver(request: HttpRequest, hook_id: UUID, delivery_id: UUID) -> HttpResponse:
    """Send a message again."""
    hooks.redeliver(caller(request), hook_id, delivery_id)
    messages.success(request, gettext("It is sent again."))
    return redirect("webhook_delivery", hook_id=hook_id, delivery_id=delivery_id)


def _shown(request: HttpRequest, hook: Webhook, *, secret: str = "") -> HttpResponse:
    start = number(request.GET.get("offset", ""))
    sent = list(hook.deliveries.defer("body", "response")[start : start + PAGE + 1])
    context: dict[str, Any] = {
        "hook": hook,
        "events": _events(hook.events),
        "deliveries": sent[:PAGE],
        "older": start + PAGE if len(sent) > PAGE else 0,
        "newer": start > 0,
        "secret": secret,
    }
    answer = render(request, "library/webhook.html", context)
    if secret:
        answer["Cache-Control"] = "no-store"
    return answer


def _events(chosen: Any) -> list[tuple[str, str, bool]]:
    """Return each event with what it means and whether it is chosen."""
    sense = {
        "assets.added": gettext("Something came into the library."),
        "assets.changed": gettext(
            "A title, rights, tags, the file or the review changed, or it came out of the trash."
        ),
        "assets.trashed": gettext("It went into the trash, or to the shelf of rejects."),
        "tags.decided": gettext("A person accepted or rejected tags."),
        "run.proposed": gettext("A picture was made and waits for its review."),
        "run.published": gettext("What was made was approved, and the search now finds it."),
        "run.rejected": gettext("A reviewer rejected what was made."),
        "run.failed": gettext("Nothing good enough could be made."),
        "import.finished": gettext("An import is done, failed or was cancelled."),
    }
    return [(name, sense[name], name in chosen) for name in EVENTS]
