"""Tokens for programs: made once, shown once, kept as a digest."""

from __future__ import annotations

import hashlib
import logging
import secrets
from datetime import timedelta

from django.db import DatabaseError
from django.utils import timezone

from assetdb.models import User
from webapp.models import ApiToken

PREFIX = "lac_"
"""What every token begins with, so that scanners for leaked secrets know one."""
_NOTED_EVERY = timedelta(minutes=1)
_logger = logging.getLogger(__name__)


def create(user: User, *, name: str = "") -> str:
    """Make a token for ``user`` and return it: this is the only time it can be read."""
    clear = PREFIX + secrets.token_urlsafe(32)
    ApiToken.objects.create(user=user, name=name[:100], digest=_digest(clear))
    return clear


def revoke(token: ApiToken) -> None:
    """End a token now and for good."""
    ApiToken.objects.filter(pk=token.pk, revoked__isnull=True).update(revoked=timezone.now())
    token.refresh_from_db()


def find(clear: str) -> ApiToken | None:
    """Return the token that may sign in now, with its user, or None."""
    if not clear.startswith(PREFIX):
        return None
    valid = ApiToken.objects.filter(revoked__isnull=True, user__is_active=True).select_related("user")
    return valid.filter(digest=_digest(clear)).first()


def note_use(token: ApiToken) -> None:
    """Record that a token was used, at most once a minute. Losing the record is no failure."""
    now = timezone.now()
    if token.last_used is not None and now - token.last_used < _NOTED_EVERY:
        return
    try:
        ApiToken.objects.filter(pk=token.pk).update(last_used=now)
    except DatabaseError:
        _logger.warning("the use of token %s was not recorded", token.pk, exc_info=True)


def _digest(clear: str) -> str:
    return hashlib.sha256(clear.encode()).hexdigest()
