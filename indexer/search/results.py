"""What is asked and what is answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from assetdb.access import Caller
from assetdb.models import Asset
from indexer.search.filters import Filters

if TYPE_CHECKING:
    from PIL.Image import Image

VerdictKind = Literal["hit", "weak", "miss", "unknown"]
Order = Literal["", "newest", "oldest", "largest", "name"]
"""How an answer is ordered; empty is by relevance, which without a query is newest first."""


@dataclass(frozen=True)
class Query:
    """A text, a picture, or an asset of the library whose like is wanted; empty browses.

    ``but`` goes with an asset and says in words what shall be different: like this dog, but blue.
    """

    text: str = ""
    image: Image | None = None
    asset: UUID | None = None
    but: str = ""

    def __bool__(self) -> bool:
        return bool(self.text.strip() or self.image is not None or self.asset is not None)


@dataclass(frozen=True)
class Ask:
    """A query together with whose eyes, which filters and which page of the answer."""

    query: Query
    user: Caller
    filters: Filters
    limit: int
    offset: int
    exclude_own_words: frozenset[UUID] = frozenset()
    order: Order = ""


@dataclass(frozen=True)
class Verdict:
    """Whether the library holds what was asked for.

    ``probability`` is that of the best asset fitting the whole query; ``missing`` names the parts
    of the query that the nearest asset lacks. ``unknown`` is the verdict on a picture of a kind
    the space was not made for.
    """

    kind: VerdictKind
    probability: float
    calibration: Literal["prior", "library"]
    missing: tuple[str, ...] = ()
    message: str = ""


@dataclass(frozen=True)
class Hit:
    """One asset, why it was found, its cosine and the probability that it fits the query."""

    asset: Asset
    score: float
    probability: float
    why: tuple[str, ...] = ()


@dataclass(frozen=True)
class Results:
    """An answer. ``verdict`` is None when nothing was asked and the library is only browsed.

    ``total`` counts the assets that fit or nearly fit, those beyond this page included.
    """

    query: Query
    hits: list[Hit]
    verdict: Verdict | None
    encoder: str
    total: int
    notes: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Judgement:
    """How well one picture, without any words, answers a query; ``covered`` lists its parts."""

    probability: float
    covered: dict[str, bool]
