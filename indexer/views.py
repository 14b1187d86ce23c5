"""How every view catches up: one reader at a time, a position that only moves with the work done.

A reader that dies keeps its lease until it runs out; the next reader starts from the last
position that was committed together with its work, so nothing is lost and nothing counts twice.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from indexer.models import Cursor, Failure

LEASE = timedelta(seconds=90)


class LeaseLostError(RuntimeError):
    """Another reader took over while this one was away; its work must be dropped."""


@dataclass
class Lease:
    """The right to advance one view, from ``position`` on."""

    name: str
    holder: str
    position: int

    def renew(self) -> None:
        """Keep the view a while longer; call it between the parts of long work.

        Raises:
            LeaseLostError: another reader holds the view by now.
        """
        held = Cursor.objects.filter(pk=self.name, holder=self.holder)
        if not held.update(held_until=timezone.now() + LEASE):
            raise LeaseLostError(self.name)

    def advance(self, position: int) -> None:
        """Move the view to ``position`` inside the transaction that stores its work.

        Raises:
            LeaseLostError: another reader holds the view by now; the transaction rolls back.
        """
        if not transaction.get_connection().in_atomic_block:
            raise RuntimeError("a view advances inside the transaction that stores its work")
        held = Cursor.objects.filter(pk=self.name, holder=self.holder)
        if not held.update(position=position, held_until=timezone.now() + LEASE):
            raise LeaseLostError(self.name)
        self.position = position

    def rest(self, head: int) -> None:
        """Move the view to ``head``, as it was before nothing more was found: what changed last is gone for good."""
        if head > self.position:
            with transaction.atomic():
                self.advance(head)


@contextmanager
def hold(name: str) -> Iterator[Lease | None]:
    """Claim view ``name``; yield None when somebody else is reading it."""
    now, holder = timezone.now(), uuid.uuid4().hex
    Cursor.objects.get_or_create(pk=name)
    free = Q(holder="") | Q(held_until__lt=now) | Q(held_until__isnull=True)
    if not Cursor.objects.filter(free, pk=name).update(holder=holder, held_until=now + LEASE):
        yield None
        return
    position = Cursor.objects.values_list("position", flat=True).get(pk=name)
    try:
        yield Lease(name, holder, position)
    finally:
        Cursor.objects.filter(pk=name, holder=holder).update(holder="", held_until=None)


def position_of(name: str) -> int:
    """Return how far view ``name`` has read."""
    return Cursor.objects.filter(pk=name).values_list("position", flat=True).first() or 0


def record_failure(view: str, asset_id: uuid.UUID, error: Exception) -> None:
    """List an asset that a view could not take in, with a typed error."""
    Failure.objects.update_or_create(
        view=view,
        asset_id=asset_id,
        defaults={
            "code": getattr(error, "code", "unexpected"),
            "message": getattr(error, "message", "") or f"{type(error).__name__}: {error}"[:500],
        },
    )
