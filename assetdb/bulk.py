"""What is done to many assets at once: each chunk in one transaction, and enough kept to undo it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from assetdb import access, changes, collections, lifecycle, tagging
from assetdb.access import Caller
from assetdb.errors import DamError, NotFoundError
from assetdb.models import Asset, AssetTag, CollectionItem, Tag, User
from assetdb.rights import LICENCES, check_licence

MOST = 10_000
CHUNK = 500
LONGEST_CREDIT = 500
_ACCEPTED = AssetTag.State.ACCEPTED


@dataclass
class Done:
    """Which assets were changed, and how many the caller may not change or are not there."""

    ids: list[UUID] = field(default_factory=list)
    refused: int = 0


@dataclass
class Tagged(Done):
    """``before`` groups the changed assets by the state their tag was in; empty where they had none."""

    before: dict[str, list[UUID]] = field(default_factory=dict)


@dataclass(frozen=True)
class Rights:
    """A licence, a credit and whether derivatives are allowed; None leaves what is there."""

    licence: str | None = None
    credit: str | None = None
    derivatives: bool | None = None


@dataclass
class Licensed(Done):
    """``before`` groups the changed assets by the rights they had."""

    before: dict[Rights, list[UUID]] = field(default_factory=dict)


def trash(user: Caller, ids: Iterable[UUID]) -> Done:
    """Put assets into the trash."""
    return _moved(user, ids, trashed=True)


def restore(user: Caller, ids: Iterable[UUID]) -> Done:
    """Take assets out of the trash."""
    return _moved(user, ids, trashed=False)


def purge(user: Caller, ids: Iterable[UUID]) -> Done:
    """Delete assets for good; what is not in the trash, or not the caller's own, is counted as refused."""
    done = Done()
    for chunk in chunks(ids):
        with transaction.atomic():
            known = _editable(user, chunk, done)
            theirs = [asset.pk for asset in known if asset.trashed is not None and access.owns(user, asset)]
            lifecycle.purge(user, theirs)
        done.ids += theirs
        done.refused += len(known) - len(theirs)
    return done


def add_tag(user: Caller, ids: Iterable[UUID], slug: str) -> Tagged:
    """Put a tag of the vocabulary on assets; a suggestion of it counts as accepted.

    Raises:
        NotFoundError: there is no such tag.
    """
    return _tagged(user, ids, slug, _put)


def remove_tag(user: Caller, ids: Iterable[UUID], slug: str) -> Tagged:
    """Take a tag off assets. It stays rejected there, so that it is not suggested again.

    Raises:
        NotFoundError: there is no such tag.
    """
    return _tagged(user, ids, slug, _reject)


def take_back_tag(user: Caller, before: dict[str, list[UUID]], slug: str) -> int:
    """Undo ``add_tag`` or ``remove_tag``: give the tag of each asset the state it had; return how many changed."""
    count = 0
    for state, assets in before.items():
        for chunk in chunks(assets):
            pairs = [(asset, slug) for asset in chunk]
            if state == AssetTag.State.SUGGESTED:
                count += tagging.reopen_many(user, pairs)
            elif state in (AssetTag.State.REJECTED, _ACCEPTED):
                count += tagging.decide_many(user, pairs, accept=state == _ACCEPTED)
            else:
                count += _take_off(user, chunk, slug)
    return count


def set_rights(user: Caller, ids: Iterable[UUID], wanted: Rights) -> Licensed:
    """Change the licence, the credit or both of assets.

    Raises:
        DamError: ``unknown_licence`` or ``bad_value``.
    """
    fields = _fields(wanted)
    done = Licensed()
    for chunk in chunks(ids):
        with transaction.atomic():
            theirs = _editable(user, chunk, done)
            for asset in theirs:
                had = Rights(asset.licence, asset.credit, asset.derivatives_allowed)
                done.before.setdefault(had, []).append(asset.pk)
            changed = [asset.pk for asset in theirs]
            Asset.objects.filter(pk__in=changed).update(**fields)
            done.ids += changed
            changes.touch(changed)
    return done


def collect(user: Caller, ids: Iterable[UUID], collection_id: UUID) -> Done:
    """Put assets at the end of a collection; those the caller may not add are counted as refused.

    Raises:
        NotFoundError, ForbiddenError, DamError: see ``collections.put_in``.
    """
    done = Done()
    held = CollectionItem.objects.filter(collection=collection_id)
    for chunk in chunks(ids):
        done.ids += collections.put_in(user, collection_id, chunk)
        done.refused += len(chunk) - held.filter(asset__in=chunk).count()
    return done


def _moved(user: Caller, ids: Iterable[UUID], *, trashed: bool) -> Done:
    done = Done()
    move = lifecycle.trash if trashed else lifecycle.restore
    for chunk in chunks(ids):
        with transaction.atomic():
            theirs = [asset.pk for asset in _editable(user, chunk, done) if (asset.trashed is None) == trashed]
            move(user, theirs)
        done.ids += theirs
    return done


