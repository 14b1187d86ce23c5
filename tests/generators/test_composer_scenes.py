"""What was asked for is what is drawn: parents, numbers, hues and places, measured on the output."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from generators.backends.composer import Composer, _counts, _read
from generators.composition.background import PLAIN, TONES
from generators.composition.drawing import draw, rasterise, without_background
from generators.composition.figure import Box
from generators.shelf import SampleShelf
from indexer import colours
from indexer.search import judge
from indexer.search.query import Arrangement

SHELF = SampleShelf()
PROMPTS = (Path(__file__).parent / "prompts.txt").read_text().splitlines()


def make(prompt, *, seed=3):
    maker = Composer()
    assert maker.accepts(prompt, shelf=SHELF) is None, prompt
    recipe = maker.recipes(prompt, count=1, seed=seed, shelf=SHELF)[0]
    (made,) = maker.generate(recipe, shelf=SHELF, cancelled=lambda: False, report=lambda part: None)
    return made


@pytest.fixture(autouse=True)
def small(monkeypatch):
    from generators.backends import composer

    monkeypatch.setattr(composer, "rasterise", lambda svg: rasterise(svg, side=128))


def boxes_of(made):
    found = {}
    for box, thing in zip(made.recipe.options["boxes"], made.recipe.options["shows"], strict=True):
        found.setdefault(thing, []).append(Box(**box))
    return found


def around(boxes):
    left, top = min(b.x for b in boxes), min(b.y for b in boxes)
    right, bottom = max(b.x + b.width for b in boxes), max(b.y + b.height for b in boxes)
    return Box(left, top, right - left, bottom - top)


def middle(box):
    return box.x + box.width / 2, box.y + box.height / 2


def subject(node):
    while isinstance(node, Arrangement):
        node = node.members[-1 if node.reverse else 0]
    return node


def leaves(node):
    return [node] if isinstance(node, int) else [leaf for member in node.members for leaf in leaves(member)]


def check_place(node, boxes):
    """Assert that every relation of ``node`` holds between the boxes of its things."""
    if isinstance(node, int):
        return
    for member in node.members:
        check_place(member, boxes)
    if node.relation == "beside":
        groups = [around([b for leaf in leaves(member) for b in boxes[leaf]]) for member in node.members]
        assert all(a.overlap(b) == 0 for n, a in enumerate(groups) for b in groups[:n])
        return
    if node.relation == "between":
        (x, _), others = middle(around(boxes[subject(node.members[0])])), node.members[1:]
        sides = [middle(b)[0] for other in others for b in boxes[subject(other)]]
        assert min(sides) < x < max(sides)
        return
    first, second = (boxes[subject(member)] for member in node.members)
    a, b = around(first), around(second)
    if node.relation == "around":
        angles = sorted(np.arctan2(middle(e)[1] - middle(b)[1], middle(e)[0] - middle(b)[0]) for e in first)
        assert max(np.diff([*angles, angles[0] + 2 * np.pi])) < 2.2
        assert all(each.overlap(b) == 0 for each in first)
    elif node.relation == "behind":
        assert 0 < a.overlap(b) < 0.85
    elif node.relation == "in":
        assert a.overlap(b) > 0.1
        assert b.x <= middle(a)[0] <= b.x + b.width
    elif node.relation == "above":
        assert middle(a)[1] < middle(b)[1]
    else:
        assert middle(a)[1] < middle(b)[1]
        assert all(b.x - 1 <= middle(each)[0] <= b.x + b.width + 1 for each in first)
        gap = b.y - (a.y + a.height)
        assert gap <= 0


def may_touch(node):
    """Return the pairs of things that a picture of ``node`` may draw over each other."""
    if isinstance(node, int):
        return set()
    pairs = {pair for member in node.members for pair in may_touch(member)}
    if node.relation in ("on", "in", "behind") or (node.relation == "above" and node.reverse):
        first, others = leaves(node.members[0]), [leaf for member in node.members[1:] for leaf in leaves(member)]
        pairs |= {frozenset((a, b)) for a in first for b in others}
    return pairs


def test_there_are_enough_prompts():
    assert len(set(PROMPTS)) >= 60


@pytest.mark.parametrize("prompt", PROMPTS)
def test_a_scene_is_what_was_asked_for(prompt):
    made, parsed = make(prompt), _read(prompt, SHELF)
    boxes = boxes_of(made)
    assert [len(boxes[n]) for n in sorted(boxes)] == _counts(parsed)
    assert [SHELF.find(c.words)[0].title for c in parsed.concepts] == [part.title for part in made.parents]
    everything = [(n, box) for n, each in boxes.items() for box in each]
    assert all(b.x >= 8 and b.y >= 8 and b.x + b.width <= 1016 and b.y + b.height <= 1016 for _, b in everything)
    assert all(max(b.width, b.height) >= 60 for _, b in everything)
    check_place(parsed.arrangement, boxes)
    touching = may_touch(parsed.arrangement)
    for k, (n, a) in enumerate(everything):
        for m, b in everything[:k]:
            assert a.overlap(b) < 0.01 or frozenset((n, m)) in touching, (parsed.concepts[n], parsed.concepts[m])
    assert made.title


COLOURED = [p for p in PROMPTS if len(cs := _read(p, SHELF).concepts) == 1 and cs[0].colour]


@pytest.mark.parametrize("prompt", COLOURED)
def test_the_dominant_hue_is_the_one_asked_for(prompt):
    (concept,) = _read(prompt, SHELF).concepts
    made = make(prompt)
    pixels = np.asarray(Image.open(io.BytesIO(rasterise(made.data, side=256))).convert("RGBA"))
    assert colours.dominant(colours.shares(pixels)) == concept.colour
    if concept.count:
        assert colours.figures(pixels) == concept.count


@pytest.mark.parametrize("said", [f"in the {place}" for place in ("sky", "sea", "snow", "meadow")] + ["at night"])
def test_measuring_takes_a_background_for_one_ground(said):
    made = make(f"three red hearts {said}")
    pixels = np.asarray(Image.open(io.BytesIO(rasterise(made.data, side=256))).convert("RGBA"))
    assert pixels[..., 3].min() == 255
    assert colours.figures(pixels) == 3
    assert colours.dominant(colours.shares(pixels)) == "red"
    bare = np.asarray(Image.open(io.BytesIO(rasterise(without_background(made.data), side=64))))
    assert bare[0, 0, 3] == 0


def test_a_background_keeps_to_its_tones():
    for ground, tone in TONES.values():
        assert max(abs(a - b) for a, b in zip(ground, tone, strict=True)) <= 24
    for name, colour in PLAIN.items():
        assert colours.colour_of(colour) == name
    assert without_background(draw([], title="", description="")) is None


def test_sizes_said_change_sizes_drawn():
    def ratio(prompt):
        boxes = boxes_of(make(prompt))
        return boxes[0][0].height / boxes[1][0].height

    assert ratio("a huge cat beside a dog") > 1.5 * ratio("a cat beside a dog") > 2 * ratio("a tiny cat beside a dog")
    assert ratio("一只大狗和一只小猫") > ratio("一只狗和一只猫")
    assert boxes_of(make("a tiny cat"))[0][0].width < 0.5 * boxes_of(make("a cat"))[0][0].width


def test_lines_are_about_equally_thick_whatever_the_scale():
    import re
    from xml.etree import ElementTree

    widths = []
    for group in ElementTree.fromstring(make("a mouse beside an elephant").data).findall("{*}g"):
        scale = abs(float(re.search(r"scale\((-?[\d.]+)", group.get("transform"))[1]))
        own = sorted(float(e.get("stroke-width")) for e in group.iter() if e.get("stroke-width"))
        widths.append(own[len(own) // 2] * scale)
    assert max(widths) < 1.6 * min(widths)


@pytest.mark.parametrize(
    ("prompt", "code"),
    [
        ("a cat around a tree", "cannot_place"),
        ("a cat between a tree", "cannot_place"),
        ("thirteen cats", "too_many"),
        ("twelve cats, twelve dogs and twelve mice", "too_many"),
        ("a cat, a dog, a mouse, a horse, a pig and a cow", "too_many_concepts"),
        ("a hat on a cat on a box on a table", "too_nested"),
        ("a xylograph under a tree at night", "unknown_concept"),
    ],
)
def test_what_it_refuses_it_says_why(prompt, code):
    refusal = Composer().accepts(prompt, shelf=SHELF)
    assert refusal is not None
    assert refusal.code == code
    assert len(refusal.message) > 20


@pytest.mark.parametrize(
    ("prompt", "title", "title_zh"),
    [
        (
            "three purple elephants under a green moon",
            "Three purple elephants under a green moon",
            "三个紫色的大象在绿色的满月下面",
        ),
        ("a cat on a table beside a dog", "Cat on a table beside a dog", "桌子上面的猫在狗旁边"),
        ("草地上的两只兔子", "Two rabbits in a meadow", "草地上的两个兔子"),
        ("海里的三条鱼", "Three fish in the sea", "海里的三个鱼"),
    ],
)
def test_titles_say_the_scene(prompt, title, title_zh):
    made = make(prompt)
    assert (made.title, made.title_zh) == (title, title_zh)


@pytest.mark.parametrize("prompt", ["three purple elephants under a green moon", "a red bird on a green tree"])
def test_colours_of_several_things_are_each_seen_by_the_check(prompt, db):
    composer, shelf = Composer(), SampleShelf()
    (recipe,) = composer.recipes(prompt, count=1, seed=1, shelf=shelf)
    (made,) = composer.generate(recipe, shelf=shelf, cancelled=lambda: False, report=lambda part: None)
    pixels = Image.open(io.BytesIO(made.raster)).convert("RGBA")
    pixels.thumbnail((320, 320))
    covered = judge(prompt, image=pixels).covered
    assert all(seen for label, seen in covered.items() if label.split()[0] in ("purple", "green", "red")), covered
