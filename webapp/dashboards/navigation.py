"""The admin's sidebar and style: rooms named for the job that is done in them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext

from assetdb.models import Role, User


def is_admin(request: HttpRequest) -> bool:
    """Whether the request is an admin's, who alone may enter every room."""
    return isinstance(request.user, User) and request.user.at_least(Role.ADMIN)


def style(request: HttpRequest) -> str:
    """Return the address of the admin's own style sheet; unfold calls this."""
    return static("lacuna/admin/admin.css")


def mark(request: HttpRequest) -> str:
    """Return the address of the product's mark; unfold calls this."""
    return static("lacuna/mark.svg")


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the rooms that the caller may enter; unfold calls this."""
    tagging = [
        _room(request, gettext("Tagging by tag"), "tagging", icon="grid_view", within="tagging/tags/"),
        _room(request, gettext("Tagging by asset"), "tagging_asset", icon="image_search"),
    ]
    if not is_admin(request):
        return [{"title": gettext("Tagging"), "items": [*tagging, _library(), _review()]}]
    tagging += [
        _room(request, gettext("Vocabulary"), "admin:vocabulary", icon="menu_book"),
        _rows(request, gettext("All suggestions"), "assetdb_assettag", icon="checklist"),
    ]
    groups = {
        "": [_room(request, gettext("Dashboard"), "admin:index", icon="monitoring"), _library()],
        gettext("Tagging"): tagging,
        gettext("Library"): [
            _rows(request, gettext("Assets"), "assetdb_asset", icon="photo_library"),
            _rows(request, gettext("Collections"), "assetdb_collection", icon="collections_bookmark"),
            _rows(request, gettext("Imports"), "assetdb_importrun", icon="drive_folder_upload"),
            _rows(request, gettext("Searches"), "indexer_searchevent", icon="search"),
        ],
        gettext("Making"): [_review(), _rows(request, gettext("Runs"), "generators_run", icon="auto_awesome")],
        gettext("People"): [
            _rows(request, gettext("Accounts"), "assetdb_user", icon="person"),
            _rows(request, gettext("Groups"), "auth_group", icon="group"),
            _rows(request, gettext("API tokens"), "webapp_apitoken", icon="key"),
            _rows(request, gettext("Audit log"), "auditlog_logentry", icon="history"),
        ],
        gettext("System"): [
            _rows(request, gettext("Not indexed"), "indexer_failure", icon="report"),
            _rows(request, gettext("Embedding spaces"), "indexer_embeddingspace", icon="hub"),
            _rows(request, gettext("Views"), "indexer_cursor", icon="sync"),
        ],
    }
    return [{"title": title, "items": rooms} for title, rooms in groups.items()]


def _room(request: HttpRequest, title: str, name: str, *, icon: str, within: str = "") -> dict[str, Any]:
    link = reverse(name)
    active = request.path == link or bool(within and request.path.startswith(f"/{within}"))
    return {"title": title, "link": link, "icon": icon, "active": active}


def _rows(request: HttpRequest, title: str, model: str, *, icon: str) -> dict[str, Any]:
    link = reverse(f"admin:{model}_changelist")
    elsewhere = reverse("admin:vocabulary")
    return {"title": title, "link": link, "icon": icon, "active": request.path.startswith(link) and link != elsewhere}


def _library() -> dict[str, Any]:
    return {"title": gettext("Open the library"), "link": reverse("library"), "icon": "arrow_back", "active": False}


def _review() -> dict[str, Any]:
    return {"title": gettext("Review queue"), "link": reverse("review"), "icon": "fact_check", "active": False}
