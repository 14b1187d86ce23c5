"""The sentence encoder that the text tower learns language from; used while training only."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


def explain(rows: NDArray[np.float32], said: Sequence[str], defined: Mapping[str, str], home: Path) -> None:
    """Add to each of ``rows`` (n, 384) the vector of the definition of what was ``said``, where there is one."""
    known = [n for n, text in enumerate(said) if text in defined]
    rows[known] += embed([defined[said[n]] for n in known], home / "teacher", home / "teacher.npy")


def embed(texts: Sequence[str], folder: Path, cache: Path) -> NDArray[np.float32]:
    """Return the teacher's unit vectors of English ``texts``, shape (n, 384), computed once."""
    digest = hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]
    cache = cache.with_stem(f"{cache.stem}-{digest}")
    if cache.exists():
        return np.load(cache)
    import torch
    from transformers import AutoModel, AutoTokenizer

    source = next(folder.rglob("model.safetensors")).parent
    tokenizer = AutoTokenizer.from_pretrained(source)
    model = AutoModel.from_pretrained(source, use_safetensors=True).eval()
    vectors = np.zeros((len(texts), model.config.hidden_size), dtype=np.float32)
    by_length = sorted(range(len(texts)), key=lambda n: len(texts[n]))
    with torch.inference_mode():
        for start in range(0, len(texts), 256):
            chosen = by_length[start : start + 256]
            batch = tokenizer([texts[n] for n in chosen], padding=True, truncation=True, return_tensors="pt")
            hidden = model(**batch).last_hidden_state
            mask = batch["attention_mask"].unsqueeze(-1)
            rows = torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=1)
            vectors[chosen] = rows.numpy()
    np.save(cache, vectors)
    return vectors