def _tagged(
    user: Caller, ids: Iterable[UUID], slug: str, put: Callable[[Caller, Tag, list[Asset]], dict[str, list[UUID]]]
) -> Tagged:
    tag = Tag.objects.filter(slug=slug).first()
    if tag is None:
        raise NotFoundError("tag")
    done = Tagged()
    for chunk in chunks(ids):
        with transaction.atomic():
            was = put(user, tag, _editable(user, chunk, done))
            changed = [asset for group in was.values() for asset in group]
            for state, group in was.items():
                done.before.setdefault(state, []).extend(group)
            done.ids += changed
            changes.touch_tagged(AssetTag.objects.filter(tag=tag, asset__in=changed))
    return done


def _reject(user: Caller, tag: Tag, assets: list[Asset]) -> dict[str, list[UUID]]:
    """Reject ``tag`` on assets that carry it or wait for a word on it; return them by the state it was in."""
    rejected = AssetTag.State.REJECTED
    rows = list(AssetTag.objects.select_for_update().filter(tag=tag, asset__in=assets).exclude(state=rejected))
    said = {"state": rejected, "decided_by": user, "decided_at": timezone.now()}
    AssetTag.objects.filter(pk__in=[row.pk for row in rows]).update(**said)
    was: dict[str, list[UUID]] = {}
    for row in rows:
        was.setdefault(row.state, []).append(row.asset_id)
    return was


def _put(user: Caller, tag: Tag, assets: list[Asset]) -> dict[str, list[UUID]]:
    """Put ``tag`` on assets and return which were changed, by the state it was in."""
    assert isinstance(user, User)
    rows = {row.asset_id: row for row in AssetTag.objects.select_for_update().filter(tag=tag, asset__in=assets)}
    said = {"state": _ACCEPTED, "decided_by": user, "decided_at": timezone.now()}
    bare = [asset.pk for asset in assets if asset.pk not in rows]
    AssetTag.objects.bulk_create(
        AssetTag(asset_id=asset, tag=tag, source=AssetTag.Source.PERSON, **said) for asset in bare
    )
    changed = [row for row in rows.values() if row.state != _ACCEPTED]
    AssetTag.objects.filter(pk__in=[row.pk for row in changed]).update(**said)
    was: dict[str, list[UUID]] = {"": bare} if bare else {}
    for row in changed:
        was.setdefault(row.state, []).append(row.asset_id)
    return was


def _take_off(user: Caller, ids: list[UUID], slug: str) -> int:
    """Take a tag off that this person has put there, as if it had never been."""
    with transaction.atomic():
        theirs = access.editable_by(user).filter(pk__in=ids).values("pk")
        rows = AssetTag.objects.filter(
            asset__in=theirs, tag__slug=slug, source=AssetTag.Source.PERSON, state=_ACCEPTED, decided_by=user
        )
        gone = list(rows.values_list("asset", flat=True))
        rows.delete()
        changes.touch(gone)
    return len(gone)


def _fields(wanted: Rights) -> dict[str, str | bool]:
    fields: dict[str, str | bool] = {}
    if wanted.licence is not None:
        fields["licence"] = check_licence(wanted.licence)
    if wanted.credit is not None:
        if len(wanted.credit) > LONGEST_CREDIT or "\0" in wanted.credit:
            raise DamError("bad_value", f"credit must be text of at most {LONGEST_CREDIT} characters.")
        fields["credit"] = wanted.credit
    if not fields:
        raise DamError("bad_value", "Say which licence or which credit the pictures get.")
    if wanted.derivatives is not None:
        fields["derivatives_allowed"] = wanted.derivatives
    if wanted.licence is not None and not LICENCES[wanted.licence].derivatives:
        fields["derivatives_allowed"] = False
    return fields


def chunks(ids: Iterable[UUID]) -> Iterator[list[UUID]]:
    """Part ids, each once, into what is done in one go.

    Raises:
        DamError: ``too_many``.
    """
    unique = list(dict.fromkeys(ids))
    if len(unique) > MOST:
        raise DamError("too_many", f"At most {MOST} assets can be changed at once. Choose fewer.")
    for start in range(0, len(unique), CHUNK):
        yield unique[start : start + CHUNK]


def _editable(user: Caller, ids: list[UUID], done: Done) -> list[Asset]:
    """Lock and return those the caller may change; the others are counted as refused."""
    theirs = access.editable_by(user).filter(pk__in=ids).values("pk")
    found = list(Asset.objects.filter(pk__in=theirs).select_for_update().order_by("pk"))
    done.refused += len(ids) - len(found)
    return found
