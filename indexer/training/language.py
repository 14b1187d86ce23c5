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
from indexer.training import fetch, teacher
from indexer.training.captions import RELATIONS, Caption, Lexicon
from indexer.training.model import DIM, EMBEDDING, WIDTH

if TYPE_CHECKING:
    import torch

PHRASES = 24_000
BATCH = 512
RATE = 2e-3
SETTLED_RATE = 1e-3
NEAREST = 0.025
"""Temperature at which a word is shared out among the names it is like."""


@dataclass(frozen=True)
class Lessons:
    """Texts and where the teacher puts them: ``vectors`` has a unit row of ``DIM`` for each text.

    ``meanings`` are the same where a text has no definition, else the mean with that of its definition.
    The first ``words`` of them are single English words; ``names`` are the numbers of the English
    names of emoji, ``synonyms`` those of each emoji's names in both languages, ``free`` those of the
    words that are neither a name nor a keyword.
    """

    texts: list[str]
    vectors: NDArray[np.float32]
    meanings: NDArray[np.float32]
    words: int
    names: NDArray[np.int64]
    synonyms: list[NDArray[np.int64]]
    free: NDArray[np.int64]


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
    names = sorted({key for concept in concepts for key in lexicon.names[concept] if not lexicon.chinese[key]})
    keys = set(lexicon.keys)
    defined = fetch.definitions()
    explained = {*range(len(words)), *(len(words) + key for key in names)}
    meant = full.copy()
    teacher.explain(meant, [text if n in explained else "" for n, text in enumerate(english)], defined, home)
    return Lessons(
        texts,
        _unit(full @ axes[:DIM].T),
        _unit(meant @ axes[:DIM].T),
        words=len(words),
        names=len(words) + np.array(names, dtype=np.int64),
        synonyms=[len(words) + np.array(lexicon.names[concept], dtype=np.int64) for concept in concepts],
        free=np.array([n for n, word in enumerate(words) if word not in keys], dtype=np.int64),
    )


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


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
    goal = torch.from_numpy(lessons.vectors)

    def draw() -> list[tuple[torch.Tensor, torch.Tensor]]:
        chosen = torch.randint(len(goal), (BATCH,))
        return [(tokens[chosen], goal[chosen])]

    _follow(model, draw, rate=RATE, minutes=minutes, report=report)


def settle(
    model: Any,
    lessons: Lessons,
    tokens: torch.Tensor,
    captions: torch.Tensor,
    *,
    minutes: float,
    report: Callable[[int, float, float], None],
) -> None:
    """Bring each free word to the names it is like, and the names of one thing to each other.

    The teacher says in what proportions a word is like which names; their convex combination is
    ConSE's (Norouzi et al. 2013). All other texts, and ``captions``, stay where the pictures have
    brought them.
    """
    import torch
    from torch.nn.functional import normalize

    known = torch.cat([tokens[lessons.words :], captions])
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        rows = normalize(torch.cat([read(model, part).float() for part in known.split(2048)]), dim=1)
    rows = _together(rows.clone(), lessons)
    free = torch.from_numpy(lessons.free)
    goal = shared_out(torch.from_numpy(lessons.meanings), free, lessons, rows)

    named = torch.from_numpy(np.unique(np.concatenate(lessons.synonyms))) - lessons.words

    def draw() -> list[tuple[torch.Tensor, torch.Tensor]]:
        words = torch.randint(len(free), (BATCH,))
        names = named[torch.randint(len(named), (BATCH // 4,))]
        others = torch.randint(len(known), (BATCH // 4,))
        return [(tokens[free[words]], goal[words]), *((known[chosen], rows[chosen]) for chosen in (names, others))]

    _follow(model, draw, rate=SETTLED_RATE, minutes=minutes, report=report)


def _together(known: torch.Tensor, lessons: Lessons) -> torch.Tensor:
    """Return ``known``, unit rows, with each name half-way to the middle of all names of the things it names."""
    import torch
    from torch.nn.functional import normalize

    pull = torch.zeros_like(known)
    for numbers in lessons.synonyms:
        own = torch.from_numpy(numbers) - lessons.words
        pull[own] += normalize(known[own].sum(0), dim=0)
    named = pull.norm(dim=1) > 0
    known[named] = normalize(known[named] + normalize(pull[named], dim=1), dim=1)
    return known


def shared_out(meanings: torch.Tensor, words: torch.Tensor, lessons: Lessons, known: torch.Tensor) -> torch.Tensor:
    """Return where ``words`` (n,) lie among the names they are like, unit rows (n, DIM).

    ``meanings`` are those of all texts, ``known`` the tower's rows of those after the words.
    """
    import torch
    from torch.nn.functional import normalize

    names = torch.from_numpy(lessons.names)
    share = torch.softmax(meanings[words] @ meanings[names].T / NEAREST, dim=1)
    return normalize(share @ known[names - lessons.words], dim=1)


def groups(model: Any) -> list[dict[str, Any]]:
    """Return the text tower's parameters for an optimiser; ``share`` is the part of the rate each is due."""
    tower = [(name, p) for name, p in model.named_parameters() if not name.startswith(("visual", "logit"))]
    table = [p for name, p in tower if "embedding" in name]
    return [
        {"params": table, "weight_decay": 0.0, "share": EMBEDDING},
        {"params": [p for name, p in tower if "embedding" not in name and p.ndim > 1], "share": 1.0},
        {"params": [p for name, p in tower if p.ndim <= 1], "weight_decay": 0.0, "share": 1.0},
    ]


def _follow(
    model: Any,
    draw: Callable[[], list[tuple[torch.Tensor, torch.Tensor]]],
    *,
    rate: float,
    minutes: float,
    report: Callable[[int, float, float], None],
) -> None:
    """Train the text tower towards the rows that ``draw`` returns with each part of a batch of tokens."""
    import torch

    optimiser = torch.optim.AdamW(groups(model), lr=rate, betas=(0.9, 0.98), weight_decay=0.01, fused=True)
    tower = [p for group in optimiser.param_groups for p in group["params"]]
    start, step = time.monotonic(), 0
    while (spent := (time.monotonic() - start) / 60) < minutes:
        now = rate * min(1.0, step / 100 + 0.05) * max(0.02, 1 - spent / minutes)
        for group in optimiser.param_groups:
            group["lr"] = now * group["share"]
        parts = draw()
        with torch.autocast("cpu", torch.bfloat16):
            said = torch.cat([read(model, tokens) for tokens, _ in parts])
        loss = distance(said.float(), torch.cat([goal for _, goal in parts]))
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
        scale = 0.02 * EMBEDDING * WIDTH**0.5
        model.token_embedding.weight[rows[single, 1]] = start[single] / start[single].norm(dim=1, keepdim=True) * scale
