"""What the frame around every page shows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from assetdb.models import Role, User
from generators.models import Run
from webapp.library import keymap


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return what the caller may do, how much waits for a reviewer, and what scripts say."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"may": {}, "public": settings.LACUNA_PUBLIC, "page_words": keymap.words}
    may = {role.value: user.at_least(role) for role in Role}
    return {
        "may": may,
        "waiting": _waiting if may["reviewer"] else 0,
        "upload_limit": settings.LACUNA_UPLOAD_LIMIT,
        "page_words": keymap.words,
    }


def _waiting() -> int:
    return Run.objects.filter(state=Run.State.REVIEW).count()
