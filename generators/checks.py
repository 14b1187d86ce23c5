"""Checking a candidate before a person sees it: one stored verdict a check."""

from __future__ import annotations

import io
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from PIL import Image

from assetdb.models import Asset, State, User
from assetdb.models.file import originals
from assetdb.renditions import preview_image
from generators.composition.drawing import rasterise, without_background
from generators.shelf import SVG
from indexer import colours
from indexer.replica import replica_of
from indexer.search import judge
from indexer.search.filters import EVERYTHING
from indexer.search.permitted import Permitted
from indexer.spaces import active_space, encoder_of

FITS = 0.5
ALIKE = 0.985
LEAST_AREA = 0.01
LEAST_SIDE = 256


@dataclass(frozen=True)
class Check:
    """One check's verdict; ``score`` is between 0 and 1, higher is better."""

    name: str
    passed: bool
    score: float
    message: str

    def to_json(self) -> dict[str, Any]:
        """Return the check as it is stored with a candidate."""
        return asdict(self)


def check(asset: Asset, *, query: str, asker: User, repeats: str) -> list[Check]:
    """Check a candidate that has been read into the library's shelf.

    Args:
        asset: the candidate, decoded in the sandbox.
        query: what was asked for.
        asker: in whose library it must not stand already.
        repeats: what exactly these bytes were before, as “here already”; empty if nothing.
    """
    technical = _technical(asset)
    if not technical.passed:
        return [technical]
    return [technical, _fidelity(asset, query), _duplicate(asset, asker, repeats)]


def _technical(asset: Asset) -> Check:
    if asset.state != State.READY:
        return Check("technical", False, 0.0, asset.error_message or "The file could not be read back.")
    pixels = np.asarray(preview_image(asset, preset="thumb"))
    area = float(colours.figure_mask(pixels).mean())
    side = max(asset.width or 0, asset.height or 0)
    if asset.blob.media_type != SVG and side < LEAST_SIDE:
        return Check("technical", False, 0.0, f"It is only {side} px large.")
    if area < LEAST_AREA:
        return Check("technical", False, area, "It is blank.")
    return Check("technical", True, 1.0, f"It can be read, {asset.width} × {asset.height} px.")


def _fidelity(asset: Asset, query: str) -> Check:
    judgement = judge(query, image=_figures(asset))
    lacking = [label for label, covered in judgement.covered.items() if not covered]
    passed = judgement.probability >= FITS
    message = "The picture shows all that was asked for."
    if lacking:
        message = "The picture does not clearly show " + ", ".join(f"“{label}”" for label in lacking) + "."
    elif not passed:
        message = "Each part is there, but the whole is not convincing."
    return Check("fidelity", passed, round(judgement.probability, 4), message)


def _figures(asset: Asset) -> Image.Image:
    """Return the picture to judge: a composition without its background, whose colours are not the things'."""
    if asset.blob.media_type == SVG:
        with originals().open(asset.blob.key) as file:
            bare = without_background(file.read())
        if bare is not None:
            return Image.open(io.BytesIO(rasterise(bare, side=512))).convert("RGBA")
    return preview_image(asset, preset="thumb")


def _duplicate(asset: Asset, asker: User, repeats: str) -> Check:
    if repeats:
        return Check("duplicate", False, 0.0, f"It is the very same file as one that is {repeats}.")
    space = active_space()
    replica = replica_of(space)
    image = preview_image(asset, preset="thumb")
    vector = encoder_of(space).encode_images([image])[0]
    within = Permitted(asker, EVERYTHING, replica).within
    nearest = replica.pictures.best_assets(vector, 5, within=within, without=frozenset([asset.pk]))
    main = colours.dominant(colours.shares(np.asarray(image)))
    for other, score in nearest.items():
        if score < ALIKE:
            break
        twin = Asset.objects.get(pk=other)
        if colours.dominant(colours.shares(np.asarray(preview_image(twin, preset="thumb")))) == main:
            return Check("duplicate", False, round(1 - score, 4), "It looks just like a picture that is here already.")
    top = next(iter(nearest.values()), 0.0)
    return Check("duplicate", True, round(1 - max(top, 0.0), 4), "Nothing here looks the same.")
