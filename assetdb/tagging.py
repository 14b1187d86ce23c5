"""What people say about tags. Their word stands: no view ever changes a row they decided."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from assetdb import access, changes
from assetdb.access import Caller
from assetdb.errors import NotFoundError
from assetdb.models import AssetTag, Role, Tag, User


def decide(user: Caller, asset_id: UUID, tag_slug: str, accept: bool) -> AssetTag:
    """Accept or reject a tag that an asset carries or was suggested.

    Raises:
        NotFoundError, ForbiddenError: see ``access.get_editable``; or the asset has no such tag.
    """
    with transaction.atomic():
        asset = access.get_editable(user, asset_id)
        row = AssetTag.objects.select_for_update().filter(asset=asset, tag__slug=tag_slug).first()
        if row is None:
            raise NotFoundError("tag on this asset")
        return _settle(user, row, AssetTag.State.ACCEPTED if accept else AssetTag.State.REJECTED)


def waiting_for(user: Caller) -> QuerySet[AssetTag]:
    """Return the suggestions the caller may decide on, trash and the shelf of rejects left out."""
    # Asked of each row: a list of all assets would be made for the few rows of one tag.
    own = OuterRef("asset")
    return AssetTag.objects.filter(
        Exists(access.visible_to(user).filter(pk=own)),
        Exists(access.editable_by(user).filter(pk=own)),
        state=AssetTag.State.SUGGESTED,
    )


def suggestions(user: Caller, tag: Tag) -> QuerySet[AssetTag]:
    """Return the suggestions of a tag that the caller may decide on, the likeliest first."""
    return waiting_for(user).filter(tag=tag).select_related("asset").order_by("-score", "pk")


def accept_above(user: Caller, tag: Tag, *, least: float, most: int) -> tuple[list[UUID], bool]:
    """Accept up to ``most`` suggestions of a tag that are at least as likely as ``least``.

    Returns:
        The assets that now carry it, and whether more are left.
    """
    rows = suggestions(user, tag).filter(score__gte=least)
    chosen = list(rows.values_list("asset", flat=True)[: most + 1])
    decide_many(user, [(asset, tag.slug) for asset in chosen[:most]], accept=True)
    return chosen[:most], len(chosen) > most


def decide_many(user: Caller, pairs: Iterable[tuple[UUID, str]], *, accept: bool) -> int:
    """Accept or reject many tags, given as assets and slugs, and return how many were.

    What is gone by now, or not the caller's to decide on, is left out.
    """
    state = AssetTag.State.ACCEPTED if accept else AssetTag.State.REJECTED
    said = {"state": state, "decided_by": user, "decided_at": timezone.now()}
    return _set(user, AssetTag.objects.all(), pairs, said)


def reopen_many(user: Caller, pairs: Iterable[tuple[UUID, str]]) -> int:
    """Take decisions on suggestions back, so that they wait again, and return how many.

    A tag that a person put there was never suggested and stays.
    """
    suggested = AssetTag.objects.filter(source=AssetTag.Source.ZERO_SHOT)
    said = {"state": AssetTag.State.SUGGESTED, "decided_by": None, "decided_at": None}
    return _set(user, suggested, pairs, said)


def reopen(user: Caller, asset_id: UUID, tag_slug: str) -> None:
    """Take one decision on a suggestion back.

    Raises:
        NotFoundError: there is no such suggestion that the caller may decide on.
    """
    if not reopen_many(user, [(asset_id, tag_slug)]):
        raise NotFoundError("suggestion")


def tag_called(name: str) -> Tag | None:
    """Return the tag of the vocabulary with this name, in either language, or slug."""
    for field in ("name__iexact", "name_zh", "slug__iexact"):
        if name and (tag := Tag.objects.filter(**{field: name}).first()):
            return tag
    return None


def add_tag(user: Caller, asset_id: UUID, tag_slug: str) -> AssetTag:
    """Put a tag of the vocabulary on an asset; a suggestion of it counts as accepted.

    Raises:
        NotFoundError, ForbiddenError: see ``access.get_editable``; or there is no such tag.
    """
    with transaction.atomic():
        asset = access.get_editable(user, asset_id)
        tag = Tag.objects.filter(slug=tag_slug).first()
        if tag is None:
            raise NotFoundError("tag")
        row, _ = AssetTag.objects.select_for_update().get_or_create(
            asset=asset, tag=tag, defaults={"source": AssetTag.Source.PERSON}
        )
        return _settle(user, row, AssetTag.State.ACCEPTED)


def remove_tag(user: Caller, asset_id: UUID, tag_slug: str) -> AssetTag:
    """Take a tag off an asset. The row stays, rejected, so that it is not suggested again."""
    return decide(user, asset_id, tag_slug, accept=False)


def save_tag(user: Caller, tag: Tag) -> Tag:
    """Put a word into the vocabulary, or change one; assets that carry it are read again.

    Raises:
        ForbiddenError: it takes an admin.
    """
    access.require(user, Role.ADMIN, to="change the vocabulary")
    with transaction.atomic():
        tag.save()
        changes.touch(_carriers(tag))
    return tag


def drop_tag(user: Caller, tag: Tag) -> None:
    """Take a word out of the vocabulary, and so off every asset.

    Raises:
        ForbiddenError: it takes an admin.
    """
    access.require(user, Role.ADMIN, to="change the vocabulary")
    with transaction.atomic():
        carriers = _carriers(tag)
        tag.delete()
        changes.touch(carriers)


def _carriers(tag: Tag) -> list[UUID]:
    accepted = AssetTag.objects.filter(tag=tag, state=AssetTag.State.ACCEPTED)
    return list(accepted.values_list("asset", flat=True))


def _set(user: Caller, rows: QuerySet[AssetTag], pairs: Iterable[tuple[UUID, str]], said: dict[str, Any]) -> int:
    wanted = set(pairs)
    with transaction.atomic():
        theirs = access.editable_by(user).filter(pk__in={asset for asset, _ in wanted})
        found = (
            rows.select_for_update(of=("self",))
            .select_related("tag")
            .filter(asset__in=theirs.values("pk"), tag__slug__in={slug for _, slug in wanted})
        )
        chosen = [row for row in found if (row.asset_id, row.tag.slug) in wanted]
        decided = AssetTag.objects.filter(pk__in=[row.pk for row in chosen])
        decided.update(**said)
        changes.touch_tagged(decided)
    return len(chosen)


def _settle(user: Caller, row: AssetTag, state: AssetTag.State) -> AssetTag:
    assert isinstance(user, User)
    row.state, row.decided_by, row.decided_at = state, user, timezone.now()
    row.save(update_fields=["state", "decided_by", "decided_at"])
    changes.touch_tagged(AssetTag.objects.filter(pk=row.pk))
    return row
