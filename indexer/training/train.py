"""The training loop: resumable, bounded in minutes, written out in open_clip's own format."""

from __future__ import annotations

import json
import queue
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from indexer.training import fetch, pictures, teacher, tokens
from indexer.training.captions import Lexicon
from indexer.training.scenes import SIZE, Composer

if TYPE_CHECKING:
    import torch

BATCH = 256
TEXTS = 32
RATE = 1.5e-3
DIM, CONTEXT, PIECES, WORDS = 256, 18, 4200, 14_000
MEAN, SPREAD = (0.5, 0.5, 0.5), (0.25, 0.25, 0.25)


Batch: TypeAlias = "tuple[torch.Tensor, torch.Tensor, torch.Tensor]"
"""Pictures, which caption is true of which picture, and the captions as tokens."""


@dataclass(frozen=True)
class Progress:
    """Where the training stands."""

    step: int
    minutes: float
    loss: float
    pictures_per_second: float


def train(
    home: Path, target: Path, *, minutes: float, resume: bool, report: Callable[[Progress], None]
) -> dict[str, Any]:
    """Train for ``minutes`` and write the weights to ``target``; return what was done.

    ``home`` keeps what was fetched, rendered and learnt so far, so that ``resume`` goes on from
    the last checkpoint, written about every two minutes.
    """
    import torch

    fetch.fetch(home)
    every = fetch.concepts(home)
    without = fetch.held_out(every)
    table = pictures.load(every, home / "pictures.npz")
    lexicon = Lexicon(every, without=without)
    words = [key for key, zh in zip(lexicon.keys, lexicon.chinese, strict=True) if not zh]
    words += fetch.common_words(WORDS)
    language = torch.from_numpy(teacher.embed(words, home / "teacher", home / "teacher.npy"))
    model, config, tokenizer = build([*lexicon.keys, *words], target)
    model = model.to(memory_format=torch.channels_last)
    state = _State(model, seed=1)
    checkpoint = home / "checkpoint.pt"
    if resume and checkpoint.exists():
        state.load(checkpoint)
    batches = _draw_ahead(Composer(table, lexicon, seed=state.step + 1), tokenizer)
    table_of_words = tokenizer(words)
    start, begun = time.monotonic(), state.minutes
    last = start
    while state.minutes < begun + minutes:
        done = (state.minutes - begun) / minutes
        loss = step(state, batches.get(), table_of_words, language, rate=_rate(done))
        state.step += 1
        now = time.monotonic()
        state.minutes = begun + (now - start) / 60
        if state.step % 20 == 0:
            report(Progress(state.step, state.minutes, loss, 20 * BATCH / (now - last)))
            last = now
        if state.step % 250 == 0:
            state.save(checkpoint)
            write(model, config, target)
    state.save(checkpoint)
    write(model, config, target)
    return {"steps": state.step, "minutes": round(state.minutes, 1), "samples": state.step * BATCH}


def _rate(done: float) -> float:
    warm = min(1.0, done * 30 + 0.05)
    return RATE * warm * max(0.02, (1 - done))


class _State:
    """Model, optimiser and how far they got."""

    def __init__(self, model: torch.nn.Module, *, seed: int) -> None:
        import torch

        torch.manual_seed(seed)
        self.model = model
        decayed = [p for p in model.parameters() if p.ndim > 1]
        plain = [p for p in model.parameters() if p.ndim <= 1]
        groups = [{"params": decayed, "weight_decay": 0.05}, {"params": plain, "weight_decay": 0.0}]
        self.optimiser = torch.optim.AdamW(groups, lr=RATE, betas=(0.9, 0.98))
        self.step = 0
        self.minutes = 0.0

    def save(self, path: Path) -> None:
        import torch

        part = path.with_suffix(".part")
        torch.save(
            {
                "model": self.model.state_dict(),
                "optimiser": self.optimiser.state_dict(),
                "step": self.step,
                "minutes": self.minutes,
            },
            part,
        )
        part.replace(path)

    def load(self, path: Path) -> None:
        import torch

        stored = torch.load(path, weights_only=True)
        self.model.load_state_dict(stored["model"])
        self.optimiser.load_state_dict(stored["optimiser"])
        self.step, self.minutes = stored["step"], stored["minutes"]


def _draw_ahead(composer: Composer, tokenizer: Callable[[list[str]], torch.Tensor]) -> queue.Queue[Batch]:
    """Draw batches in a thread of its own, a few ahead of the training."""
    import torch

    drawn: queue.Queue[Batch] = queue.Queue(maxsize=3)

    def run() -> None:
        torch.set_num_threads(1)
        while True:
            scenes = composer.scenes(BATCH)
            shown = (composer.draw(scenes) - MEAN[0]) / SPREAD[0]
            said = tokenizer([scene.caption.text for scene in scenes])
            drawn.put((shown.contiguous(memory_format=torch.channels_last), composer.targets(scenes), said))

    threading.Thread(target=run, daemon=True).start()
    return drawn


def step(
    state: _State,
    batch: Batch,
    table_of_words: torch.Tensor,
    language: torch.Tensor,
    *,
    rate: float,
) -> float:
    """Take one step: pictures against captions, and the text tower against the teacher."""
    import torch
    from torch.nn.functional import kl_div, log_softmax, normalize, softmax

    model: Any = state.model
    for group in state.optimiser.param_groups:
        group["lr"] = rate
    shown, truth, said = batch
    chosen = torch.randint(len(table_of_words), (TEXTS,))
    with torch.autocast("cpu", torch.bfloat16):
        images = model.encode_image(shown)
        texts = model.encode_text(torch.cat([said, table_of_words[chosen]]))
    images, texts = normalize(images.float(), dim=1), normalize(texts.float(), dim=1)
    captions, plain = texts[:BATCH], texts[BATCH:]
    logits = model.logit_scale.exp().clamp(max=60) * images @ captions.T
    rows = truth / truth.sum(1, keepdim=True).clamp(min=1e-6)
    columns = (truth / truth.sum(0, keepdim=True).clamp(min=1e-6)).T
    loss = -(rows * log_softmax(logits, 1)).sum(1).mean()
    loss = loss - (columns * log_softmax(logits.T, 1)).sum(1).mean()
    taught = language[chosen]
    off = torch.eye(TEXTS, dtype=torch.bool)
    theirs = softmax((taught @ taught.T / 0.07).masked_fill(off, -1e4), 1)
    ours = log_softmax((plain @ plain.T / 0.07).masked_fill(off, -1e4), 1)
    loss = loss / 2 + kl_div(ours, theirs, reduction="batchmean")
    state.optimiser.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    state.optimiser.step()
    return float(loss.detach())


def build(texts: list[str], target: Path) -> tuple[Any, dict[str, Any], Any]:
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
                "width": 192,
                "heads": 4,
                "layers": 3,
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
    random.seed(1)
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
