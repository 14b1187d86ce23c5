"""How well an encoder names, finds and tells apart drawings of a style it never saw: Noto Color Emoji."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from assetdb import openmoji
from indexer.calibration import prior_of
from indexer.encoders import encoder_for
from indexer.encoders.base import Encoder, Vectors
from indexer.encoders.builtin import FOLDER
from indexer.encoders.openclip import WEIGHTS, flatten
from indexer.evaluation import composition, noto, photographs, words
from indexer.evaluation.asking import Asking
from indexer.evaluation.verdict_cases import build
from indexer.training.pictures import render

GROUPS = Path(__file__).with_name("unicode_groups.tsv")
RECORD = FOLDER / "training.json"
"""What the training left for the evaluation: the codes held out, and how many pictures resemble the test's."""


def evaluate(reference: str = "builtin") -> dict[str, Any]:
    """Return the figures of an encoder on Noto's drawings, by picture vectors alone.

    ``seen`` and ``unseen_concept`` look official English names up: of concepts trained in other
    styles, and of those held out everywhere. ``words`` is the share of words that name no picture
    with a fitting one among the five nearest, ``search`` the same in the product's search
    of the sample library, by pictures and titles, and ``teacher`` by names alone with the sentence
    encoder that was the teacher. ``image_to_image`` looks Noto's drawing up among the
    sample's. ``groups`` is the share put into its own of Unicode's groups by words for each.
    ``abstain`` is the share of each set taken for something the encoder does not know. ``ms`` is
    per picture and per text in batches of 64, and for one text alone.

    Raises:
        DamError: ``no_font``.
    """
    encoder = encoder_for(reference)
    glyphs = noto.glyphs()
    names = {char: noto.official_name(char) for char in glyphs}
    chars, pictures = list(glyphs), list(glyphs.values())
    record = json.loads(RECORD.read_text()) if reference == "builtin" and RECORD.exists() else {}
    unseen = np.array([noto.code_of(char) in record.get("held_out", ()) for char in chars])
    rows = encoder.encode_images(pictures)
    scores = encoder.encode_texts([names[char] for char in chars]) @ rows.T
    rank = (scores > np.diag(scores)[:, None]).sum(axis=1)
    sample = list(openmoji.items())
    drawings = [Image.fromarray(render(item.path, side=160)) for item in sample]
    titles = [item.title.lower() for item in sample]
    place = {title: n for n, title in enumerate(titles)}
    shared = [n for n, char in enumerate(chars) if names[char] in place]
    alike = rows[shared] @ encoder.encode_images(drawings).T
    answers = np.array([place[names[chars[n]]] for n in shared])
    return {
        "encoder": encoder.spec.name,
        "gallery": len(chars),
        "seen": _recall(rank[~unseen], 1, 5, 10),
        "unseen_concept": _recall(rank[unseen], 10) if unseen.any() else None,
        "words": {
            "p5": words.found(encoder.encode_texts(list(words.pairs())) @ rows.T, chars),
            "search": _answered(encoder),
            "teacher": record.get("teacher"),
            "pairs": len(words.pairs()),
        },
        "composition": composition.measure(glyphs, names, encoder),
        "image_to_image": _recall((alike > alike[np.arange(len(answers)), answers][:, None]).sum(axis=1), 1),
        "groups": {"accuracy": _grouped(encoder, chars, rows)},
        "abstain": {
            "photographs": photographs.abstained(encoder),
            "illustrations": _share(~encoder.knows([flatten(picture) for picture in [*pictures, *drawings]])),
        },
        "near_training": record.get("near_training"),
        "size_mb": round((FOLDER / WEIGHTS).stat().st_size / 1e6, 2) if reference == "builtin" else None,
        "ms": _speed(encoder, drawings[:64], titles[:64]),
    }


def _share(flags: np.ndarray) -> float:
    return round(float(flags.mean()), 4)


def _recall(rank: np.ndarray, *at: int) -> dict[str, float]:
    return {f"r{k}": _share(rank < k) for k in at}


def _answered(encoder: Encoder) -> float:
    """Return the share of words with a fitting asset among the first five of a search of the sample library."""
    library = build(encoder)
    place = {code: n for n, code in enumerate(library.codes)}
    calibration = prior_of(encoder)
    found = []
    for word, characters in words.pairs().items():
        fitting = {library.assets[place[code]] for code in map(noto.code_of, characters) if code in place}
        if fitting:
            found.append(bool(fitting & set(Asking(library, word, library.assets).first(5, calibration))))
    return _share(np.array(found))


def _grouped(encoder: Encoder, chars: Sequence[str], rows: Vectors) -> float:
    texts, members = read_groups()
    best = np.stack([(encoder.encode_texts(said) @ rows.T).max(axis=0) for said in texts.values()])
    listed = list(texts)
    known = [n for n, char in enumerate(chars) if members.get(char.replace("\ufe0f", "")) in texts]
    own = np.array([listed.index(members[chars[n].replace("\ufe0f", "")]) for n in known])
    return _share(best[:, known].argmax(axis=0) == own)


def read_groups() -> tuple[dict[str, list[str]], Mapping[str, str]]:
    """Return the texts each of Unicode's groups is looked for by, and the group of each character."""
    texts: dict[str, list[str]] = defaultdict(list)
    members: dict[str, str] = {}
    for line in GROUPS.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            group, _, inside, said = (line + "\t" * 3).split("\t")[:4]
            texts[group] += [text for text in said.split("|") if text]
            members.update(dict.fromkeys(inside, group))
    return {group: said for group, said in texts.items() if said}, members


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
