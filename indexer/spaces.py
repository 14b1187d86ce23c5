"""Which space the library searches in, and the encoder behind it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from threading import Lock

import numpy as np
from django.conf import settings
from django.db import transaction

from indexer.encoders import encoder_for
from indexer.encoders.base import Encoder, Vectors
from indexer.models import EmbeddingSpace

logger = logging.getLogger(__name__)

REMEMBERED = 20_000
"""How many text vectors a process keeps; 20 MB at 256 dimensions."""
_texts: dict[tuple[str, str], Vectors] = {}
_texts_lock = Lock()


def active_space() -> EmbeddingSpace:
    """Return the space in use; the first call makes one for the configured encoder.

    When the weights behind the active space's encoder were replaced by an upgrade, its vectors
    can no longer be compared with anything: a fresh space of the same encoder takes its place
    and fills from the library.
    """
    space = EmbeddingSpace.objects.filter(active=True).first()
    reference = space.encoder if space else settings.LACUNA_ENCODER
    fingerprint = encoder_for(reference).spec.fingerprint
    if space is not None and space.fingerprint == fingerprint:
        return space
    if space is not None:
        logger.warning("the weights of %s changed; the library is being read again", reference)
    return activate(space_for(reference))


def space_for(reference: str) -> EmbeddingSpace:
    """Return the space that encoder ``reference`` writes into, made if need be, not activated."""
    spec = encoder_for(reference).spec
    space, _ = EmbeddingSpace.objects.get_or_create(
        fingerprint=spec.fingerprint,
        defaults={"name": f"{spec.name}:{spec.fingerprint[:8]}", "encoder": reference, "dim": spec.dim},
    )
    return space


def activate(space: EmbeddingSpace) -> EmbeddingSpace:
    """Make ``space`` the one that searches use, in one step."""
    with transaction.atomic():
        EmbeddingSpace.objects.filter(active=True).exclude(pk=space.pk).update(active=False)
        EmbeddingSpace.objects.filter(pk=space.pk).update(active=True)
    space.active = True
    return space


def encoder_of(space: EmbeddingSpace) -> Encoder:
    """Return the encoder that writes into ``space``."""
    return encoder_for(space.encoder)


def text_vectors(space: EmbeddingSpace, texts: Sequence[str]) -> Vectors:
    """Return the vectors of ``texts`` in ``space``, shape (len(texts), dim), remembered across calls."""
    with _texts_lock:
        missing = [text for text in dict.fromkeys(texts) if (space.fingerprint, text) not in _texts]
    if missing:
        vectors = encoder_of(space).encode_texts(missing)
        with _texts_lock:
            if len(_texts) + len(missing) > REMEMBERED:
                _texts.clear()
            _texts.update({(space.fingerprint, text): row for text, row in zip(missing, vectors, strict=True)})
    found = [_texts.get((space.fingerprint, text)) for text in texts]
    if any(vector is None for vector in found):
        return encoder_of(space).encode_texts(list(texts))
    return np.stack(found)  # type: ignore[arg-type]
