"""Reading which assets a request names."""

from __future__ import annotations

from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext

from assetdb.bulk import MOST
from assetdb.errors import DamError, NotFoundError


def named_assets(form: QueryDict) -> list[UUID]:
    """Return the ids in the fields ``asset``, one each, and ``assets``, between commas.

    Raises:
        NotFoundError: one is no id.
        DamError: ``too_many``.
    """
    said = [*form.getlist("asset"), *form.get("assets", "").split(",")]
    named = [value.strip() for value in said if value.strip()]
    if len(named) > MOST:
        raise DamError("too_many", gettext("At most %(n)s pictures can be chosen at once.") % {"n": f"{MOST:,}"})
    try:
        return list(dict.fromkeys(map(UUID, named)))
    except ValueError:
        raise NotFoundError("asset") from None
