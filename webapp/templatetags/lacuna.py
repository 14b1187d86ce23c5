"""How the library's things are written on a page."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext

from assetdb.models import Asset, Tag
from assetdb.rights import LICENCES
from webapp.library import place, wording
from webapp.library.ask import Ask

register = template.Library()


@register.filter
def title(asset: Asset) -> str:
    """Return the title in the language in use, else whatever names the asset."""
    return asset.title_zh if wording.chinese() and asset.title_zh else str(asset)


@register.filter
def tag_name(tag: Tag) -> str:
    """Return the tag's name in the language in use."""
    return tag.name_zh if wording.chinese() and tag.name_zh else tag.name


@register.filter
def licence_name(code: str) -> str:
    """Return what a licence is called."""
    return wording.translated(LICENCES[code].name) if code in LICENCES else code


@register.filter
def percent(probability: Any) -> str:
    """Return a probability as a whole percentage that never claims certainty."""
    try:
        value = float(probability)
    except (TypeError, ValueError):
        return ""
    return gettext("%(n)s %%") % {"n": min(99, max(1, round(value * 100)))}


@register.filter
def translated(said: object) -> str:
    """Return what a lower floor says, in the language in use."""
    return wording.translated(said)


@register.simple_tag
def asset_url(asset: Asset, ask: Ask | str | None, offset: int) -> str:
    """Return the address of an asset's page that leads on to its neighbours in the search ``ask``."""
    return place.asset_url(asset, ask if isinstance(ask, Ask) else None, offset)
