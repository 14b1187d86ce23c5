"""What people do with imports: look at them, stop them, have them go on."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from assetdb import sources
from assetdb.access import Caller
from assetdb.errors import DamError, NotFoundError
from assetdb.models import ImportRun, Role, User


def imports_of(user: Caller) -> QuerySet[ImportRun]:
    """Return the imports the caller may see: their own, all of them for reviewers."""
    if not isinstance(user, User) or not user.is_active:
        return ImportRun.objects.none()
    every = ImportRun.objects.select_related("owner")
    return every if user.at_least(Role.REVIEWER) else every.filter(owner=user)


def get_import(user: Caller, import_id: UUID) -> ImportRun:
    """Return one import.

    Raises:
        NotFoundError: there is none, or the caller may not see it.
    """
    found = imports_of(user).filter(pk=import_id).first()
    if found is None:
        raise NotFoundError("import")
    return found


def cancel(user: Caller, import_id: UUID) -> ImportRun:
    """Stop an import after the files in hand; what came in stays.

    Raises:
        NotFoundError: see ``get_import``.
        DamError: ``not_running``.
    """
    found = get_import(user, import_id)
    if not sources.cancel(found.pk):
        raise DamError("not_running", "This import is over already.", status=409)
    found.refresh_from_db()
    return found


def resume(user: Caller, import_id: UUID) -> ImportRun:
    """Go on with an import that failed or was stopped, where it ended.

    Raises:
        NotFoundError: see ``get_import``.
        DamError: ``still_open``.
    """
    found = get_import(user, import_id)
    if not sources.resume(found.pk):
        raise DamError("still_open", "This import is not over, or it is done.", status=409)
    found.refresh_from_db()
    return found
