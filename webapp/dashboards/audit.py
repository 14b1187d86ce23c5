"""The audit log: who changed what and when, for what people change by hand.

What is logged stands in ``settings.AUDITLOG_INCLUDE_TRACKING_MODELS``, and moves to the trash and back. Rows that
views write in bulk are not: a tag on an asset keeps who decided on it, an upload keeps its owner and its time.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from auditlog.models import LogEntry
from auditlog.signals import pre_log
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from assetdb import lifecycle
from assetdb.models import Asset, User
from webapp.dashboards.base import Listed

_asked: ContextVar[HttpRequest | None] = ContextVar("asked", default=None)
_LONGEST = 80
"""Characters of a value that the list shows."""


class Asking:
    """Middleware: remembers the request, so that what is logged while it is answered bears its user's name."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = _asked.set(request)
        try:
            return self.get_response(request)
        finally:
            _asked.reset(token)


@receiver(pre_save, sender=LogEntry)
def sign(sender: type[LogEntry], instance: LogEntry, **_: Any) -> None:
    """Put the name of who asks under an entry, whether they signed in with a password or a token."""
    user = getattr(_asked.get(), "user", None)
    if isinstance(user, User) and instance.actor_id is None:
        instance.actor = user


@receiver(pre_log, sender=Asset)
def by_people_only(sender: type[Asset], action: int, **_: Any) -> bool:
    """Keep what workers do to assets, and every arrival of one, out of the log."""
    return _asked.get() is not None and action != LogEntry.Action.CREATE


@receiver(lifecycle.moved)
def note_moves(sender: type[Asset], assets: list[Asset], trashed: datetime | None, **_: Any) -> None:
    """Log what a person put into the trash or took out, which is written past the signals of single rows."""
    user = getattr(_asked.get(), "user", None)
    if not isinstance(user, User):
        return
    kind = ContentType.objects.get_for_model(Asset)
    LogEntry.objects.bulk_create(
        LogEntry(
            content_type=kind,
            object_pk=str(asset.pk),
            object_repr=str(asset),
            action=LogEntry.Action.UPDATE,
            changes={"trashed": [str(asset.trashed), str(trashed)]},
            actor=user,
        )
        for asset in assets
    )


admin.site.unregister(LogEntry)


@admin.register(LogEntry)
class AuditAdmin(Listed):
    """Who changed what, newest first."""

    list_display = ("timestamp", "who", "action", "kind", "what", "changed")
    list_display_links = None
    list_filter = ("action", "content_type", ("actor", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("content_type", "actor")
    search_fields = ("object_repr", "actor__username")
    search_help_text = gettext_lazy("A name of an account, or of what was changed")
    ordering = ("-timestamp",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[LogEntry]:
        return super().get_queryset(request).defer("serialized_data", "additional_data")

    @display(description=gettext_lazy("who"), ordering="actor")
    def who(self, entry: LogEntry) -> str:
        return str(entry.actor) if entry.actor else "–"

    @display(description=gettext_lazy("kind"), ordering="content_type")
    def kind(self, entry: LogEntry) -> str:
        return str(entry.content_type.name)

    @display(description=gettext_lazy("what"), ordering="object_repr")
    def what(self, entry: LogEntry) -> SafeString | str:
        model = entry.content_type
        try:
            page = reverse(f"admin:{model.app_label}_{model.model}_change", args=[entry.object_pk])
        except NoReverseMatch:
            return entry.object_repr
        if entry.action == LogEntry.Action.DELETE:
            return entry.object_repr
        return format_html('<a href="{}">{}</a>', page, entry.object_repr)

    @display(description=gettext_lazy("changes"))
    def changed(self, entry: LogEntry) -> SafeString | str:
        if entry.action != LogEntry.Action.UPDATE:
            return "–"
        lines = [(name, *_turn(values)) for name, values in (entry.changes_dict or {}).items()]
        return format_html_join("", '<div class="change"><b>{}</b> <del>{}</del> → <ins>{}</ins></div>', lines)


def _turn(values: Any) -> tuple[str, str]:
    if not isinstance(values, list | tuple) or len(values) != 2:
        return "", str(values)[:_LONGEST]
    before, after = ("–" if value in (None, "None", "") else str(value) for value in values)
    return before[:_LONGEST], after[:_LONGEST]


def hide(value: str) -> str:
    """Return what stands in the log for a secret."""
    return "•••" if value else ""
