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
