"""Tokens for programs: made once, shown once, kept as a digest."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.db import DatabaseError
from django.db.models import Q, QuerySet
from django.utils import timezone

from assetdb.errors import DamError
from assetdb.models import User
from webapp.models import ApiToken, Scope

PREFIX = "lac_"
"""What every token begins with, so that scanners for leaked secrets know one."""
LONGEST = 3650
"""Days a token may be good for, where it ends at all."""
_NOTED_EVERY = timedelta(minutes=1)
_logger = logging.getLogger(__name__)


def create(user: User, *, name: str = "", scopes: Iterable[str] = Scope.values, days: int | None = None) -> str:
    """Make a token for ``user`` and return it: this is the only time it can be read.

    Args:
        user: whose it is; it never opens more than they may do.
        name: what it is for.
        scopes: what it may be used for.
        days: how long it is good for; None for ever.

    Raises:
        DamError: ``bad_scope`` or ``bad_value``.
    """
    wanted = set(scopes)
    if not wanted or wanted - set(Scope.values):
        raise DamError("bad_scope", f"Choose at least one of these scopes: {', '.join(Scope.values)}.")
    if days is not None and not 1 <= days <= LONGEST:
        raise DamError("bad_value", f"A token is good for 1 to {LONGEST} days, or for ever.")
    clear = PREFIX + secrets.token_urlsafe(32)
    ApiToken.objects.create(
        user=user,
        name=name[:100],
        digest=_digest(clear),
        scopes=[scope for scope in Scope.values if scope in wanted],
        expires=None if days is None else timezone.now() + timedelta(days=days),
    )
    return clear


def revoke(token: ApiToken) -> None:
    """End a token now and for good."""
    ApiToken.objects.filter(pk=token.pk, revoked__isnull=True).update(revoked=timezone.now())
    token.refresh_from_db()


def find(clear: str) -> ApiToken | None:
    """Return the token that may sign in now, with its user, or None."""
    if not clear.startswith(PREFIX):
        return None
    valid = in_use(ApiToken.objects.filter(user__is_active=True).select_related("user"))
    return valid.filter(digest=_digest(clear)).first()


def in_use(tokens: QuerySet[ApiToken]) -> QuerySet[ApiToken]:
    """Return those of ``tokens`` that are neither revoked nor past their end."""
    return tokens.filter(Q(expires__isnull=True) | Q(expires__gt=timezone.now()), revoked__isnull=True)


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
