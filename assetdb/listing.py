"""Assets as rows of a table for other programs, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator
from uuid import UUID

from assetdb.models import Asset, AssetTag

COLUMNS = (
    "id",
    "title",
    "title_zh",
    "description",
    "tags",
    "file_name",
    "media_type",
    "bytes",
    "width",
    "height",
    "licence",
    "credit",
    "source_url",
    "origin",
    "owner",
    "created",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would run."""


def csv_of(assets: Iterable[Asset]) -> Iterator[str]:
    """Return CSV, a line at a time, of what is known of ``assets``; a cell that would be run begins with a quote."""
    listed = list(assets)
    tags = _tags([asset.pk for asset in listed])
    yield _line(COLUMNS)
    for asset in listed:
        yield _line(
            (
                str(asset.pk),
                asset.title,
                asset.title_zh,
                asset.description,
                "; ".join(tags[asset.pk]),
                asset.file_name,
                asset.blob.media_type,
                str(asset.blob.size),
                str(asset.width or ""),
                str(asset.height or ""),
                asset.licence,
                asset.credit,
                asset.source_url,
                asset.origin,
                asset.owner.get_username(),
                asset.created.isoformat(timespec="seconds"),
            )
        )


def _line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([f"'{cell}" if cell.lstrip(" \n").startswith(_FORMULA) else cell for cell in cells])
    return line.getvalue()


def _tags(ids: list[UUID]) -> dict[UUID, list[str]]:
    names: dict[UUID, list[str]] = defaultdict(list)
    rows = AssetTag.objects.filter(asset__in=ids, state=AssetTag.State.ACCEPTED).order_by("tag__name")
    for asset, name in rows.values_list("asset", "tag__name"):
        names[asset].append(name)
    return names
