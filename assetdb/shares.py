"""Links that open a collection to people without an account: made, found, ended, and what they open."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.core.signing import BadSignature, Signer
from django.db.models import F, QuerySet
from django.utils import timezone

from assetdb import collections
from assetdb.access import SETTLED, Caller, collections_of
from assetdb.errors import DamError, NotFoundError
from assetdb.models import Ai, Asset, Collection, Origin, Role, Share, State, User, Visibility
from assetdb.names import title_of

_SIGNER = Signer(salt="assetdb.shares", sep=".")
LONGEST_PASSWORD = 200


def open_link(
    user: Caller,
    collection_id: UUID,
    *,
    label: str = "",
    password: str = "",
    expires: datetime | None = None,
    downloads: bool = True,
    metadata: bool = False,
    ai: str = Ai.SHOW,
) -> Share:
    """Make a link to a collection of the caller's own.

    Raises:
        NotFoundError, ForbiddenError: see ``collections.get_own``.
        DamError: ``bad_value`` or ``already_over``.
    """
    found = collections.get_own(user, collection_id)
    assert isinstance(user, User)
    if ai not in Ai.values or len(label) > 100 or len(password) > LONGEST_PASSWORD or "\0" in label + password:
        raise DamError("bad_value", "The link cannot be made so. A label has 100 characters at most, a password 200.")
    if expires is not None and expires <= timezone.now():
        raise DamError("already_over", "The link would be over already. Choose a later day.")
    return Share.objects.create(
        collection=found,
        maker=user,
        label=" ".join(label.split()),
        password=make_password(password) if password else "",
        expires=expires,
        downloads=downloads,
        metadata=metadata,
        ai=ai,
    )


def links_of(user: Caller, collection: Collection) -> QuerySet[Share]:
    """Return the links to a collection, the latest first, to its owner."""
    collections.get_own(user, collection.pk)
    return collection.shares.select_related("maker").order_by("-created")


def every_link_of(user: Caller) -> QuerySet[Share]:
    """Return the links to all collections of the caller's own."""
    return Share.objects.filter(collection__owner_id=user.pk).select_related("maker", "collection")


def revoke(user: Caller, share_id: UUID) -> Share:
    """End a link at once.

    Raises:
        NotFoundError, ForbiddenError: see ``collections.get_own``.
    """
    # Where the caller may not even see the collection, there is no link either.
    share = Share.objects.filter(pk=share_id, collection__in=collections_of(user).values("pk")).first()
    if share is None:
        raise NotFoundError("link")
    collections.get_own(user, share.collection_id)
    Share.objects.filter(pk=share.pk, revoked__isnull=True).update(revoked=timezone.now())
    share.refresh_from_db()
    return share


def token_of(share: Share) -> str:
    """Return what stands in the address of a link: its id, signed."""
    return _SIGNER.sign(share.pk.hex)


def find(token: str) -> Share:
    """Return the link that a token belongs to.

    Raises:
        NotFoundError: the token was not made here.
        DamError: ``link_over``, status 410, once it is revoked, has expired or its maker has left.
    """
    try:
        pk = UUID(_SIGNER.unsign(token))
    except (BadSignature, ValueError):
        raise NotFoundError("link") from None
    share = Share.objects.select_related("collection__owner", "maker").filter(pk=pk).first()
    if share is None:
        raise NotFoundError("link")
    ended = share.revoked is not None or (share.expires is not None and share.expires <= timezone.now())
    if ended or not share.maker.is_active or share.maker != share.collection.owner:
        raise DamError("link_over", "Ask whoever sent it for a new one.", status=410)
    return share


def fits(share: Share, password: str) -> bool:
    """Whether ``password`` opens the link; one without a password is open."""
    return not share.password or check_password(password[:LONGEST_PASSWORD], share.password)


def opened_of(collection: Collection, *, found: Iterable[UUID] = ()) -> QuerySet[Asset]:
    """Return what links may open of a collection, in its order.

    Those are readable assets that have passed any review and are the collection owner's own or, in an
    admin's collection, anybody's: nobody shares what is not theirs to share. Of a saved search they are
    what it ``found``, but nothing private: that is shared by hand or not at all.
    """
    assets = Asset.objects.filter(SETTLED, state=State.READY, trashed__isnull=True).select_related("blob")
    if not collection.owner.at_least(Role.ADMIN):
        assets = assets.filter(owner=collection.owner)
    if collection.search:
        return assets.filter(pk__in=list(found), visibility=Visibility.LIBRARY).order_by("-created", "pk")
    return assets.filter(collection_items__collection=collection).order_by("collection_items__position", "pk")


def assets_of(share: Share, *, found: Iterable[UUID] = ()) -> QuerySet[Asset]:
    """Return what a link opens, in the order of the collection; ``found`` as in ``opened_of``."""
    assets = opened_of(share.collection, found=found)
    if share.ai == Ai.HIDE:
        assets = assets.exclude(origin=Origin.GENERATED)
    elif share.ai == Ai.ONLY:
        assets = assets.filter(origin=Origin.GENERATED)
    return assets


def asset_of(share: Share, asset_id: UUID, *, found: Iterable[UUID] = ()) -> Asset:
    """Return one asset that a link opens.

    Raises:
        NotFoundError: it does not open it.
    """
    asset = assets_of(share, found=found).filter(pk=asset_id).first()
    if asset is None:
        raise NotFoundError("asset")
    return asset


def name_of(share: Share, asset: Asset) -> str:
    """Return what an asset is called to those who follow a link; a mere file name stays behind without metadata."""
    if share.metadata or (asset.title and asset.title != title_of(asset.file_name)):
        return asset.title or asset.file_name
    return f"picture-{asset.pk.hex[:8]}"


def count_opening(share: Share) -> None:
    """Count one more opening of a link."""
    Share.objects.filter(pk=share.pk).update(opened=F("opened") + 1)
