"""Pictures of other sizes and formats to take away, at signed addresses.

An address is good for one asset, one size of a short ladder and one format, so what can be asked
of the decoder is a finite set that we hand out ourselves. Access is checked at every request.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_GET, require_safe

from assetdb.access import get_visible
from assetdb.errors import DamError, ForbiddenError
from assetdb.exports import MEDIA_TYPES, export, natural_side
from assetdb.models import Asset
from assetdb.sniff import SVG
from webapp.library.door import caller, page
from webapp.library.files import guarded, stem_of

LADDER = (64, 128, 256, 512, 1024, 1920, 2560, 4096)
"""Every length of the longer side there is; any other is rounded up to the next."""
PRESETS = ((_("Web"), 1024, "webp"), (_("Slide"), 1920, "png"), (_("Print"), 4096, "png"), ("JPEG", 1920, "jpeg"))
ZOOMED = (2560, 4096)
"""Sides that a picture is shown with once the preview is too coarse."""
_SIGNER = Signer(salt="webapp.library.renders")
FORMS = {"png": "PNG", "jpeg": "JPEG", "webp": "WebP"}
_SUFFIX = {"png": ".png", "jpeg": ".jpg", "webp": ".webp"}


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One download that is offered: what it is called, its format, its size in pixels and where it is."""

    label: str
    form: str
    width: int
    height: int
    url: str

    @property
    def form_name(self) -> str:
        """The format as people write it."""
        return FORMS[self.form]


def choices(asset: Asset) -> list[Choice]:
    """Return the presets, without those that would come out like another because the original is small."""
    made = []
    for label, side, form in offered(asset):
        width, height = fitted(asset, side)
        address = url(asset.pk, side, form)
        made.append(Choice(label=gettext(label), form=form, width=width, height=height, url=address))
    return made


def offered(asset: Asset) -> list[tuple[str, int, str]]:
    """Return label, longer side and format of those presets."""
    made: dict[tuple[str, int, int], tuple[str, int, str]] = {}
    for label, side, form in PRESETS:
        made.setdefault((form, *fitted(asset, side)), (label, side, form))
    return list(made.values())


def zoomed(asset: Asset) -> list[tuple[int, str]]:
    """Return longer side and address of the pictures larger than the preview, the smallest first."""
    most = ZOOMED[-1] if asset.blob.media_type == SVG else natural_side(asset)
    needed = [side for n, side in enumerate(ZOOMED) if most > (1024, *ZOOMED)[n]]
    return [(min(side, most), url(asset.pk, side, "webp")) for side in needed]


def fitted(asset: Asset, side: int) -> tuple[int, int]:
    """Return width and height that an export with this longer side has."""
    width, height = asset.width or side, asset.height or side
    if asset.blob.media_type != SVG:
        side = min(side, max(width, height))
    scale = side / max(width, height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def url(asset_id: UUID, side: int, form: str) -> str:
    """Return the signed address of an export."""
    return reverse("asset_render", args=[asset_id, signed(asset_id, side, form)])


def signed(asset_id: UUID, side: int, form: str) -> str:
    """Return what an address says of size and format, such as ``1024.webp``, and our signature."""
    said = f"{side}.{form}"
    return f"{said}:{_SIGNER.signature(f'{asset_id}/{said}')}"


def rung(side: int) -> int:
    """Return the length of the ladder that a side of 1 to 4096 pixels is rounded up to."""
    return next(step for step in LADDER if step >= side)


@page
@require_GET
def choose(request: HttpRequest, asset_id: UUID) -> HttpResponse:
    """Sign what the form asks for, rounded up to the ladder, and send the download."""
    asset = get_visible(caller(request), asset_id)
    wanted, form = request.GET.get("side", ""), request.GET.get("form", "")
    if form not in MEDIA_TYPES:
        raise DamError(
            "bad_form", gettext("Choose one of these formats: %(forms)s.") % {"forms": ", ".join(FORMS.values())}
        )
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 6 and 1 <= int(wanted) <= LADDER[-1]):
        raise DamError("bad_size", gettext("The longer side may have 1 to %(most)s pixels.") % {"most": LADDER[-1]})
    return redirect(url(asset.pk, rung(int(wanted)), form) + "?download")


@page
@require_safe
def render(request: HttpRequest, asset_id: UUID, spec: str) -> HttpResponseBase:
    """The picture of an asset in the size and format that the address was signed for."""
    return rendered(request, asset_id, spec)


def rendered(request: HttpRequest, asset_id: UUID, spec: str) -> HttpResponseBase:
    """Return that picture as a download or to be shown, for a page or a program.

    Raises:
        NotFoundError: the caller may not see the asset.
        ForbiddenError: the address was not signed for this asset.
    """
    asset = get_visible(caller(request), asset_id)
    side, form = _read(asset_id, spec)
    etag = f'"{asset.blob_id[:32]}-{side}-{form}"'
    answer = get_conditional_response(request, etag=etag, response=None)
    if answer is None:
        answer = HttpResponse(export(asset, side=side, form=form), content_type=MEDIA_TYPES[form])
        name = stem_of(asset) + f" {side}{_SUFFIX[form]}"
        answer["Content-Disposition"] = content_disposition_header("download" in request.GET, name) or ""
    return guarded(answer, etag)


def _read(asset_id: UUID, spec: str) -> tuple[int, str]:
    """Return side and format of an address.

    Raises:
        ForbiddenError: it was not signed for this asset.
    """
    said, _sep, signature = spec.partition(":")
    try:
        _SIGNER.unsign(f"{asset_id}/{said}:{signature}")
    except BadSignature as error:
        message = gettext("This address was altered. Go back to the asset's page and choose a size there.")
        raise ForbiddenError(message) from error
    side, _dot, form = said.partition(".")
    return int(side), form
