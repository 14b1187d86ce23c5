"""Stand-ins for slow parts: small, deterministic, honest about being fakes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL.Image import Image

from indexer.encoders.base import Encoder, SpaceSpec, Vectors

DIM = 32


class ColourEncoder(Encoder):
    """Puts a picture near the words for its mean colour; other words go to fixed random places."""

    def __init__(self, name: str = "fake") -> None:
        self.name = name
        self.poison: set[tuple[int, int, int]] = set()
        self.figures: Path | None = None

    @property
    def spec(self) -> SpaceSpec:
        fingerprint = hashlib.sha256(self.name.encode()).hexdigest()
        return SpaceSpec(self.name, DIM, frozenset({"image", "text"}), fingerprint)

    @property
    def calibration(self) -> Path | None:
        return self.figures

    def encode_images(self, images: Sequence[Image]) -> Vectors:
        rows = np.zeros((len(images), DIM), dtype=np.float32)
        for n, image in enumerate(images):
            pixels = np.asarray(image.convert("RGBA").resize((16, 16)), dtype=np.float32).reshape(-1, 4)
            solid = pixels[pixels[:, 3] > 128][:, :3]
            mean = solid.mean(axis=0) if len(solid) else np.full(3, 255.0)
            if any(np.abs(mean - bad).max() < 8 for bad in self.poison):
                raise ValueError("this picture is poison")
            rows[n, :3] = mean / 255.0 - 0.5
            rows[n, 3] = 0.1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def encode_texts(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), DIM), dtype=np.float32)
        names = {"red": (1, 0, 0), "green": (0, 1, 0), "blue": (0, 0, 1), "yellow": (1, 1, 0)}
        for n, text in enumerate(texts):
            for word in text.lower().split():
                if word in names:
                    rows[n, :3] += np.array(names[word]) - 0.5
                else:
                    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big")
                    rows[n, 4:] += np.random.default_rng(seed).normal(size=DIM - 4) * 0.2
            rows[n, 3] += 0.1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)
