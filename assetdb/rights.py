"""Licences, and what a picture made from several others inherits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from assetdb.errors import DamError


@dataclass(frozen=True, kw_only=True)
class Licence:
    """What a licence allows, as far as making something new from a picture is concerned."""

    code: str
    name: str
    url: str = ""
    derivatives: bool = True
    share_alike: bool = False
    attribution: bool = True
    commercial: bool = True


_CC = "https://creativecommons.org/licenses"
LICENCES: dict[str, Licence] = {
    licence.code: licence
    for licence in (
        Licence(code="", name="Unknown"),
        Licence(
            code="CC0-1.0",
            name="CC0 1.0, no rights reserved",
            url="https://creativecommons.org/publicdomain/zero/1.0/",
            attribution=False,
        ),
        Licence(code="MIT", name="MIT", url="https://opensource.org/license/mit"),
        Licence(code="Apache-2.0", name="Apache 2.0", url="https://www.apache.org/licenses/LICENSE-2.0"),
        Licence(code="CC-BY-4.0", name="CC BY 4.0", url=f"{_CC}/by/4.0/"),
        Licence(code="CC-BY-SA-4.0", name="CC BY-SA 4.0", url=f"{_CC}/by-sa/4.0/", share_alike=True),
        Licence(code="CC-BY-NC-4.0", name="CC BY-NC 4.0", url=f"{_CC}/by-nc/4.0/", commercial=False),
        Licence(code="CC-BY-ND-4.0", name="CC BY-ND 4.0", url=f"{_CC}/by-nd/4.0/", derivatives=False),
        Licence(code="all-rights-reserved", name="All rights reserved", derivatives=False),
    )
}
"""Every licence an asset may carry, by its code; the freest first."""

_PERMISSIVE = ["CC0-1.0", "MIT", "Apache-2.0", "CC-BY-4.0"]
"""Each may go into a work under any later one, or under a share-alike or non-commercial one."""


@dataclass(frozen=True, kw_only=True)
class Rights:
    """The rights of a new picture made from others."""

    licence: str
    credit: str
    derivatives_allowed: bool


def combine(parts: Iterable[tuple[str, str, bool]]) -> Rights:
    """Return the rights of a picture made from ``parts``: (licence, credit, derivatives allowed).

    The strictest permissive licence wins, a share-alike one wins over those, and a non-commercial
    one too. Share-alike and non-commercial exclude each other. Unknown goes with unknown and CC0
    alone, and stays unknown. Parts that allow no derivatives go into nothing.

    Raises:
        DamError: ``licence_conflict``, with the codes that do not go together.
    """
    listed = list(parts)
    codes = {licence for licence, _, _ in listed}
    refused = {
        licence for licence, _, allowed in listed if not allowed or not LICENCES[check_licence(licence)].derivatives
    }
    if refused:
        raise _conflict(refused, "does not allow new pictures to be made from it")
    credit = "; ".join(dict.fromkeys(credit.strip() for _, credit, _ in listed if credit.strip()))
    if len(credit) > 500:
        raise DamError("too_many_credits", "The credits of the parts are over 500 characters. Use fewer parts.")
    return Rights(licence=_strictest(codes), credit=credit, derivatives_allowed=True)


def _strictest(codes: set[str]) -> str:
    strict = codes - set(_PERMISSIVE)
    if strict == {""} and codes <= {"", "CC0-1.0"}:
        return ""
    if "" in strict or len(strict) > 1:
        raise _conflict(codes, "cannot be used in one picture")
    if strict:
        return strict.pop()
    return max(codes, key=_PERMISSIVE.index, default="CC0-1.0")


def _conflict(codes: set[str], why: str) -> DamError:
    listed = sorted(LICENCES[code].name for code in codes)
    return DamError(
        "licence_conflict",
        f"{' and '.join(listed)} {why}. Choose other parts, or state their rights on the asset's page.",
        status=409,
        extra={"licences": sorted(codes)},
    )


def check_licence(code: str) -> str:
    """Return ``code`` if it is known.

    Raises:
        DamError: ``unknown_licence``, with the known codes.
    """
    if code not in LICENCES:
        known = [name for name in LICENCES if name]
        raise DamError(
            "unknown_licence",
            f"“{code}” is no licence known here. Use one of: {', '.join(known)}; or leave it empty.",
            extra={"licences": known},
        )
    return code


def check_source_url(url: str) -> str:
    """Return ``url`` if it is empty or an http(s) address that can be shown as a link.

    Raises:
        DamError: ``bad_source_url``.
    """
    if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc or len(url) > 1000):
        raise DamError("bad_source_url", "The source must be an address that begins with http:// or https://.")
    return url
