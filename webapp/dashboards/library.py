"""Assets, collections and imports."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminURLInputWidget

from assetdb import lifecycle, rights
from assetdb.errors import DamError
from assetdb.models import Asset, Collection, CollectionItem, Grant, ImportRun
from webapp.dashboards.base import Listed, each, thumbnail


class AssetForm(forms.ModelForm):
    """The words and the rights of an asset, checked as everywhere else."""

    source_url = forms.URLField(
        required=False, max_length=1000, assume_scheme="https", widget=UnfoldAdminURLInputWidget
    )

    class Meta:
        model = Asset
        fields = "__all__"  # noqa: DJ007 - the admin's fieldsets name them

    def clean_licence(self) -> str:
        return _checked(rights.check_licence, self.cleaned_data["licence"])

    def clean_source_url(self) -> str:
        return _checked(rights.check_source_url, self.cleaned_data["source_url"])


def _checked(check: Any, value: str) -> str:
    try:
        return str(check(value))
    except DamError as error:
        raise forms.ValidationError(error.message, code=error.code) from error


@admin.register(Asset)
class AssetAdmin(ModelAdmin):
    """Every asset, trash included. Words and rights can be changed, the rest is read."""

    form = AssetForm
    list_display = ("picture", "title", "owner", "state", "review", "origin", "visibility", "licence", "created")
    list_display_links = ("picture", "title")
    list_filter = (
        *("state", "review", "origin", "visibility", "kind", "licence", "error_code"),
        ("trashed", admin.EmptyFieldListFilter),
    )
    list_select_related = ("owner",)
    search_fields = ("title", "title_zh", "file_name")
    ordering = ("-created",)
    show_full_result_count = False
    list_per_page = 50
    actions = ("trash", "restore")
    editable = (
        *("title", "title_zh", "description", "visibility"),
        *("licence", "credit", "source_url", "derivatives_allowed"),
    )
    shown = (
        *("picture", "id", "owner", "file_name", "kind", "width", "height", "blob", "created", "captured"),
        *("origin", "state", "review", "trashed", "error_code", "error_message", "notes"),
    )
    fieldsets = ((None, {"fields": editable}), ("File", {"fields": shown}))
    readonly_fields = shown

    @display(description="")
    def picture(self, asset: Asset) -> SafeString:
        return thumbnail(asset.pk)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Asset | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Asset, form: forms.ModelForm, change: bool) -> None:
        lifecycle.update_asset(request.user, obj.pk, **{name: form.cleaned_data[name] for name in form.changed_data})

    @action(description="Move to the trash")
    def trash(self, request: HttpRequest, rows: QuerySet[Asset]) -> None:
        each(request, rows, lambda asset: lifecycle.trash(request.user, [asset.pk]), done="In the trash")

    @action(description="Restore from the trash")
    def restore(self, request: HttpRequest, rows: QuerySet[Asset]) -> None:
        each(request, rows, lambda asset: lifecycle.restore(request.user, [asset.pk]), done="Restored")


class GrantInline(TabularInline):
    """Who else may see or edit what a collection holds."""

    model = Grant
    extra = 0


class ItemInline(TabularInline):
    """What a collection holds."""

    model = CollectionItem
    autocomplete_fields = ("asset",)
    extra = 0


@admin.register(Collection)
class CollectionAdmin(ModelAdmin):
    """Collections and whom they are open to."""

    list_display = ("name", "owner", "assets_held", "created")
    list_select_related = ("owner",)
    search_fields = ("name",)
    autocomplete_fields = ("owner",)
    inlines = (GrantInline, ItemInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Collection]:
        return super().get_queryset(request).annotate(held=Count("items"))

    @display(description="assets", ordering="held")
    def assets_held(self, collection: Any) -> int:
        return int(collection.held)


@admin.register(ImportRun)
class ImportRunAdmin(Listed):
    """Imports under way and done."""

    list_display = ("source", "owner", "state", "done", "failed", "total", "message", "created")
    list_filter = ("state", "source")
    list_select_related = ("owner",)
