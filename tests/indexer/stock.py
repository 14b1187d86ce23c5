"""Assets with vectors of their own, without a picture being read: for tests of what is found, and to whom."""

from __future__ import annotations

import hashlib
import uuid

import numpy as np
from django.db import transaction

from assetdb import changes
from assetdb.models import Asset, Blob, State, User
from indexer import log
from indexer.models import EmbeddingSpace

DIM = 8


def unit(rng: np.random.Generator, count: int, *, dim: int = DIM) -> np.ndarray:
    rows = rng.normal(size=(count, dim)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def space_of(*, dim: int = DIM) -> EmbeddingSpace:
    """Return the active space of a made-up encoder."""
    EmbeddingSpace.objects.filter(active=True).update(active=False)
    mark = uuid.uuid4().hex * 2
    return EmbeddingSpace.objects.create(name=mark, encoder="made-up", fingerprint=mark, dim=dim, active=True)


def stock(owner: User, count: int, **fields) -> list[Asset]:
    """Return so many ready assets."""
    shas = [hashlib.sha256(uuid.uuid4().bytes).hexdigest() for _ in range(count)]
    blobs = [Blob(sha256=sha, size=1, media_type="image/png") for sha in shas]
    Blob.objects.bulk_create(blobs)
    assets = [Asset(owner=owner, blob=blob, state=State.READY, **fields) for blob in blobs]
    with transaction.atomic():
        Asset.objects.bulk_create(assets)
        changes.touch(asset.pk for asset in assets)
    return assets


def tell(space: EmbeddingSpace, assets: list[Asset], vectors: np.ndarray, *, segment: str = "image") -> None:
    """Write vectors into the log, one an asset."""
    with transaction.atomic():
        log.write(space, [log.Entry(a.pk, segment, vector) for a, vector in zip(assets, vectors, strict=True)])
    space.refresh_from_db()
