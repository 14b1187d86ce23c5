"""The vocabulary, and what the models suggest from it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.decorators import action, display

from assetdb import tagging
from assetdb.models import AssetTag, Tag
from webapp.dashboards import editor
from webapp.dashboards.base import Listed, each, link, thumbnail


class TagForm(forms.ModelForm):
    """A word of the vocabulary."""

    class Meta:
        model = Tag
        fields = ("name", "name_zh", "slug", "group", "prompts", "threshold", "suggest")

    def clean_prompts(self) -> list[str]:
        prompts = self.cleaned_data["prompts"] or []
        if not isinstance(prompts, list) or not all(isinstance(prompt, str) for prompt in prompts):
            raise forms.ValidationError('Prompts are a list of texts, such as ["a cat", "a kitten"].')
        return prompts

    def clean_threshold(self) -> float | None:
        threshold: float | None = self.cleaned_data["threshold"]
        if threshold is not None and not 0 <= threshold <= 1:
            raise forms.ValidationError("A threshold is a probability from 0 to 1.")
        return threshold


@admin.register(Tag)
class TagAdmin(ModelAdmin):
    """The vocabulary. Assets that carry a word are read again when it changes."""

    form = TagForm
    list_display = ("name", "name_zh", "group", "threshold", "suggest", "accepted", "waiting")
    list_filter = ("group", "suggest")
    search_fields = ("name", "name_zh", "slug")
    prepopulated_fields = {"slug": ("name",)}
    list_per_page = 100

    def get_urls(self) -> list[URLPattern]:
        room = self.admin_site.admin_view
        own = [
            path("vocabulary/", room(editor.vocabulary), name="vocabulary"),
            path("vocabulary/<slug:slug>/at/", room(editor.at), name="vocabulary_at"),
        ]
        return own + super().get_urls()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tag]:
        def in_state(state: AssetTag.State) -> Count:
            return Count("asset_tags", filter=Q(asset_tags__state=state))

        tags = super().get_queryset(request)
        return tags.annotate(
            n_accepted=in_state(AssetTag.State.ACCEPTED), n_suggested=in_state(AssetTag.State.SUGGESTED)
        )

    @display(ordering="n_accepted")
    def accepted(self, tag: Any) -> int:
        return int(tag.n_accepted)

    @display(description="suggestions waiting", ordering="n_suggested")
    def waiting(self, tag: Any) -> int:
        return int(tag.n_suggested)

    def save_model(self, request: HttpRequest, obj: Tag, form: forms.ModelForm, change: bool) -> None:
        tagging.save_tag(request.user, obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        listed, counts, _, protected = super().get_deleted_objects(objs, request)
        return listed, counts, set(), protected  # what the word stands on goes with it: no permission of its own

    def delete_model(self, request: HttpRequest, obj: Tag) -> None:
        tagging.drop_tag(request.user, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Tag]) -> None:
        for tag in queryset:
            tagging.drop_tag(request.user, tag)


@admin.register(AssetTag)
class SuggestionAdmin(Listed):
    """What was suggested and decided. A decision is a person's: yours."""

    list_display = ("picture", "titled", "tag", "state", "score", "model", "decided_by", "decided_at")
    list_display_links = None
    list_filter = ("state", "tag__group", "source")
    list_select_related = ("asset", "tag", "decided_by")
    search_fields = ("asset__title", "asset__title_zh", "tag__name", "tag__name_zh")
    ordering = ("-score", "pk")
    actions = ("accept", "reject")

    @display(description="")
    def picture(self, row: AssetTag) -> SafeString:
        return thumbnail(row.asset_id)

    @display(description="asset", ordering="asset__title")
    def titled(self, row: AssetTag) -> SafeString | str:
        return link(row.asset)

    @action(description="Accept")
    def accept(self, request: HttpRequest, rows: QuerySet[AssetTag]) -> None:
        self._decide(request, rows, accept=True)

    @action(description="Reject")
    def reject(self, request: HttpRequest, rows: QuerySet[AssetTag]) -> None:
        self._decide(request, rows, accept=False)

    def _decide(self, request: HttpRequest, rows: QuerySet[AssetTag], *, accept: bool) -> None:
        each(
            request,
            rows,
            lambda row: tagging.decide(request.user, row.asset_id, row.tag.slug, accept=accept),
            done="Accepted" if accept else "Rejected",
        )
