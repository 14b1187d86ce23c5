"""Parts that a new picture may be put together from, and where they are found."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol
from uuid import UUID

from django.db.models import QuerySet

from assetdb import openmoji
from assetdb.access import Caller, visible_to
from assetdb.items import Item
from assetdb.models import Asset, Origin, State
from assetdb.models.file import originals
from assetdb.rights import LICENCES
from indexer import words
from indexer.search.query import singular

SVG = "image/svg+xml"
MOST_EXTRA_WORDS = 2
"""How many words beyond those asked for a part's title may have."""


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
    """The installed OpenMoji illustrations, found by name or alias in English or Chinese."""

    def find(self, name: str) -> list[Part]:
        return [_sample_part(item) for item in _by_name(name.strip().lower())[:4]]

    def get(self, key: str) -> Part | None:
        item = _samples().get(key)
        return None if item is None else _sample_part(item)


class LibraryShelf:
    """The caller's own view of the library, then the installed illustrations."""

    def __init__(self, user: Caller) -> None:
        self.user = user
        self.sample = SampleShelf()

    def find(self, name: str) -> list[Part]:
        plain = name.strip().lower()
        named = words.match([plain], columns=("title", "tags"))
        assets = self._usable().filter(pk__in=named)
        ranked = [(rank, asset) for asset in assets if (rank := _rank(plain, asset)) is not None]
        ranked.sort(key=lambda pair: (pair[0], pair[1].created, pair[1].pk))
        parts = [_library_part(asset) for _, asset in ranked[:4]]
        return parts or self.sample.find(name)

    def get(self, key: str) -> Part | None:
        if not key.startswith("asset:"):
            return self.sample.get(key)
        asset = self._usable().filter(pk=key.removeprefix("asset:")).first()
        return None if asset is None else _library_part(asset)

    def _usable(self) -> QuerySet[Asset]:
        free = [licence.code for licence in LICENCES.values() if licence.derivatives]
        assets = visible_to(self.user).exclude(origin=Origin.GENERATED)
        return assets.filter(
            state=State.READY, blob__media_type=SVG, derivatives_allowed=True, licence__in=free
        ).select_related("blob")


def _rank(name: str, asset: Asset) -> int | None:
    """Return how many words too many the title has, or None if it names something else."""
    if name in (asset.title.lower(), asset.title_zh):
        return 0
    if asset.title_zh and name in asset.title_zh and not name.isascii():
        return len(asset.title_zh) - len(name)
    return _extra(name, asset.title.lower())


def _extra(name: str, title: str) -> int | None:
    asked, given = set(_stems(name)), _stems(title)
    if not asked or not asked <= set(given) or len(given) - len(asked) > MOST_EXTRA_WORDS:
        return None
    return len(given) - len(asked)


def _stems(text: str) -> list[str]:
    return [singular(word) for word in text.replace("-", " ").split()]


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


def _sample_part(item: Item) -> Part:
    return Part(
        key=f"openmoji:{item.path.stem}",
        title=item.title,
        title_zh=item.title_zh,
        svg=item.path.read_bytes(),
        licence=item.licence,
        credit=item.credit,
        source_url=item.source_url,
    )


@lru_cache(maxsize=1)
def _samples() -> dict[str, Item]:
    return {f"openmoji:{item.path.stem}": item for item in openmoji.items()}


@lru_cache(maxsize=1)
def _aliases() -> dict[str, list[str]]:
    """Every name and alias of the installed illustrations, with the keys of those it names."""
    import emoji

    known: dict[str, list[str]] = {}
    for key, item in _samples().items():
        character = "".join(chr(int(code, 16)) for code in item.path.stem.split("-"))
        data = emoji.EMOJI_DATA.get(character) or emoji.EMOJI_DATA.get(character + "\ufe0f") or {}
        aliases = [alias.strip(":").replace("_", " ") for alias in data.get("alias", [])]
        for name in dict.fromkeys([item.title.lower(), item.title_zh, *aliases]):
            known.setdefault(name, []).append(key)
    return known


def _by_name(name: str) -> list[Item]:
    known, samples = _aliases(), _samples()
    exact = known.get(name) or known.get(" ".join(_stems(name)))
    if exact:
        return [samples[key] for key in exact]
    if name.isascii():
        ranked = [(extra, key) for title, keys in known.items() if (extra := _extra(name, title)) for key in keys]
    else:
        ranked = [(len(title) - len(name), key) for title, keys in known.items() if name in title for key in keys]
        ranked = [(extra, key) for extra, key in ranked if extra <= MOST_EXTRA_WORDS]
    return [samples[key] for _, key in sorted(ranked)]
