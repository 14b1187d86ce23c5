"""The embedding view: every ready asset has its vectors in the active space."""

from __future__ import annotations

import hashlib
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import numpy as np
from django.db import transaction
from django.utils import timezone
from PIL import Image

from assetdb import changes
from assetdb.errors import DamError
from assetdb.models import Asset, Kind, Review, State
from assetdb.renditions import preview_image
from assetdb.sandbox import SandboxError
from indexer import colours, log, views
from indexer.encoders.base import Encoder
from indexer.models import Embedding, EmbeddingSpace, Failure, PictureFacts
from indexer.spaces import active_space, encoder_of
from indexer.words import accepted_names

logger = logging.getLogger(__name__)

FACTS = "1"
"""Rises when the measuring of pictures changes, so that every picture is measured again."""
MEASURED = 256
ENCODED_AT_ONCE = 16
PASSING = "storage_trouble"
"""The code of a failure that is not the picture's own."""
AGAIN_AFTER = timedelta(minutes=1)


def view_of(space: EmbeddingSpace) -> str:
    """Return the name under which ``space`` follows the library."""
    return f"embed:{space.fingerprint[:16]}"


def pending(space: EmbeddingSpace | None = None) -> int:
    """Return how many changes of the library the space has not read."""
    return changes.head() - views.position_of(view_of(space or active_space()))


def catch_up(*, limit: int = 64, space: EmbeddingSpace | None = None) -> int:
    """Embed the next ``limit`` changed assets; return how many were read, 0 when none or busy.

    Pictures are opened and encoded outside the transaction that stores the vectors and moves the
    view. An asset that cannot be embedded is listed as a failure and does not hold up the others.
    """
    space = space or active_space()
    with views.hold(view_of(space)) as lease:
        if lease is None:
            return 0
        head = changes.head()
        assets = list(Asset.objects.filter(changed__gt=lease.position).order_by("changed")[:limit])
        if not assets:
            lease.rest(head)
            return 0
        batch = _Batch(space, assets)
        batch.read(renew=lease.renew)
        with transaction.atomic():
            lease.advance(assets[-1].changed)
            batch.store()
        return len(assets)


@dataclass(frozen=True)
class Views:
    """What of one picture is embedded: the whole, and each separate figure when there are several."""

    segments: dict[str, Image.Image]
    facts: PictureFacts


def look(image: Image.Image, *, asset_id: UUID, digest: str) -> Views:
    """Measure a picture and cut it into the views that are embedded."""
    small = image.convert("RGBA")
    small.thumbnail((MEASURED, MEASURED))
    pixels = np.asarray(small)
    boxes = colours.figure_boxes(pixels, limit=6)
    segments = {"image": image}
    if 2 <= len(boxes) <= 6:
        scale_x, scale_y = image.width / small.width, image.height / small.height
        for n, (left, top, right, bottom) in enumerate(boxes, 1):
            box = (int(left * scale_x), int(top * scale_y), int(right * scale_x), int(bottom * scale_y))
            segments[f"figure:{n}"] = image.crop(box)
    facts = PictureFacts(
        asset_id=asset_id,
        source_digest=digest,
        colours={name: round(share, 4) for name, share in colours.shares(pixels).items() if share >= 0.01},
        figures=colours.figures(pixels),
    )
    return Views(segments, facts)


def text_of(asset: Asset, tags: list[str]) -> str:
    """Return the words an asset is known by, as one text."""
    parts = [asset.title, *tags[:8], asset.description[:200]]
    return ", ".join(part.strip() for part in parts if part.strip())


