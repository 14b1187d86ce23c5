"""Photographs that Debian packages carry, to see whether an encoder of drawings keeps away from them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from indexer.encoders.base import Encoder

FOLDERS = (Path("/usr/share/backgrounds"), Path("/usr/share/backgrounds/mate/nature"))
"""Where mate-backgrounds, lomiri-wallpapers-16.04 and lomiri-wallpapers-20.04 put them."""
_PAINTED = ("Fossa", "Infinite-Sea", "Painting-Colors", "analogpattern", "umang")


def abstained(encoder: Encoder) -> dict[str, float | int] | None:
    """Return the share of photographs, whole and in quarters, that the encoder takes for unknown.

    None where no such package is installed.
    """
    pictures = [part for path in _paths() for part in _parts(path)]
    if not pictures:
        return None
    return {"share": round(float(1 - encoder.knows(pictures).mean()), 4), "pictures": len(pictures)}


def _paths() -> list[Path]:
    found = (path for folder in FOLDERS for path in sorted(folder.glob("*.jpg")))
    return [path for path in found if not path.name.startswith(_PAINTED)]


def _parts(path: Path) -> Iterator[Image.Image]:
    with Image.open(path) as file:
        file.draft("RGB", (1024, 1024))
        whole = file.convert("RGB")
    whole.thumbnail((1024, 1024))
    yield whole
    across, down = whole.width // 2, whole.height // 2
    for left in (0, across):
        for top in (0, down):
            yield whole.crop((left, top, left + across, top + down))
