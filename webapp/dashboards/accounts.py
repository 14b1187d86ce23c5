"""Accounts, groups and tokens."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as AccountAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.decorators import action
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from assetdb.models import User
from webapp.api import tokens
from webapp.dashboards.base import Listed, each
from webapp.models import ApiToken


@admin.register(User)
class UserAdmin(AccountAdmin, ModelAdmin):
    """Accounts; the role decides everything an account may do."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "role", "is_active", "last_login", "date_joined")
    list_filter = ("role", "is_active")
    search_fields = ("username", "first_name", "last_name", "email")
    fieldsets = (
        (None, {"fields": ("username", "password", "role", "is_active", "groups")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("username", "role", "usable_password", "password1", "password2")}),)
    readonly_fields = ("last_login", "date_joined")


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(ModelAdmin):
    """Groups, for sharing collections with several people at once."""

    fields = ("name",)
    search_fields = ("name",)


@admin.register(ApiToken)
class TokenAdmin(Listed):
    """Tokens for programs. A new one is shown once, right after it was made."""

    list_display = ("name", "user", "scopes", "created", "expires", "last_used", "revoked")
    list_display_links = None
    list_filter = (("revoked", admin.EmptyFieldListFilter), "user")
    list_select_related = ("user",)
    fields = ("user", "name")
    autocomplete_fields = ("user",)
    actions = ("revoke",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    def save_model(self, request: HttpRequest, obj: ApiToken, form: ModelForm, change: bool) -> None:
        clear = tokens.create(obj.user, name=obj.name)
        obj.pk = ApiToken.objects.filter(user=obj.user).latest("pk").pk
        messages.warning(request, f"Copy this token now, it is not shown again: {clear}")

    @action(description="Revoke")
    def revoke(self, request: HttpRequest, rows: QuerySet[ApiToken]) -> None:
        each(request, rows, tokens.revoke, done="Revoked")
