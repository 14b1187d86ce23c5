"""A sealed part of a large index: a graph or lists over coarse codes, re-ranked from half-precision vectors.

All of it is mapped and nothing of it ever changes, so the processes of a machine share its pages. What is no
longer true in it is marked dead beside it.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from indexer.encoders.base import Vectors
from indexer.indexes.base import Allowed, Hits, Ids, Owners
from indexer.indexes.flat import best

STORED = np.dtype("<f2")
CODES, VECTORS, IDS, OWNERS, ABOUT = "codes.faiss", "vectors.f2", "ids.i8", "owners.u8", "about.json"
LINKS = 32
BUILT_WITH = 80
"""Neighbours a row of the graph keeps, and how many candidates are looked at to choose them."""
EFFORT = 64
"""Candidates a search of the graph keeps; divided by the share of rows that are allowed."""
FEWER = 48
"""The same under a filter: allowed rows are found on the way through those that are not."""
RERANKED, RERANKED_COARSE = 4, 20
"""How many times k are taken from the codes, of eight bits or of one, and scored anew from the vectors."""
EXACT_UNDER_FILTER = 200_000
"""Up to how many allowed rows a filter is answered exactly: rows that are alike lie together, and the graph misses
some of them when it may walk over few of the others."""
MOST_OF_ALL = 0.9
"""Share from which the allowed rows count as all of them."""
SCORED_AT_ONCE = 20_000
NANOSECONDS_EXACT, NANOSECONDS_VISIT = 1.4, 2000.0
"""What one component of an exact score and one candidate of the graph cost; only their ratio decides."""
ADDED_AT_ONCE = 20_000
PROBED = 0.04
"""Share of the lists that a search of a partitioned segment reads, without a filter."""
CHECKED = 1 << 20
"""Bytes at each end of a file that its checksum covers: enough to know a foreign or cut file without reading it all."""


class BrokenSegmentError(Exception):
    """The files of a segment are missing, cut, or not those that were written."""


@dataclass(frozen=True, eq=False)
class Chosen:
    """The rows of a segment that one search may find: their places, and as bits for the codes' own selector."""

    count: int
    mask: NDArray[np.bool_] | None
    dead: int

    @cached_property
    def places(self) -> NDArray[np.int64]:
        """Return where the rows are."""
        return np.arange(self.count) if self.mask is None else np.flatnonzero(self.mask)

    @cached_property
    def bits(self) -> NDArray[np.uint8]:
        """Return the mask, eight rows a byte."""
        assert self.mask is not None
        return np.packbits(self.mask, bitorder="little")


