"""What narrows searches and lists, and how it is written into a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict


class Conditions(TypedDict, total=False):
    """What narrows a search; every condition must hold. ``tag`` names slugs of accepted tags, all wanted."""

    kind: str
    tag: str | Sequence[str]
    licence: str
    origin: str
    owner: str
    collection: str
    created_from: datetime
    created_to: datetime
    review: str


class AssetConditions(Conditions, total=False):
    """What narrows a list of assets."""

    state: str
    visibility: str


class Rights(TypedDict, total=False):
    """What a person may say about an asset. ``visibility`` is “library” or “private”."""

    title: str
    title_zh: str
    description: str
    licence: str
    credit: str
    source_url: str
    derivatives_allowed: bool
    visibility: str


def written(conditions: Mapping[str, Any]) -> dict[str, Any]:
    """Return conditions as a query has them: times in ISO 8601, slugs with commas, what is None left out."""
    return {name: _written(value) for name, value in conditions.items() if value is not None}


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, str | int | float) else ",".join(map(str, value))
