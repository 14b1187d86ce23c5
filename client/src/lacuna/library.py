"""The door: a library at its address."""

from __future__ import annotations

import os
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Self, Unpack

import httpx2

from lacuna import operations
from lacuna.assets import Assets
from lacuna.collections import Collections
from lacuna.conditions import Conditions, written
from lacuna.errors import LacunaError
from lacuna.generations import Generations
from lacuna.jobs import Background
from lacuna.shapes import Account, Answer
from lacuna.tags import Tags
from lacuna.webhooks import Webhooks
from lacuna.wire import Wire


class Lacuna:
    """A library, as one account. Close it, or use it in a ``with``.

    Args:
        url: where it is, such as ``https://library.example``; else LACUNA_URL.
        token: a key for programs; else LACUNA_TOKEN. A public library may be read without one.
        insecure: let the token travel over http:// to another machine.
        transport: what carries the requests; tests put their own here.

    Raises:
        LacunaError: ``bad_address`` or ``insecure``.
    """

    def __init__(
        self,
        url: str = "",
        token: str = "",
        *,
        insecure: bool = False,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        url = url or os.environ.get("LACUNA_URL", "")
        token = token or os.environ.get("LACUNA_TOKEN", "")
        self._wire = Wire(url, token, insecure=insecure, transport=transport)
        self.url = self._wire.url
        self.assets = Assets(self._wire)
        self.collections = Collections(self._wire)
        self.generations = Generations(self._wire)
        self.jobs = Background(self._wire)
        self.tags = Tags(self._wire)
        self.webhooks = Webhooks(self._wire)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Lacuna({self.url!r})"

    def close(self) -> None:
        """Close the connections."""
        self._wire.close()

    def account(self) -> Account:
        """Return who the token signs in, and what it may be used for."""
        return self._wire.one(operations.ACCOUNT)

    def search(
        self,
        text: str = "",
        *,
        like: str = "",
        image: str | PathLike[str] = "",
        limit: int = 24,
        offset: int = 0,
        **conditions: Unpack[Conditions],
    ) -> Answer:
        """Find assets by words, by an asset (``like``, its id) or by a picture (``image``, a path).

        Raises:
            LacunaError: ``two_questions`` when more than one of them is given; ``cannot_read``.
        """
        asked = {"limit": limit, "offset": offset, **written(conditions)}
        if not image:
            return self._wire.one(operations.SEARCH, query={"q": text, "like": like, **asked})
        if text or like:
            raise LacunaError("two_questions", detail="Ask with words, with an asset or with a picture, not with two.")
        path = Path(image)
        try:
            with path.open("rb") as file:
                return self._wire.one(operations.SEARCH_BY_PICTURE, form=asked, files={"image": (path.name, file)})
        except OSError as error:
            raise LacunaError("cannot_read", detail=f"{path} cannot be read: {error.strerror}.") from error
