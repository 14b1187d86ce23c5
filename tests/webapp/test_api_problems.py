"""Every code that the library fails with is documented, and nothing else is."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

import pytest
from rest_framework import exceptions

from webapp.api import errors
from webapp.api.problems import CODES, title_of

ROOT = Path(__file__).parents[2]
FLOORS = ("assetdb", "indexer", "generators", "webapp")
STATUS = {
    "DamError": 400,
    "UnreadableError": 422,
    "DecodeError": 422,
    "Refusal": 422,
    "NotFoundError": "not_found",
    "ForbiddenError": "forbidden",
}
"""What fails with a code: the status it has by itself, or the code it always has."""
FRAMEWORK = {
    *(exceptions.ParseError, exceptions.NotAuthenticated, exceptions.PermissionDenied, exceptions.Throttled),
    *(exceptions.MethodNotAllowed, exceptions.NotAcceptable, exceptions.UnsupportedMediaType, exceptions.NotFound),
}


def found() -> dict[str, set[int]]:
    """Return every code that stands in the code, with its statuses."""
    codes: dict[str, set[int]] = defaultdict(set)
    for floor in FLOORS:
        for path in (ROOT / floor).rglob("*.py"):
            for call in ast.walk(ast.parse(path.read_text())):
                if isinstance(call, ast.Call):
                    note(codes, call)
                elif isinstance(call, ast.Dict):
                    note_row(codes, call)
    for kind in FRAMEWORK:
        codes[errors._CODES.get(kind, kind.default_code)].add(kind.status_code)
    codes["storage_failed"].add(503)
    return codes


def note(codes: dict[str, set[int]], call: ast.Call) -> None:
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    named = {word.arg: word.value.value for word in call.keywords if isinstance(word.value, ast.Constant)}
    first = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
    if name == "AuthenticationFailed":
        codes[named["code"]].add(401)
    elif isinstance(status := STATUS.get(name), str):
        codes[status].add({"not_found": 404, "forbidden": 403}[status])
    elif status is not None and isinstance(first, str):
        codes[first].add(named.get("status", status))
    elif name == "__init__" and isinstance(first, str) and "status" in named:
        codes[first].add(named["status"])


def note_row(codes: dict[str, set[int]], row: ast.Dict) -> None:
    """The decode child writes its last failures down as rows."""
    said = {key.value: value for key, value in zip(row.keys, row.values, strict=True) if isinstance(key, ast.Constant)}
    if {"code", "message"} <= set(said) and isinstance(said["code"], ast.Constant):
        codes[said["code"].value].add(422)


def test_the_list_of_codes_is_complete():
    wanted = {code: tuple(sorted(statuses)) for code, statuses in sorted(found().items())}
    missing = "\n".join(f'    "{c}": {s!r},' for c, s in wanted.items() if CODES.get(c) != s)
    assert not missing, f"webapp/api/problems.py lacks or has otherwise:\n{missing}"
    assert set(CODES) - set(wanted) == set(), "nothing fails with these any more"
    assert list(CODES) == sorted(CODES)


def test_titles_are_words():
    assert title_of("not_found") == "Not found"
    assert all(title_of(code)[0].isupper() and "_" not in title_of(code) for code in CODES)


@pytest.mark.django_db
def test_the_list_is_served_to_programs_and_to_people(client):
    listed = client.get("/api/v1/problems/").json()
    assert [row["code"] for row in listed["problems"]] == list(CODES)
    assert {"type", "code", "title", "statuses"} == set(listed["problems"][0])
    page = client.get("/api/v1/problems/", HTTP_ACCEPT="text/html,application/xhtml+xml,*/*;q=0.8")
    assert page["Content-Type"].startswith("text/html") and "Accept" in page["Vary"]
    assert b'id="not_found"' in page.content and b"<style" not in page.content


@pytest.mark.django_db
def test_the_type_of_a_failure_leads_to_its_entry(client):
    said = client.get("/api/v1/nothing/").json()
    address, _, code = said["type"].partition("#")
    page = client.get(address, HTTP_ACCEPT="text/html,*/*;q=0.5").content.decode()
    assert f'id="{code}"' in page
