"""What every maker promises."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from generators.recipe import Recipe
from generators.shelf import Part, Shelf

Cancelled = Callable[[], bool]
Report = Callable[[float], None]


class CancelledError(Exception):
    """The run was cancelled while a maker was at work."""


@dataclass(frozen=True)
class Refusal:
    """Why a maker cannot make something: a code and a sentence for the person who asked."""

    code: str
    message: str


@dataclass(frozen=True)
class Candidate:
    """One thing made. ``raster`` is a PNG copy of a vector original, 1024 px on its longer side."""

    recipe: Recipe
    data: bytes
    media_type: str
    title: str
    title_zh: str = ""
    raster: bytes | None = None
    parents: tuple[Part, ...] = ()


class Generator(ABC):
    """Makes assets from recipes. Constructing one does no I/O."""

    name: str
    kinds: frozenset[str]

    @property
    @abstractmethod
    def revision(self) -> str:
        """What the same recipe needs to give the same bytes: a version or a weight hash."""

    @abstractmethod
    def accepts(self, prompt: str, *, shelf: Shelf) -> Refusal | None:
        """Return why ``prompt`` cannot be made, or None."""

    @abstractmethod
    def recipes(self, prompt: str, *, count: int, seed: int, shelf: Shelf) -> list[Recipe]:
        """Return ``count`` different recipes for an accepted prompt, seeds counting up from ``seed``."""

    @abstractmethod
    def generate(self, recipe: Recipe, *, shelf: Shelf, cancelled: Cancelled, report: Report) -> Iterator[Candidate]:
        """Carry out ``recipe``, asking ``cancelled`` between parts and reporting 0 to 1.

        Raises:
            CancelledError: ``cancelled`` said so.
            DamError: a part is gone, or the device cannot do it.
        """
