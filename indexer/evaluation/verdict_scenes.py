"""Composed queries: a library that holds a picture of all parts, and one whose picture differs in exactly one."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from indexer import colours
from indexer.evaluation.composition import draw_scenes
from indexer.evaluation.verdict_cases import Library, content
from indexer.search.coverage import LEAST_SHARE, Facts
from indexer.search.query import names_colour
from indexer.training.captions import Caption, Lexicon
from indexer.training.pictures import render
from indexer.training.scenes import Scene

SCENES, THINGS, SEED = 150, 200, 6


@dataclass(frozen=True)
class Composed:
    """A text, the scene put into the library, and the one thing of the text that it lacks, empty where it fits.

    ``instead`` are the library's other assets that fit the text by what is known of them; they are left out.
    """

    text: str
    scene: UUID
    lacks: str
    instead: frozenset[UUID]


def compose(library: Library, *, titled: bool) -> list[Composed]:
    """Return each scene asked for by its own caption, and by one that differs in exactly one thing.

    Scenes recolour, count and pair the library's own drawings. ``titled`` ones are called by the things
    they show, without colour, count or relation; the others have no words at all.
    """
    plain = [n for n, title in enumerate(library.titles) if re.fullmatch("[a-z]{3,}", title)]
    plain = sorted(random.Random(SEED).sample(plain, min(THINGS, len(plain))))
    pixels = np.stack([render(library.paths[n]) for n in plain])
    composer, scenes, drawn = draw_scenes(pixels, [library.titles[n] for n in plain], count=SCENES, seed=SEED)
    lexicon = composer.lexicon
    titles = [_title(lexicon, scene) if titled else "" for scene in scenes]
    assets = library.add(drawn, titles)
    if titled:
        library.tell(assets, titles)
    found = []
    for scene, asset in zip(scenes, assets, strict=True):
        wrong = composer.dice.choice(lexicon.said_by(scene.caption))
        other = lexicon.differ(scene.caption, wrong, composer.dice, concepts=composer.concepts)
        for caption, lacks in ((scene.caption, ""), (other, wrong)):
            found.append(Composed(caption.text, asset, lacks, _instead(library, caption, lexicon)))
    return found


def _title(lexicon: Lexicon, scene: Scene) -> str:
    shown = [scene.concept] if scene.other < 0 else [scene.concept, scene.other]
    return " and ".join(lexicon.keys[lexicon.names[n][0]] for n in shown)


def _instead(library: Library, caption: Caption, lexicon: Lexicon) -> frozenset[UUID]:
    """Return the assets of the library that a caption of one thing fits as they are, such as a red apple."""
    if caption.other >= 0:
        return frozenset()
    named = content(lexicon.keys[caption.key])
    alike = [library.assets[n] for n, names in enumerate(library.names) if names & named]
    return frozenset(asset for asset in alike if _shows(caption, library.facts[asset]))


def _shows(caption: Caption, facts: Facts) -> bool:
    if facts.picture is None:
        return False
    share = facts.picture.colours.get(colours.COLOURS[caption.colour], 0.0)
    as_many = caption.count < 0 or facts.picture.figures == caption.count
    said = caption.colour >= 0 and names_colour(facts.text, colours.COLOURS[caption.colour])
    return as_many and (caption.colour < 0 or said or share >= LEAST_SHARE)
