"""The admin's first page: what the library holds and lacks, and what waits for a person."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext

from assetdb.models import Asset, State
from generators.models import Run
from webapp.dashboards import charts, figures

_RUNS = "admin:generators_run_changelist"
_ASSETS = "admin:assetdb_asset_changelist"


def show(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add everything the admin's first page shows to its context; unfold calls this."""
    context |= {"title": gettext("Dashboard"), "empty": not Asset.objects.exists()}
    if context["empty"]:
        return context
    waiting = sum(row.get("suggested", 0) for row in figures.tags(request.user).values())
    context |= {
        "figures": key_figures(waiting),
        "growth": growth(),
        "coverage": figures.kept("coverage", figures.coverage),
    }
    context |= {"searches": searches(), "missed": missed(), "runs": runs(), "queue": queue(), "storage": storage()}
    return context | {"review": _review()}


def key_figures(suggestions: int) -> list[dict[str, Any]]:
    """Return the figures at the top: a title, a value, what it means and where one acts on it."""
    assets, coverage = figures.kept("assets", figures.assets), figures.kept("coverage", figures.coverage)
    counted, states = figures.kept("searches", figures.searches), figures.runs()
    asked = sum(sum(day.values()) for day in counted.values())
    lost = sum(day["miss"] for day in counted.values())
    rate = f"{100 * lost / asked:.0f} %" if asked else "–"
    untagged = round(coverage["untagged"] * assets["ready"])
    about = "≈ " if coverage["estimated"] else ""
    broken = gettext("%(count)s unreadable") % {"count": assets["unreadable"]} if assets["unreadable"] else ""
    since = gettext("of %(count)s searches in 30 days") % {"count": f"{asked:,}"}
    return [
        _figure(gettext("Assets"), f"{assets['ready']:,}", reverse("library"), broken),
        _figure(gettext("Suggestions to decide"), f"{suggestions:,}", reverse("tagging")),
        _figure(
            gettext("Without any tag"), f"{about}{untagged:,}", reverse("tagging_asset"), f"{coverage['untagged']:.0%}"
        ),
        _figure(gettext("Miss rate"), rate, reverse("admin:indexer_searchevent_changelist") + "?verdict=miss", since),
        _figure(gettext("To review"), f"{states['review']:,}", reverse("review")),
        _figure(gettext("Failed runs"), f"{states['failed']:,}", reverse(_RUNS) + "?state__exact=failed"),
    ]


def growth() -> dict[str, Any]:
    """Return the chart of how many assets there were on each of the last days."""
    values, days = figures.kept("growth", figures.growth), figures.last_days()
    top = charts.ceiling(max(values))
    return {
        "scale": charts.scale(top),
        "days": charts.calendar(days),
        "line": charts.line(values, top=top),
        "area": charts.area(values, top=top),
        "added": values[-1] - values[0],
        "rows": list(zip(days, values, strict=True)),
    }


def searches() -> dict[str, Any]:
    """Return the chart of how searches ended, and their miss rate, by day."""
    counted = figures.kept("searches", figures.searches)
    days = list(counted)
    top = charts.ceiling(max(sum(day.values()) for day in counted.values()))
    titles = [
        gettext("%(day)s: %(hit)s found, %(weak)s weak, %(miss)s missed") % {"day": date_format(day, "j M"), **ends}
        for day, ends in counted.items()
    ]
    rates = [100 * day["miss"] / (sum(day.values()) or 1) for day in counted.values()]
    totals = {kind: sum(day[kind] for day in counted.values()) for kind in ("hit", "weak", "miss")}
    return {
        "scale": charts.scale(top),
        "days": charts.calendar(days),
        "blocks": charts.stacks([list(day.items()) for day in counted.values()], titles, top=top),
        "rate": charts.line(rates, top=100),
        "totals": totals,
        "any": any(totals.values()),
        "rows": [(day, ends, rate) for (day, ends), rate in zip(counted.items(), rates, strict=True)],
    }


def missed() -> list[dict[str, Any]]:
    """Return the searches that missed most often, each with the address that repeats it."""
    found = figures.kept("missed", figures.missed)
    return [row | {"href": f"{reverse('library')}?{urlencode({'q': row['asked']})}"} for row in found]


def runs() -> list[dict[str, Any]]:
    """Return the runs by state, each with its share of the largest."""
    counted = figures.runs()
    most = max(counted.values()) or 1
    return [
        {
            "title": gettext(str(state.label)),
            "count": counted[state],
            "share": 100 * counted[state] / most,
            "href": f"{reverse(_RUNS)}?state__exact={state.value}",
        }
        for state in Run.State
    ]


def queue() -> list[dict[str, Any]]:
    """Return what waits for each reader, and what none of them could take in."""
    waiting = figures.queue()
    unread = f"{reverse(_ASSETS)}?state__exact={State.RECEIVED}"
    cursors, failed = reverse("admin:indexer_cursor_changelist"), reverse("admin:indexer_failure_changelist")
    return [
        {"title": gettext("Files to read"), "count": waiting["unread"], "href": unread},
        {"title": gettext("Changes to index by picture"), "count": waiting["pictures"], "href": cursors},
        {"title": gettext("Changes to index by words"), "count": waiting["words"], "href": cursors},
        {"title": gettext("Pictures to suggest tags for"), "count": waiting["suggestions"], "href": cursors},
        {"title": gettext("Could not be indexed"), "count": waiting["failed"], "href": failed, "bad": True},
    ]


def storage() -> list[dict[str, Any]]:
    """Return what is stored, in bytes and for people."""
    held = figures.kept("storage", figures.storage)
    whole = sum(held.values()) or 1
    titles = {"originals": gettext("Originals"), "renditions": gettext("Thumbnails and previews")}
    return [
        {"title": titles[name], "size": filesizeformat(size), "share": 100 * size / whole}
        for name, size in held.items()
    ]


def _review() -> list[Run]:
    waiting = Run.objects.filter(state=Run.State.REVIEW, asset__isnull=False).select_related("asset", "asker")
    return list(waiting.order_by("created")[:6])


def _figure(title: str, value: str, href: str, more: str = "") -> dict[str, Any]:
    return {"title": title, "value": value, "href": href, "more": more}
