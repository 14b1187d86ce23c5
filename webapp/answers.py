"""How a search's answer is written down: one form for the API and the command line."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from assetdb import prepare
from assetdb.models import Ai
from indexer import embed
from indexer.search import Hit, Results


def answer_json(results: Results, *, ai: str = Ai.SHOW) -> dict[str, Any]:
    """Return a search's answer as plain JSON values; the verdict is null when the library was only browsed.

    Args:
        results: what was found.
        ai: what was shown of generated assets.
    """
    verdict = results.verdict
    return {
        "query": results.query.text,
        "verdict": verdict.kind if verdict else None,
        "probability": round(verdict.probability, 4) if verdict else None,
        "calibration": verdict.calibration if verdict else None,
        "missing": list(verdict.missing) if verdict else [],
        "message": verdict.message if verdict else "",
        "encoder": results.encoder,
        "total": results.total,
        "ai": str(ai),
        "unindexed": unindexed(),
        "hits": [hit_json(hit) for hit in results.hits],
    }


def unindexed() -> int:
    """Return how many changes of the library no search knows yet."""
    return prepare.pending().count() + embed.pending()


def hit_json(hit: Hit) -> dict[str, Any]:
    """Return one asset found as plain JSON values."""
    return {
        "id": str(hit.asset.pk),
        "title": hit.asset.title,
        "title_zh": hit.asset.title_zh,
        "credit": hit.asset.credit,
        "licence": hit.asset.licence,
        "source_url": hit.asset.source_url,
        "kind": hit.asset.kind,
        "score": round(hit.score, 4),
        "probability": round(hit.probability, 4),
        "why": list(hit.why),
        "thumb": reverse("api:asset-thumb", args=[hit.asset.pk]),
        "url": reverse("api:asset-detail", args=[hit.asset.pk]),
    }
