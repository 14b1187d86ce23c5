"""Runs: what is being made, what waits for a reviewer, what failed."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import TabularInline
from unfold.decorators import action, display

from generators import steering
from generators.models import Candidate, Run
from webapp.dashboards.base import Listed, each, link


class CandidateInline(TabularInline):
    """What a run tried."""

    model = Candidate
    fields = ("number", "state", "score", "made", "checks", "recipe")
    readonly_fields = fields
    extra = 0
    can_delete = False

    @display
    def made(self, candidate: Candidate) -> SafeString | str:
        return link(candidate.asset)

    def has_add_permission(self, request: HttpRequest, obj: Run | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Candidate]:
        return super().get_queryset(request).select_related("asset")


@admin.register(Run)
class RunAdmin(Listed):
    """Every run. Those that wait for a person are decided on the review page."""

    list_display = ("query", "page", "state", "asker", "generator", "round", "error_code", "created", "finished")
    list_filter = ("state", "generator", "kind", "error_code")
    list_select_related = ("asker",)
    search_fields = ("query",)
    ordering = ("-created",)
    inlines = (CandidateInline,)
    actions = ("cancel", "retry")

    @display(description="")
    def page(self, run: Run) -> SafeString:
        return format_html('<a href="{}">open</a>', reverse("run", args=[run.pk]))

    @action(description="Cancel")
    def cancel(self, request: HttpRequest, rows: QuerySet[Run]) -> None:
        each(request, rows, lambda run: steering.cancel(request.user, run.pk), done="Cancelled")

    @action(description="Try again")
    def retry(self, request: HttpRequest, rows: QuerySet[Run]) -> None:
        each(request, rows, lambda run: steering.retry(request.user, run.pk), done="Queued again")
