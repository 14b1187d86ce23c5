"""Writing the thesaurus of the search: which names of emoji each common word is like, by the sentence encoder."""

from __future__ import annotations

import gzip
import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.curves import rising
from indexer.search.thesaurus import FILE, LEAST, line
from indexer.training import fetch, teacher
from indexer.training.fetch import Concept

MOST, TRIED = 12, 16
"""How many names a word has at most, and how many of its nearest are asked about when likeness is calibrated."""
WORDS = 40_000


def write(emoji: Sequence[Concept], home: Path, target: Path) -> None:
    """Write ``thesaurus.tsv.gz`` in ``target``: the names each word is like, and how likely such a name answers it.

    A word and a name are as like as the teacher finds them and their WordNet definitions. How
    likely that makes an answer is fitted on the keywords of the emoji, as if they were not known.
    """
    names = sorted({name for concept in emoji for name in concept.names})
    keywords: dict[str, set[str]] = defaultdict(set)
    for concept in emoji:
        for keyword in concept.keywords:
            if re.fullmatch("[a-z]+", keyword):
                keywords[keyword].update(concept.names)
    words = sorted({*fetch.common_words(WORDS), *keywords})
    defined = fetch.definitions()
    meant = _meanings(words, words, defined, home)
    alike = meant @ _meanings(names, [name.removesuffix(" face") for name in names], defined, home).T
    place = {name: n for n, name in enumerate(names)}
    for n, word in enumerate(words):
        if word in place:
            alike[n, place[word]] = -1.0
    nearest = np.argsort(-alike, axis=1, kind="stable")[:, :TRIED]
    near = np.take_along_axis(alike, nearest, axis=1).astype(np.float64)
    asked = [n for n, word in enumerate(words) if word in keywords]
    truth = np.array([[names[k] in keywords[words[n]] for k in nearest[n]] for n in asked], dtype=np.float64)
    offset, slope = rising(near[asked].reshape(-1, 1), truth.ravel(), up=1)
    seldom = np.log(truth.mean() / (1 - truth.mean()))
    sure = 1 / (1 + np.exp(-(seldom + offset + slope * near)))
    lines = []
    for n, word in enumerate(words):
        kept = [(names[k], float(p)) for k, p in zip(nearest[n, :MOST], sure[n, :MOST], strict=True) if p >= LEAST]
        if kept:
            lines.append(line(word, kept))
    (target / FILE.name).write_bytes(gzip.compress("".join(lines).encode(), mtime=0))


def _meanings(
    texts: Sequence[str], defined_as: Sequence[str], defined: dict[str, str], home: Path
) -> NDArray[np.float32]:
    """Return unit rows, the mean of the teacher's vectors of each text and, where there is one, of its definition."""
    rows = teacher.embed(texts, home / "teacher", home / "teacher.npy").copy()
    teacher.explain(rows, defined_as, defined, home)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)
