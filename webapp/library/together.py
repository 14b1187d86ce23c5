"""What is settled for many files at once: the tags they get and the collection they go into."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext

from assetdb import collections, tagging
from assetdb.access import collections_of
from assetdb.errors import DamError
from assetdb.models import Asset, Collection, Grant, Tag, User
from webapp.library.wording import translated

MOST_TAGS = 40
_BETWEEN = re.compile(r"[,;，；、\n]+")


@dataclass(frozen=True)
class Together:
    """Tags and a collection for many files, and what of the wish could not be met."""

    tags: list[Tag] = field(default_factory=list)
    collection: Collection | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def chosen(self) -> dict[str, str] | None:
        """The collection, for the page's script."""
        return {"id": str(self.collection.pk), "name": self.collection.name} if self.collection else None

    def put_on(self, user: User, assets: Sequence[Asset]) -> list[str]:
        """Tag and collect assets; return what has to be said about it."""
        notes = list(self.notes)
        try:
            for asset in assets:
                for tag in self.tags:
                    tagging.add_tag(user, asset.pk, tag.slug)
            if self.collection is not None:
                collections.add(user, self.collection.pk, [asset.pk for asset in assets])
        except DamError as error:
            notes.append(translated(error.message))
        return notes


def read_together(form: QueryDict, *, user: User) -> Together:
    """Read the wish from a form; what is wrong with it becomes a note and never stops a file."""
    tags, notes = _tags(form.get("tags", ""))
    try:
        collection = _collection(form.get("collection", ""), form.get("collection_name", ""), user=user)
    except DamError as error:
        return Together(tags, None, [*notes, translated(error.message)])
    return Together(tags, collection, notes)


def choices(user: User) -> list[Collection]:
    """Return the collections kept by hand into which ``user`` may put something."""
    return list(_open_to(user).order_by("name")[:500])


def _tags(said: str) -> tuple[list[Tag], list[str]]:
    """Return the tags of the vocabulary that a list names, and a sentence about those it lacks."""
    names = list(dict.fromkeys(name.strip() for name in _BETWEEN.split(said.replace("\0", "")) if name.strip()))
    tags, unknown = [], []
    for name in names[:MOST_TAGS]:
        tag = tagging.tag_called(name)
        if tag is None:
            unknown.append(name)
        elif tag not in tags:
            tags.append(tag)
    notes = []
    if unknown:
        listed = ", ".join(f"“{name[:80]}”" for name in unknown)
        notes.append(gettext("Not in the vocabulary: %(listed)s.") % {"listed": listed})
    if len(names) > MOST_TAGS:
        notes.append(gettext("Only the first %(n)s tags were taken.") % {"n": MOST_TAGS})
    return tags, notes


def _collection(chosen: str, name: str, *, user: User) -> Collection | None:
    if name := " ".join(name.replace("\0", "").split())[:200]:
        with transaction.atomic():
            same = Collection.objects.filter(owner=user, name__iexact=name, search="").first()
            return same or collections.create(user, name)
    if not chosen:
        return None
    try:
        found = _open_to(user).filter(pk=UUID(chosen)).first()
    except ValueError:
        found = None
    if found is None:
        raise DamError("no_such_collection", gettext("That collection is gone, or you may not add to it."))
    return found


def _open_to(user: User) -> QuerySet[Collection]:
    return collections_of(user, level=Grant.Level.EDIT).filter(search="")
