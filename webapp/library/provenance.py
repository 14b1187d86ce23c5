"""Where an asset comes from and where it is used, as its page shows it."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.humanize.templatetags.humanize import naturaltime
from django.template.defaultfilters import date, filesizeformat
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext

from assetdb.access import Caller
from assetdb.models import Asset, AssetFile, AssetVersion, Origin, Rendition, Review, State
from generators.lineage import Lineage, holding, lineage_of, made_from, shared_by
from generators.models import Parent, Provenance, Run
from webapp.library.graph import MOST_BESIDE, Step, draw
from webapp.library.wording import chinese, translated
from webapp.templatetags.lacuna import percent

_SHOWN = 12
"""How many assets made from one are shown."""


def of(asset: Asset, *, user: Caller) -> dict[str, Any]:
    """Return the steps that led to ``asset``: drawn, and in words.

    Parents that the caller may not see are named, since their credit is due, but not linked.
    """
    found = lineage_of(asset, user=user)
    row, parents = found.provenance, _parents(found)
    if asset.origin != Origin.GENERATED or (row is None and not parents):
        return {"graph": draw([*_arrival(asset), *_ends(asset)])}
    run = row.run if row else None
    return {
        "graph": draw([*_asked(row, found.run), *_made(row, run, parents), *_ends(asset)]),
        "query": row.query if row else "",
        "verdict": row.verdict if row else {},
        "recipe": _written(row.recipe) if row else {},
        "checks": row.checks if row else [],
        "run": found.run,
        "parents": parents,
    }


def used(asset: Asset, *, user: Caller) -> dict[str, Any]:
    """Return the collections that hold ``asset`` and what was made from it, as far as the caller sees them."""
    held, made = holding(asset, user=user), made_from(asset, user=user)
    return {
        "collections": list(held[:50]),
        "made": list(made[:_SHOWN]),
        "made_count": made.count(),
        "shares": shared_by(asset, user=user),
    }


def files(asset: Asset) -> list[dict[str, Any]]:
    """Return every file there is of ``asset``: the original, copies beside it, and what was made for showing."""
    listed = [
        {
            "name": gettext("Original"),
            "detail": asset.blob.media_type,
            "width": asset.width,
            "height": asset.height,
            "size": asset.blob.size,
            "url": reverse("asset_original", args=[asset.pk]) + "?download",
        }
    ]
    for copy in asset.files.filter(role=AssetFile.Role.RASTER).select_related("blob"):
        listed.append(
            {
                "name": gettext("Raster copy"),
                "detail": copy.blob.media_type,
                "width": None,
                "height": None,
                "size": copy.blob.size,
                "url": reverse("asset_raster", args=[asset.pk]) + "?download",
            }
        )
    for made in _renditions(asset):
        listed.append(
            {
                "name": gettext("Thumbnail") if made.preset == Rendition.Preset.THUMB else gettext("Preview"),
                "detail": Rendition.MEDIA_TYPE,
                "width": made.width,
                "height": made.height,
                "size": made.size,
                "url": reverse(f"asset_{made.preset}", args=[asset.pk]),
            }
        )
    return listed


def _renditions(asset: Asset) -> list[Rendition]:
    return list(Rendition.objects.filter(blob_id=asset.blob_id).order_by("width"))


def _written(recipe: dict[str, Any]) -> dict[str, str]:
    """Return a recipe with each value as a program would read it back."""
    return {
        name: said if isinstance(said, str) else json.dumps(said, ensure_ascii=False) for name, said in recipe.items()
    }


def _parents(found: Lineage) -> list[dict[str, Any]]:
    return [{"row": row, "linked": seen is not None, "title": _title(row, seen)} for row, seen in found.parents]


def _title(parent: Parent, linked: Asset | None) -> str:
    """Return the title the part had when it was used; its Chinese one was not noted down."""
    return linked.title_zh if linked is not None and linked.title_zh and chinese() else parent.title


def _asked(row: Provenance | None, run: Run | None) -> list[list[Step]]:
    """The query that missed, how it was judged, and the run that it opened."""
    if row is None:
        return []
    steps = [[Step(label=gettext("Searched for"), detail=f"“{row.query}”", url=_search(row.query))]]
    if row.verdict.get("verdict"):
        sure = percent(row.verdict.get("probability"))
        missing = ", ".join(f"“{part}”" for part in _lacking(row.verdict))
        said = gettext("Missing: %(parts)s") % {"parts": missing} if missing else gettext("Nothing fitted")
        steps.append([Step(label=gettext("Verdict: not found, nearest %(p)s") % {"p": sure}, detail=said, kind="bad")])
    if run is not None:
        who = gettext("asked by %(who)s") % {"who": run.asker.get_username()}
        when = str(naturaltime(run.created))
        url = reverse("run", args=[run.pk])
        steps.append([Step(label=gettext("Run"), detail=f"{who}, {when}", url=url)])
    return steps


def _lacking(verdict: dict[str, Any]) -> list[str]:
    """Return what was missing, the fullest label of each thing: “purple elephant” says “elephant” too."""
    parts = [str(part) for part in verdict.get("missing", [])]
    return [part for part in parts if not any(other.endswith(f" {part}") for other in parts)][:3]


def _made(row: Provenance | None, run: Run | None, parents: list[dict[str, Any]]) -> list[list[Step]]:
    """What it was made from and by what, the checks it passed and who approved it."""
    beside = [_part(part) for part in parents[: MOST_BESIDE if len(parents) <= MOST_BESIDE else MOST_BESIDE - 1]]
    if len(parents) > MOST_BESIDE:
        beside.append(Step(label=gettext("Made from"), detail=f"+{len(parents) - len(beside)}"))
    steps = [beside]
    if row is None:
        return steps
    if row.recipe:
        by = str(row.recipe.get("generator", "")) or (run.generator if run else "")
        seed = row.recipe.get("seed")
        steps.append([Step(label=gettext("Made by"), detail=by if seed is None else f"{by} · seed {seed}")])
    if row.checks:
        passed = sum(bool(check.get("passed")) for check in row.checks)
        names = ", ".join(translated(check.get("name", "")) for check in row.checks)
        counted = ngettext("%(n)s of %(all)s check passed", "%(n)s of %(all)s checks passed", len(row.checks))
        kind = "good" if passed == len(row.checks) else "bad"
        steps.append([Step(label=counted % {"n": passed, "all": len(row.checks)}, detail=names, kind=kind)])
    if run is not None and run.reviewer is not None:
        steps.append([_reviewed(run)])
    return steps


def _reviewed(run: Run) -> Step:
    who = run.reviewer.get_username() if run.reviewer else ""
    if run.state == Run.State.REJECTED:
        return Step(label=gettext("Rejected by"), detail=f"{who}: {run.reason}" if run.reason else who, kind="bad")
    after = (run.verdict_after or {}).get("probability")
    sure = gettext("found again with %(p)s") % {"p": percent(after)} if after is not None else ""
    return Step(label=gettext("Approved by"), detail=f"{who} · {sure}" if sure else who, kind="good")


def _part(part: dict[str, Any]) -> Step:
    row: Parent = part["row"]
    if not part["linked"]:
        return Step(label=gettext("Made from"), detail=part["title"])
    return Step(
        label=gettext("Made from"),
        detail=part["title"],
        url=reverse("asset", args=[row.parent_id]),
        picture=reverse("asset_thumb", args=[row.parent_id]),
    )


def _arrival(asset: Asset) -> list[list[Step]]:
    """The file that somebody brought, and what reading it came to."""
    how = translated(asset.get_origin_display())
    when = f"{asset.owner.get_username()}, {date(asset.created, 'DATE_FORMAT')}"
    earlier = list(asset.versions.select_related("replaced_by"))
    first = earlier[-1] if earlier else asset
    steps = [
        [Step(label=gettext("%(how)s by %(who)s") % {"how": how, "who": when}, detail=_named(first))],
    ]
    if earlier:
        who = earlier[0].replaced_by.get_username() if earlier[0].replaced_by else ""
        said = f"{who}, {date(earlier[0].replaced, 'DATE_FORMAT')}"
        steps.append([Step(label=gettext("File replaced by %(who)s") % {"who": said}, detail=_named(asset))])
    size = filesizeformat(asset.blob.size)
    if asset.state == State.READY:
        detail = f"{asset.width} × {asset.height} · {asset.blob.media_type} · {size}"
        steps.append([Step(label=gettext("Read"), detail=detail, kind="good")])
    elif asset.state != State.RECEIVED:
        steps.append([Step(label=translated(asset.get_state_display()), detail=asset.error_code, kind="bad")])
    return steps


def _named(held: Asset | AssetVersion) -> str:
    return held.file_name or held.blob.media_type


def _ends(asset: Asset) -> list[list[Step]]:
    """The asset itself, and the pictures made from it for showing."""
    if asset.state != State.READY:
        return []
    review = translated(asset.get_review_display()) if asset.review != Review.NONE else gettext("In the library")
    title = asset.title_zh if chinese() and asset.title_zh else str(asset)
    own = Step(label=review, detail=title, picture=reverse("asset_thumb", args=[asset.pk]), kind="own")
    shown = [
        Step(
            label=gettext("Rendition"),
            detail=f"{made.width} × {made.height}",
            url=reverse(f"asset_{made.preset}", args=[asset.pk]),
            picture=reverse("asset_thumb", args=[asset.pk]),
        )
        for made in _renditions(asset)
    ]
    if len(shown) == 1:
        shown = [Step(label=gettext("Rendition"), detail=shown[0].detail, url=shown[0].url)]
    return [[own], shown]


def _search(query: str) -> str:
    return f"{reverse('library')}?{urlencode({'q': query})}"
