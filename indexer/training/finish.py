"""After training: the weights' hash, what the evaluation has to know, the verdict's prior and the thesaurus."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from indexer.encoders.openclip import WEIGHTS, OpenClipEncoder, flatten
from indexer.evaluation import noto, words
from indexer.training import fetch, pictures, prior, teacher, thesaurus
from indexer.training.fetch import Concept

LANGUAGE = 1000
"""How many common words say how crowded the language is around a query."""
ALIKE = 4
"""Bits of 64 by which the hashes of two drawings may differ that count as near copies."""


def calibrate(home: Path, target: Path) -> dict[str, Any]:
    """Write ``sha256``, ``training.json``, ``calibration.json``, ``thesaurus.tsv.gz`` beside the weights in ``target``.

    Returns the curves, and how many of the test's drawings have a near copy among those trained on.

    Raises:
        DamError: Noto's font, the unseen style, is not installed.
    """
    digest = hashlib.sha256((target / WEIGHTS).read_bytes()).hexdigest()
    (target / "sha256").write_text(f"{digest}  {WEIGHTS}\n")
    fetch.fetch(home)
    every = fetch.concepts(home)
    glyphs = noto.glyphs()
    table = pictures.load(every, home / "pictures.npz")
    near = _near_copies(glyphs.values(), table["pixels"])
    without = fetch.held_out(every)
    emoji = [concept for concept in every if concept.is_emoji]
    record = {
        "held_out": sorted(concept.code.replace("-FE0F", "") for concept in emoji if concept.code in without),
        "near_training": {"drawings": len(glyphs), "near": near},
        "teacher": _teacher(list(glyphs), home),
    }
    thesaurus.write(emoji, home, target)
    (target / "training.json").write_text(json.dumps(record) + "\n")
    sample = {
        n: Image.fromarray(pictures.render(concept.drawings["openmoji"], side=160))
        for n, concept in enumerate(emoji)
        if "openmoji" in concept.drawings
    }
    by_code = {"-".join(f"{ord(c):04X}" for c in character): image for character, image in glyphs.items()}
    unseen = {n: by_code[concept.code] for n, concept in enumerate(emoji) if concept.code in by_code}
    encoder = OpenClipEncoder(str(target))
    language = encoder.encode_texts(fetch.common_words(LANGUAGE))
    found, grounds = prior.fit(emoji, [sample, unseen], encoder, asked=_asked(emoji, sample), language=language)
    (target / "calibration.json").write_text(json.dumps(found) + "\n")
    np.savez_compressed(target / "ground.npz", **grounds)  # type: ignore[arg-type]
    return {name: found[name] for name in ("picture", "alike", "by_picture", "by_text")} | {"near_training": near}


def _asked(emoji: Sequence[Concept], sample: Collection[int]) -> list[prior.Asked]:
    """Return as many searches by other names, in Chinese, and by words that name nothing."""
    place = {concept.code.replace("-FE0F", ""): n for n, concept in enumerate(emoji) if n in sample}
    found = []
    for word, characters in words.pairs().items():
        if answers := tuple(place[code] for code in map(noto.code_of, characters) if code in place):
            found.append(prior.Asked(word, answers))
    dice = random.Random(3)
    for named in ([(n, emoji[n].names[1:]) for n in place.values()], [(n, emoji[n].names_zh) for n in place.values()]):
        every = [prior.Asked(text, (n,)) for n, texts in named for text in texts]
        found += dice.sample(every, min(len(every), len(words.pairs())))
    return found


def _teacher(glyphs: Sequence[str], home: Path) -> float:
    """Return the share of the evaluation's words with a fitting name among the five the teacher finds nearest."""
    asked, names = list(words.pairs()), [noto.official_name(char) for char in glyphs]
    rows = teacher.embed([*asked, *names], home / "teacher", home / "teacher.npy")
    return words.found(rows[: len(asked)] @ rows[len(asked) :].T, glyphs)


def _near_copies(glyphs: Iterable[Image.Image], drawings: NDArray[Any]) -> int:
    """Return how many of ``glyphs`` have almost the hash of one of ``drawings``, shape (n, side, side, 4)."""
    trained = np.array([_hash(Image.fromarray(drawing)) for drawing in drawings], dtype=np.uint64)
    bits = [np.bitwise_count(trained ^ np.uint64(_hash(glyph))).min() for glyph in glyphs]
    return int((np.array(bits) <= ALIKE).sum())


def _hash(image: Image.Image) -> int:
    """Return 64 bits that say where a drawing on white, cut to its figure, grows darker to the right."""
    box = image.convert("RGBA").getchannel("A").getbbox()
    grey = np.asarray(flatten(image.crop(box)).convert("L").resize((9, 8)), dtype=np.int16)
    return int(np.packbits((np.diff(grey, axis=1) > 0).ravel()).view(">u8")[0])
