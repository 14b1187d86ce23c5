"""Where an asset comes from and what became of it, as far as the caller may see."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from assetdb.access import Caller, collections_of, visible_to
from assetdb.models import Asset, Collection, Share, User
from generators.models import Parent, Provenance, Run
from generators.steering import runs_of


@dataclass(frozen=True)
class Lineage:
    """What led to an asset: the stored provenance and the assets it was made from.

    ``parents`` pairs each part, named since its credit is due, with its asset, None where that is gone or
    hidden from the caller. ``run`` is None where the caller may not look at it.
    """

    provenance: Provenance | None
    run: Run | None
    parents: list[tuple[Parent, Asset | None]]


def lineage_of(asset: Asset, *, user: Caller) -> Lineage:
    """Return what led to ``asset``, which the caller is known to may see."""
    row = Provenance.objects.select_related("run__asker", "run__reviewer").filter(asset=asset).first()
    rows = list(Parent.objects.filter(asset=asset).order_by("pk"))
    seen = visible_to(user).in_bulk([part.parent_id for part in rows if part.parent_id])
    parents = [(part, seen.get(part.parent_id) if part.parent_id else None) for part in rows]
    run = row.run if row else None
    if run is not None and not runs_of(user).filter(pk=run.pk).exists():
        run = None
    return Lineage(row, run, parents)


def made_from(asset: Asset, *, user: Caller) -> QuerySet[Asset]:
    """Return what the caller may see of what was made from ``asset``, the latest first."""
    return visible_to(user).filter(parents__parent=asset).distinct().order_by("-created")


def holding(asset: Asset, *, user: Caller) -> QuerySet[Collection]:
    """Return the caller's collections that hold ``asset``, by name."""
    return Collection.objects.filter(items__asset=asset, pk__in=collections_of(user).values("pk")).order_by("name")


def shared_by(asset: Asset, *, user: Caller) -> int:
    """Return how many links of the caller's own open a collection with ``asset``."""
    if not isinstance(user, User):
        return 0
    links = Share.objects.filter(maker=user, collection__items__asset=asset, revoked__isnull=True)
    return links.distinct().count()
