"""Noto Color Emoji, the test set: drawn from the system's font, never trained on."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from assetdb.errors import DamError

FONT = Path("/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf")
_SIZE = 109


def glyphs() -> dict[str, Image.Image]:
    """Return Noto's drawing of each single-character emoji, by character, RGBA with nothing around it.

    Raises:
        DamError: the font is not installed.
    """
    import emoji

    if not FONT.exists():
        raise DamError("no_font", "Noto Color Emoji is missing. Install it: apt-get install fonts-noto-color-emoji")
    font = ImageFont.truetype(str(FONT), _SIZE)
    drawn = {}
    for character, data in emoji.EMOJI_DATA.items():
        plain = character.replace("\ufe0f", "")
        if len(plain) != 1 or data["status"] != emoji.STATUS["fully_qualified"]:
            continue
        image = Image.new("RGBA", (136, 128))
        ImageDraw.Draw(image).text((0, 0), plain, font=font, embedded_color=True)
        if image.getchannel("A").getextrema()[1]:
            drawn[character] = image
    return drawn


def official_name(character: str) -> str:
    """Return an emoji's official English name."""
    import emoji

    return str(emoji.EMOJI_DATA[character]["en"]).strip(":").replace("_", " ").lower()


def code_of(character: str) -> str:
    """Return an emoji's code points without the variation selector, which names carry only sometimes."""
    return "-".join(f"{ord(c):04X}" for c in character if c != "\ufe0f")
