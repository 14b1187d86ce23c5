"""Compositions show what was asked for: parts, counts, colours and places, measured on the output."""

import io
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from assetdb.rights import combine
from generators.backends.base import CancelledError
from generators.backends.composer import Composer
from generators.composition.figure import Box, Measured, read_figure
from generators.composition.settle import settle
from generators.recipe import Recipe
from generators.shelf import Part, SampleShelf
from indexer import colours

SHELF = SampleShelf()


def make(prompt, *, seed=3):
    maker = Composer()
    assert maker.accepts(prompt, shelf=SHELF) is None, prompt
    recipe = maker.recipes(prompt, count=1, seed=seed, shelf=SHELF)[0]
    (made,) = maker.generate(recipe, shelf=SHELF, cancelled=lambda: False, report=lambda part: None)
    return made


def pixels(made, side=256):
    image = Image.open(io.BytesIO(made.raster)).convert("RGBA")
    assert image.size == (1024, 1024)
    return np.asarray(image.resize((side, side)))


@pytest.mark.parametrize(
    ("prompt", "part", "colour"),
    [
        ("purple elephant", "elephant", "purple"),
        ("green dog", "dog", "green"),
        ("blue cat", "cat", "blue"),
        ("pink whale", "whale", "pink"),
        ("red rocket", "rocket", "red"),
        ("yellow rabbit", "rabbit", "yellow"),
        ("orange fish", "fish", "orange"),
        ("紫色的大象", "elephant", "purple"),
    ],
)
def test_the_named_part_in_the_named_colour(prompt, part, colour):
    made = make(prompt)
    assert [parent.title for parent in made.parents] == [part]
    assert colours.dominant(colours.shares(pixels(made))) == colour


@pytest.mark.parametrize(
    ("prompt", "count"),
    [("three apples", 3), ("two hearts", 2), ("seven stars", 7), ("twelve strawberries", 12), ("五个苹果", 5)],
)
def test_counts_are_what_was_asked_for_and_nothing_overlaps(prompt, count):
    made = make(prompt)
    assert colours.figures(pixels(made)) == count
    boxes = [Box(**box) for box in made.recipe.options["boxes"]]
    assert len(boxes) == count
    assert all(a.overlap(b) == 0 for n, a in enumerate(boxes) for b in boxes[:n])
    assert all(b.x >= 0 and b.x + b.width <= 1024 and b.y >= 0 and b.y + b.height <= 1024 for b in boxes)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("relation", ["on", "above", "beside", "behind"])
def test_two_things_stand_as_they_should(relation, seed):
    made = make({"beside": "a cat next to a house"}.get(relation, f"a cat {relation} a house"), seed=seed)
    assert [parent.title for parent in made.parents] == ["cat", "house"]
    cat, house = (Box(**box) for box in made.recipe.options["boxes"])
    gap = house.y - (cat.y + cat.height)
    if relation == "on":
        assert -0.5 * cat.height <= gap <= 0
        assert house.x <= cat.x + cat.width / 2 <= house.x + house.width
    elif relation == "above":
        assert gap > 20
    elif relation == "beside":
        assert cat.overlap(house) == 0
        assert abs((cat.y + cat.height) - (house.y + house.height)) < 2
    else:
        assert 0 < cat.overlap(house) < 0.7
        back, _ = ElementTree.fromstring(made.data).findall("{*}g")
        assert "#f4aa41" in ElementTree.tostring(back, "unicode").lower()


def test_what_stands_on_another_rests_on_its_outline():
    def profile(tops, bottoms):
        return Measured(Box(0, 0, 100, 100), np.array(tops), np.array(bottoms), pale=False)

    block, roof = profile([0.0, 0.0], [1.0, 1.0]), profile([0.2, 0.2], [1.0, 1.0])
    under = [(Box(0, 200, 100, 100), roof)]
    assert settle(Box(0, 90, 100, 100), block, under).y == pytest.approx(200 + 20 - 100 + 10)
    gap = profile([1.0, 1.0], [0.0, 0.0])
    assert settle(Box(0, 90, 100, 100), block, [(Box(0, 200, 100, 100), gap)]).y == 90
    far = [(Box(0, 900, 100, 100), roof)]
    assert settle(Box(0, 90, 100, 100), block, far).y == pytest.approx(90 + 45)


