"""The model that is trained, and how it is written out in open_clip's own format."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indexer.training import tokens

if TYPE_CHECKING:
    import torch

SIZE = 64
DIM, CONTEXT, PIECES, WIDTH, LAYERS = 256, 18, 13_500, 128, 3
MEAN, SPREAD = (0.5, 0.5, 0.5), (0.25, 0.25, 0.25)


def build(texts: Iterable[str], target: Path) -> tuple[Any, dict[str, Any], Any]:
    """Return a fresh model, its configuration and its tokenizer, whose pieces are written to ``target``."""
    import open_clip

    target.mkdir(parents=True, exist_ok=True)
    vocabulary = tokens.prune(texts, target / "bpe.txt.gz", pieces=PIECES)
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
                "heads": 4,
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
    return model, config, tokenizer


def write(model: torch.nn.Module, config: dict[str, Any], target: Path) -> None:
    """Write weights (float16) and configuration in open_clip's format."""
    import torch
    from safetensors.torch import save_file

    weights = {
        name: value.detach().to(torch.float16 if value.is_floating_point() else value.dtype).contiguous()
        for name, value in model.state_dict().items()
    }
    save_file(weights, target / "open_clip_model.safetensors")
    (target / "open_clip_config.json").write_text(json.dumps(config, indent=2) + "\n")
