"""Collections: sets of assets that people make."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lacuna import operations
from lacuna.shapes import Asset, Collection
from lacuna.wire import Wire

_AT_ONCE = 500
"""Assets one request may name."""


class Collections:
    """``library.collections``."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def list(self, *, parent: str = "", owner: str = "", may_edit: bool | None = None) -> Iterator[Collection]:
        """Yield the collections you made or were granted, by name, page by page."""
        query = {"parent": parent, "owner": owner, "may_edit": may_edit}
        return self._wire.pages(operations.COLLECTIONS, query=query)

    def get(self, id: str) -> Collection:
        """Return one collection."""
        return self._wire.one(operations.COLLECTION, id=id)

    def create(self, name: str, *, description: str = "", parent: str | None = None) -> Collection:
        """Make a collection; within another it is open to the same people."""
        sent = {"name": name, "description": description, "parent": parent}
        return self._wire.one(operations.NEW_COLLECTION, json=sent)

    def rename(self, id: str, name: str, *, description: str | None = None) -> Collection:
        """Give a collection another name, and another description where one is given."""
        sent = {"name": name} if description is None else {"name": name, "description": description}
        return self._wire.one(operations.CHANGE_COLLECTION, id=id, json=sent)

    def delete(self, id: str) -> None:
        """Delete a collection; its assets stay."""
        self._wire.answer(operations.DROP_COLLECTION, id=id)

    def items(self, id: str) -> Iterator[Asset]:
        """Yield what a collection holds, in its order, page by page."""
        return self._wire.pages(operations.ITEMS, query={}, id=id)

    def add(self, id: str, assets: Iterable[str]) -> int:
        """Put assets at the end of a collection and return how many were not in it yet."""
        return sum(self._wire.one(operations.ADD_ITEMS, id=id, json=part).count for part in _parts(assets))

    def remove(self, id: str, assets: Iterable[str]) -> int:
        """Take assets out of a collection and return how many were in it."""
        return sum(self._wire.one(operations.REMOVE_ITEMS, id=id, json=part).count for part in _parts(assets))


def _parts(assets: Iterable[str]) -> Iterator[dict[str, object]]:
    named = [*assets]
    for start in range(0, len(named), _AT_ONCE):
        yield {"assets": named[start : start + _AT_ONCE]}
