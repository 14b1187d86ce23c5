"""Whether an encoder tells a scene's true caption from captions that differ in exactly one thing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from indexer.encoders.base import Encoder
from indexer.training.captions import Lexicon
from indexer.training.fetch import Concept
from indexer.training.pictures import SIDE
from indexer.training.scenes import PAIR, RECOLOURED, SEVERAL, Composer, Scene

SCENES, SEED = 600, 5


def measure(glyphs: Mapping[str, Image.Image], names: Mapping[str, str], encoder: Encoder) -> dict[str, Any]:
    """Return ``accuracy``, the share of scenes whose true caption beats every one of its false ones.

    Scenes are recoloured, counted and paired ``glyphs`` (RGBA) of a style the encoder never saw.
    ``pairs`` has, by what the false caption gets wrong, how often the true one beats it alone.
    """
    pixels = np.stack([np.asarray(_square(image)) for image in glyphs.values()])
    composer, scenes, drawn = draw_scenes(pixels, [names[character] for character in glyphs], count=SCENES, seed=SEED)
    lexicon = composer.lexicon
    rows = encoder.encode_images(drawn)
    beaten: dict[str, list[bool]] = defaultdict(list)
    whole = []
    for scene, row in zip(scenes, rows, strict=True):
        said = lexicon.said_by(scene.caption)
        false = [lexicon.differ(scene.caption, what, composer.dice, concepts=composer.concepts) for what in said]
        vectors = encoder.encode_texts([scene.caption.text, *(caption.text for caption in false)])
        scores = vectors @ row
        for what, score in zip(said, scores[1:], strict=True):
            beaten[what].append(bool(scores[0] > score))
        whole.append(bool(scores[0] > scores[1:].max()))
    return {
        "accuracy": round(float(np.mean(whole)), 4),
        "pairs": {what: round(float(np.mean(won)), 4) for what, won in sorted(beaten.items())},
        "scenes": len(scenes),
    }


def draw_scenes(
    pixels: NDArray[np.uint8], names: Sequence[str], *, count: int, seed: int
) -> tuple[Composer, list[Scene], list[Image.Image]]:
    """Return ``count`` scenes that say more than one thing, drawn plainly on white, and their composer.

    Args:
        pixels: the drawings they are put together from, shape (n, side, side, 4).
        names: what each of those shows.
    """
    import torch

    lexicon = Lexicon([Concept(str(n), [name]) for n, name in enumerate(names)], without=set())
    table: dict[str, np.ndarray] = {
        "pixels": pixels,
        "concept": np.arange(len(names)),
        "colour": np.full(len(names), -1),
    }
    torch.manual_seed(seed)
    composer = Composer(table, lexicon, seed=seed, varied=False)
    scenes: list[Scene] = []
    while len(scenes) < count:
        scene = composer.scene((RECOLOURED, SEVERAL, PAIR)[len(scenes) % 3])
        if len(lexicon.said_by(scene.caption)) > 1:
            scenes.append(scene)
    drawn = (composer.draw(scenes).permute(0, 2, 3, 1).numpy() * 255).astype(np.uint8)
    return composer, scenes, [Image.fromarray(picture) for picture in drawn]


def _square(image: Image.Image) -> Image.Image:
    canvas = Image.new("RGBA", (SIDE, SIDE))
    fitted = image.copy()
    fitted.thumbnail((SIDE, SIDE))
    canvas.paste(fitted, ((SIDE - fitted.width) // 2, (SIDE - fitted.height) // 2))
    return canvas
