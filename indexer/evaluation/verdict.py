"""How well the verdict tells a library that holds an answer from one it was taken out of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from indexer.calibration import prior_of
from indexer.encoders import encoder_for
from indexer.encoders.base import Encoder, SpaceSpec, Vectors
from indexer.evaluation import verdict_baselines as baselines
from indexer.evaluation.asking import Asking
from indexer.evaluation.verdict_baselines import Numbers, auroc
from indexer.evaluation.verdict_cases import Library, Query, apart, build, queries
from indexer.evaluation.verdict_scenes import compose
from indexer.evidence import Calibration, Ground
from indexer.search.verdict import kind_of
from indexer.training import prior
from indexer.training.fetch import Concept as Thing

SEEDS = range(5)
STUDENT = 2.776
"""The 97.5 % point of Student's t with four degrees of freedom."""


def evaluate(reference: str = "builtin") -> dict[str, Any]:
    """Return how well hits and misses are told apart, as means over five ways to halve the concepts.

    Each query is asked twice of the sample library: as it is, and without the answers and what would
    do as well. Query and answer share no content word; assets whose title shares one with the query
    are in neither library, so that words decide nothing. The curves are fitted by the same code as the
    encoder's prior, on the half of the concepts that is not tested. ``intervals`` are 95 %, over the halvings.

    ``auroc`` has ours, the probability, and the baselines, which get the query's vector and both
    channels; ``sources`` the same by kind of query. ``vectors_only`` is by picture vectors alone.
    ``compositional`` puts a scene in that fits the query or differs from it in exactly one thing
    (``lacks``); the scene is titled by the things it shows, or ``untitled``. ``false_miss`` is the
    share of hits called a miss, ``false_hit`` that of misses called a hit, ``ece`` the calibration
    error of the probability in ten bins, ``left_out`` how many assets a miss lacks, the median.
    """
    library = build(encoder_for(reference))
    asked = queries(library)
    tested = _halves(apart(asked))
    language = prior_of(library.encoder).language
    calibrations = [_refit(library, asked, test, language) for test in tested]
    kept = _kept(library, asked)
    ours, alone = _probabilities(library, asked, kept, tested, calibrations)
    vectors = library.encoder.encode_texts([query.text for query in asked]).astype(np.float64)
    pictures, texts = vectors @ library.wholes.T, vectors @ library.said.T
    sources = np.array([query.source for query in asked])
    table: dict[str, list[dict[str, float]]] = defaultdict(list)
    for seed, test in enumerate(tested):
        scores = baselines.score(pictures, texts, kept, fit=np.flatnonzero(~test))
        scores = {"ours": ours[seed], **scores, "vectors_only": alone[seed]}
        for source in ("", *np.unique(sources)):
            here = test if not source else test & (sources == source)
            table[source].append({name: auroc(found[0, here], found[1, here]) for name, found in scores.items()})
    whole = _over(table.pop(""))
    return {
        "encoder": library.encoder.spec.name,
        "auroc": {name: figure[0] for name, figure in whole.items() if name != "vectors_only"},
        "intervals": {name: figure[1] for name, figure in whole.items()},
        "sources": {
            str(source): {name: figure[0] for name, figure in _over(rows).items()} for source, rows in table.items()
        },
        "compositional": {
            **_compositional(library, calibrations, titled=True),
            "untitled": _compositional(library, calibrations, titled=False),
        },
        "vectors_only": {"auroc": whole["vectors_only"][0]},
        **_errors(ours, tested, calibrations),
        "queries": {str(source): int((sources == source).sum()) for source in np.unique(sources)},
        "library": len(library.assets),
        "left_out": float(np.median((kept[0] & ~kept[1]).sum(axis=1))),
        "seeds": len(SEEDS),
    }


