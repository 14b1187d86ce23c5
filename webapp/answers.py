"""How a search's answer is written down: one form for the API and the command line."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from indexer.search import Results


def answer_json(results: Results) -> dict[str, Any]:
    """Return a search's answer as plain JSON values; the verdict is null when the library was only browsed."""
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
        "hits": [
            {
                "id": str(hit.asset.pk),
                "title": hit.asset.title,
                "kind": hit.asset.kind,
                "score": round(hit.score, 4),
                "probability": round(hit.probability, 4),
                "why": list(hit.why),
                "thumb": reverse("api:asset-thumb", args=[hit.asset.pk]),
                "url": reverse("api:asset-detail", args=[hit.asset.pk]),
            }
            for hit in results.hits
        ],
    }
