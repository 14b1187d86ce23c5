"""Parts that a new picture may be put together from, and where they are found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Protocol
from uuid import UUID

from django.db.models import QuerySet

from assetdb import openmoji
from assetdb.access import Caller, visible_to
from assetdb.items import Item
from assetdb.models import Asset, Origin, State
from assetdb.models.file import originals
from assetdb.rights import LICENCES
from generators.names import MISLEADING, SYNONYMS, surplus
from indexer import words
from indexer.search.query import plural, singular

SVG = "image/svg+xml"
MOST_PARTS = 4
"""How many parts are offered for one name."""
_STOCK = {"table": "桌子", "bowl": "碗", "sofa": "沙发", "box": "盒子"}
"""Things that much is said to stand on or in and that OpenMoji lacks, drawn in its style."""


@dataclass(frozen=True)
class Part:
    """An SVG illustration that allows derivatives; ``asset_id`` is None for one from outside the library."""

    key: str
    title: str
    title_zh: str
    svg: bytes
    licence: str
    credit: str
    source_url: str = ""
    asset_id: UUID | None = None


class Shelf(Protocol):
    """Where parts are looked for."""

    def find(self, name: str) -> list[Part]:
        """Return the parts that show ``name``, the most fitting first; empty when none surely does."""

    def get(self, key: str) -> Part | None:
        """Return the part of an earlier ``find`` by its key, or None if it may no longer be used."""


class SampleShelf:
    """The installed OpenMoji illustrations and a few of our own, found by name or alias in English or Chinese."""

    def find(self, name: str) -> list[Part]:
        plain = name.strip().lower()
        return self.called(plain) or self.headed(plain)

    def called(self, name: str) -> list[Part]:
        """Return the illustrations that go by exactly this name, by another title maybe."""
        return [_sample_part(key) for key in _keys(name)[:MOST_PARTS]]

    def headed(self, name: str) -> list[Part]:
        """Return those whose title says more than the name, but of the same thing."""
        ranked = sorted((n, key) for key, item in _samples().items() if (n := _surplus(name, item)) is not None)
        return [_sample_part(key) for n, key in ranked if n == ranked[0][0]][:MOST_PARTS]

    def get(self, key: str) -> Part | None:
        return _sample_part(key) if key in _samples() else None


class LibraryShelf:
    """The caller's own view of the library, then the installed illustrations."""

    def __init__(self, user: Caller) -> None:
        self.user = user
        self.sample = SampleShelf()

    def find(self, name: str) -> list[Part]:
        plain = name.strip().lower()
        titles = _titles(plain)
        called, headed = [], []
        for asset in self._named([plain, plural(plain), *titles]):
            if asset.title.lower() in titles or plain in (asset.title.lower(), asset.title_zh):
                called.append((asset.title.lower() != plain, asset.created, asset))
            elif (extra := _surplus(plain, asset)) is not None:
                headed.append((extra, asset.created, asset))
        return _first_parts(called) or self.sample.called(plain) or _first_parts(headed) or self.sample.headed(plain)

    def get(self, key: str) -> Part | None:
        if not key.startswith("asset:"):
            return self.sample.get(key)
        asset = self._usable().filter(pk=key.removeprefix("asset:")).first()
        return None if asset is None else _library_part(asset)

    def _named(self, names: list[str]) -> list[Asset]:
        """Return the usable assets that carry one of ``names``; what is hidden never crowds them out."""
        limit = 400
        while True:
            found = words.match(names, limit=limit, every=False, columns=("title",))
            usable = list(self._usable().filter(pk__in=found))
            if len(found) < limit or len(usable) >= 10 * MOST_PARTS:
                return usable
            limit *= 8

    def _usable(self) -> QuerySet[Asset]:
        free = [licence.code for licence in LICENCES.values() if licence.derivatives]
        assets = visible_to(self.user).exclude(origin=Origin.GENERATED)
        return assets.filter(
            state=State.READY, blob__media_type=SVG, derivatives_allowed=True, licence__in=free
        ).select_related("blob")


def _surplus(name: str, titled: Asset | Item) -> int | None:
    return surplus(name, titled.title.lower() if name.isascii() else titled.title_zh)


def _first_parts(found: Sequence[tuple[int, datetime, Asset]]) -> list[Part]:
    ranked = sorted(found, key=lambda row: (row[0], row[1], row[2].pk))
    return [_library_part(asset) for extra, _, asset in ranked if extra == ranked[0][0]][:MOST_PARTS]


def _library_part(asset: Asset) -> Part:
    with originals().open(asset.blob.key) as file:
        svg = file.read()
    return Part(
        key=f"asset:{asset.pk}",
        title=asset.title,
        title_zh=asset.title_zh,
        svg=svg,
        licence=asset.licence,
        credit=asset.credit,
        source_url=asset.source_url,
        asset_id=asset.pk,
    )


def _sample_part(key: str) -> Part:
    item = _samples()[key]
    return Part(
        key=key,
        title=item.title,
        title_zh=item.title_zh,
        svg=item.path.read_bytes(),
        licence=item.licence,
        credit=item.credit,
        source_url=item.source_url,
    )


@lru_cache(maxsize=1)
def _samples() -> dict[str, Item]:
    folder = Path(__file__).parent / "stock"
    stock = {
        f"stock:{name}": Item(
            path=folder / f"{name}.svg", title=name, title_zh=title_zh, licence="CC0-1.0", credit="Lacuna"
        )
        for name, title_zh in _STOCK.items()
    }
    return {f"openmoji:{item.path.stem}": item for item in openmoji.items()} | stock


@lru_cache(maxsize=1)
def _by_title() -> dict[str, list[str]]:
    """The illustrations' keys by their titles in English, lower-case, and in Chinese."""
    known: dict[str, list[str]] = {}
    for key, item in _samples().items():
        for title in (item.title.lower(), item.title_zh):
            known.setdefault(title, []).append(key)
    return known


@lru_cache(maxsize=1)
def _by_alias() -> dict[str, list[str]]:
    """The illustrations' keys by what else they are called."""
    import emoji

    known: dict[str, list[str]] = {}
    for key in _samples():
        if not key.startswith("openmoji:"):
            continue
        character = "".join(chr(int(code, 16)) for code in key.removeprefix("openmoji:").split("-"))
        data = emoji.EMOJI_DATA.get(character) or emoji.EMOJI_DATA.get(character + "\ufe0f") or {}
        for alias in data.get("alias", []):
            name = alias.strip(":").replace("_", " ")
            if name not in MISLEADING:
                known.setdefault(name, []).append(key)
    return known


@lru_cache(maxsize=4096)
def _keys(name: str) -> tuple[str, ...]:
    """Return the illustrations called ``name``: by title, by a usual synonym, by alias, in the plural."""
    titles = _by_title()
    synonyms = [key for title in SYNONYMS.get(name, ()) for key in titles.get(title, [])]
    many = titles.get(plural(name)) if singular(plural(name)) == name else None
    return tuple(titles.get(name) or synonyms or _by_alias().get(name) or many or ())


def _titles(name: str) -> frozenset[str]:
    """Return the titles, lower-case, of the illustrations called ``name``."""
    return frozenset(_samples()[key].title.lower() for key in _keys(name))
