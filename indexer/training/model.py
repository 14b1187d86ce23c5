"""The model that is trained, and how it is written out in open_clip's own format."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indexer.training import tokens

if TYPE_CHECKING:
    import torch

SIZE = 64
DIM, CONTEXT, PIECES, WIDTH, LAYERS = 256, 18, 38_000, 192, 3
EMBEDDING = 4.0
"""Scale of the table of pieces against CLIP's start, so that eight bits hold its entries."""
_EIGHT_BITS = ("visual.", "token_embedding.")
MEAN, SPREAD = (0.5, 0.5, 0.5), (0.25, 0.25, 0.25)


def build(words: Sequence[str], texts: Iterable[str], target: Path) -> tuple[Any, dict[str, Any], Any]:
    """Return a fresh model, its configuration and its tokenizer, whose pieces are written to ``target``.

    ``words``, most wanted first, become one piece each as far as there is room; ``texts`` are what else is read.
    """
    import open_clip
    import torch

    target.mkdir(parents=True, exist_ok=True)
    vocabulary = tokens.prune(words, texts, target / "bpe.txt.gz", pieces=PIECES)
    config = {
        "model_cfg": {
            "embed_dim": DIM,
            "vision_cfg": {
                "timm_model_name": "resnet10t",
                "timm_model_pretrained": False,
                "timm_pool": "avg",
                "timm_proj": "linear",
                "image_size": SIZE,
            },
            "text_cfg": {
                "context_length": CONTEXT,
                "vocab_size": vocabulary,
                "width": WIDTH,
                "heads": 6,
                "layers": LAYERS,
            },
        },
        "preprocess_cfg": {
            "mean": MEAN,
            "std": SPREAD,
            "interpolation": "bicubic",
            "resize_mode": "longest",
            "fill_color": 255,
        },
    }
    model = open_clip.CLIP(**config["model_cfg"])
    tokenizer = open_clip.SimpleTokenizer(str(target / "bpe.txt.gz"), context_length=CONTEXT)
    if tokenizer.vocab_size != vocabulary:
        raise RuntimeError(f"the tokenizer has {tokenizer.vocab_size} pieces, not {vocabulary}")
    with torch.no_grad():
        model.token_embedding.weight.mul_(EMBEDDING)
        model.positional_embedding.mul_(EMBEDDING)
    return model, config, tokenizer


def write(model: torch.nn.Module, config: dict[str, Any], target: Path) -> None:
    """Write weights and configuration in open_clip's format.

    Filters and the table of pieces are float8 (e4m3), all else float16.
    """
    import torch
    from safetensors.torch import save_file

    def stored(name: str, value: torch.Tensor) -> torch.dtype:
        if not value.is_floating_point():
            return value.dtype
        return torch.float8_e4m3fn if value.ndim > 1 and name.startswith(_EIGHT_BITS) else torch.float16

    weights = {name: value.detach().to(stored(name, value)).contiguous() for name, value in model.state_dict().items()}
    save_file(weights, target / "open_clip_model.safetensors")
    (target / "open_clip_config.json").write_text(json.dumps(config, indent=2) + "\n")