class _Batch:
    """One step of the view: what is to be written for a few assets."""

    def __init__(self, space: EmbeddingSpace, assets: list[Asset]) -> None:
        self.space = space
        self.assets = assets
        self.encoder: Encoder = encoder_of(space)
        self.entries: list[log.Entry] = []
        self.facts: list[PictureFacts] = []
        self.failures: list[tuple[UUID, Exception]] = []
        self.live: dict[UUID, dict[str, str]] = defaultdict(dict)
        rows = Embedding.objects.filter(space=space, asset_id__in=[asset.pk for asset in assets])
        for row in rows.filter(vector__isnull=False).defer("vector"):
            self.live[row.asset_id][row.segment] = row.source_digest

    def read(self, *, renew: Callable[[], None]) -> None:
        """Open and encode what is new, calling ``renew`` between parts of the work."""
        wanted = [asset for asset in self.assets if _wanted(asset)]
        for asset in self.assets:
            if asset not in wanted:
                self._bury(asset.pk, keep=set())
        for start in range(0, len(wanted), ENCODED_AT_ONCE):
            self._read_pictures(wanted[start : start + ENCODED_AT_ONCE])
            renew()
        self._read_texts(wanted)

    def _read_pictures(self, assets: list[Asset]) -> None:
        seen: dict[UUID, Views] = {}
        for asset in assets:
            digest = hashlib.sha256(f"{asset.blob_id}:{FACTS}".encode()).hexdigest()
            if asset.kind != Kind.IMAGE or self.live[asset.pk].get("image") == digest:
                continue
            try:
                seen[asset.pk] = look(preview_image(asset, preset="thumb"), asset_id=asset.pk, digest=digest)
            except Exception as error:
                self._fail(asset.pk, error)
        try:
            self._encode(seen)
        except Exception:
            for asset_id, views_of_it in seen.items():
                try:
                    self._encode({asset_id: views_of_it})
                except Exception as error:
                    self._fail(asset_id, error)

    def _encode(self, seen: dict[UUID, Views]) -> None:
        images = [image for views_of_it in seen.values() for image in views_of_it.segments.values()]
        wholes = [views_of_it.segments["image"] for views_of_it in seen.values()]
        vectors = self.encoder.encode_images(images)
        if not np.isfinite(vectors).all():
            raise ValueError("the encoder returned a vector that is not a number")
        rows = iter(vectors)
        for (asset_id, views_of_it), known in zip(seen.items(), self.encoder.knows(wholes), strict=True):
            digest = views_of_it.facts.source_digest
            for segment in views_of_it.segments:
                self.entries.append(log.Entry(asset_id, segment, next(rows), digest, bool(known)))
            self.facts.append(views_of_it.facts)
            self._bury(asset_id, keep={"text", *views_of_it.segments})

    def _read_texts(self, assets: list[Asset]) -> None:
        tags = accepted_names([asset.pk for asset in assets])
        fresh: list[tuple[UUID, str, str]] = []
        for asset in assets:
            text = text_of(asset, tags[asset.pk])
            digest = hashlib.sha256(text.encode()).hexdigest()
            if not text:
                self._bury(asset.pk, keep=self.live[asset.pk].keys() - {"text"})
            elif self.live[asset.pk].get("text") != digest:
                fresh.append((asset.pk, text, digest))
        if fresh:
            vectors = self.encoder.encode_texts([text for _, text, _ in fresh])
            for (asset_id, _, digest), vector in zip(fresh, vectors, strict=True):
                self.entries.append(log.Entry(asset_id, "text", vector, digest))

    def _fail(self, asset_id: UUID, error: Exception) -> None:
        logger.warning("asset %s cannot be embedded: %s", asset_id, error)
        if isinstance(error, SandboxError) or (isinstance(error, OSError) and error.errno is not None):
            error = DamError(PASSING, f"It is tried again each minute: {type(error).__name__}: {error}"[:500])
        self.failures.append((asset_id, error))
        self._bury(asset_id, keep={"text"})

    def _bury(self, asset_id: UUID, *, keep: Set[str]) -> None:
        self.entries += [log.Entry(asset_id, segment, None) for segment in self.live[asset_id] if segment not in keep]

    def store(self) -> None:
        """Write everything; runs inside the transaction that moves the view."""
        ids = [asset.pk for asset in self.assets]
        Failure.objects.filter(view="embed", asset_id__in=ids).delete()
        for asset_id, error in self.failures:
            views.record_failure("embed", asset_id, error)
        PictureFacts.objects.bulk_create(
            self.facts,
            update_conflicts=True,
            unique_fields=["asset_id"],
            update_fields=["source_digest", "colours", "figures"],
        )
        log.write(self.space, self.entries)


def retry() -> int:
    """Put assets whose picture could not be opened for a passing reason, such as a full disk, in line again.

    Returns how many. One that failed within the last minute waits.
    """
    since = timezone.now() - AGAIN_AFTER
    failed = Failure.objects.filter(view="embed", code=PASSING, created__lt=since)
    ids = list(failed.values_list("asset_id", flat=True)[:500])
    with transaction.atomic():
        changes.touch(Asset.objects.filter(pk__in=ids).values_list("pk", flat=True))
    return len(ids)


def read_again(asset_ids: Iterable[UUID]) -> int:
    """Put assets that the index could not take in, for whatever reason, in line again; return how many."""
    failed = Failure.objects.filter(asset_id__in=list(asset_ids))
    with transaction.atomic():
        ids = set(failed.values_list("asset_id", flat=True))
        failed.delete()
        changes.touch(Asset.objects.filter(pk__in=ids).values_list("pk", flat=True))
    return len(ids)


def _wanted(asset: Asset) -> bool:
    return asset.state == State.READY and asset.trashed is None and asset.review != Review.REJECTED
