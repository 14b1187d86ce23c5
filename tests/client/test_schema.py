"""The client asks for what the server has, and reads what the server says: both from the server's own OpenAPI."""

from __future__ import annotations

import re
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, get_args, get_type_hints

import pytest
from drf_spectacular.generators import SchemaGenerator

from lacuna.operations import OPERATIONS, ROOT, Operation
from lacuna.shapes import Nothing

LEFT_OUT = {
    "GET": (
        *("account/tokens/", "tokens/", "people/", "people/{}/", "installation/", "problems/"),
        *("assets/{}/credit/", "assets/{}/files/", "assets/{}/provenance/", "assets/{}/similar/", "assets/{}/uses/"),
        *("assets/{}/exports/", "assets/{}/exports/{}/", "assets/{}/raster/"),
        *("assets/{}/versions/", "assets/{}/versions/{}/"),
        "collections/{}/grants/",
        *("generations/{}/candidates/", "generations/queue/", "generations/shelf/"),
        *("jobs/imports/{}/", "jobs/unindexed/", "jobs/unreadable/"),
        *("search/diagnosis/", "search/facets/", "search/months/"),
        *("searches/", "searches/{}/", "searches/{}/answer/", "searches/recent/"),
        *("shares/", "shares/{}/"),
        *("tagging/suggestions/", "tagging/words/", "tags/{}/outlook/"),
        "webhooks/{}/deliveries/{}/",
    ),
    "POST": (
        *("account/tokens/", "tokens/", "people/", "people/{}/invite/"),
        *(f"assets/bulk/{name}/" for name in ("collect", "credits", "csv", "purge", "restore", "rights", "tag")),
        *(f"assets/bulk/{name}/" for name in ("take-back-tag", "trash", "untag", "zip")),
        *("assets/{}/exports/", "assets/{}/versions/", "assets/{}/versions/{}/back/", "assets/trash/empty/"),
        *("collections/{}/grants/", "collections/{}/items/order/"),
        *("jobs/imports/{}/cancel/", "jobs/imports/{}/resume/", "jobs/unindexed/again/", "jobs/unreadable/again/"),
        *("searches/", "shares/", "tagging/accept-above/", "tagging/decide/", "tags/"),
        "webhooks/{}/deliveries/{}/redeliver/",
    ),
    "PUT": ("collections/{}/cover/",),
    "PATCH": ("account/", "people/{}/", "tags/{}/"),
    "DELETE": (
        *("account/tokens/{}/", "collections/{}/grants/{}/", "searches/{}/", "searches/recent/"),
        *("shares/{}/", "tags/{}/", "tokens/{}/"),
    ),
}
"""What the client does not call, on purpose: administration, and what belongs to pages."""
TOLD = [operation for operation in OPERATIONS if operation.answer is not Nothing]


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return SchemaGenerator().get_schema(request=None, public=True)


@pytest.fixture(scope="module")
def served(schema) -> dict[str, dict[str, Any]]:
    """Each operation of the server, by its method and its path without the names of the ids."""
    return {
        nameless(f"{method.upper()} {path}"): operation
        for path, operations in schema["paths"].items()
        for method, operation in operations.items()
    }


def nameless(name: str) -> str:
    return re.sub(r"\{\w+\}", "{}", name)


def resolved(schema: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """Follow references, and look into what may be null."""
    while "$ref" in part or "allOf" in part or "oneOf" in part:
        if "$ref" in part:
            part = schema["components"]["schemas"][part["$ref"].rsplit("/", 1)[-1]]
        else:
            part = (part.get("allOf") or part["oneOf"])[0]
    return part


def told(schema: dict[str, Any], operation: dict[str, Any], *, form: str) -> list[dict[str, Any]]:
    """Return what each success of an operation tells, taken out of its list or page."""
    answers = []
    for status, response in operation["responses"].items():
        content = response.get("content", {}).get("application/json")
        if status.startswith("2") and content:
            body = resolved(schema, content["schema"])
            if form == "page":
                body = resolved(schema, body["properties"]["results"])
            answers.append(resolved(schema, body["items"]) if form in ("page", "list") else body)
    return answers


def taken(schema: dict[str, Any], operation: dict[str, Any]) -> set[str]:
    bodies = operation.get("requestBody", {}).get("content", {}).values()
    return {name for body in bodies for name in resolved(schema, body["schema"])["properties"]}


def unread(schema: dict[str, Any], kind: type, said: dict[str, Any], *, optional: bool) -> list[str]:
    """Return the fields of ``kind`` that ``said`` does not have, those of the dataclasses in it too."""
    found = []
    properties, hints = said.get("properties", {}), get_type_hints(kind)
    for field in fields(kind):
        if field.name not in properties:
            found += [f"{kind.__name__}.{field.name}"] if field.default is MISSING or not optional else []
            continue
        inner = [part for part in (hints[field.name], *get_args(hints[field.name])) if is_dataclass(part)]
        for part in inner:
            below = resolved(schema, properties[field.name])
            below = resolved(schema, below["items"]) if below.get("type") == "array" else below
            found += unread(schema, part, below, optional=optional)
    return found


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_the_server_has_what_the_client_calls(schema, served, operation: Operation):
    assert nameless(operation.name) in served
    there = served[nameless(operation.name)]
    known = {parameter["name"] for parameter in there.get("parameters", []) if parameter["in"] == "query"}
    assert set(operation.query) - known == set()
    assert set(operation.body) - (taken(schema, there) if operation.body else set()) == set()


@pytest.mark.parametrize("operation", TOLD, ids=lambda each: each.name)
def test_the_server_says_what_the_client_reads(schema, served, operation: Operation):
    answers = told(schema, served[nameless(operation.name)], form=operation.form)
    assert answers
    for said in answers:
        assert unread(schema, operation.answer, said, optional=True) == []


def test_every_field_that_may_be_absent_is_somewhere_told(schema, served):
    absent: dict[type, set[str]] = {}
    for operation in OPERATIONS:
        for said in told(schema, served[nameless(operation.name)], form=operation.form):
            missing = set(unread(schema, operation.answer, said, optional=False))
            absent[operation.answer] = absent.get(operation.answer, missing) & missing
    assert {kind.__name__: names for kind, names in absent.items() if names and kind is not Nothing} == {}


def test_what_the_client_leaves_out_is_named(served):
    left = {f"{method} {ROOT}{path}" for method, paths in LEFT_OUT.items() for path in paths}
    called = {nameless(operation.name) for operation in OPERATIONS}
    assert left & called == set(), "the client calls it: take it off the list"
    assert left - set(served) == set(), "the server has it no more: take it off the list"
    assert set(served) - called - left == set(), "cover it, or put it on the list"


def test_the_check_can_fail(schema, served):
    asset = next(operation for operation in OPERATIONS if operation.name == "GET /api/v1/assets/{id}/")
    [said] = told(schema, served["GET /api/v1/assets/{}/"], form="one")
    less = {"properties": {name: part for name, part in said["properties"].items() if name != "licence"}}
    assert unread(schema, asset.answer, less, optional=True) == ["Asset.licence"]