class Segment:
    """An open segment. Reading needs no lock; ``bury`` is called by one writer at a time."""

    def __init__(self, folder: Path) -> None:
        """Map the files of a segment.

        Raises:
            BrokenSegmentError: they are not what was written.
        """
        import faiss  # type: ignore[import-untyped,unused-ignore]

        self._faiss: Any = faiss
        self.folder = folder
        about = _checked(folder)
        self.count, self.dim, self.partitioned = int(about["count"]), int(about["dim"]), bool(about["lists"])
        self.stored = np.memmap(folder / VECTORS, STORED, "r", shape=(self.count, self.dim))
        self.ids: Ids = np.memmap(folder / IDS, np.int64, "r", shape=(self.count,))
        self.owners: Owners = np.memmap(folder / OWNERS, np.uint64, "r", shape=(self.count, 3))
        try:
            self._codes: Any = faiss.read_index(str(folder / CODES), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise BrokenSegmentError(f"{folder}: {error}") from error
        if (self._codes.ntotal, self._codes.d) != (self.count, self.dim):
            raise BrokenSegmentError(f"{folder}: its codes belong to something else")
        self.dead = np.zeros(self.count, dtype=bool)
        self._buried = 0
        self._chosen: WeakKeyDictionary[Allowed, Chosen] = WeakKeyDictionary()

    def __len__(self) -> int:
        return self.count - self._buried

    def places_of(self, ids: Ids) -> NDArray[np.int64]:
        """Return where ``ids`` stand, -1 for those that do not or are dead."""
        places = np.minimum(np.searchsorted(self.ids, ids), self.count - 1)
        return np.where((self.ids[places] == ids) & ~self.dead[places], places, -1)

    def bury(self, ids: Ids) -> None:
        """Mark ``ids`` dead; unknown ones are passed over."""
        places = self.places_of(ids)
        fresh = np.unique(places[places >= 0])
        if len(fresh):
            dead = self.dead.copy()
            dead[fresh] = True
            self.dead = dead
            self._buried += len(fresh)

    def rows_of(self, owners: Owners) -> tuple[Ids, NDArray[np.int64]]:
        """Return the living rows of ``owners``, and for each which of them it belongs to."""
        order, high = self._by_owner
        first = np.searchsorted(high, owners[:, 0], side="left")
        counts = np.searchsorted(high, owners[:, 0], side="right") - first
        asked = np.repeat(np.arange(len(owners)), counts)
        steps = np.arange(len(asked)) - np.repeat(np.cumsum(counts) - counts, counts)
        places = order[np.repeat(first, counts) + steps]
        mine = (self.owners[places, 1] == owners[asked, 1]) & ~self.dead[places]
        return np.asarray(self.ids[places[mine]]), asked[mine]

    @cached_property
    def _by_owner(self) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
        order = np.argsort(self.owners[:, 0], kind="stable")
        return order, np.asarray(self.owners[:, 0])[order]

    def chosen(self, within: Allowed | None) -> Chosen:
        """Return the living rows that ``within`` admits, remembered while it lives."""
        dead = self.dead
        if within is None:
            return Chosen(len(self), ~dead if self._buried else None, self._buried)
        kept = self._chosen.get(within)
        if kept is None or kept.dead != self._buried:
            mask = within.admits(self.ids) & ~dead
            kept = self._chosen[within] = Chosen(int(mask.sum()), mask, self._buried)
        return kept

    def wholes(self, within: Allowed | None) -> int:
        """Return how many assets have their whole among the chosen rows."""
        mask = self.chosen(within).mask
        return int((self._whole if mask is None else self._whole & mask).sum())

    @cached_property
    def _whole(self) -> NDArray[np.bool_]:
        return np.asarray(self.owners[:, 2] == 0)

    def search(self, query: Vectors, k: int, *, within: Allowed | None) -> Hits:
        """Return the ``k`` best of the chosen rows for one query (1, dim), shape (1, k)."""
        if within is not None and within.ids is not None and len(within.ids) * self.dim < self.count:
            places = self.places_of(within.ids)
            return self._exactly(query, places[places >= 0], k)
        chosen = self.chosen(within)
        if self._exact_is_better(chosen.count):
            return self._exactly(query, chosen.places, k)
        found = self._by_codes(query, k, chosen)
        if len(found) < min(k, chosen.count):
            return self._exactly(query, chosen.places, k)
        return self._exactly(query, found, k)

    def _exact_is_better(self, count: int) -> bool:
        share = count / max(self.count, 1)
        if share < MOST_OF_ALL and count <= EXACT_UNDER_FILTER:
            return True
        visited = FEWER / max(share, 1e-9) if share < 1 else EFFORT
        return count * self.dim * NANOSECONDS_EXACT <= min(visited, self.count) * NANOSECONDS_VISIT

    def _exactly(self, query: Vectors, places: NDArray[np.int64], k: int) -> Hits:
        hits = Hits(np.zeros((1, 0), dtype=np.int64), np.zeros((1, 0), dtype=np.float32))
        for start in range(0, max(len(places), 1), SCORED_AT_ONCE):
            some = places[start : start + SCORED_AT_ONCE]
            products = query @ self.stored[some].astype(np.float32).T
            ids = np.concatenate([hits.ids[0], self.ids[some]])
            hits = best(np.concatenate([hits.scores, products], axis=1), ids, k)
        return hits

    def _by_codes(self, query: Vectors, k: int, chosen: Chosen) -> NDArray[np.int64]:
        """Return the places of candidates by their codes, all of them chosen."""
        wanted = min((RERANKED_COARSE if self.partitioned else RERANKED) * k, chosen.count)
        _, places = self._codes.search(query, wanted, params=self._effort(wanted, chosen))
        found = places[0][places[0] >= 0]
        # faiss has ignored selectors before: what comes back is looked at once more.
        return found if chosen.mask is None else found[chosen.mask[found]]

    def _effort(self, wanted: int, chosen: Chosen) -> Any:
        faiss = self._faiss
        share = chosen.count / self.count
        selector = None if chosen.mask is None else faiss.IDSelectorBitmap(chosen.bits)
        if self.partitioned:
            lists = self._codes.nlist
            probed = min(lists, max(8, round(lists * PROBED / max(share, 1e-9) ** 0.5)))
            parameters = faiss.SearchParametersIVF(nprobe=probed)
        else:
            parameters = faiss.SearchParametersHNSW()
            parameters.efSearch = max(EFFORT, wanted, round(FEWER / share))
        if selector is not None:
            parameters.sel = selector
        return parameters


def write(
    folder: Path,
    *,
    ids: Ids,
    owners: Owners,
    vectors: Callable[[], Iterator[NDArray[np.float16]]],
    dim: int,
    lists: int = 0,
    renew: Callable[[], None] = lambda: None,
) -> None:
    """Build a segment into ``folder``, which must not exist; half a segment is never found under that name.

    Args:
        ids: of the rows, shape (n,), in any order; owners: theirs, shape (n, 3).
        vectors: called once, yields the rows' vectors some at a time, in the order of ``ids``.
        lists: how many lists the rows are partitioned into; 0 builds a graph.
        renew: called between the parts of the work, which takes minutes for a million rows.
    """
    order = np.argsort(ids, kind="stable")
    partial = folder.with_name(f".{folder.name}.{os.getpid()}")
    partial.mkdir(parents=True)
    np.asarray(ids[order], dtype=np.int64).tofile(partial / IDS)
    np.asarray(owners[order], dtype=np.uint64).tofile(partial / OWNERS)
    places = np.empty(len(ids), dtype=np.int64)
    places[order] = np.arange(len(ids))
    stored = np.memmap(partial / VECTORS, STORED, "w+", shape=(len(ids), dim))
    start = 0
    for part in vectors():
        stored[places[start : start + len(part)]] = part
        start += len(part)
    stored.flush()
    _build_codes(partial / CODES, stored, lists, renew)
    about: dict[str, Any] = {"count": len(ids), "dim": dim, "lists": lists}
    about["files"] = {name: _print_of(partial / name) for name in (CODES, VECTORS, IDS, OWNERS)}
    (partial / ABOUT).write_text(json.dumps(about))
    for path in partial.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
    partial.rename(folder)


def _build_codes(path: Path, stored: NDArray[np.float16], lists: int, renew: Callable[[], None]) -> None:
    import faiss

    count, dim = stored.shape
    inner = faiss.METRIC_INNER_PRODUCT
    codes: Any = faiss.index_factory(dim, f"IVF{lists},RaBitQfs" if lists else f"HNSW{LINKS},SQ8", inner)
    if not lists:
        codes.hnsw.efConstruction = BUILT_WITH
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(os.cpu_count() or 1)
    try:
        sample = np.random.default_rng(0).permutation(count)[: max(50_000, lists * 40)]
        codes.train(stored[np.sort(sample)].astype(np.float32))
        renew()
        for start in range(0, count, ADDED_AT_ONCE):
            codes.add(stored[start : start + ADDED_AT_ONCE].astype(np.float32))
            renew()
    finally:
        faiss.omp_set_num_threads(threads)
    faiss.write_index(codes, str(path))


def _print_of(path: Path) -> list[int]:
    """Return the size of a file and a checksum of its two ends."""
    size = path.stat().st_size
    with path.open("rb") as file:
        check = zlib.crc32(file.read(CHECKED))
        if size > CHECKED:
            file.seek(max(CHECKED, size - CHECKED))
            check = zlib.crc32(file.read(CHECKED), check)
    return [size, check]


def _checked(folder: Path) -> dict[str, Any]:
    try:
        about: dict[str, Any] = json.loads((folder / ABOUT).read_text())
        files = dict(about["files"])
        wrong = [name for name, expected in files.items() if _print_of(folder / name) != expected]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BrokenSegmentError(f"{folder}: {error}") from error
    if wrong or set(files) != {CODES, VECTORS, IDS, OWNERS}:
        raise BrokenSegmentError(f"{folder}: {', '.join(wrong) or 'files'} changed")
    return about
