"""Answering a picture or an asset: what looks like it."""

from __future__ import annotations

import numpy as np

from assetdb.access import get_visible
from indexer.calibration import calibration_of
from indexer.encoders.base import Vectors
from indexer.evidence import FITTING, Ground, stand, standardise
from indexer.models import EmbeddingSpace
from indexer.replica import Moments, Replica, replica_of
from indexer.search.permitted import Permitted
from indexer.search.query import named
from indexer.search.results import Ask, Hit, Results, Verdict
from indexer.search.verdict import kind_of
from indexer.spaces import encoder_of, text_vectors

UNKNOWN_PICTURE = (
    "This looks like a photograph, and the encoder in use knows illustrations, icons and emoji only, so it "
    "cannot be compared. An administrator can switch to a pretrained CLIP: manage.py use_encoder."
)
SAME, SURE = 0.985, 0.97
"""Cosine from which two pictures are the same to the eye, and how sure that makes."""
_IN_WORDS = {
    "hit": "The library has pictures like this.",
    "weak": "Something comes close.",
    "miss": "Nothing here looks like this.",
}


NEIGHBOURS = "Nothing looks just like it; these are the nearest."


def search_like(ask: Ask, space: EmbeddingSpace) -> Results:
    """Answer a query by picture or by asset, the asset itself left out.

    Raises:
        NotFoundError: the asset does not exist for this user.
    """
    query = ask.query
    replica, calibration = replica_of(space), calibration_of(space)
    vector = _picture_vector(ask, space, replica)
    if vector is None:
        unknown = Verdict("unknown", 0.0, calibration.source, message=UNKNOWN_PICTURE)
        return Results(query, [], unknown, encoder=space.name, total=0)
    permitted = Permitted(ask.user, ask.filters, replica)
    itself = frozenset([query.asset]) if query.asset is not None else frozenset()
    pictures, within = replica.pictures, permitted.within
    moments = pictures.moments_of(permitted.visible.within)
    changed = named(query.but).strip().lower() if query.asset is not None else ""
    if changed:
        vector = _steered(vector, text_vectors(space, [changed])[0], moments, calibration.pictures)
    best = pictures.best_assets(vector, ask.offset + ask.limit, within=within, without=itself)
    scores = np.array([list(best.values())], dtype=np.float32).reshape(1, -1)
    z = standardise(vector.reshape(1, -1), scores, moments, calibration.pictures)
    among = pictures.count(within) - len(itself & permitted.among(itself))
    likely = calibration.alike.probability(z, fitting=FITTING, among=among)[0]
    if not changed:
        likely = np.where(scores[0] >= SAME, np.maximum(likely, SURE), likely)
    top = float(likely[0]) if likely.size else 0.0
    found = permitted.assets.in_bulk(list(best)[ask.offset :])
    hits = [
        Hit(found[asset], score=score, probability=float(likely[n]), why=("picture",))
        for n, (asset, score) in enumerate(best.items())
        if asset in found
    ]
    kind = kind_of(top, calibration)
    message = NEIGHBOURS if query.asset is not None and kind == "miss" else _IN_WORDS[kind]
    verdict = Verdict(kind, top, calibration.source, message=message)
    return Results(query, hits, verdict, encoder=space.name, total=among)


def _picture_vector(ask: Ask, space: EmbeddingSpace, replica: Replica) -> Vectors | None:
    """Return the vector of the picture asked with, or None if the space was not made for it."""
    if ask.query.asset is not None:
        asset = get_visible(ask.user, ask.query.asset)
        return replica.pictures.vectors_of([asset.pk]).get(asset.pk)
    image = ask.query.image
    encoder = encoder_of(space)
    if image is None or not encoder.knows([image])[0]:
        return None
    return encoder.encode_images([image])[0]


def _steered(picture: Vectors, words: Vectors, moments: Moments, ground: Ground | None) -> Vectors:
    """Return the vector that finds what looks like ``picture`` and fits ``words``, unit length.

    Cosines of two pictures and cosines of a picture and a text lie in different places and spread
    differently. Each is divided by how much it spreads over the library, so that a search by the
    sum ranks by the sum of both z-scores: neither side drowns the other, whatever the encoder.
    """
    both = np.stack([picture, words])
    spread = stand(both, np.zeros((2, 0), dtype=np.float32), moments, ground).deviations
    steered = (both / spread[:, None]).sum(axis=0)
    return (steered / np.linalg.norm(steered)).astype(np.float32)
