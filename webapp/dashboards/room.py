"""A page of its own in the admin's frame, open to reviewers."""

from __future__ import annotations

from functools import wraps
from typing import Any

from csp.decorators import csp_replace
from django.contrib import admin
from django.http import HttpRequest, HttpResponseBase

from assetdb.access import require
from assetdb.models import Role
from webapp.dashboards.navigation import is_admin
from webapp.library.door import View, caller, member
from webapp.policy import UNFOLD


def reviewers(view: View) -> View:
    """Open a page to reviewers and admins, under the policy that unfold's pages need."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        require(caller(request), Role.REVIEWER, to="decide on tags")
        return view(request, *args, **kwargs)

    return csp_replace(UNFOLD)(member(opened))


def frame(request: HttpRequest, *, title: str) -> dict[str, Any]:
    """Return what unfold's frame needs, for somebody who may not enter the admin too."""
    request.current_app = admin.site.name
    rooms = admin.site.get_sidebar_list(request)  # type: ignore[attr-defined]
    context: dict[str, Any] = admin.site.each_context(request)
    context |= {"title": title, "has_permission": True, "sidebar_navigation": rooms}
    return context if is_admin(request) else context | {"templates": {"navigation": "admin/tagging/_navigation.html"}}
