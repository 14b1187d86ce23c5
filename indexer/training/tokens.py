"""The tokenizer's pieces: CLIP's own merges, pruned to those our words use, and Chinese characters."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterable
from pathlib import Path


def prune(texts: Iterable[str], target: Path, *, pieces: int) -> int:
    """Write a ``bpe.txt.gz`` in CLIP's format with about ``pieces`` merges; return the vocabulary's size."""
    import open_clip.tokenizer as stock

    full = stock.SimpleTokenizer()
    order = {pair: n for n, pair in enumerate(sorted(full.bpe_ranks, key=full.bpe_ranks.get))}
    made = {"".join(pair): pair for pair in order}
    uses: Counter[str] = Counter()
    characters: Counter[str] = Counter()
    for text in texts:
        characters.update(char for char in text if "\u4e00" <= char <= "\u9fff")
        for word in full.pat.findall(text.lower()):
            if word.isascii():
                spelled = "".join(full.byte_encoder[byte] for byte in word.encode())
                uses.update(full.bpe(spelled).split(" "))
    kept: set[tuple[str, str]] = set()

    def keep(piece: str) -> None:
        pair = made.get(piece)
        if pair is not None and pair not in kept:
            kept.add(pair)
            keep(pair[0])
            keep(pair[1])

    for piece, _ in uses.most_common():
        if len(kept) >= pieces:
            break
        keep(piece)
    merges = sorted(kept, key=order.__getitem__)
    for char, _ in characters.most_common(900):
        first, second, third = (full.byte_encoder[byte] for byte in char.encode())
        for pair in ((first, second), (first + second, third), (first + second, third + "</w>")):
            if pair not in kept:
                kept.add(pair)
                merges.append(pair)
    lines = ["#version: 0.2", *(" ".join(pair) for pair in merges)]
    with target.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as file:
        file.write("\n".join(lines).encode())
    return 512 + len(merges) + 2
