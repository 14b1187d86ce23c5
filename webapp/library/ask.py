"""A search as an address: read from the query string, written back without what is empty."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, get_args
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from assetdb.access import Caller
from assetdb.errors import NotFoundError
from assetdb.models import Ai, User
from indexer.search import Filters, Order, Query

PAGE = 48


_PLAIN = ("q", "like", "but", "kind", "licence", "origin", "ai", "order")
_ORDERS: dict[str, Order] = {order: order for order in get_args(Order) if order}


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What a library page was asked for."""

    q: str = ""
    like: UUID | None = None
    but: str = ""
    kind: str = ""
    tag: tuple[str, ...] = ()
    licence: str = ""
    origin: str = ""
    collection: UUID | None = None
    mine: bool = False
    ai: str = ""
    order: Order = ""
    offset: int = 0

    @property
    def query(self) -> Query:
        """The query it carries."""
        return Query(text="" if self.like else self.q, asset=self.like, but=self.but if self.like else "")

    def filters(self, user: Caller) -> Filters:
        """Return the conditions it carries, seen from ``user``."""
        return Filters(
            kind=self.kind,
            tag=self.tag,
            licence=self.licence,
            origin=self.origin,
            collection=self.collection,
            owner=user.username if self.mine and isinstance(user, User) else "",
            ai=self.ai or (user.ai if isinstance(user, User) else ""),
        )

    @property
    def narrowed(self) -> bool:
        """Whether any filter is set."""
        return any((self.kind, self.tag, self.licence, self.origin, self.collection, self.mine, self.ai))

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Everything but the text and the page, as form fields."""
        return [(name, value) for name, value in self._pairs() if name not in ("q", "like", "but", "offset")]

    def url(self, **changes: Any) -> str:
        """Return the address of the same search with ``changes``, from its first page."""
        pairs = replace(self, **({"offset": 0} | changes))._pairs()
        return reverse("library") + (f"?{urlencode(pairs)}" if pairs else "")

    @property
    def saved(self) -> str:
        """The search as the query string that a smart collection keeps; empty for the whole library."""
        return urlencode(replace(self, offset=0, order="")._pairs())

    @property
    def url_unfiltered(self) -> str:
        """The address of the same search without any filter."""
        return Ask(q=self.q, like=self.like, but=self.but).url()

    def _pairs(self) -> list[tuple[str, str]]:
        single = [(name, str(getattr(self, name) or "")) for name in _PLAIN]
        single += [("collection", str(self.collection or "")), ("mine", "1" if self.mine else "")]
        single += [("offset", str(self.offset or ""))]
        return [pair for pair in single if pair[1]] + [("tag", slug) for slug in self.tag]


def read(query: QueryDict) -> Ask:
    """Read a search from an address.

    Raises:
        NotFoundError: it names an asset or a collection by what is no id.
    """
    return Ask(
        q=_text(query.get("q", ""), 500),
        like=id_of(query.get("like", ""), "asset"),
        but=_text(query.get("but", ""), 200),
        kind=_plain(query.get("kind", "")),
        tag=tuple(dict.fromkeys(_plain(slug) for slug in query.getlist("tag")[:20] if slug)),
        licence=_plain(query.get("licence", "")),
        origin=_plain(query.get("origin", "")),
        collection=id_of(query.get("collection", ""), "collection"),
        mine=query.get("mine") == "1",
        ai=value if (value := query.get("ai", "")) in Ai.values else "",
        order=_ORDERS.get(query.get("order", ""), ""),
        offset=min(number(query.get("offset", "")), 100_000),
    )


def _text(value: str, longest: int) -> str:
    return " ".join(value.replace("\0", "").split())[:longest]


def _plain(value: str) -> str:
    return value.replace("\0", "")[:80]


def number(said: str, otherwise: int = 0) -> int:
    """Return the whole number that an address or a form says."""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 9 else otherwise


def id_of(value: str, what: str) -> UUID | None:
    """Return the id that an address or a form says, None where it says nothing.

    Raises:
        NotFoundError: it is no id.
    """
    try:
        return UUID(value) if value else None
    except ValueError:
        raise NotFoundError(what) from None
