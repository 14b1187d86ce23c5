"""Assets that the index could not take in: who sees them, and the way back into the line."""

from __future__ import annotations

from django.db.models import QuerySet

from assetdb.access import Caller, visible_to
from assetdb.models import Asset, Role, User
from indexer import embed
from indexer.models import Failure


def failures_of(user: Caller) -> QuerySet[Failure]:
    """Return the failures of the caller's own assets; for reviewers of all they may see."""
    shown = visible_to(user)
    if not (isinstance(user, User) and user.at_least(Role.REVIEWER)):
        shown = shown.filter(owner_id=user.pk)
    return Failure.objects.filter(asset_id__in=shown.values("pk"))


def index_again(assets: QuerySet[Asset]) -> int:
    """Put those of ``assets`` that the index could not take in in line again; return how many."""
    failed = Failure.objects.filter(asset_id__in=assets.values("pk"))
    return embed.read_again(failed.values_list("asset_id", flat=True))
