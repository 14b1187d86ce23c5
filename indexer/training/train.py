"""The training loop: resumable, bounded in minutes, written out in open_clip's own format."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from indexer.training import fetch, language, pictures
from indexer.training.captions import Lexicon
from indexer.training.model import MEAN, SPREAD, build, write
from indexer.training.scenes import Composer

if TYPE_CHECKING:
    import torch

BATCH = 256
LANGUAGE_SHARE, SETTLE_SHARE = 0.1, 0.05
"""How much of the time the text tower learns language alone before the pictures, and settles words after them."""
TEXTS = 64
RATE = 2e-3
TEXT_RATE = 0.15
"""The text tower's rate, as a share, once it has learnt language."""
WORDS, FREQUENT = 40_000, 10_000
"""Single English words that are learnt, and those of them that come first where pieces are scarce."""
CAPTIONS = 24_000
"""Captions of scenes that stay in their place while words settle."""
REFRESH = 150
"""Steps after which every text is read again by the text tower of the moment."""

Batch: TypeAlias = "tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]"
"""Pictures, which caption is true of which picture, captions as tokens, share of each text in each picture."""


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

    torch.set_num_threads(len(os.sched_getaffinity(0)))
    torch.manual_seed(1)
    fetch.fetch(home)
    every = fetch.concepts(home)
    lexicon = Lexicon(every, without=fetch.held_out(every))
    table = pictures.load(every, home / "pictures.npz")
    icons = frozenset(n for n, concept in enumerate(every) if not concept.is_emoji)
    words = fetch.common_words(WORDS)
    taught = language.lessons(lexicon, words, sorted(set(lexicon.trained) - icons), home)
    wanted = dict.fromkeys([*words[:FREQUENT], *lexicon.english_words(), *words[FREQUENT:]])
    model, config, tokenizer = build(list(wanted), lexicon.keys, target)
    model = model.to(memory_format=torch.channels_last)
    state = _State(model)
    checkpoint = home / "checkpoint.pt"
    texts = tokenizer(taught.texts)

    def told(step: int, spent: float, loss: float) -> None:
        report(Progress(step, state.minutes + spent, loss, 0.0))

    if resume and checkpoint.exists():
        state.load(checkpoint)
    else:
        language.learn(model, taught, texts, minutes=minutes * LANGUAGE_SHARE, report=told)
        state.minutes = minutes * LANGUAGE_SHARE
    composer = Composer(table, lexicon, seed=state.step + 1, icons=icons)
    teaching = Teaching(model, texts, taught, keys=len(lexicon.keys))
    start, begun = time.monotonic(), state.minutes
    last, pictured = start, minutes * (1 - SETTLE_SHARE)
    while state.minutes < pictured:
        loss = teaching.step(state, _batch(composer, tokenizer), rate=_rate(state.minutes / pictured))
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
    scenes = Composer(table, lexicon, seed=0, icons=icons)
    captions = tokenizer([c.text for c in scenes.captions(scenes.scenes(CAPTIONS))])
    language.settle(model, taught, texts, captions, minutes=minutes * SETTLE_SHARE, report=told)
    write(model, config, target)
    return {"steps": state.step, "minutes": round(state.minutes, 1), "samples": state.step * BATCH}


def _rate(done: float) -> float:
    warm = min(1.0, (done - LANGUAGE_SHARE) * 40 + 0.05)
    return RATE * warm * max(0.01, (1 - done) / (1 - LANGUAGE_SHARE))


class _State:
    """Model, optimiser and how far they got."""

    def __init__(self, model: torch.nn.Module) -> None:
        import torch

        self.model = model
        own = [p for name, p in model.named_parameters() if name.startswith(("visual", "logit"))]
        groups = [
            {"params": [p for p in own if p.ndim > 1], "share": 1.0},
            {"params": [p for p in own if p.ndim <= 1], "weight_decay": 0.0, "share": 1.0},
            *({**group, "share": group["share"] * TEXT_RATE} for group in language.groups(model)),
        ]
        self.optimiser = torch.optim.AdamW(groups, lr=RATE, betas=(0.9, 0.98), weight_decay=0.05, fused=True)
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


def _batch(composer: Composer, tokenizer: Callable[[list[str]], torch.Tensor]) -> Batch:
    import torch

    scenes = composer.scenes(BATCH)
    shown = (composer.draw(scenes) - MEAN[0]) / SPREAD[0]
    captions = composer.captions(scenes)
    said = tokenizer([caption.text for caption in captions])
    truth = torch.from_numpy(composer.targets(scenes, captions))
    weights = torch.from_numpy(composer.lexicon.weights)
    share = weights[[scene.concept for scene in scenes]]
    pairs = [n for n, scene in enumerate(scenes) if scene.other >= 0]
    share[pairs] = (share[pairs] + weights[[scenes[n].other for n in pairs]]) / 2
    return shown.contiguous(memory_format=torch.channels_last), truth, said, share


class Teaching:
    """One step: pictures against captions and every text; words against the names that the teacher finds them like."""

    def __init__(self, model: Any, texts: torch.Tensor, taught: language.Lessons, *, keys: int) -> None:
        import torch

        self.model = model
        self.texts = texts
        self.taught = taught
        self.meanings = torch.from_numpy(taught.meanings)
        self.free = torch.from_numpy(taught.free)
        self.keys = texts[taught.words : taught.words + keys]
        self.table: torch.Tensor | None = None
        self.age = 0

    def _every_text(self) -> torch.Tensor:
        """Return the vector of every text a drawing may be called by, read again now and then."""
        import torch
        from torch.nn.functional import normalize

        if self.table is None or self.age >= REFRESH:
            with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
                rows = [language.read(self.model, part).float() for part in self.keys.split(2048)]
            self.table, self.age = normalize(torch.cat(rows), dim=1).clone(), 0
        self.age += 1
        return self.table

    def step(self, state: _State, batch: Batch, *, rate: float) -> float:
        """Take one step and return the loss."""
        import torch
        from torch.nn.functional import cross_entropy, log_softmax, normalize

        for group in state.optimiser.param_groups:
            group["lr"] = rate * group["share"]
        shown, truth, said, share = batch
        chosen = self.free[torch.randint(len(self.free), (TEXTS,))]
        with torch.autocast("cpu", torch.bfloat16):
            images = self.model.encode_image(shown)
            texts = language.read(self.model, torch.cat([said, self.texts[chosen]]))
        images, plain = normalize(images.float(), dim=1), texts[len(said) :].float()
        captions = normalize(texts[: len(said)].float(), dim=1)
        scale = self.model.logit_scale.exp().clamp(max=60)
        logits = scale * images @ captions.T
        rows = truth / truth.sum(1, keepdim=True).clamp(min=1e-6)
        loss = -(rows * log_softmax(logits, 1)).sum(1).mean()
        own = truth[:, : len(shown)]
        columns = (own / own.sum(0, keepdim=True).clamp(min=1e-6)).T
        loss = loss - (columns * log_softmax(logits[:, : len(shown)].T, 1)).sum(1).mean()
        table = self._every_text()
        named = cross_entropy(scale * images @ table.T, share)
        words = language.shared_out(self.meanings, chosen, self.taught, table)
        loss = loss / 2 + named + 0.5 * language.distance(plain, words)
        state.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        state.optimiser.step()
        return float(loss.detach())
