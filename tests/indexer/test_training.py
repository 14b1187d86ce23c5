"""What the built-in encoder is taught: captions that are true of their scenes, and false ones that are not."""

import random

import numpy as np
import pytest

from indexer import colours
from indexer.training.captions import RELATIONS, Lexicon, truth_of
from indexer.training.fetch import Concept, held_out
from indexer.training.model import SIZE
from indexer.training.scenes import PAIR, RECOLOURED, SEVERAL, Composer

ON = RELATIONS.index("on")
EVERY = [
    Concept("1F408", ["cat"], ["猫"], ["pet", "animal"], ["宠物"]),
    Concept("1F415", ["dog"], ["狗"], ["pet", "animal"]),
    Concept("1F333", ["tree"], ["树"], ["plant"]),
    Concept("lucide:cat", ["cat"], keywords=["feline"]),
]
CAT, DOG, TREE, ICON = range(4)


@pytest.fixture
def lexicon():
    return Lexicon(EVERY, without=set())


@pytest.fixture
def composer(lexicon):
    square = np.zeros((4, 80, 80, 4), dtype=np.uint8)
    square[:, 20:60, 20:60] = (90, 90, 220, 255)
    table = {"pixels": square, "concept": np.arange(4), "colour": np.full(4, colours.COLOURS.index("blue"))}
    return Composer(table, lexicon, seed=1, icons=frozenset([ICON]))


def test_a_text_names_every_concept_that_goes_by_it(lexicon):
    cat, pet = lexicon.keys.index("cat"), lexicon.keys.index("pet")
    assert lexicon.truth[cat].tolist() == [True, False, False, True]
    assert lexicon.truth[pet].tolist() == [True, True, False, False]
    assert np.allclose(lexicon.weights.sum(axis=1), 1)
    assert lexicon.english[lexicon.keys.index("猫")] == "cat"


def test_each_false_caption_differs_in_the_one_thing_asked_for(composer, lexicon):
    dice = random.Random(2)
    for kind in (RECOLOURED, SEVERAL, PAIR) * 40:
        scene = composer.scene(kind)
        own = scene.caption
        for what in lexicon.said_by(own):
            other = lexicon.differ(own, what, dice, concepts=[CAT, DOG, TREE])
            changed = {name for name in vars(own) if getattr(own, name) != getattr(other, name)} - {"text"}
            assert changed <= ({what} if what != "relation" else {"relation", "key", "other"}), (own, other)


def test_own_captions_are_true_and_what_they_say_decides(composer, lexicon):
    scenes = composer.scenes(200)
    captions = composer.captions(scenes)
    truth = composer.targets(scenes, captions)
    assert truth.shape == (200, 400)
    assert (np.diag(truth) >= 0.5).all()
    assert (truth[:, 200:].diagonal() == 1).mean() < 0.35, "most false captions are false"


def test_a_count_a_colour_and_a_relation_each_make_a_caption_false(lexicon):
    shown = {
        "concept": np.array([CAT, CAT]),
        "other": np.array([-1, TREE]),
        "colour": np.array([0, -1]),
        "count": np.array([2, -1]),
        "relation": np.array([-1, ON]),
    }
    dice = random.Random(0)
    said = [
        lexicon.write(CAT, dice, colour=0, count=2),
        lexicon.write(CAT, dice, colour=1, count=2),
        lexicon.write(CAT, dice, count=3),
        lexicon.write(CAT, dice, other=TREE, relation=ON),
        lexicon.write(CAT, dice, other=TREE, relation=RELATIONS.index("behind")),
        lexicon.write(DOG, dice, colour=0),
    ]
    assert truth_of(said, lexicon.truth, **shown).tolist() == [[1, 0, 0, 0, 0, 0], [0, 0, 0, 1, 0, 0]]


def test_scenes_are_drawn_on_white_when_nothing_is_to_vary(composer):
    composer.varied = False
    pictures = composer.draw([composer.scene(RECOLOURED) for _ in range(4)])
    assert pictures.shape == (4, 3, SIZE, SIZE)
    assert (pictures[:, :, 0, 0] == 1).all() and pictures.std() > 0


def test_held_out_concepts_are_held_out_of_the_icons_too():
    every = [Concept(f"{n:04X}", [f"thing {n}"]) for n in range(100)]
    every += [Concept(f"lucide:{n}", [f"thing {n}"]) for n in range(100)]
    without = held_out(every)
    emoji = {code for code in without if ":" not in code}
    assert len(emoji) == 5 and without == held_out(every)
    assert {int(code, 16) for code in emoji} == {int(code.partition(":")[2]) for code in without - emoji}
