"""File names from outside, made fit to show and to send back."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

LONGEST = 255
UNNAMED = "unnamed"
_CONTROLS = ("Cc", "Cs", "Cn", "Zl", "Zp")
_BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean_file_name(name: str) -> str:
    """Return the last part of ``name`` without control and direction characters, 255 bytes at most.

    The result names a file for people only. Storage keys never come from it.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name.replace("\0", "")))[-1]
    kept = "".join(c for c in last if c not in _BIDI and unicodedata.category(c) not in ("Cc", "Cs", "Cn", "Zl", "Zp"))
    kept = kept.strip(" .") if set(kept) <= set(" .") else kept.strip()
    path = PurePosixPath(kept or UNNAMED)
    suffix = path.suffix if len(path.suffix.encode()) <= 20 else ""
    stem = str(path)[: len(str(path)) - len(suffix)]
    return cut(stem, LONGEST - len(suffix.encode())) + suffix


def title_of(file_name: str) -> str:
    """Return words a person would read out of a file name: no suffix, no separators."""
    stem = PurePosixPath(file_name).stem
    return re.sub(r"[\s_\-+]+", " ", stem).strip()[:300] if file_name != UNNAMED else ""


def cut(text: str, size: int) -> str:
    """Return the longest beginning of ``text`` that takes at most ``size`` bytes."""
    return text.encode()[:size].decode(errors="ignore")
