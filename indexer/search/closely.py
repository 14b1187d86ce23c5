"""Looking closely at one picture: its parts may touch, so each is looked for window by window."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

import numpy as np
from PIL import Image

from indexer import colours, embed
from indexer.evidence import Calibration, likely, standardise
from indexer.models import EmbeddingSpace
from indexer.replica import replica_of
from indexer.search.coverage import ABSENT, PARTLY, SHOWN, tinted
from indexer.search.query import Concept
from indexer.spaces import encoder_of, text_vectors

SIDE = 256
"""Pixels of the longer side at which a picture is measured and cut."""
WINDOWS = ((0.7, 2), (0.5, 3))
"""Sides of windows as shares of the figure's box, and how many there are each way."""
MADE = 0.5
"""Log odds, before it is looked at, that a picture made for a query shows what it should."""
CHANCES = 4
"""As how many pictures the windows count that one is picked from; they overlap."""
EMPTY = 0.1
"""A window with a smaller share of figure shows nothing."""


def look_closely(
    concepts: Sequence[Concept], image: Image.Image, *, space: EmbeddingSpace, calibration: Calibration
) -> dict[str, float]:
    """Return how likely a picture shows each part of a query, by the picture alone.

    A thing may fill the picture, be one of its separate figures, or be anywhere in it. Its colour is
    looked for where it is seen best; touching things of one colour are counted by that colour.
    """
    small = image.convert("RGBA")
    small.thumbnail((SIDE, SIDE))
    seen = embed.look(small, asset_id=UUID(int=0), digest="")
    figures = list(seen.segments.values())
    views = [*figures, *_windows(small)]
    vectors = text_vectors(space, [concept.words for concept in concepts])
    scores = vectors @ encoder_of(space).encode_images(views).T
    z = standardise(vectors, scores, replica_of(space).pictures.moments, calibration.pictures)
    start = MADE - np.log([1 if n < len(figures) else CHANCES for n in range(len(views))])
    shown = likely(calibration.picture.offset + calibration.picture.slope * z + start)
    pixels = [np.asarray(view) for view in views]
    together = sum(concept.count or 1 for concept in concepts)
    parts: dict[str, float] = {}
    for n, concept in enumerate(concepts):
        parts[concept.words] = float(shown[n].max())
        here = colours.shares(pixels[int(scores[n].argmax())])
        if concept.colour is not None:
            share = here.get(concept.colour, 0.0)
            if len(concepts) > 1:
                share = min(share, seen.facts.colours.get(concept.colour, 0.0))
            sure = tinted(concept.colour, main=colours.dominant(here), share=share, concepts=len(concepts))
            parts[f"{concept.colour} {concept.words}"] = sure
        if concept.count is not None and concept.count > 1:
            tint = concept.colour or colours.dominant(here)
            apart = seen.facts.figures == together or concept.count in colours.counts(pixels[0])
            counted = apart or (tint is not None and colours.pieces(pixels[0], tint) == concept.count)
            some = together > concept.count and seen.facts.figures >= concept.count
            parts[f"{concept.count} × {concept.words}"] = SHOWN if counted else PARTLY if some else ABSENT
    return parts


def _windows(image: Image.Image) -> Iterator[Image.Image]:
    """Yield overlapping parts of the figure's box that have some of the figure in them."""
    mask = colours.figure_mask(np.asarray(image))
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return
    top, left = int(rows[0]), int(columns[0])
    height, width = int(rows[-1]) + 1 - top, int(columns[-1]) + 1 - left
    for share, each in WINDOWS:
        across, down = round(width * share), round(height * share)
        for y in np.linspace(top, top + height - down, each).round().astype(int).tolist():
            for x in np.linspace(left, left + width - across, each).round().astype(int).tolist():
                if mask[y : y + down, x : x + across].mean() >= EMPTY:
                    yield image.crop((x, y, x + across, y + down))
