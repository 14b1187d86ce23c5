"""Which names a word is like: “sailor” may be answered by a “ship”, less surely than by its own name.

``thesaurus.tsv.gz`` is written by the training. A sentence encoder compared each word and its
WordNet definition with the names of emoji and theirs; the sureness was fitted on keywords. WordNet
3.0, © Princeton University, WordNet licence; names © Unicode, Unicode licence, and OpenMoji.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Sequence
from functools import cache

from indexer.encoders.builtin import FOLDER

FILE = FOLDER / "thesaurus.tsv.gz"
LEAST = 0.05
"""Names that answer a word less surely than this are left out."""


def alike(word: str) -> dict[str, float]:
    """Return the names that ``word``, singular, is like, the likest first, and how sure each makes an answer."""
    listed = _entries().get(word, "")
    pairs = (entry.rsplit("=", 1) for entry in listed.split("|") if entry)
    return {name: int(mille) / 1000 for name, mille in pairs}


def sureness(names: dict[str, float], text: str) -> float:
    """Return how sure a title or tags, ``text``, make of an answer because of the best of ``names`` they have.

    A name counts by the square of the share of the words that it makes up: “ship” says little of
    “a letter came by ship”.
    """
    said = f" {text.lower()} "
    words = max(len(re.findall("[a-z0-9'’-]+", said)), 1)
    found = (sure * min(1.0, len(name.split()) / words) ** 2 for name, sure in names.items() if f" {name} " in said)
    return max(found, default=0.0)


def line(word: str, names: Sequence[tuple[str, float]]) -> str:
    """Return the file's line for ``word``."""
    return f"{word}\t{'|'.join(f'{name}={round(sure * 1000)}' for name, sure in names)}\n"


@cache
def _entries() -> dict[str, str]:
    lines = gzip.decompress(FILE.read_bytes()).decode().splitlines()
    return dict(entry.split("\t", 1) for entry in lines)
