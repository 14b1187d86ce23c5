"""The tokenizer's pieces: whole words where they pay, CLIP's own merges for the rest, and Chinese characters."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

SPELLING = 6_000
"""Merges kept so that words which are no piece of their own are spelled from few pieces."""
CHARACTERS = 900


def prune(words: Sequence[str], texts: Iterable[str], target: Path, *, pieces: int) -> int:
    """Write a ``bpe.txt.gz`` in CLIP's format with about ``pieces`` merges; return the vocabulary's size.

    As many of ``words``, most wanted first, as there is room for become one piece each, by merges after CLIP's own.
    """
    import open_clip.tokenizer as stock

    full = stock.SimpleTokenizer()
    order = {pair: n for n, pair in enumerate(sorted(full.bpe_ranks, key=full.bpe_ranks.get))}
    made = {"".join(pair): pair for pair in order}
    kept: set[tuple[str, str]] = set()
    added: dict[tuple[str, str], None] = {}

    def spell(word: str) -> list[str]:
        return full.bpe("".join(full.byte_encoder[byte] for byte in word.encode())).split(" ")

    def keep(piece: str) -> None:
        pair = made.get(piece)
        if pair is not None and pair not in kept:
            kept.add(pair)
            keep(pair[0])
            keep(pair[1])

    uses: Counter[str] = Counter()
    characters: Counter[str] = Counter()
    for text in (*words, *texts):
        characters.update(char for char in text if "\u4e00" <= char <= "\u9fff")
        uses.update(piece for word in full.pat.findall(text.lower()) if word.isascii() for piece in spell(word))
    for piece, _ in uses.most_common():
        if len(kept) >= SPELLING:
            break
        keep(piece)
    for word in words:
        if len(kept) + len(added) >= pieces:
            break
        whole, *rest = spell(word)
        for piece in (whole, *rest):
            keep(piece)
        for piece in rest:
            if (whole, piece) not in order:
                added[whole, piece] = None
            whole += piece
    merges = [*sorted(kept, key=order.__getitem__), *added]
    for char, _ in characters.most_common(CHARACTERS):
        first, second, third = (full.byte_encoder[byte] for byte in char.encode())
        for pair in ((first, second), (first + second, third), (first + second, third + "</w>")):
            if pair not in kept:
                kept.add(pair)
                merges.append(pair)
    lines = ["#version: 0.2", *(" ".join(pair) for pair in merges)]
    with target.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as file:
        file.write("\n".join(lines).encode())
    return 512 + len(merges) + 2
