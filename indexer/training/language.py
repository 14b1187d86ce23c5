"""The text tower learns language first, from a sentence encoder: words, names and composed phrases."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from indexer import colours
from indexer.training import teacher
from indexer.training.captions import RELATIONS, Caption, Lexicon
from indexer.training.model import DIM, WIDTH

if TYPE_CHECKING:
    import torch

PHRASES = 24_000
BATCH = 512
RATE = 2e-3


@dataclass(frozen=True)
class Lessons:
    """Texts and where the teacher puts them: ``vectors`` has a unit row of ``DIM`` for each text.

    The first ``words`` of them are single English words.
    """

    texts: list[str]
    vectors: NDArray[np.float32]
    words: int


def lessons(lexicon: Lexicon, words: list[str], concepts: list[int], home: Path) -> Lessons:
    """Return what is to be learnt; Chinese texts are to lie where their English twins do.

    The teacher's space is turned so that ``DIM`` axes hold most of it.
    """
    dice = random.Random(3)
    composed = [_phrase(lexicon, concepts, dice) for _ in range(PHRASES)]
    texts = [*words, *lexicon.keys, *(caption.text for caption in composed)]
    english = [*words, *lexicon.english, *(lexicon.spell(caption, english=True).text for caption in composed)]
    full = teacher.embed(english, home / "teacher", home / "teacher.npy")
    _, _, axes = np.linalg.svd(full[: len(words) + len(lexicon.keys)].astype(np.float32), full_matrices=False)
    rows = full @ axes[:DIM].T
    return Lessons(texts, rows / np.linalg.norm(rows, axis=1, keepdims=True), len(words))


def _phrase(lexicon: Lexicon, concepts: list[int], dice: random.Random) -> Caption:
    concept = dice.choice(concepts)
    kind = dice.randrange(4)
    caption = Caption(
        "",
        lexicon.pick(concept, dice, name=True),
        colour=dice.randrange(len(colours.COLOURS)) if kind in (0, 2) else -1,
        count=dice.randint(2, 6) if kind in (1, 2) else -1,
    )
    if kind == 3:
        other = dice.choice(concepts)
        mates = [key for key in lexicon.names[other] if lexicon.chinese[key] == lexicon.chinese[caption.key]]
        mate = dice.choice(mates or lexicon.names[other])
        caption = Caption("", caption.key, other=mate, relation=dice.randrange(len(RELATIONS)))
    return lexicon.spell(caption)


def learn(
    model: Any,
    lessons: Lessons,
    tokens: torch.Tensor,
    *,
    minutes: float,
    report: Callable[[int, float, float], None],
) -> None:
    """Bring the text tower to where the teacher is; ``report`` gets step, minutes and loss."""
    import torch

    _plant(model, lessons, tokens)
    tower = [p for name, p in model.named_parameters() if not name.startswith(("visual", "logit"))]
    optimiser = torch.optim.AdamW(tower, lr=RATE, betas=(0.9, 0.98), weight_decay=0.01)
    goal = torch.from_numpy(lessons.vectors)
    start, step = time.monotonic(), 0
    while (spent := (time.monotonic() - start) / 60) < minutes:
        for group in optimiser.param_groups:
            group["lr"] = RATE * min(1.0, step / 100 + 0.05) * max(0.02, 1 - spent / minutes)
        chosen = torch.randint(len(goal), (BATCH,))
        with torch.autocast("cpu", torch.bfloat16):
            said = read(model, tokens[chosen])
        loss = distance(said.float(), goal[chosen])
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(tower, 1.0)
        optimiser.step()
        step += 1
        if step % 50 == 0:
            report(step, spent, float(loss.detach()))


def read(model: Any, tokens: torch.Tensor) -> torch.Tensor:
    """Return ``model.encode_text(tokens)``, without the padding, which a causal tower never looks at."""
    import torch
    from torch.nn.attention import SDPBackend, sdpa_kernel

    length = int((tokens != 0).sum(1).max())
    tokens = tokens[:, :length]
    rows = model.token_embedding(tokens) + model.positional_embedding[:length]
    with sdpa_kernel(SDPBackend.MATH):
        rows = model.transformer(rows, attn_mask=model.attn_mask[:length, :length])
    rows = model.ln_final(rows)[torch.arange(len(rows)), tokens.argmax(dim=-1)]
    return rows @ model.text_projection


def distance(said: torch.Tensor, goal: torch.Tensor) -> torch.Tensor:
    """Return how far texts (n, DIM) are from the teacher's unit rows, each alone and among the others."""
    import torch
    from torch.nn.functional import cross_entropy, normalize

    rows = normalize(said, dim=1)
    alone = 1 - (rows * goal).sum(1).mean()
    among = cross_entropy(rows @ goal.T / 0.05, torch.softmax(goal @ goal.T / 0.05, dim=1))
    return 10 * alone + among


def _plant(model: Any, lessons: Lessons, tokens: torch.Tensor) -> None:
    """Start each word that is one piece at the teacher's vector, cut to the tower's width."""
    import torch

    rows = tokens[: lessons.words]
    single = (rows != 0).sum(1) == 3
    start = torch.from_numpy(lessons.vectors[: lessons.words][:, :WIDTH]).float()
    with torch.no_grad():
        scale = 0.02 * WIDTH**0.5
        model.token_embedding.weight[rows[single, 1]] = start[single] / start[single].norm(dim=1, keepdim=True) * scale
