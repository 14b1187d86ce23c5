"""The text index: which assets carry a word in their title, tags or description.

SQLite answers from FTS5, PostgreSQL from a tsvector column; the migration makes either. Chinese
is indexed a character at a time and asked for as a phrase, so 猫 finds 黑猫.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import connection, transaction

from assetdb import changes
from assetdb.models import Asset, AssetTag, State
from indexer import views
from indexer.models import Words

VIEW = "words"
_CJK = re.compile(r"([\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])")
_TOKEN = re.compile(r"[^\W_]+", re.UNICODE)


def spaced(text: str) -> str:
    """Return ``text`` with spaces around every Chinese character."""
    return " ".join(_CJK.sub(r" \1 ", text).split())


def pending() -> int:
    """Return how many changes of the library the text index has not read."""
    return changes.head() - views.position_of(VIEW)


def catch_up(*, limit: int = 500) -> int:
    """Read the next ``limit`` changed assets into the text index; return how many were read."""
    with views.hold(VIEW) as lease:
        if lease is None:
            return 0
        head = changes.head()
        assets = list(Asset.objects.filter(changed__gt=lease.position).order_by("changed")[:limit])
        if not assets:
            lease.rest(head)
            return 0
        tags = accepted_names([asset.pk for asset in assets])
        rows = [_row(asset, tags[asset.pk]) for asset in assets if asset.state == State.READY]
        kept = {row.asset_id for row in rows}
        with transaction.atomic():
            lease.advance(assets[-1].changed)
            Words.objects.bulk_create(
                rows,
                update_conflicts=True,
                unique_fields=["asset_id"],
                update_fields=["title", "tags", "description"],
            )
            Words.objects.filter(asset_id__in={asset.pk for asset in assets} - kept).delete()
        return len(assets)


def _row(asset: Asset, tags: list[str]) -> Words:
    return Words(
        asset_id=asset.pk,
        title=spaced(f"{asset.title} {asset.title_zh}"),
        tags=spaced(" · ".join(tags)),
        description=spaced(asset.description),
    )


def accepted_names(asset_ids: Iterable[UUID]) -> dict[UUID, list[str]]:
    """Return the accepted tags' names of each asset, English and Chinese."""
    names: dict[UUID, list[str]] = defaultdict(list)
    rows = AssetTag.objects.filter(asset__in=list(asset_ids), state=AssetTag.State.ACCEPTED)
    for asset_id, name, name_zh in rows.values_list("asset", "tag__name", "tag__name_zh"):
        names[asset_id] += [name, name_zh] if name_zh else [name]
    return names


COLUMNS = ("title", "tags", "description")
_WEIGHTS = dict(zip(COLUMNS, "ABD", strict=True))


def match(
    words: Sequence[str], *, limit: int = 400, every: bool = True, columns: Sequence[str] = COLUMNS
) -> dict[UUID, float]:
    """Return the assets that carry ``words``, best first, with a rank (higher is better).

    Each entry of ``words`` is a word or a phrase; ``every`` asks for all of them, otherwise any.
    Permission is not looked at here: every hit is resolved by the search.
    """
    phrases = [" ".join(_TOKEN.findall(spaced(word))) for word in words]
    phrases = [phrase for phrase in phrases if phrase]
    if not phrases:
        return {}
    ask = _match_postgresql if connection.vendor == "postgresql" else _match_sqlite
    return ask(phrases, limit, every, columns)


def _match_sqlite(phrases: list[str], limit: int, every: bool, columns: Sequence[str]) -> dict[UUID, float]:
    joined = (" AND " if every else " OR ").join(f'"{phrase}"' for phrase in phrases)
    query = f"{{{' '.join(columns)}}} : ({joined})"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT w.asset_id, -f.r FROM (SELECT rowid, bm25(indexer_words_fts, 10.0, 6.0, 1.0) AS r"
            " FROM indexer_words_fts WHERE indexer_words_fts MATCH %s ORDER BY r LIMIT %s) f"
            " JOIN indexer_words w ON w.id = f.rowid ORDER BY f.r",
            [query, limit],
        )
        return {UUID(str(asset_id)): float(rank) for asset_id, rank in cursor.fetchall()}


def _match_postgresql(phrases: list[str], limit: int, every: bool, columns: Sequence[str]) -> dict[UUID, float]:
    query = (" && " if every else " || ").join(["phraseto_tsquery('english', %s)"] * len(phrases))
    weights = "{" + ",".join(_WEIGHTS[column] for column in columns) + "}"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT asset_id, ts_rank_cd(document, q) AS r"  # noqa: S608 - placeholders only
            f" FROM indexer_words, (SELECT {query} AS q) asked"
            " WHERE ts_filter(document, %s) @@ q AND document @@ q ORDER BY r DESC, id LIMIT %s",
            [*phrases, weights, limit],
        )
        return {UUID(str(asset_id)): float(rank) for asset_id, rank in cursor.fetchall()}
