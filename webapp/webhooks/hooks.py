"""What admins do with hooks: make them, change them, look at what was sent, send it again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from assetdb import changes, nudges
from assetdb.access import Caller, require
from assetdb.errors import DamError, NotFoundError
from assetdb.models import Role, User
from assetdb.outside import check_url
from webapp.webhooks.deliver import message
from webapp.webhooks.events import EVENTS, PING
from webapp.webhooks.models import Delivery, Webhook, new_key
from webapp.webhooks.signature import secret_of

WEBHOOKS = "webhooks"
"""The nudge that a message waits to be sent."""
MOST = 50
"""Hooks a library may have: each is read for."""
OVERLAP = timedelta(days=1)
"""How long the old secret goes on signing beside the new one."""


def hooks_of(user: Caller) -> QuerySet[Webhook]:
    """Return every hook of the library.

    Raises:
        ForbiddenError: it takes an admin.
    """
    _admin(user)
    return Webhook.objects.select_related("owner")


def get_hook(user: Caller, hook_id: UUID) -> Webhook:
    """Return one hook.

    Raises:
        ForbiddenError, NotFoundError: it takes an admin; there is none.
    """
    hook = hooks_of(user).filter(pk=hook_id).first()
    if hook is None:
        raise NotFoundError("webhook")
    return hook


def get_delivery(user: Caller, hook_id: UUID, delivery_id: UUID) -> Delivery:
    """Return one message of a hook.

    Raises:
        ForbiddenError, NotFoundError: it takes an admin; there is none.
    """
    delivery = get_hook(user, hook_id).deliveries.select_related("hook").filter(pk=delivery_id).first()
    if delivery is None:
        raise NotFoundError("delivery")
    return delivery


def create(user: Caller, *, url: str, events: Iterable[str]) -> tuple[Webhook, str]:
    """Make a hook that is told of ``events`` from now on; return it with its secret, which is not shown again.

    Raises:
        ForbiddenError: it takes an admin.
        DamError: ``bad_url``, ``address_refused``, ``unknown_event``, ``no_events`` or ``too_many_webhooks``.
    """
    owner = _admin(user)
    if Webhook.objects.count() >= MOST:
        raise DamError("too_many_webhooks", f"There are {MOST} webhooks already. Delete one first.", status=409)
    hook = Webhook.objects.create(
        owner=owner,
        url=check_url(url, opened=settings.LACUNA_WEBHOOK_HOSTS),
        events=_known(events),
        positions={log: changes.head(log) for log in (changes.LIBRARY, changes.WORK)},
    )
    return hook, secret_of(hook.pk, hook.key)


def change(
    user: Caller,
    hook_id: UUID,
    *,
    url: str | None = None,
    events: Iterable[str] | None = None,
    active: bool | None = None,
) -> Webhook:
    """Change where a hook goes, what it is told, or whether it is; switched on again it is told what it missed.

    Raises:
        ForbiddenError, NotFoundError: see ``get_hook``.
        DamError: as ``create``.
    """
    hook = get_hook(user, hook_id)
    wanted: dict[str, Any] = {}
    if url is not None:
        wanted["url"] = check_url(url, opened=settings.LACUNA_WEBHOOK_HOSTS)
    if events is not None:
        wanted["events"] = _known(events)
    if active is not None:
        wanted |= {"active": active, "stopped": "", "failing_since": None}
    for name, value in wanted.items():
        setattr(hook, name, value)
    with transaction.atomic():
        hook.save(update_fields=list(wanted))
        nudges.nudge(WEBHOOKS)
    return hook


def delete(user: Caller, hook_id: UUID) -> None:
    """Take a hook away with everything that was sent; what waits is not sent.

    Raises:
        ForbiddenError, NotFoundError: see ``get_hook``.
    """
    get_hook(user, hook_id).delete()


def rotate(user: Caller, hook_id: UUID) -> tuple[Webhook, str]:
    """Give a hook another secret and return it; for a day messages are signed with the old one too.

    Raises:
        ForbiddenError, NotFoundError: see ``get_hook``.
    """
    hook = get_hook(user, hook_id)
    hook.old_key, hook.old_until, hook.key = hook.key, timezone.now() + OVERLAP, new_key()
    hook.save(update_fields=["old_key", "old_until", "key"])
    return hook, secret_of(hook.pk, hook.key)


def ping(user: Caller, hook_id: UUID) -> Delivery:
    """Have a message sent that tells nothing, once, to see whether the receiver takes it.

    Raises:
        ForbiddenError, NotFoundError: see ``get_hook``.
        DamError: ``webhook_off``.
    """
    hook = _switched_on(get_hook(user, hook_id))
    with transaction.atomic():
        made = Delivery.objects.create(hook=hook, events=[PING], body=message(PING, {}))
        nudges.nudge(WEBHOOKS)
    return made


def redeliver(user: Caller, hook_id: UUID, delivery_id: UUID) -> Delivery:
    """Have a message sent again as it was, under the same id.

    Raises:
        ForbiddenError, NotFoundError: see ``get_delivery``.
        DamError: ``webhook_off``.
    """
    delivery = get_delivery(user, hook_id, delivery_id)
    _switched_on(delivery.hook)
    again: dict[str, Any] = {"state": Delivery.State.WAITING, "attempts": 0, "next_try": timezone.now()}
    with transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(**again)
        nudges.nudge(WEBHOOKS)
    delivery.refresh_from_db()
    return delivery


def _admin(user: Caller) -> User:
    return require(user, Role.ADMIN, to="change the settings")


def _switched_on(hook: Webhook) -> Webhook:
    if not hook.active:
        raise DamError("webhook_off", "This webhook is switched off. Switch it on first.", status=409)
    return hook


def _known(events: Iterable[str]) -> list[str]:
    """Return the named events, each once, in the order they are known in."""
    wanted = set(events)
    if unknown := sorted(wanted - set(EVENTS)):
        raise DamError("unknown_event", f"“{unknown[0][:80]}” is no event. Known: {', '.join(EVENTS)}.")
    if not wanted:
        raise DamError("no_events", "Say which events the webhook is to be told of.")
    return [name for name in EVENTS if name in wanted]
