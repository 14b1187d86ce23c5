"""How well the encoder in use names pictures in a style it never saw."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from PIL import Image

from assetdb import openmoji
from indexer.encoders import encoder_for
from indexer.encoders.base import Encoder, Vectors
from indexer.encoders.openclip import flatten
from indexer.evaluation import noto
from indexer.training.pictures import render


def evaluate(reference: str = "builtin") -> dict[str, Any]:
    """Return retrieval, recognition of photographs' opposite, size and speed of an encoder.

    ``seen`` looks each official English name up among Noto's drawings; ``own_style`` among the
    sample's. ``image_to_image`` looks a Noto drawing up among the sample's. ``abstain`` is the
    share of each set that is taken for something the encoder does not know.
    """
    import emoji

    encoder = encoder_for(reference)
    glyphs = noto.glyphs()
    names = [emoji.EMOJI_DATA[character]["en"].strip(":").replace("_", " ").lower() for character in glyphs]
    rows = encoder.encode_images(list(glyphs.values()))
    texts = encoder.encode_texts(names)
    sample = list(openmoji.items())
    drawings = [Image.fromarray(render(item.path, side=160)) for item in sample]
    own = encoder.encode_images(drawings)
    titles = [item.title.lower() for item in sample]
    place = {title: n for n, title in enumerate(titles)}
    shared = [n for n, name in enumerate(names) if name in place]
    return {
        "encoder": encoder.spec.name,
        "gallery": len(glyphs),
        "seen": _recall(texts, rows, np.arange(len(names))),
        "own_style": _recall(encoder.encode_texts(titles), own, np.arange(len(titles))),
        "image_to_image": _recall(rows[shared], own, np.array([place[names[n]] for n in shared])),
        "abstain": {
            "noto": round(float(1 - encoder.knows(list(glyphs.values())).mean()), 4),
            "sample": round(float(1 - encoder.knows([flatten(drawing) for drawing in drawings]).mean()), 4),
        },
        "ms": _speed(encoder, drawings[:64], titles[:64]),
    }


def _recall(queries: Vectors, rows: Vectors, answers: np.ndarray) -> dict[str, float]:
    scores = queries @ rows.T
    rank = (scores > scores[np.arange(len(answers)), answers][:, None]).sum(axis=1)
    return {f"r{k}": round(float((rank < k).mean()), 4) for k in (1, 5, 10)}


def _speed(encoder: Encoder, images: list[Image.Image], texts: list[str]) -> dict[str, float]:
    begun = time.perf_counter()
    encoder.encode_images(images)
    drawn = time.perf_counter()
    encoder.encode_texts(texts)
    read = time.perf_counter()
    encoder.encode_texts(texts[:1])
    one = time.perf_counter()
    return {
        "image": round((drawn - begun) * 1000 / len(images), 2),
        "text": round((read - drawn) * 1000 / len(texts), 2),
        "one_text": round((one - read) * 1000, 2),
    }
