"""The one error of this client, and how a server's refusal becomes it."""

from __future__ import annotations

import json
from typing import Any

import httpx2


class LacunaError(Exception):
    """A call that did not do what was asked.

    Args:
        code: stable, lower_snake_case; programs match on it.
        status: the HTTP status, or 0 when no server said this.
        detail: a sentence or two for a person: what happened and what to do.
        extra: further details, as the server gave them.
    """

    def __init__(self, code: str, *, detail: str, status: int = 0, extra: dict[str, Any] | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.status = status
        self.detail = detail
        self.extra = extra or {}

    def __repr__(self) -> str:
        return f"LacunaError({self.code!r}, status={self.status}, detail={self.detail!r})"


def refusal(response: httpx2.Response) -> LacunaError:
    """Return what ``response``, already read, says went wrong: problem details, or else its bare status."""
    try:
        said = json.loads(response.content)
    except ValueError:
        said = None
    if not isinstance(said, dict) or not isinstance(said.get("code"), str):
        return _bare(response)
    detail = said.get("detail") or said.get("title") or said["code"]
    extra = said.get("extra")
    return LacunaError(
        said["code"],
        status=response.status_code,
        detail=str(detail),
        extra=extra if isinstance(extra, dict) else {},
    )


def _bare(response: httpx2.Response) -> LacunaError:
    status = response.status_code
    if response.is_redirect:
        there = response.headers.get("Location", "another address")
        detail = f"The server sends this on to {there}. Use that as the library's address."
        return LacunaError("redirected", status=status, detail=detail)
    said = f"{status} {response.reason_phrase}".strip()
    return LacunaError(
        f"http_{status}", status=status, detail=f"The server answered {said} and gave no reason. Is it a Lacuna?"
    )
