"""Where a generated asset comes from, as its page shows it."""

from __future__ import annotations

from typing import Any

from assetdb.access import Caller, visible_to
from assetdb.models import Asset, Origin
from generators.models import Parent, Provenance
from webapp.library.wording import chinese


def of(asset: Asset, *, user: Caller) -> dict[str, Any] | None:
    """Return what was asked, how it was made, checked and from what; None for what was not generated.

    Parents that the caller may not see are named, since their credit is due, but not linked.
    """
    if asset.origin != Origin.GENERATED:
        return None
    row = Provenance.objects.select_related("run__asker", "run__reviewer").filter(asset=asset).first()
    parents = list(Parent.objects.filter(asset=asset).order_by("pk"))
    linked = visible_to(user).in_bulk([parent.parent_id for parent in parents if parent.parent_id])
    made_from = [
        {"row": parent, "linked": parent.parent_id in linked, "title": _title(parent, linked.get(parent.parent_id))}
        for parent in parents
    ]
    if row is None:
        return {"parents": made_from} if made_from else None
    return {
        "query": row.query,
        "verdict": row.verdict,
        "recipe": row.recipe,
        "checks": row.checks,
        "run": row.run,
        "parents": made_from,
    }


def _title(parent: Parent, linked: Asset | None) -> str:
    """Return the title the part had when it was used; its Chinese one was not noted down."""
    return linked.title_zh if linked is not None and linked.title_zh and chinese() else parent.title
