"""What this client asks of the server, call by call. A test compares it with the server's OpenAPI."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from lacuna.shapes import (
    Account,
    Answer,
    Asset,
    AssetTag,
    Collection,
    Count,
    Delivery,
    Import,
    Jobs,
    Nothing,
    Run,
    Tag,
    Webhook,
)

T = TypeVar("T")

ROOT = "/api/v1/"
OPERATIONS: list[Operation[Any]] = []
"""All of them."""


@dataclass(frozen=True, kw_only=True)
class Operation(Generic[T]):
    """One call: where it goes, what it may send and what comes back.

    ``path`` stands under ``ROOT`` and names its ids in braces. ``form`` says how ``answer`` comes:
    once, in a list, in pages with a cursor, or not at all because bytes or nothing come.
    """

    method: str
    path: str
    answer: type[T]
    form: Literal["one", "list", "page", "bytes", "nothing"]
    query: tuple[str, ...]
    body: tuple[str, ...]
    writes: bool

    @property
    def name(self) -> str:
        """The method and the path, as the schema has them, ids without their names."""
        return f"{self.method} {ROOT}{self.path}"


def _to(
    method: str,
    path: str,
    answer: type[T],
    *,
    form: Literal["one", "list", "page", "bytes", "nothing"] = "one",
    query: tuple[str, ...] = (),
    body: tuple[str, ...] = (),
    writes: bool | None = None,
) -> Operation[T]:
    changes = method != "GET" if writes is None else writes
    made = Operation(method=method, path=path, answer=answer, form=form, query=query, body=body, writes=changes)
    OPERATIONS.append(made)
    return made


_PAGING = ("limit", "cursor", "ordering")
_CONDITIONS = (
    *("kind", "tag", "licence", "origin", "owner", "collection"),
    *("created_from", "created_to", "review", "limit", "offset"),
)
_RIGHTS = (
    *("title", "title_zh", "description", "licence", "credit", "source_url"),
    *("derivatives_allowed", "visibility"),
)
_ASSET_FILTERS = (
    *("kind", "state", "origin", "review", "visibility", "licence", "owner", "tag", "collection"),
    *("created_from", "created_to"),
)

SEARCH = _to("GET", "search/", Answer, query=("q", "like", *_CONDITIONS))
SEARCH_BY_PICTURE = _to("POST", "search/", Answer, body=("image", *_CONDITIONS), writes=False)

ASSETS = _to("GET", "assets/", Asset, form="page", query=(*_ASSET_FILTERS, *_PAGING))
TRASH = _to("GET", "assets/trash/", Asset, form="page", query=_PAGING)
ASSET = _to("GET", "assets/{id}/", Asset)
UPLOAD = _to("POST", "assets/", Asset, body=("file", *_RIGHTS))
UPDATE = _to("PATCH", "assets/{id}/", Asset, body=_RIGHTS)
DISCARD = _to("DELETE", "assets/{id}/", Nothing, form="nothing")
RESTORE = _to("POST", "assets/{id}/restore/", Asset)
PURGE = _to("POST", "assets/{id}/purge/", Nothing, form="nothing")
THUMB = _to("GET", "assets/{id}/thumb/", Nothing, form="bytes")
PREVIEW = _to("GET", "assets/{id}/preview/", Nothing, form="bytes")
ORIGINAL = _to("GET", "assets/{id}/original/", Nothing, form="bytes")
ASSET_TAGS = _to("GET", "assets/{id}/tags/", AssetTag, form="list")
DECIDE_TAG = _to("POST", "assets/{id}/tags/", AssetTag, body=("tag", "accept"))

TAGS = _to("GET", "tags/", Tag, form="page", query=("group", *_PAGING))
TAG = _to("GET", "tags/{id}/", Tag)

RUNS = _to("GET", "generations/", Run, form="page", query=("state", "asker", *_PAGING))
RUN = _to("GET", "generations/{id}/", Run)
MAKE = _to("POST", "generations/", Run, body=("query", "kind", "anyway"))
CANCEL = _to("POST", "generations/{id}/cancel/", Run)
RETRY = _to("POST", "generations/{id}/retry/", Run)
APPROVE = _to("POST", "generations/{id}/approve/", Run)
REJECT = _to("POST", "generations/{id}/reject/", Run, body=("reason",))
CHOOSE = _to("POST", "generations/{id}/choose/", Run, body=("number",))

COLLECTIONS = _to("GET", "collections/", Collection, form="page", query=("parent", "owner", "may_edit", *_PAGING))
COLLECTION = _to("GET", "collections/{id}/", Collection)
NEW_COLLECTION = _to("POST", "collections/", Collection, body=("name", "description", "parent"))
CHANGE_COLLECTION = _to("PATCH", "collections/{id}/", Collection, body=("name", "description"))
DROP_COLLECTION = _to("DELETE", "collections/{id}/", Nothing, form="nothing")
ITEMS = _to("GET", "collections/{id}/items/", Asset, form="page", query=_PAGING)
ADD_ITEMS = _to("POST", "collections/{id}/items/", Count, body=("assets",))
REMOVE_ITEMS = _to("POST", "collections/{id}/items/remove/", Count, body=("assets",))

WEBHOOKS = _to("GET", "webhooks/", Webhook, form="page", query=_PAGING)
WEBHOOK = _to("GET", "webhooks/{id}/", Webhook)
NEW_WEBHOOK = _to("POST", "webhooks/", Webhook, body=("url", "events"))
CHANGE_WEBHOOK = _to("PATCH", "webhooks/{id}/", Webhook, body=("url", "events", "active"))
DROP_WEBHOOK = _to("DELETE", "webhooks/{id}/", Nothing, form="nothing")
ROTATE = _to("POST", "webhooks/{id}/rotate/", Webhook)
PING = _to("POST", "webhooks/{id}/ping/", Delivery)
DELIVERIES = _to("GET", "webhooks/{id}/deliveries/", Delivery, form="page", query=_PAGING)

JOBS = _to("GET", "jobs/", Jobs)
IMPORTS = _to("GET", "jobs/imports/", Import, form="page", query=("state", "owner", *_PAGING))
ACCOUNT = _to("GET", "account/", Account)
