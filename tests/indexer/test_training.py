"""What the built-in encoder is taught: captions that are true of their scenes, and false ones that are not."""

import random

import numpy as np
import pytest

from indexer import colours
from indexer.encoders.openclip import OpenClipEncoder
from indexer.training import fetch, language, model
from indexer.training.captions import RELATIONS, Lexicon, truth_of
from indexer.training.fetch import Concept, held_out
from indexer.training.model import DIM, SIZE
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
    say_more = [n for n, scene in enumerate(scenes) if len(lexicon.said_by(scene.caption)) > 1]
    assert truth.shape == (200, 200 + len(say_more)) and say_more
    assert (np.diag(truth) >= 0.5).all()
    assert (truth[say_more, 200 + np.arange(len(say_more))] == 1).mean() < 0.35, "most false captions are false"


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


def test_keywords_that_the_evaluation_asks_for_are_not_taught(monkeypatch):
    monkeypatch.setattr(fetch.words, "pairs", lambda: {"puppy": ["🐕"]})
    dog = Concept("1F415", ["dog"], keywords=["pet", "puppies", "puppy eyes"], drawings={"x": None})
    monkeypatch.setattr(fetch, "_emoji", lambda folder: [dog])
    monkeypatch.setattr(fetch, "_lucide", lambda folder: [])
    monkeypatch.setattr(fetch, "_tabler", lambda folder: [])
    assert fetch.concepts(None)[0].keywords == ["pet"]


def test_a_word_is_defined_by_what_it_mostly_means(tmp_path, monkeypatch):
    (tmp_path / "cntlist.rev").write_text("run%1:04:00:: 1 3\nrun%2:38:00:: 1 90\n")
    for part, offset, gloss in (("noun", "01", "a score in baseball"), ("verb", "02", "move fast; as in racing")):
        lines = f"  1 licence\n{offset} 04 n 02 run 0 ice_run 0 000 | {gloss}\n"
        (tmp_path / f"data.{part}").write_text(lines)
        (tmp_path / f"index.{part}").write_text(f"run {part[0]} 1 0 1 1 {offset}\n")
    for part in ("adj", "adv"):
        (tmp_path / f"data.{part}").write_text("")
        (tmp_path / f"index.{part}").write_text("")
    monkeypatch.setattr(fetch, "WORDNET", tmp_path)
    assert fetch.definitions() == {"run": "run, ice run: move fast"}


@pytest.fixture
def small(monkeypatch, tmp_path):
    import torch

    torch.manual_seed(0)
    monkeypatch.setattr(model, "PIECES", 300)
    return model.build(["xylophone", "posseman", "cat"], ["red cat", "猫"], tmp_path)


def test_wanted_words_are_one_piece_each_and_eight_bits_are_read_back(small, tmp_path):
    built, config, tokenizer = small
    assert all(len(tokenizer.encode(word)) == 1 for word in ("xylophone", "posseman", "cat", "猫"))
    assert len(tokenizer.encode("zebra")) > 1
    model.write(built, config, tmp_path)
    texts = ["xylophone", "red cat"]
    rows = OpenClipEncoder(str(tmp_path)).encode_texts(texts)
    plain = built.encode_text(tokenizer(texts)).detach().numpy()
    plain /= np.linalg.norm(plain, axis=1, keepdims=True)
    assert (rows * plain).sum(axis=1).min() > 0.99


def test_words_settle_among_the_names_they_are_like_and_names_of_one_thing_together(small):
    import torch
    from torch.nn.functional import normalize

    built, _, tokenizer = small
    texts = ["posseman", "cat", "kitty", "xylophone"]
    meanings = np.zeros((4, DIM), dtype=np.float32)
    meanings[[0, 3], 0] = meanings[[1, 2], 1] = 1
    lessons = language.Lessons(
        texts,
        meanings,
        meanings,
        words=1,
        names=np.array([1, 2, 3]),
        synonyms=[np.array([1, 2]), np.array([3])],
        free=np.array([0]),
    )
    tokens = tokenizer(texts)

    def read():
        with torch.inference_mode():
            return normalize(language.read(built, tokens), dim=1)

    before = read()
    said = []
    language.settle(built, lessons, tokens, tokenizer(["red cat"]), minutes=0.15, report=lambda *now: said.append(now))
    after = read()
    assert after[0] @ after[3] > max(0.9, float(after[0] @ after[1]))
    assert after[1] @ after[2] > before[1] @ before[2]
