"""The credit line of an asset, ready to copy: title, author, source and licence, in text and in HTML."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from assetdb.models import Asset
from assetdb.rights import LICENCES, Licence
from webapp.library.wording import chinese, translated


@dataclass(frozen=True, kw_only=True)
class Credit:
    """What to write beside a picture that is used, and what to mind before using it."""

    licence: Licence
    text: str
    html: str
    warnings: list[str]
    notes: list[str]


def credit_of(asset: Asset) -> Credit:
    """Return the credit line of ``asset`` and what its licence asks or forbids."""
    licence = LICENCES.get(asset.licence, LICENCES[""])
    return Credit(
        licence=licence,
        text=_text(asset, licence),
        html=_html(asset, licence),
        warnings=_warnings(asset, licence),
        notes=_notes(licence),
    )


def _title(asset: Asset) -> str:
    return asset.title_zh if chinese() and asset.title_zh else str(asset)


def _text(asset: Asset, licence: Licence) -> str:
    named = gettext("“%(title)s”") % {"title": _title(asset)}
    if asset.credit:
        named = gettext("%(title)s by %(author)s") % {"title": named, "author": asset.credit}
    parts = [named]
    if licence.code:
        name = translated(licence.name)
        parts.append(f"{name} ({licence.url})" if licence.url else name)
    return ", ".join([*parts, *([asset.source_url] if asset.source_url else [])])


def _html(asset: Asset, licence: Licence) -> SafeString:
    """Return the line as HTML that may be pasted anywhere; whatever people wrote is escaped."""
    title = format_html("“{}”", _title(asset))
    if asset.source_url:
        title = format_html('<a href="{}">{}</a>', asset.source_url, title)
    line = title
    if asset.credit:
        author = format_html("{}", asset.credit)
        line = SafeString(gettext("%(title)s by %(author)s") % {"title": title, "author": author})
    if not licence.code:
        return line
    name = format_html("{}", translated(licence.name))
    if licence.url:
        name = format_html('<a href="{}" rel="license">{}</a>', licence.url, name)
    return format_html("{}, {}", line, name)


def _warnings(asset: Asset, licence: Licence) -> list[str]:
    found = []
    if not licence.code:
        found.append(gettext("No licence is stated. Ask whoever added it before you publish it."))
    elif licence.code == "all-rights-reserved":
        found.append(gettext("All rights are reserved: it takes permission to publish it."))
    if not licence.commercial:
        found.append(gettext("Not for commercial use."))
    if licence.code != "all-rights-reserved" and not (licence.derivatives and asset.derivatives_allowed):
        found.append(gettext("Not to be changed: it may only be passed on as it is."))
    return found


def _notes(licence: Licence) -> list[str]:
    found = []
    if licence.share_alike:
        found.append(gettext("What you make from it must carry the same licence."))
    if not licence.attribution:
        found.append(gettext("No credit is required; it is kind all the same."))
    return found
