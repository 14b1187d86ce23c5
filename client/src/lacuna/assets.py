"""Assets: looking at them, putting them in, getting them out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Literal, Unpack

from lacuna import operations
from lacuna.conditions import AssetConditions, Rights, written
from lacuna.errors import LacunaError
from lacuna.files import Counted, Progress, keep
from lacuna.reading import read
from lacuna.shapes import Asset, AssetTag
from lacuna.wire import Wire, json_of

_FILES = {"original": operations.ORIGINAL, "preview": operations.PREVIEW, "thumb": operations.THUMB}


@dataclass(frozen=True, kw_only=True)
class Uploaded:
    """What an upload came to; not ``created`` when the library had this very file of yours already."""

    asset: Asset
    created: bool


class Assets:
    """``library.assets``."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def get(self, id: str) -> Asset:
        """Return one asset."""
        return self._wire.one(operations.ASSET, id=id)

    def list(self, *, ordering: str = "-created", **conditions: Unpack[AssetConditions]) -> Iterator[Asset]:
        """Yield assets page by page; ``ordering`` is “created” or “title”, turned round by “-”."""
        return self._wire.pages(operations.ASSETS, query={"ordering": ordering, **written(conditions)})

    def in_trash(self) -> Iterator[Asset]:
        """Yield what is in the trash and yours to restore."""
        return self._wire.pages(operations.TRASH, query={})

    def upload(
        self, path: str | PathLike[str], *, on_progress: Progress | None = None, **said: Unpack[Rights]
    ) -> Uploaded:
        """Put a file into the library. It is read in the background; until then its state is “received”.

        The same file again is the same asset, and a try that is repeated has one effect.

        Raises:
            LacunaError: ``cannot_read`` when there is no such file, or why the server does not take it.
        """
        path = Path(path)
        try:
            with path.open("rb") as file:
                content = {"file": (path.name, Counted(file, on_progress))}
                answer = self._wire.answer(operations.UPLOAD, form=written(said), files=content)
        except OSError as error:
            raise LacunaError("cannot_read", detail=f"{path} cannot be read: {error.strerror}.") from error
        return Uploaded(asset=read(Asset, json_of(answer)), created=answer.status_code == 201)

    def update(self, id: str, **said: Unpack[Rights]) -> Asset:
        """Change what is said of an asset."""
        return self._wire.one(operations.UPDATE, id=id, json=said)

    def trash(self, id: str) -> None:
        """Put an asset into the trash."""
        self._wire.answer(operations.DISCARD, id=id)

    def restore(self, id: str) -> Asset:
        """Take an asset out of the trash."""
        return self._wire.one(operations.RESTORE, id=id)

    def purge(self, id: str) -> None:
        """Delete an asset in the trash for good."""
        self._wire.answer(operations.PURGE, id=id)

    def download(
        self,
        id: str,
        to: str | PathLike[str],
        *,
        what: Literal["original", "preview", "thumb"] = "original",
        on_progress: Progress | None = None,
    ) -> Path:
        """Write an asset's file to ``to`` and return where it lies: whole, or not at all.

        In a folder it gets the name the server gives, with a number where another file has it; a path to a
        file is replaced.
        """
        target = Path(to)
        return self._wire.stream(
            _FILES[what], id=id, take=lambda response: keep(response, target, on_progress=on_progress)
        )

    def tags(self, id: str) -> tuple[AssetTag, ...]:
        """Return the tags of an asset, suggestions included."""
        return self._wire.many(operations.ASSET_TAGS, id=id)

    def accept_tag(self, id: str, tag: str) -> AssetTag:
        """Accept a suggested tag, or add one of the vocabulary, by its slug."""
        return self._wire.one(operations.DECIDE_TAG, id=id, json={"tag": tag, "accept": True})

    def reject_tag(self, id: str, tag: str) -> AssetTag:
        """Reject a tag; it is not suggested again."""
        return self._wire.one(operations.DECIDE_TAG, id=id, json={"tag": tag, "accept": False})