def _halves(number: NDArray[np.int64]) -> list[NDArray[np.bool_]]:
    """Return for each seed which queries are tested: about half, those with a shared ``number`` together."""
    halves = []
    for seed in SEEDS:
        groups = np.random.default_rng(seed).permutation(np.unique(number))
        halves.append(np.isin(number, groups[: len(groups) // 2]))
    return halves


class _Recalled(Encoder):
    """Gives the vectors of a library's pictures and texts again, a picture being known by which object it is."""

    def __init__(self, encoder: Encoder, pictures: Sequence[Image.Image], rows: Vectors) -> None:
        self.encoder = encoder
        self.row = {id(picture): row for picture, row in zip(pictures, rows, strict=True)}

    @property
    def spec(self) -> SpaceSpec:
        return self.encoder.spec

    def encode_images(self, images: Sequence[Image.Image]) -> Vectors:
        return np.stack([self.row[id(image)] for image in images])

    def encode_texts(self, texts: Sequence[str]) -> Vectors:
        return self.encoder.encode_texts(texts)


def _refit(library: Library, asked: Sequence[Query], test: NDArray[np.bool_], language: Vectors | None) -> Calibration:
    """Return the calibration fitted on all assets but the answers of tested queries, and the other queries."""
    unseen = {answer for query, away in zip(asked, test, strict=True) if away for answer in query.answers}
    places = [n for n in range(len(library.assets)) if n not in unseen]
    number = {place: n for n, place in enumerate(places)}
    others = [
        prior.Asked(query.text, tuple(number[n] for n in query.answers))
        for query, away in zip(asked, test, strict=True)
        if not away
    ]
    things = [Thing(library.codes[n], [library.titles[n]], keywords=library.aliases[n]) for n in places]
    pictures = [Image.new("1", (1, 1)) for _ in places]
    recalled = _Recalled(library.encoder, pictures, library.wholes[places])
    data, rows = prior.fit(things, [dict(enumerate(pictures))], recalled, asked=others, language=language)
    grounds = {
        name: Ground(rows[f"{name}_mean"].astype(np.float64), rows[f"{name}_covariance"].astype(np.float64))
        for name in ("pictures", "texts")
    }
    return Calibration.from_json(data, source="prior", grounds=grounds, language=language)


def _kept(library: Library, asked: Sequence[Query]) -> NDArray[np.bool_]:
    """Return which assets each query is asked of, shape (2, queries, assets): with its answers, and without."""
    kept = np.ones((2, len(asked), len(library.assets)), dtype=np.bool_)
    for n, query in enumerate(asked):
        kept[:, n, list(library.worded(query.text) - set(query.answers))] = False
        kept[1, n, list(library.equivalents(query))] = False
    return kept


def _probabilities(
    library: Library,
    asked: Sequence[Query],
    kept: NDArray[np.bool_],
    tested: Sequence[NDArray[np.bool_]],
    calibrations: Sequence[Calibration],
) -> tuple[Numbers, Numbers]:
    """Return probabilities with every sign and by pictures alone, shape (seeds, 2, queries); nan where not tested."""
    ours = np.full((len(tested), 2, len(asked)), np.nan)
    alone = ours.copy()
    for n, query in enumerate(asked):
        for case in range(2):
            asking = Asking(library, query.text, [library.assets[k] for k in np.flatnonzero(kept[case, n])])
            for seed, (test, calibration) in enumerate(zip(tested, calibrations, strict=True)):
                if test[n]:
                    ours[seed, case, n] = asking.best(calibration)
                    alone[seed, case, n] = asking.best(calibration, alone=True)
    return ours, alone


def _compositional(library: Library, calibrations: Sequence[Calibration], *, titled: bool) -> dict[str, Any]:
    """Return AUROC of scenes that fit against scenes that lack one thing: over all, and by what, scene by scene."""
    cases = compose(library, titled=titled)
    ours = np.zeros((len(calibrations), len(cases)))
    for n, case in enumerate(cases):
        asking = Asking(library, case.text, [*(set(library.assets) - case.instead), case.scene])
        ours[:, n] = [asking.best(calibration) for calibration in calibrations]
    lacks = np.array([case.lacks for case in cases[1::2]])
    rows = []
    for whole in ours:
        fits, other = whole[::2], whole[1::2]
        rows.append({str(what): auroc(fits[lacks == what], other[lacks == what]) for what in np.unique(lacks)})
        rows[-1]["auroc"] = auroc(fits, other)
    found = _over(rows)
    figure, interval = found.pop("auroc")
    return {
        "auroc": figure,
        "interval": interval,
        "lacks": {what: value for what, (value, _) in found.items()},
        "scenes": len(lacks),
    }


def _over(rows: Sequence[Mapping[str, float]]) -> dict[str, tuple[float, list[float]]]:
    """Return mean and 95 % interval of each figure over the seeds."""
    found = {}
    for name in rows[0]:
        values = np.array([row[name] for row in rows])
        mean, half = float(values.mean()), STUDENT * float(values.std(ddof=1)) / len(values) ** 0.5
        found[name] = (round(mean, 4), [round(mean - half, 4), round(mean + half, 4)])
    return found


def _errors(
    ours: Numbers, tested: Sequence[NDArray[np.bool_]], calibrations: Sequence[Calibration]
) -> dict[str, float]:
    rows = []
    for found, test, calibration in zip(ours, tested, calibrations, strict=True):
        hits, misses = found[:, test]
        rows.append(
            {
                "false_miss": float(np.mean([kind_of(p, calibration) == "miss" for p in hits])),
                "false_hit": float(np.mean([kind_of(p, calibration) == "hit" for p in misses])),
                "ece": calibration_error(hits, misses),
            }
        )
    return {name: figure for name, (figure, _) in _over(rows).items()}


def calibration_error(hits: Numbers, misses: Numbers) -> float:
    """Return how far the probability is from the share of hits, weighted over ten bins."""
    likely = np.concatenate([hits, misses])
    right = np.concatenate([np.ones(len(hits)), np.zeros(len(misses))])
    bins = np.minimum((likely * 10).astype(int), 9)
    gaps = [abs(float((likely - right)[bins == n].sum())) for n in np.unique(bins)]
    return float(sum(gaps) / len(likely))
