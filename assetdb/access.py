"""The one access rule. Whatever shows or changes an asset goes through here."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, Max, Q, QuerySet, Sum

from assetdb.errors import ForbiddenError, NotFoundError
from assetdb.models import Asset, Collection, CollectionItem, Grant, Origin, Review, Role, User, Visibility

Caller = User | AnonymousUser

SETTLED = Q(review__in=[Review.NONE, Review.APPROVED])
"""Assets that need no review or have passed it."""


def visible_to(user: Caller) -> QuerySet[Asset]:
    """Return every asset the caller may see, whatever its state; trash and rejects left out."""
    return seen_by(user).filter(trashed__isnull=True).exclude(review=Review.REJECTED)


def seen_by(user: Caller) -> QuerySet[Asset]:
    """Return what the caller may see, trash and the shelf of rejects included."""
    if not isinstance(user, User):
        return (
            Asset.objects.filter(SETTLED, visibility=Visibility.LIBRARY)
            if settings.LACUNA_PUBLIC
            else Asset.objects.none()
        )
    if not user.is_active:
        return Asset.objects.none()
    if user.at_least(Role.ADMIN):
        return Asset.objects.all()
    rule = Q(owner=user) | (SETTLED & (Q(visibility=Visibility.LIBRARY) | Q(pk__in=_granted(user))))
    if user.at_least(Role.REVIEWER):
        rule |= Q(origin=Origin.GENERATED, review__in=[Review.PENDING, Review.REJECTED])
    return Asset.objects.filter(rule)


def editable_by(user: Caller) -> QuerySet[Asset]:
    """Return every asset the caller may change, trash included."""
    if not isinstance(user, User) or not user.is_active:
        return Asset.objects.none()
    if user.at_least(Role.ADMIN):
        return Asset.objects.all()
    rule = Q(owner=user)
    if user.at_least(Role.EDITOR):
        rule |= SETTLED & Q(visibility=Visibility.LIBRARY)
    rule |= SETTLED & Q(pk__in=_granted(user, level=Grant.Level.EDIT))
    return Asset.objects.filter(rule)


def get_visible(user: Caller, asset_id: UUID) -> Asset:
    """Return one visible asset.

    Raises:
        NotFoundError: it does not exist, or the caller may not see it. The two look the same.
    """
    asset = visible_to(user).filter(pk=asset_id).first()
    if asset is None:
        raise NotFoundError("asset")
    return asset


def get_editable(user: Caller, asset_id: UUID) -> Asset:
    """Return one asset the caller may change, trashed ones included.

    Raises:
        NotFoundError: the caller may not even see it.
        ForbiddenError: the caller sees it but may not change it.
    """
    asset = editable_by(user).filter(pk=asset_id).first()
    if asset is not None:
        return asset
    if seen_by(user).filter(pk=asset_id).exists():
        raise ForbiddenError("You may see this asset but not change it. Ask its owner or an editor.")
    raise NotFoundError("asset")


def require(user: Caller, role: Role, *, to: str) -> User:
    """Return the caller as an account of at least ``role``.

    Raises:
        ForbiddenError: with what was attempted (``to``) and the role it takes.
    """
    if isinstance(user, User) and user.at_least(role):
        return user
    raise ForbiddenError(f"It takes the role “{role.label}” to {to}.")


def owns(user: Caller, asset: Asset) -> bool:
    """Whether an asset is the caller's own to share or to delete for good: an admin's is everything."""
    return isinstance(user, User) and (asset.owner_id == user.pk or user.at_least(Role.ADMIN))


def collections_of(user: Caller, *, level: Grant.Level | None = None) -> QuerySet[Collection]:
    """Return the collections the caller made or was granted, at ``level`` if given."""
    if not isinstance(user, User):
        return Collection.objects.none()
    grants = Grant.objects.filter(Q(user=user) | Q(group__user=user))
    if level is not None:
        grants = grants.filter(level=level)
    return Collection.objects.filter(Q(pk__in=grants.values("collection")) | Q(owner=user))


def opened_by_collections(user: Caller) -> tuple[int, ...]:
    """Return figures that change whenever what collections hold or open to the caller does.

    Whoever keeps an answer of this module compares them; everything else that decides is in the change log.
    """
    items = CollectionItem.objects.filter(collection__in=collections_of(user))
    by_admins = Count("pk", filter=Q(collection__owner__role=Role.ADMIN))
    said = items.aggregate(count=Count("pk"), last=Max("pk"), sum=Sum("pk"), by_admins=by_admins)
    return tuple(said[name] or 0 for name in ("count", "last", "sum", "by_admins"))


def _granted(user: User, *, level: Grant.Level | None = None) -> QuerySet[CollectionItem, Any]:
    """What collections open to the user: nobody shares by a collection what is not theirs to share."""
    theirs = Q(asset__owner=F("collection__owner")) | Q(collection__owner__role=Role.ADMIN)
    return CollectionItem.objects.filter(theirs, collection__in=collections_of(user, level=level)).values("asset")
