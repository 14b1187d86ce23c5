"""The figures of suggested tags, on four squares and an encoder that knows colours."""

import numpy as np
import pytest
from PIL import Image

from assetdb.errors import DamError
from indexer.evaluation import noto, tagging
from webapp.management.commands import evaluate as command

GROUPS = """# a comment
paint\twarm\tRY\tred|yellow
paint\tcold\tB\tblue
paint\tleft out\tG\t
"""
COLOURS = {"R": "#ff0000", "Y\ufe0f": "#ffff00", "B": "#0000ff", "G": "#00ff00"}


@pytest.fixture
def squares(encoder, tmp_path, monkeypatch):
    encoder.figures = tmp_path / "calibration.json"
    encoder.figures.write_text('{"picture": [-4.0, 8.0]}')
    groups = tmp_path / "groups.tsv"
    groups.write_text(GROUPS)
    monkeypatch.setattr(tagging, "GROUPS", groups)
    monkeypatch.setattr(tagging, "FEWEST", 1)
    glyphs = {name: Image.new("RGB", (8, 8), colour) for name, colour in COLOURS.items()}
    monkeypatch.setattr(noto, "glyphs", lambda: glyphs)


@pytest.mark.usefixtures("squares")
def test_colours_are_told_apart_by_every_way():
    figures = tagging.evaluate()
    assert (figures["pictures"], figures["labels"]) == (4, 2)
    assert figures["map"] == {"ours": 1.0, "fixed_cutoff": 1.0, "top5": 1.0}
    assert figures["groups"] == {"paint": figures["map"]}
    assert figures["suggestions"]["ours"]["recall"] == 1.0
    assert figures["suggestions"]["fixed_cutoff"]["f1"] == 1.0
    assert figures["suggestions"]["top5"] == {"precision": 0.375, "recall": 1.0, "f1": 0.5455, "a_picture": 2.0}


def test_average_precision():
    truth = np.array([[True, False, True, False]])
    assert tagging._precisions(np.array([[4.0, 3.0, 2.0, 1.0]]), truth).tolist() == [pytest.approx((1 + 2 / 3) / 2)]
    assert tagging._precisions(np.array([[1.0, 4.0, 3.0, 2.0]]), truth).tolist() == [pytest.approx((1 / 2 + 2 / 4) / 2)]


def test_the_best_cutoff_is_found():
    scores = np.array([[0.9, 0.8, 0.3], [0.7, 0.2, 0.1]])
    truth = np.array([[True, True, False], [True, False, False]])
    assert tagging._best_cutoff(scores, truth) == 0.7


def test_every_subgroup_has_its_own_emoji_and_texts():
    found = tagging.labels()
    assert len(found) >= 80
    everyone = [emoji for label in found for emoji in label.emoji]
    assert len(everyone) == len(set(everyone)) > 1300
    assert len({label.name for label in found}) == len(found)
    assert all(1 <= len(label.prompts) <= 5 for label in found)


def test_a_missing_font_ends_the_command_with_two(monkeypatch, tmp_path):
    monkeypatch.setattr(noto, "FONT", tmp_path / "none.ttf")
    with pytest.raises(DamError, match="apt-get install fonts-noto-color-emoji"):
        tagging.evaluate()
    with pytest.raises(command.CommandError) as stopped:
        command.Command().handle(name="tagging", json=True)
    assert stopped.value.returncode == 2
