"""One picture looked at closely: parts that touch are found window by window and counted by their colour."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from indexer import colours
from indexer.search import closely


def scene(*, birds: int, colour: tuple[int, int, int]) -> Image.Image:
    """A green block with discs standing on it, all in one piece."""
    image = Image.new("RGBA", (200, 200))
    draw = ImageDraw.Draw(image)
    draw.rectangle((20, 90, 180, 190), fill=(92, 158, 49))
    for n in range(birds):
        draw.ellipse((30 + 50 * n, 50, 70 + 50 * n, 95), fill=colour)
    return image


@pytest.mark.parametrize("count", [1, 2, 3])
def test_touching_things_of_one_colour_are_counted_by_it(count):
    pixels = np.asarray(scene(birds=count, colour=(220, 50, 47)))
    assert colours.figures(pixels) == 1
    assert colours.pieces(pixels, "red") == count
    assert colours.pieces(pixels, "green") == 1 and colours.pieces(pixels, "blue") == 0


def test_windows_lie_within_the_figure_and_none_is_empty():
    image = Image.new("RGBA", (256, 256))
    image.paste(scene(birds=1, colour=(220, 50, 47)).resize((100, 100)), (150, 20))
    windows = list(closely._windows(image))
    assert 4 <= len(windows) <= 13
    assert all((np.asarray(window)[..., 3] > 0).mean() >= closely.EMPTY for window in windows)
    assert not list(closely._windows(Image.new("RGBA", (64, 64))))


def test_figures_of_one_size_are_counted_whatever_else_there_is():
    image = Image.new("RGBA", (256, 256))
    draw = ImageDraw.Draw(image)
    draw.ellipse((90, 90, 166, 166), fill="orange")
    for n in range(6):
        x, y = 128 + 100 * np.cos(n * np.pi / 3), 128 + 100 * np.sin(n * np.pi / 3)
        draw.ellipse((x - 14, y - 14, x + 14, y + 14), fill="blue")
    assert colours.counts(np.asarray(image)) == {1, 6}
    assert colours.counts(np.zeros((40, 40, 4), dtype=np.uint8)) == set()
