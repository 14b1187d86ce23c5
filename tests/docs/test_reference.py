"""What an operator may set or run is in the reference, and nothing else is."""

from __future__ import annotations

import re
from pathlib import Path

import generated

ROOT = Path(__file__).parents[2]
_READ = re.compile(
    r"""(?:\benviron\b(?:\.\w+\(|\[)|\benv\.\w+\(|\b(?:flag|words|getenv)\()\s*["']([A-Z][A-Z0-9_]+)["']"""
)
_ASKED_FOR = re.compile(r"""["']([A-Z][A-Z0-9_]+)["']\s+(?:not )?in\s+os\.environ""")
BY_THE_MACHINE = {"DJANGO_SETTINGS_MODULE"}
"""Read, and set by ourselves alone."""


def read_by_the_code() -> set[str]:
    found: set[str] = set()
    for floor in generated.OURS:
        for path in (ROOT / floor).rglob("*.py"):
            source = path.read_text(encoding="utf-8")
            found |= set(_READ.findall(source)) | set(_ASKED_FOR.findall(source))
    if "dj_database_url.config(" in (ROOT / "webapp/settings.py").read_text(encoding="utf-8"):
        found.add("DATABASE_URL")
    return found - BY_THE_MACHINE


def documented() -> set[str]:
    page = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| `([A-Z][A-Z0-9_]+)` \|", page, re.MULTILINE))


def test_every_variable_that_is_read_is_explained():
    assert len(read_by_the_code()) >= 15
    assert sorted(read_by_the_code() - documented()) == []


def test_no_variable_is_explained_that_nothing_reads():
    assert sorted(documented() - read_by_the_code()) == []


def test_every_command_says_what_it_does():
    lines = "\n".join(generated.commands())
    assert {"serve", "ingest", "search", "fill"} <= set(generated.own_commands())
    for name in generated.own_commands():
        said = lines.partition(f"## `{name}`")[2].strip().split("\n")[0]
        assert said and not said.startswith(("#", "|")), f"{name} says nothing of itself"


def test_every_operation_has_a_summary_and_an_answer():
    lines = "\n".join(generated.operations())
    assert lines.count("`GET /api/v1/") >= 8
    assert "### None" not in lines


def test_the_guide_goes_through_every_resource():
    guide = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs/api").glob("*.md"))
    resources = set(re.findall(r"/api/v1/(\w+)/", "\n".join(generated.operations())))
    assert len(resources) >= 10
    assert sorted(name for name in resources if f"{name}/" not in guide) == []
