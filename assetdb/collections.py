"""What people do with collections: make, fill, order, nest, open to others."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Max, Q, QuerySet

from assetdb.access import Caller, collections_of, editable_by, require, visible_to
from assetdb.errors import DamError, ForbiddenError, NotFoundError
from assetdb.models import Asset, Collection, CollectionItem, Grant, Role, User

DEEPEST = 8
"""How many collections may stand within each other."""
MOST_WITHIN = 1000
LONGEST = {"name": 200, "description": 2000, "search": 2000}


def get(user: Caller, collection_id: UUID) -> Collection:
    """Return a collection the caller made or was granted.

    Raises:
        NotFoundError: there is none such for the caller.
    """
    found = collections_of(user).select_related("owner", "parent", "cover").filter(pk=collection_id).first()
    if found is None:
        raise NotFoundError("collection")
    return found


def may_edit(user: Caller, collection: Collection) -> bool:
    """Whether the caller may change what the collection holds and says."""
    return collections_of(user, level=Grant.Level.EDIT).filter(pk=collection.pk).exists()


def get_editable(user: Caller, collection_id: UUID) -> Collection:
    """Return a collection the caller may change.

    Raises:
        NotFoundError: the caller may not even see it.
        ForbiddenError: the caller may look at it only.
    """
    found = get(user, collection_id)
    if not may_edit(user, found):
        raise ForbiddenError("You may look at this collection but not change it. Ask its owner.")
    return found


def get_own(user: Caller, collection_id: UUID) -> Collection:
    """Return a collection that the caller may open to others: its owner alone may, for it holds what is theirs.

    Raises:
        NotFoundError, ForbiddenError: see ``get_editable``; or it is somebody else's.
    """
    found = get_editable(user, collection_id)
    if found.owner != user:
        raise ForbiddenError("Only the owner of a collection opens it to others. Ask them, or collect your own.")
    return found


def get_fillable(user: Caller, collection_id: UUID) -> Collection:
    """Return a collection kept by hand that the caller may change.

    Raises:
        NotFoundError, ForbiddenError: see ``get_editable``.
        DamError: ``smart_collection``.
    """
    found = get_editable(user, collection_id)
    if found.search:
        raise DamError("smart_collection", "A saved search fills itself. Choose a collection that is kept by hand.")
    return found


def create(
    user: Caller, name: str, *, description: str = "", parent: UUID | None = None, search: str = ""
) -> Collection:
    """Make a collection; a ``search`` makes it a smart one. Within another it is open to the same people.

    Raises:
        ForbiddenError: it takes an account.
        DamError: ``bad_value``, ``too_deep``.
    """
    owner = require(user, Role.VIEWER, to="make a collection")
    above = get_editable(owner, parent) if parent else None
    if above is not None and _depth(above) >= DEEPEST:
        raise DamError("too_deep", f"Collections stand in each other {DEEPEST} deep at most.")
    with transaction.atomic():
        made = Collection.objects.create(
            owner=owner,
            name=_text("name", name),
            description=_text("description", description),
            parent=above,
            search=_text("search", search),
        )
        if above is not None:
            Grant.objects.bulk_create(
                Grant(collection=made, user_id=grant.user_id, group_id=grant.group_id, level=grant.level)
                for grant in above.grants.exclude(user=owner)
            )
            if above.owner_id != owner.pk:
                Grant.objects.create(collection=made, user=above.owner, level=Grant.Level.EDIT)
    return made


def update(user: Caller, collection_id: UUID, *, name: str, description: str, parent: UUID | None) -> Collection:
    """Rename, describe and move a collection; it stays where it is when only others may change what it stands in.

    Raises:
        NotFoundError, ForbiddenError: see ``get_editable``.
        DamError: ``bad_value``, ``too_deep``, or ``inside_itself``.
    """
    with transaction.atomic():
        found = get_editable(user, collection_id)
        found.name, found.description = _text("name", name), _text("description", description)
        left = found.parent is None or may_edit(user, found.parent)
        if parent != found.parent_id and (parent or left):
            found.parent = get_editable(user, parent) if parent else None
            _check_place(found)
        found.save(update_fields=["name", "description", "parent"])
    return found


def set_cover(user: Caller, collection_id: UUID, asset_id: UUID) -> Collection:
    """Show a collection by one of its assets."""
    found = get_editable(user, collection_id)
    found.cover = visible_to(user).filter(pk=asset_id, collections=found).first()
    if found.cover is None:
        raise NotFoundError("asset in this collection")
    found.save(update_fields=["cover"])
    return found


def delete(user: Caller, collection_id: UUID) -> None:
    """Delete a collection; its assets stay, and what stood in it moves up.

    Raises:
        NotFoundError, ForbiddenError: see ``get_editable``; only its owner deletes it.
    """
    found = get_editable(user, collection_id)
    if found.owner != user:
        raise ForbiddenError("Only the owner of a collection may delete it.")
    with transaction.atomic():
        found.children.update(parent=found.parent)
        found.delete()


def items(user: Caller, collection: Collection) -> QuerySet[Asset]:
    """Return what the caller may see of a collection kept by hand, in its order."""
    return visible_to(user).filter(collection_items__collection=collection).order_by("collection_items__position", "pk")


def add(user: Caller, collection_id: UUID, asset_ids: Sequence[UUID]) -> int:
    """Put assets at the end of a collection and return how many were not in it yet; see ``put_in``."""
    return len(put_in(user, collection_id, asset_ids))


def put_in(user: Caller, collection_id: UUID, asset_ids: Sequence[UUID]) -> list[UUID]:
    """Put assets at the end of a collection, in the order given; return those that were not in it yet.

    Assets the caller may not see, or may not open to others, are passed over.

    Raises:
        NotFoundError, ForbiddenError: see ``get_editable``.
        DamError: ``smart_collection``.
    """
    with transaction.atomic():
        found = get_fillable(user, collection_id)
        seen = set(_addable(user, found).filter(pk__in=asset_ids).values_list("pk", flat=True))
        seen -= set(found.items.filter(asset__in=seen).values_list("asset", flat=True))
        new = [asset for asset in dict.fromkeys(asset_ids) if asset in seen]
        last = found.items.aggregate(last=Max("position"))["last"]
        first = 0 if last is None else last + 1
        CollectionItem.objects.bulk_create(
            CollectionItem(collection=found, asset_id=asset, position=first + n) for n, asset in enumerate(new)
        )
    return new


def _addable(user: Caller, collection: Collection) -> QuerySet[Asset]:
    """Return what the caller may put into a collection.

    Being in somebody's collection opens an asset to whoever the collection is open to, so only who may change
    such an asset adds it to a collection of another.
    """
    seen = visible_to(user)
    if collection.owner == user:
        return seen
    theirs = editable_by(user).values("pk")
    if collection.owner.at_least(Role.ADMIN):
        return seen.filter(pk__in=theirs)
    return seen.filter(~Q(owner=collection.owner) | Q(pk__in=theirs))


def remove(user: Caller, collection_id: UUID, asset_ids: Sequence[UUID]) -> int:
    """Take assets out of a collection; return how many were in it."""
    found = get_fillable(user, collection_id)
    return found.items.filter(asset__in=asset_ids).delete()[0]


def reorder(user: Caller, collection_id: UUID, asset_ids: Sequence[UUID]) -> None:
    """Put the named assets first, in that order; all others follow as they stood."""
    with transaction.atomic():
        rows = list(get_fillable(user, collection_id).items.select_for_update())
        place = {asset: n for n, asset in enumerate(dict.fromkeys(asset_ids))}
        rows.sort(key=lambda row: place.get(row.asset_id, len(place)))
        for position, row in enumerate(rows):
            row.position = position
        CollectionItem.objects.bulk_update(rows, ["position"], batch_size=500)


def grant(user: Caller, collection_id: UUID, name: str, level: str) -> Grant:
    """Open a collection and those within it to a person or a group of that name, or change how far.

    Raises:
        NotFoundError, ForbiddenError: see ``get_own``.
        DamError: ``nobody_called_so``, ``bad_value``.
    """
    found = get_own(user, collection_id)
    if level not in Grant.Level.values:
        raise DamError("bad_value", f"“{level}” is no level. Use view or edit.")
    who = User.objects.filter(username__iexact=name.strip(), is_active=True).first()
    group = Group.objects.filter(name__iexact=name.strip()).first() if who is None else None
    if who is None and group is None:
        raise DamError("nobody_called_so", f"There is no person or group called “{name.strip()[:80]}”.")
    if who == found.owner:
        raise DamError("bad_value", "The owner of a collection may do everything already.")
    with transaction.atomic():
        made, _ = Grant.objects.update_or_create(collection=found, user=who, group=group, defaults={"level": level})
        for inner in _within(user, found):
            if inner.owner != who:
                Grant.objects.update_or_create(collection=inner, user=who, group=group, defaults={"level": level})
    return made


def revoke(user: Caller, collection_id: UUID, grant_id: int) -> None:
    """Take back what a grant opened, in the collections within too; one that is gone already is no error."""
    found = get_own(user, collection_id)
    given = found.grants.filter(pk=grant_id).first()
    if given is not None:
        every = [found, *_within(user, found)]
        Grant.objects.filter(collection__in=every, user=given.user_id, group=given.group_id).delete()


def _within(user: Caller, collection: Collection) -> list[Collection]:
    """Return the collections of the caller's own that stand in this one, however deep."""
    found: list[Collection] = []
    level = [collection]
    theirs = Collection.objects.filter(owner_id=user.pk).select_related("owner")
    while level and len(found) < MOST_WITHIN:
        known = {one.pk for one in (collection, *found)}
        level = list(theirs.filter(parent__in=level).exclude(pk__in=known)[:MOST_WITHIN])
        found += level
    return found


def _text(field: str, value: str) -> str:
    said = " ".join(value.split()) if field == "name" else value.strip()
    if field == "name" and not said:
        raise DamError("bad_value", "Give the collection a name.")
    if "\0" in said or len(said) > LONGEST[field]:
        raise DamError("bad_value", f"The {field} must be text of at most {LONGEST[field]} characters.")
    return said


def above(collection: Collection) -> list[Collection]:
    """Return the collections that it stands in, the outermost first."""
    found: list[Collection] = []
    upper = collection.parent
    while upper is not None and upper not in found and len(found) < DEEPEST:
        found.insert(0, upper)
        upper = upper.parent
    return found


def _depth(collection: Collection) -> int:
    return len(above(collection)) + 1


def _check_place(collection: Collection) -> None:
    if collection.parent is not None and collection in (collection.parent, *above(collection.parent)):
        raise DamError("inside_itself", "A collection cannot stand in itself or in one that stands in it.")
    if _depth(collection) > DEEPEST:
        raise DamError("too_deep", f"Collections stand in each other {DEEPEST} deep at most.")
