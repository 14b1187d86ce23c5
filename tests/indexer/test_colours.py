"""Colours and figures are measured, not guessed."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from indexer import colours


def picture(*discs, size=200, ground=(0, 0, 0, 0)):
    image = Image.new("RGBA", (size, size), ground)
    draw = ImageDraw.Draw(image)
    for x, y, radius, fill in discs:
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)
    return np.asarray(image)


@pytest.mark.parametrize("name", colours.COLOURS)
def test_a_typical_colour_is_called_by_its_name(name):
    assert colours.colour_of(colours._TYPICAL[name]) == name


@pytest.mark.parametrize(
    ("rgb", "name"),
    [
        ((255, 167, 192), "pink"),
        ((165, 121, 57), "brown"),
        ((234, 90, 71), "red"),
        ((97, 178, 228), "blue"),
        ((177, 204, 51), "green"),
        ((63, 63, 63), "black"),
        ((105, 105, 105), "grey"),
    ],
)
def test_palette_colours_of_illustrations(rgb, name):
    assert colours.colour_of(rgb) == name


def test_shares_are_of_the_figure_not_of_the_ground():
    for ground in [(0, 0, 0, 0), (255, 255, 255, 255), (30, 30, 60, 255)]:
        measured = colours.shares(picture((100, 100, 50, "#dc322f"), ground=ground))
        assert measured["red"] > 0.95, ground


def test_outlines_do_not_name_the_figure():
    measured = {"black": 0.5, "purple": 0.3, "white": 0.2}
    assert colours.dominant(measured) == "purple"
    assert colours.dominant({"black": 0.9, "purple": 0.1}) == "black"
    assert colours.dominant({"black": 0.6, "white": 0.4}) == "white"
    assert colours.dominant({"black": 0.8, "white": 0.2}) == "black"
    assert colours.dominant({}) is None


def test_separate_figures_are_counted_and_their_details_are_not():
    three = picture(*[(x, 100, 25, "red") for x in (40, 100, 160)], (100, 30, 4, "red"))
    assert colours.figures(three) == 3
    boxes = colours.figure_boxes(three)
    assert sorted(box[0] for box in boxes) == [15, 75, 135]
    assert colours.figures(picture((100, 100, 60, "blue"))) == 1


def test_an_empty_picture_has_neither():
    empty = picture()
    assert colours.shares(empty) == {}
    assert colours.figures(empty) == 0
