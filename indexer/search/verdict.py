"""The verdict: does the library hold what was asked for, how sure is that, and what is missing?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexer.evidence import Calibration
from indexer.search.coverage import COVERED, Weighed
from indexer.search.query import Concept
from indexer.search.results import Verdict, VerdictKind


def kind_of(probability: float, calibration: Calibration) -> VerdictKind:
    """Return the verdict that a probability amounts to."""
    if probability >= calibration.hit:
        return "hit"
    return "weak" if probability >= calibration.weak else "miss"


def sum_up(weighed: Weighed, order: NDArray[np.int64], calibration: Calibration) -> Verdict:
    """Return the verdict that the best candidate (first of ``order``) supports."""
    best = int(order[0])
    probability = float(weighed.whole.max())
    kind = kind_of(probability, calibration)
    missing: tuple[str, ...] = ()
    if kind != "hit":
        missing = tuple(label for label, values in weighed.parts.items() if values[best] < COVERED)
    message = _in_words(kind, missing, len(weighed.parts))
    return Verdict(kind, probability, calibration.source, missing, message)


def nothing_found(concepts: tuple[Concept, ...], calibration: Calibration) -> Verdict:
    """Return the verdict when no asset is even a candidate."""
    missing = tuple(concept.words for concept in concepts)
    return Verdict("miss", 0.0, calibration.source, missing, _in_words("miss", missing, len(missing)))


def _in_words(kind: VerdictKind, missing: tuple[str, ...], parts: int) -> str:
    # “green moon” says that there is no moon either.
    told = [label for label in missing if not any(other.endswith(f" {label}") for other in missing)]
    listed = ", ".join(f"“{label}”" for label in told)
    if kind == "hit":
        return "The library has this."
    if kind == "weak":
        return f"Something comes close; not sure of {listed}." if listed else "Something comes close."
    if 0 < len(missing) < parts:
        return f"Nothing here shows all of it. The nearest lacks {listed}."
    return f"Nothing here shows {listed}." if listed else "Nothing here fits."
