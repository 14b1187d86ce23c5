"""The row of filters: what a search can be narrowed to, how many would be left, and where that leads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext

from assetdb.access import Caller, collections_of
from assetdb.models import Ai, Kind, Origin, Tag, User
from assetdb.rights import LICENCES
from indexer.search import Facet, Order, facets
from webapp.library.ask import Ask
from webapp.library.wording import chinese, translated


@dataclass(frozen=True)
class Choice:
    """One value of a filter; ``url`` sets it, or takes it back when it is chosen."""

    label: str
    url: str
    count: int | None
    chosen: bool


@dataclass(frozen=True)
class Menu:
    """One filter and its values."""

    name: str
    label: str
    choices: list[Choice]


def menus(ask: Ask, user: Caller) -> list[Menu]:
    """Return the filters that have anything to choose from."""
    counted = facets(user, ask.filters(user))
    rows = [
        Menu("tag", gettext("Tag"), _tags(ask, counted["tag"])),
        Menu("kind", gettext("Kind"), _single(ask, "kind", counted["kind"], lambda v: _named(Kind, v))),
        Menu("licence", gettext("Licence"), _single(ask, "licence", counted["licence"], _licence)),
        Menu("origin", gettext("Origin"), _single(ask, "origin", counted["origin"], lambda v: _named(Origin, v))),
        Menu("ai", gettext("AI content"), _ai(ask, counted["origin"])),
        Menu("collection", gettext("Collection"), _collections(ask, user)),
    ]
    return [menu for menu in rows if len(menu.choices) > 1 or any(choice.chosen for choice in menu.choices)]


def orders(ask: Ask) -> Menu | None:
    """Return the ways the answer can be ordered; None for likeness, which has one."""
    if ask.like:
        return None
    labels: dict[Order, str] = {
        "": gettext("Best match") if ask.q else gettext("Newest first"),
        **({"newest": gettext("Newest first")} if ask.q else {}),
        "oldest": gettext("Oldest first"),
        "largest": gettext("Largest file first"),
        "name": gettext("By name"),
    }
    current = ask.order if ask.order in labels else ""
    choices = [Choice(label, ask.url(order=order), None, order == current) for order, label in labels.items()]
    return Menu("order", labels[current], choices)


def chosen(ask: Ask, rows: list[Menu]) -> list[Choice]:
    """Return every value that is set, each with the address that takes it back."""
    found = [choice for menu in rows for choice in menu.choices if choice.chosen]
    if ask.mine:
        found.append(Choice(gettext("Mine"), ask.url(mine=False), None, chosen=True))
    return found


def mine(ask: Ask, user: Caller) -> Choice | None:
    """Return the switch between everything and the caller's own."""
    if not isinstance(user, User):
        return None
    return Choice(gettext("Mine"), ask.url(mine=not ask.mine), None, chosen=ask.mine)


def _single(ask: Ask, name: str, values: list[Facet], label: Callable[[str], str]) -> list[Choice]:
    current = getattr(ask, name)
    if current and current not in {facet.value for facet in values}:
        values = [*values, Facet(current, current, 0)]
    return [
        Choice(
            label(facet.value),
            ask.url(**{name: "" if facet.value == current else facet.value}),
            facet.count,
            chosen=facet.value == current,
        )
        for facet in values
    ]


def _tags(ask: Ask, values: list[Facet]) -> list[Choice]:
    known = {facet.value: facet for facet in values}
    listed = [known.get(slug, Facet(slug, slug, 0)) for slug in ask.tag]
    listed += [facet for facet in values if facet.value not in ask.tag]
    names = _tag_names([facet.value for facet in listed])
    made = []
    for facet in listed:
        is_chosen = facet.value in ask.tag
        rest = tuple(slug for slug in ask.tag if slug != facet.value)
        url = ask.url(tag=rest if is_chosen else (*ask.tag, facet.value))
        made.append(Choice(names.get(facet.value, facet.label), url, facet.count, is_chosen))
    return made


def _tag_names(slugs: list[str]) -> dict[str, str]:
    in_chinese = chinese()
    tags = Tag.objects.filter(slug__in=slugs)
    return {tag.slug: (tag.name_zh if in_chinese and tag.name_zh else tag.name) for tag in tags}


def _collections(ask: Ask, user: Caller) -> list[Choice]:
    return [
        Choice(
            collection.name,
            ask.url(collection=None if collection.pk == ask.collection else collection.pk),
            None,
            chosen=collection.pk == ask.collection,
        )
        for collection in collections_of(user).order_by("name")[:40]
    ]


def _ai(ask: Ask, origins: list[Facet]) -> list[Choice]:
    generated = next((facet.count for facet in origins if facet.value == Origin.GENERATED), 0)
    if not generated and not ask.ai:
        return []
    others = sum(facet.count for facet in origins) - generated
    return [
        Choice(translated(Ai(value).label), ask.url(ai="" if ask.ai == value else value), count, ask.ai == value)
        for value, count in ((Ai.HIDE, others), (Ai.ONLY, generated))
    ]


def _licence(code: str) -> str:
    return translated(LICENCES[code].name) if code in LICENCES else code


def _named(choices: type[Kind] | type[Origin], value: str) -> str:
    return translated(choices(value).label) if value in choices.values else value
