"""What the server tells of, as frozen dataclasses."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Why a file could not be read, or a run could not go on."""

    code: str
    message: str


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One asset found. ``score`` is a cosine, ``probability`` that it fits the whole query."""

    id: str
    title: str
    title_zh: str
    credit: str
    licence: str
    source_url: str
    kind: str
    score: float
    probability: float
    why: tuple[str, ...]
    thumb: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a search found, and whether that is enough. The verdict is None when nothing was asked."""

    query: str
    verdict: str | None
    probability: float | None
    calibration: str | None
    missing: tuple[str, ...]
    message: str
    encoder: str
    total: int
    hits: tuple[Hit, ...]


@dataclass(frozen=True, kw_only=True)
class Asset:
    """An asset. ``tags`` are the slugs of the accepted ones; ``size`` is in bytes."""

    id: str
    title: str
    title_zh: str
    description: str
    kind: str
    state: str
    origin: str
    review: str
    visibility: str
    owner: str
    file_name: str
    media_type: str
    size: int
    width: int | None
    height: int | None
    licence: str
    credit: str
    source_url: str
    derivatives_allowed: bool
    created: datetime
    captured: datetime | None
    trashed: datetime | None
    tags: tuple[str, ...]
    error: Problem | None
    url: str
    thumb: str
    preview: str
    original: str


@dataclass(frozen=True, kw_only=True)
class AssetTag:
    """A tag on an asset: suggested by a model, or decided by a person."""

    tag: str
    name: str
    name_zh: str
    group: str
    state: str
    source: str
    score: float | None
    decided_by: str | None
    decided_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Tag:
    """A word of the vocabulary; ``count`` is how many assets you may see carry it."""

    slug: str
    group: str
    name: str
    name_zh: str
    prompts: tuple[str, ...]
    threshold: float | None
    suggest: bool
    count: int


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One attempt of a run, with its checks and its recipe."""

    number: int
    state: str
    score: float | None
    asset: str | None
    checks: tuple[dict[str, Any], ...]
    recipe: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Run:
    """A missed meaning being filled. A list of runs leaves the candidates out."""

    id: str
    query: str
    kind: str
    state: str
    progress: float
    detail: str
    generator: str
    asker: str
    reviewer: str | None
    asset: str | None
    verdict_before: dict[str, Any] | None
    verdict_after: dict[str, Any] | None
    reason: str
    error: Problem | None
    created: datetime
    finished: datetime | None
    url: str
    candidates: tuple[Candidate, ...] = ()

    @property
    def under_way(self) -> bool:
        """Whether the server still works on it; false once somebody must review it, and at its end."""
        return self.state in {"queued", "generating", "checking"}


@dataclass(frozen=True, kw_only=True)
class Collection:
    """A collection. ``parent`` and ``cover`` are None where you may not see them, ``count`` for a saved search."""

    id: str
    name: str
    description: str
    parent: str | None
    cover: str | None
    smart: bool
    owner: str
    created: datetime
    count: int | None
    may_edit: bool
    url: str


@dataclass(frozen=True, kw_only=True)
class Count:
    """How many things it was done to."""

    count: int


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """An address that is told of events. ``secret`` is there when it was just made or exchanged, and only then."""

    id: str
    url: str
    events: tuple[str, ...]
    owner: str
    active: bool
    stopped: str
    failing_since: datetime | None
    created: datetime
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One message of a webhook, and what became of it. ``status`` is the receiver's last answer."""

    id: str
    events: tuple[str, ...]
    count: int
    state: str
    attempts: int
    next_try: datetime | None
    status: int | None
    trouble: str
    created: datetime
    delivered: datetime | None


@dataclass(frozen=True, kw_only=True)
class Work:
    """One kind of work. ``rate`` is a second; both it and ``seconds_left`` are None until they can be known."""

    name: str
    waiting: int
    rate: float | None
    seconds_left: float | None
    device: str


@dataclass(frozen=True, kw_only=True)
class Workers:
    """Whether the worker of each queue was heard of lately."""

    quick: bool
    slow: bool


@dataclass(frozen=True, kw_only=True)
class Jobs:
    """What goes on in the background."""

    work: tuple[Work, ...]
    workers: Workers


@dataclass(frozen=True, kw_only=True)
class Import:
    """A batch of files on its way into the library."""

    id: str
    source: str
    owner: str
    state: str
    total: int
    done: int
    failed: int
    message: str
    created: datetime


@dataclass(frozen=True, kw_only=True)
class Account:
    """Who the token signs in, and what it may be used for."""

    username: str
    role: str
    scopes: tuple[str, ...]


@dataclass(frozen=True)
class Nothing:
    """The answer of a call that has none."""
