"""The view behind every hook: read the logs, store one message, send it until it is taken.

A hook has one message under way at a time; what changes meanwhile is told in the next one, as it is by
then. Positions move in the transaction that stores the message, so nothing is lost and a message that
was sent twice bears the same id.
"""

from __future__ import annotations

import json
import logging
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from webapp.webhooks import events, signature
from webapp.webhooks.models import Delivery, Webhook
from webapp.webhooks.post import Answer, Limits, post

WINDOW = timedelta(seconds=5)
"""How long changes are gathered before the next message, unless it is full."""
WAITS = (10, 30, 120, 600, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600)
"""Seconds before each further attempt, more or less; after the last one a message is given up."""
PATIENCE = timedelta(days=3)
"""How long a hook may fail before it is switched off."""
KEPT = timedelta(days=30)
LEASE = timedelta(seconds=60)
"""How long an attempt counts as under way; a worker that died lets another one try by then."""
AT_ONCE = 8
GONE = 410
State = Delivery.State
_logger = logging.getLogger(__name__)


def pending() -> int:
    """Return how many messages can be sent now, and how many hooks can be told something new."""
    return _due().count() + sum(map(events.anything_new, _listening()))


def catch_up(*, limits: Limits = Limits()) -> int:  # noqa: B008 - frozen
    """Store what there is to tell and send what is due; return how much of either was done."""
    return gather() + send(limits=limits)


def gather() -> int:
    """Read on for each hook that has no message under way; return how many hooks were read for."""
    return sum(_gather(hook) for hook in _listening())


def send(*, limits: Limits = Limits()) -> int:  # noqa: B008 - frozen
    """Try the messages that are due, some at once so that a slow receiver holds up no other; return how many."""
    due = _due().select_related("hook").order_by("next_try")[:AT_ONCE]
    claimed = [delivery for delivery in due if _claim(delivery)]
    if not claimed:
        return 0
    with ThreadPoolExecutor(max_workers=len(claimed)) as pool:
        answers = list(pool.map(lambda delivery: _attempt(delivery, limits), claimed))
    for delivery, answer in zip(claimed, answers, strict=True):
        _record(delivery, answer)
    return len(claimed)


def prune() -> int:
    """Delete messages of long ago that are not under way; return how many."""
    old = Delivery.objects.filter(created__lt=timezone.now() - KEPT).exclude(state=State.WAITING)
    return old.delete()[0]


def message(kind: str, data: dict[str, Any]) -> str:
    """Return a message's body as it is signed and sent."""
    body = {"type": kind, "timestamp": timezone.now().isoformat(), "data": data}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _listening() -> QuerySet[Webhook]:
    """Return the hooks that can be told something now."""
    under_way = Delivery.objects.filter(hook=OuterRef("pk"), state=State.WAITING)
    free = Webhook.objects.filter(~Exists(under_way), active=True, owner__is_active=True)
    return free.filter(gathered__lte=timezone.now() - WINDOW).select_related("owner")


def _due() -> QuerySet[Delivery]:
    waiting = Delivery.objects.filter(state=State.WAITING, next_try__lte=timezone.now())
    return waiting.filter(hook__active=True, hook__owner__is_active=True)


def _gather(hook: Webhook) -> bool:
    """Store the next message of ``hook``, if there is anything new; return whether it was read for."""
    if not events.anything_new(hook):
        return False
    reading, now = events.read(hook), timezone.now()
    with transaction.atomic():
        # A full message is followed by the next one at once.
        gathered = now - WINDOW if reading.full else now
        same = Webhook.objects.filter(pk=hook.pk, gathered=hook.gathered)
        if not same.update(positions=reading.positions, gathered=gathered):
            return False
        if reading.things:
            Delivery.objects.create(
                hook=hook,
                events=list(reading.things),
                count=sum(map(len, reading.things.values())),
                body=message("changes", reading.things),
            )
    return True


def _claim(delivery: Delivery) -> bool:
    """Take a message for one attempt, unless another worker was first."""
    until = timezone.now() + LEASE
    same = Delivery.objects.filter(pk=delivery.pk, state=State.WAITING, next_try=delivery.next_try)
    if not same.update(next_try=until, attempts=F("attempts") + 1):
        return False
    delivery.next_try, delivery.attempts = until, delivery.attempts + 1
    return True


def _attempt(delivery: Delivery, limits: Limits) -> Answer:
    """Sign and send one message. Touches no database: this runs in a thread."""
    hook, body = delivery.hook, delivery.body.encode()
    keys = [hook.key]
    if hook.old_until is not None and hook.old_until > timezone.now():
        keys.append(hook.old_key)
    secrets = [signature.secret_of(hook.pk, key) for key in keys]
    return post(hook.url, body, signature.headers(str(delivery.pk), body, secrets=secrets), limits=limits)


def _record(delivery: Delivery, answer: Answer) -> None:
    """Settle what becomes of a message after an attempt, and of its hook."""
    now = timezone.now()
    came: dict[str, Any] = {
        "status": answer.status,
        "response": answer.excerpt,
        "trouble": answer.trouble,
        "duration": answer.ms,
    }
    if answer.taken:
        came |= {"state": State.DELIVERED, "delivered": now}
    elif answer.status == GONE or events.PING in delivery.events or delivery.attempts > len(WAITS):
        came |= {"state": State.DEAD}
    else:
        came |= {"next_try": now + timedelta(seconds=WAITS[delivery.attempts - 1] * random.uniform(0.8, 1.2))}
    with transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk, next_try=delivery.next_try).update(**came)
        _judge(delivery, answer)


def _judge(delivery: Delivery, answer: Answer) -> None:
    """Note on the hook how it does, and switch it off when nobody listens any more."""
    hooks, now = Webhook.objects.filter(pk=delivery.hook_id), timezone.now()
    if answer.taken:
        hooks.exclude(failing_since=None).update(failing_since=None)
    elif answer.status == GONE:
        hooks.update(active=False, stopped=Webhook.Stopped.GONE)
    elif events.PING not in delivery.events:
        hooks.filter(failing_since=None).update(failing_since=now)
        failed = hooks.filter(active=True, failing_since__lte=now - PATIENCE)
        if failed.update(active=False, stopped=Webhook.Stopped.FAILING):
            _logger.warning("webhook %s failed for %s days and was switched off", delivery.hook_id, PATIENCE.days)
