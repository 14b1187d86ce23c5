"""Encoders served by open_clip. The only file in the product that imports it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from assetdb.errors import DamError
from indexer.encoders.base import Encoder, SpaceSpec, Vectors

if TYPE_CHECKING:
    import torch
    from PIL.Image import Image

BATCH = 32
PREPROCESSING = "1"
"""Rises when the way pictures are prepared changes; part of every fingerprint."""
WEIGHTS = "open_clip_model.safetensors"


@dataclass(frozen=True)
class Loaded:
    """A model ready to encode."""

    model: Any
    prepare: Any
    tokenize: Any
    device: torch.device
    dim: int


class OpenClipEncoder(Encoder):
    """Any model open_clip can build, with weights as safetensors.

    Args:
        source: a local folder, ``hf-hub:<org>/<name>``, or ``<model>/<pretrained tag>``.
        download: whether the hub may be asked; otherwise only what is here is used.
    """

    def __init__(self, source: str, *, download: bool = False) -> None:
        self.source = source
        self.download = download
        self._lock = Lock()
        self._loaded: Loaded | None = None

    @property
    def folder(self) -> Path | None:
        """The local folder that holds the weights, if the source is one."""
        path = Path(self.source)
        return path if path.is_dir() else None

    @cached_property
    def spec(self) -> SpaceSpec:
        """The space; for a local folder without loading the model."""
        name = self.source.rstrip("/").rsplit("/", 1)[-1] if self.folder else self.source
        if self.folder is not None:
            dim = json.loads(_require(self.folder / "open_clip_config.json").read_text())["model_cfg"]["embed_dim"]
        else:
            dim = self.load().dim
        return SpaceSpec(name, int(dim), frozenset({"image", "text"}), self._fingerprint())

    def _fingerprint(self) -> str:
        digest = hashlib.sha256(PREPROCESSING.encode())
        if self.folder is None:
            digest.update(self.source.encode())
        else:
            for name in ("open_clip_config.json", WEIGHTS):
                digest.update(_require(self.folder / name).read_bytes())
        return digest.hexdigest()

    def load(self) -> Loaded:
        """Load the model once.

        Raises:
            DamError: the weights are not here, are no safetensors, or do not fit the model.
        """
        with self._lock:
            if self._loaded is None:
                self._loaded = self._open()
            return self._loaded

    def _open(self) -> Loaded:
        import torch

        device = _device()
        with _hub(allowed=self.download):
            model, prepare, tokenize = self._build(device)
        model.eval().requires_grad_(False)
        size = model.visual.image_size
        side = size if isinstance(size, int) else size[0]
        with torch.inference_mode():
            dim = model.encode_image(torch.zeros(1, 3, side, side, device=device)).shape[1]
        return Loaded(model, prepare, tokenize, device, int(dim))

    def _build(self, device: torch.device) -> tuple[Any, Any, Any]:
        import open_clip

        if self.folder is not None:
            _refuse_pickles(self.folder)
            name = f"local-dir:{self.folder}"
            model, _, prepare = open_clip.create_model_and_transforms(name, device=device)
            pieces = self.folder / "bpe.txt.gz"
            options = {"bpe_path": str(pieces)} if pieces.exists() else {}
            return model, prepare, open_clip.get_tokenizer(name, **options)
        try:
            if self.source.startswith("hf-hub:"):
                model, _, prepare = open_clip.create_model_and_transforms(self.source, device=device)
                return model, prepare, open_clip.get_tokenizer(self.source)
            architecture, _, tag = self.source.partition("/")
            if tag not in open_clip.list_pretrained_tags_by_model(architecture):
                raise DamError("unknown_encoder", f"open_clip has no pretrained “{tag}” of “{architecture}”.")
            model, _, prepare = open_clip.create_model_and_transforms(architecture, pretrained=tag, device=device)
            return model, prepare, open_clip.get_tokenizer(architecture)
        except (OSError, RuntimeError, ValueError) as error:
            raise DamError(
                "weights_missing",
                f"The weights of {self.source} are not on this machine and could not be fetched ({error}). "
                "Run manage.py use_encoder with --download on a machine that reaches the model hub, or name "
                "a local folder.",
            ) from error

    def encode_images(self, images: Sequence[Image]) -> Vectors:
        import torch

        loaded = self.load()
        rows = [np.zeros((0, loaded.dim), dtype=np.float32)]
        for start in range(0, len(images), BATCH):
            batch = [loaded.prepare(flatten(image)) for image in images[start : start + BATCH]]
            with torch.inference_mode():
                rows.append(_unit(loaded.model.encode_image(torch.stack(batch).to(loaded.device))))
        return np.concatenate(rows)

    def encode_texts(self, texts: Sequence[str]) -> Vectors:
        import torch

        loaded = self.load()
        rows = [np.zeros((0, loaded.dim), dtype=np.float32)]
        for start in range(0, len(texts), BATCH):
            tokens = loaded.tokenize(list(texts[start : start + BATCH])).to(loaded.device)
            with torch.inference_mode():
                rows.append(_unit(loaded.model.encode_text(tokens)))
        return np.concatenate(rows)


def flatten(image: Image) -> Image:
    """Return a picture as RGB; transparent parts become white."""
    from PIL import Image as pillow

    if image.mode == "RGB":
        return image
    opaque = image.convert("RGBA")
    ground = pillow.new("RGBA", opaque.size, "white")
    return pillow.alpha_composite(ground, opaque).convert("RGB")


def _unit(rows: torch.Tensor) -> Vectors:
    import torch

    return torch.nn.functional.normalize(rows.float(), dim=1).cpu().numpy().astype(np.float32)


def _device() -> torch.device:
    import torch

    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def _require(path: Path) -> Path:
    if not path.is_file():
        raise DamError("weights_missing", f"{path.parent} has no {path.name}; it must hold open_clip's own format.")
    return path


def _refuse_pickles(folder: Path) -> None:
    """Refuse weights that run code when they are opened.

    Raises:
        DamError: there are no safetensors, or a pickle goes by that name.
    """
    weights = _require(folder / WEIGHTS)
    with weights.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        opening = file.read(1)
    if opening != b"{" or not 2 <= length < weights.stat().st_size:
        raise DamError("unsafe_weights", f"{weights.name} is no safetensors file. Only safetensors are opened.")


@contextmanager
def _hub(*, allowed: bool) -> Iterator[None]:
    """Let the model hub be asked only when that was agreed to."""
    import huggingface_hub.constants as hub

    before = hub.HF_HUB_OFFLINE, os.environ.get("HF_HUB_OFFLINE", "1")
    hub.HF_HUB_OFFLINE, os.environ["HF_HUB_OFFLINE"] = not allowed, "0" if allowed else "1"
    try:
        yield
    finally:
        hub.HF_HUB_OFFLINE, os.environ["HF_HUB_OFFLINE"] = before
