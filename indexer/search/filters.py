"""What narrows a search: the caller's access and the caller's filters, as one set of assets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Count, QuerySet

from assetdb.access import Caller, collections_of, visible_to
from assetdb.models import Ai, Asset, AssetTag, Origin, State, Tag


@dataclass(frozen=True)
class Filters:
    """Conditions on assets; an empty one admits everything the caller may see.

    ``tag`` names accepted tags by slug, all of which must be there. ``owner`` is a username. ``ai``
    says whether generated assets are shown (as if empty), hidden, or the only ones.
    """

    kind: str = ""
    tag: tuple[str, ...] = ()
    licence: str = ""
    origin: str = ""
    owner: str = ""
    collection: UUID | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    review: str = ""
    ai: str = ""

    def __bool__(self) -> bool:
        return self != EVERYTHING

    def without(self, name: str) -> Filters:
        """Return the same conditions less the one called ``name``."""
        return replace(self, **{name: getattr(EVERYTHING, name)})


EVERYTHING = Filters()


def allowed(user: Caller, filters: Filters) -> QuerySet[Asset]:
    """Return every ready asset that the caller may see and the filters admit."""
    assets = visible_to(user).filter(state=State.READY)
    for name in ("kind", "licence", "origin", "review"):
        if value := getattr(filters, name):
            assets = assets.filter(**{name: value})
    if filters.ai == Ai.HIDE:
        assets = assets.exclude(origin=Origin.GENERATED)
    elif filters.ai == Ai.ONLY:
        assets = assets.filter(origin=Origin.GENERATED)
    if filters.owner:
        assets = assets.filter(owner__username=filters.owner)
    if filters.collection:
        assets = assets.filter(collection_items__collection__in=collections_of(user).filter(pk=filters.collection))
    if filters.created_from:
        assets = assets.filter(created__gte=filters.created_from)
    if filters.created_to:
        assets = assets.filter(created__lte=filters.created_to)
    for slug in filters.tag:
        accepted = AssetTag.objects.filter(tag__slug=slug, state=AssetTag.State.ACCEPTED)
        assets = assets.filter(pk__in=accepted.values("asset"))
    return assets


@dataclass(frozen=True)
class Facet:
    """One value a search can be narrowed to, and how many assets have it."""

    value: str
    label: str
    count: int


def facets(user: Caller, filters: Filters = EVERYTHING) -> dict[str, list[Facet]]:
    """Count the caller's assets by kind, licence, origin and accepted tag.

    Each count leaves out the filter it belongs to, so it says what choosing it would show.
    """
    counted: dict[str, list[Facet]] = {}
    for name in ("kind", "licence", "origin"):
        rows = allowed(user, filters.without(name)).exclude(**{name: ""}).values_list(name)
        pairs = rows.annotate(n=Count("pk")).order_by("-n", name)
        counted[name] = [Facet(value, value, count) for value, count in pairs]
    chosen = AssetTag.objects.filter(state=AssetTag.State.ACCEPTED, asset__in=allowed(user, filters))
    tags = Tag.objects.filter(asset_tags__in=chosen).annotate(n=Count("asset_tags")).order_by("-n", "name")
    counted["tag"] = [Facet(tag.slug, tag.name, tag.n) for tag in tags[:40]]
    return counted
