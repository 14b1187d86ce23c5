"""How one asset is made: data that can be shown, stored, costed and carried out again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True)
class Recipe:
    """Everything a generator needs to make the same bytes again.

    ``revision`` names the generator's own version or the hash of its weights. ``parents`` are the
    keys of the parts it starts from, ``size`` is width and height in pixels.
    """

    generator: str
    revision: str
    kind: str
    prompt: str
    seed: int
    size: tuple[int, int] = (1024, 1024)
    options: Mapping[str, Any] = field(default_factory=dict)
    parents: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", MappingProxyType(dict(self.options)))
        object.__setattr__(self, "size", tuple(self.size))
        object.__setattr__(self, "parents", tuple(self.parents))

    def to_json(self) -> dict[str, Any]:
        """Return the recipe as plain JSON values."""
        return {**{k: v for k, v in vars(self).items() if k != "options"}, "options": dict(self.options)} | {
            "size": list(self.size),
            "parents": list(self.parents),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Recipe:
        """Return the recipe that ``to_json`` described.

        Raises:
            TypeError: a field is missing or unknown.
        """
        return cls(**data)

    def __str__(self) -> str:
        return json.dumps(self.to_json(), ensure_ascii=False, sort_keys=True)