@pytest.mark.parametrize(
    ("prompt", "code"),
    [
        ("xylograph", "unknown_concept"),
        ("a cat on a xylograph", "unknown_concept"),
        ("thirty 40 cats", "unknown_concept"),
        ("", "no_concept"),
        ("чёрный кот", "unknown_language"),
        ("fourteen cats on a house", "too_many"),
    ],
)
def test_what_it_cannot_express_it_refuses_with_the_reason(prompt, code):
    refusal = Composer().accepts(prompt, shelf=SHELF)
    assert refusal is not None
    assert refusal.code == code
    assert refusal.message


def test_the_same_recipe_gives_the_same_bytes_and_another_seed_another_picture():
    first, again, other = make("two blue birds on a tree"), make("two blue birds on a tree"), make("a cat", seed=9)
    assert (first.data, first.raster) == (again.data, again.raster)
    assert make("a cat", seed=1).data != other.data
    replayed = Recipe.from_json(first.recipe.to_json())
    (made,) = Composer().generate(replayed, shelf=SHELF, cancelled=lambda: False, report=lambda part: None)
    assert made.data == first.data


def test_titles_and_rights_carry_over():
    made = make("three purple elephants")
    assert (made.title, made.title_zh) == ("Three purple elephants", "三个紫色的大象")
    inherited = combine([(part.licence, part.credit, True) for part in made.parents])
    assert inherited.licence == "CC-BY-SA-4.0"
    assert "OpenMoji" in inherited.credit


def test_parts_never_share_an_id_and_point_nowhere_outside():
    markup = make("a birthday cake on a car").data.decode()
    ids = re.findall(r'\bid="([^"]+)"', markup)
    assert len(ids) == len(set(ids))
    assert not re.search(r'href="(?!#)|<script|\bon[a-z]+=|<image|<foreignObject', markup)


HOSTILE = b"""<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 72 72"
 onload="alert(1)"><style>.a{fill:#ff0000;background:url(http://x.test/a)} @import "http://x.test/b";</style>
 <script>alert(1)</script><image href="file:///etc/passwd"/>
 <a xlink:href="http://x.test"><rect width="9" height="9"/></a>
 <circle class="a" cx="36" cy="36" r="20" onclick="x()" filter="url(http://x.test/f)"/></svg>"""


def test_a_hostile_part_is_reduced_to_its_drawing():
    class Shelf:
        part = Part("asset:1", "thing", "", HOSTILE, "MIT", "someone")

        def find(self, name):
            return [self.part]

        def get(self, key):
            return self.part

    maker = Composer()
    recipe = maker.recipes("a blue thing", count=1, seed=1, shelf=Shelf())[0]
    (made,) = maker.generate(recipe, shelf=Shelf(), cancelled=lambda: False, report=lambda part: None)
    text = made.data.decode()
    assert "<circle" in text or ":circle" in text
    assert not re.search(r"script|alert|x\.test|passwd|onclick|onload|@import", text)
    assert colours.dominant(colours.shares(pixels(made))) == "blue"


def test_entities_are_refused():
    from assetdb.errors import DamError

    bomb = b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">&a;</svg>'
    with pytest.raises(DamError) as raised:
        read_figure(bomb)
    assert raised.value.code == "unusable_part"


def test_cancelling_stops_it():
    maker = Composer()
    recipe = maker.recipes("cat", count=1, seed=1, shelf=SHELF)[0]
    with pytest.raises(CancelledError):
        next(maker.generate(recipe, shelf=SHELF, cancelled=lambda: True, report=lambda part: None))
