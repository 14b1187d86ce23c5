"""The evaluation's own parts: its committed pairs, its groups, and what it says without the test's font."""

import json
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from indexer.evaluation import composition, encoder, noto, words
from indexer.search.query import singular


def test_the_words_are_many_single_and_answered():
    pairs = words.pairs()
    assert len(pairs) >= 200
    assert all(word.isalpha() and word == word.lower() and answers for word, answers in pairs.items())


def test_words_are_drawn_from_what_stands_near_and_never_from_what_is_taught(tmp_path):
    def line(offset, file, lemmas, *pointers):
        said = " ".join(f"{lemma} 0" for lemma in lemmas)
        links = " ".join(f"{symbol} {target} n 0000" for symbol, target in pointers)
        return f"{offset} {file} n {len(lemmas):02x} {said} {len(pointers):03d} {links} | gloss"

    (tmp_path / "data.noun").write_text(
        "\n".join(
            [
                line("001", "05", ["dog", "domestic_dog"], ("~", "002"), ("@", "003")),
                line("002", "05", ["beagle"], ("@", "001")),
                line("003", "05", ["canine"], ("~", "001"), ("~", "004")),
                line("004", "05", ["fox"], ("@", "003")),
                line("005", "07", ["loyalty"]),
            ]
        )
    )
    index = {"dog": "001", "beagle": "002", "canine": "003", "fox": "004", "loyalty": "005"}
    (tmp_path / "index.noun").write_text("\n".join(f"{word} n 1 0 1 1 {key}" for word, key in index.items()))
    tagged = [f"{word}%1:05:00:: 1 9" for word in index] + ["canine%2:38:00:: 1 1", "beagle%2:38:00:: 1 1"]
    (tmp_path / "cntlist.rev").write_text("\n".join(tagged))
    keywords = {"🐕": ["beagle"], "🦊": ["loyalty", "beagle"]}
    drawn = words.draw({"🐕": "dog", "🦊": "fox"}, names=["dogs", "fox"], keywords=keywords, wordnet=tmp_path)
    assert drawn == {"beagle": ["🐕", "🦊"], "canine": ["🐕", "🦊"]}
    (tmp_path / "cntlist.rev").write_text("\n".join([*tagged, "beagle%2:38:00:: 2 30"]))
    drawn = words.draw({"🐕": "dog"}, names=["dogs", "fox"], keywords=keywords, wordnet=tmp_path)
    assert list(drawn) == ["canine"], "a word that mostly means something else is not asked for"


def test_every_group_has_texts_and_members():
    texts, members = encoder.read_groups()
    assert len(texts) >= 8 and all(texts.values())
    assert members["🐘"] == "animals-nature" and members["🍎"] == "food-drink"


class Reads:
    """An encoder that reads a picture's mean colour and looks for the colours' names in texts."""

    def __init__(self, right: bool):
        self.right = right

    def encode_images(self, images):
        return np.stack([np.asarray(image.resize((8, 8))).reshape(-1) / 255 for image in images]).astype(np.float32)

    def encode_texts(self, texts):
        rows = np.zeros((len(texts), 192), dtype=np.float32)
        rows[0 if self.right else -1] = 1
        return rows


@pytest.mark.parametrize(("right", "accuracy"), [(True, 1.0), (False, 0.0)])
def test_composition_counts_scenes_whose_true_caption_beats_all_false_ones(right, accuracy):
    glyphs = {
        char: Image.new("RGBA", (40, 40), colour) for char, colour in (("a", "red"), ("b", "blue"), ("c", "green"))
    }
    found = composition.measure(glyphs, {"a": "cat", "b": "dog", "c": "tree"}, Reads(right))
    assert found["accuracy"] == accuracy and found["scenes"] == composition.SCENES
    assert {"colour", "count", "relation", "key", "other"} == set(found["pairs"])


def test_a_missing_font_ends_with_two_and_the_line_to_install_it(monkeypatch):
    monkeypatch.setattr(noto, "FONT", Path("/nowhere/at-all.ttf"))
    with pytest.raises(CommandError, match="apt-get install fonts-noto-color-emoji") as raised:
        call_command("evaluate", "encoder", "--json")
    assert raised.value.returncode == 2


def test_no_word_of_the_test_is_a_name_of_the_sample():
    from assetdb import openmoji

    titles = {singular(word) for item in openmoji.items() for word in item.title.lower().split()}
    assert not {singular(word) for word in words.pairs()} & titles


def test_the_record_of_the_training_names_what_was_held_out():
    record = json.loads(encoder.RECORD.read_text())
    assert len(record["held_out"]) > 50 and record["near_training"]["drawings"] > 1000
