"""Pictures from any text-to-image model that diffusers can load."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from typing import Any

from assetdb.errors import DamError
from generators.backends.base import Cancelled, CancelledError, Candidate, Generator, Refusal, Report
from generators.recipe import Recipe
from generators.shelf import Shelf

_PICKLES = {".bin", ".ckpt", ".pt", ".pth", ".pkl"}
_DEFAULTS: dict[str, Any] = {"steps": 20, "guidance": 6.0}


class DiffusionImage(Generator):
    """diffusers' ``AutoPipelineForText2Image`` for a model id or a local folder.

    Only safetensors are opened and no code of the model's runs. The hub is never asked here:
    a model id must have been fetched into the local cache.
    """

    name = "diffusion_image"
    kinds = frozenset({"image"})

    def __init__(self, model: str) -> None:
        self.model = model
        self._lock = Lock()
        self._pipeline: Any = None

    @property
    def revision(self) -> str:
        """The model and the hash of its weight files' names and sizes, or the hub's commit."""
        folder = Path(self.model)
        if not folder.is_dir():
            return self.model
        digest = hashlib.sha256()
        for path in sorted(folder.rglob("*.safetensors")):
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        return f"{folder.name}@{digest.hexdigest()[:16]}"

    def accepts(self, prompt: str, *, shelf: Shelf) -> Refusal | None:
        if not self.model:
            return Refusal("not_configured", "No image model is set up (LACUNA_DIFFUSION_MODEL).")
        return None if prompt.strip() else Refusal("no_concept", "Describe the picture to be made.")

    def recipes(self, prompt: str, *, count: int, seed: int, shelf: Shelf) -> list[Recipe]:
        revision = self.revision
        return [
            Recipe(self.name, revision, "image", prompt, seed + n, (512, 512), options=_DEFAULTS) for n in range(count)
        ]

    def generate(self, recipe: Recipe, *, shelf: Shelf, cancelled: Cancelled, report: Report) -> Iterator[Candidate]:
        if recipe.revision != self.revision:
            raise DamError("model_changed", "The image model was replaced since this was planned. Ask again.")
        with self._lock:
            image = self._draw(recipe, cancelled=cancelled, report=report)
        out = io.BytesIO()
        image.save(out, "PNG")
        yield Candidate(recipe, out.getvalue(), "image/png", title=recipe.prompt[:300].capitalize())

    def _draw(self, recipe: Recipe, *, cancelled: Cancelled, report: Report) -> Any:
        import torch

        pipeline = self._load()
        steps = int(recipe.options["steps"])

        def after_step(_pipeline: Any, step: int, _time: Any, kwargs: dict[str, Any]) -> dict[str, Any]:
            if cancelled():
                raise CancelledError
            report((step + 1) / steps)
            return kwargs

        try:
            return pipeline(
                prompt=recipe.prompt,
                num_inference_steps=steps,
                guidance_scale=float(recipe.options["guidance"]),
                width=recipe.size[0],
                height=recipe.size[1],
                generator=torch.Generator("cpu").manual_seed(recipe.seed),
                callback_on_step_end=after_step,
            ).images[0]
        except torch.OutOfMemoryError as error:
            torch.cuda.empty_cache()
            raise DamError("out_of_memory", "The device ran out of memory. Use a smaller size or model.") from error

    def _load(self) -> Any:
        if self._pipeline is not None:
            return self._pipeline
        import torch
        from diffusers import AutoPipelineForText2Image

        folder = Path(self.model)
        if folder.is_dir() and (bad := sorted(p.name for p in folder.rglob("*") if p.suffix in _PICKLES)):
            raise DamError("unsafe_weights", f"{bad[0]} may run code when opened. Only safetensors are used.")
        cuda = torch.cuda.is_available()
        device = "cuda" if cuda else "mps" if torch.backends.mps.is_available() else "cpu"
        try:
            pipeline = AutoPipelineForText2Image.from_pretrained(
                self.model,
                use_safetensors=True,
                local_files_only=True,
                dtype=torch.bfloat16 if cuda else torch.float32,
            )
        except (OSError, ValueError) as error:
            raise DamError("weights_missing", f"The image model {self.model} cannot be loaded: {error}") from error
        pipeline.set_progress_bar_config(disable=True)
        self._pipeline = pipeline.to(device)
        return self._pipeline
