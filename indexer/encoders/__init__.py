"""Encoders by reference: ``builtin``, or ``open_clip:`` with a model and where its weights are."""

from __future__ import annotations

from threading import Lock

from assetdb.errors import DamError
from indexer.encoders.base import Encoder, SpaceSpec, Vectors

__all__ = ["Encoder", "SpaceSpec", "Vectors", "encoder_for"]

_encoders: dict[str, Encoder] = {}
_lock = Lock()


def encoder_for(reference: str, *, download: bool = False) -> Encoder:
    """Return the encoder that ``reference`` names, one per process.

    Args:
        reference: ``builtin``; ``open_clip:<folder>`` with a local folder in open_clip's format;
            ``open_clip:hf-hub:<org>/<name>``; ``open_clip:<model>/<pretrained tag>``.
        download: whether weights may be fetched from the model hub if they are not here yet.

    Raises:
        DamError: the reference has none of these forms, or its weights cannot be had.
    """
    with _lock:
        if reference not in _encoders:
            _encoders[reference] = _make(reference, download=download)
        return _encoders[reference]


def _make(reference: str, *, download: bool) -> Encoder:
    if reference == "builtin":
        from indexer.encoders.builtin import BuiltinEncoder

        return BuiltinEncoder()
    scheme, _, rest = reference.partition(":")
    if scheme == "open_clip" and rest:
        from indexer.encoders.openclip import OpenClipEncoder

        return OpenClipEncoder(rest, download=download)
    raise DamError(
        "unknown_encoder",
        f"There is no encoder “{reference}”. Use builtin, open_clip:<folder>, open_clip:hf-hub:<org>/<name> or "
        "open_clip:<model>/<pretrained tag>.",
    )
