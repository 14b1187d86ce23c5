"""The parts of the reference that are read off the code: commands and API operations.

```{commands}
```
```{operations}
```
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

ROOT = Path(__file__).resolve().parents[2]
OURS = ("assetdb", "indexer", "generators", "webapp")


def prepare() -> None:
    """Have Django ready, over a folder of its own unless a library is set up already."""
    import django
    from django.apps import apps

    if apps.ready:
        return
    sys.path.insert(0, str(ROOT))
    for name in [name for name in os.environ if name.startswith("LACUNA_")] + ["DATABASE_URL", "CELERY_BROKER_URL"]:
        os.environ.pop(name, None)
    os.environ["LACUNA_HOME"] = tempfile.mkdtemp(prefix="lacuna-docs-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "webapp.settings"
    django.setup()


def own_commands() -> list[str]:
    """Return the names of the management commands that are ours."""
    from django.core.management import get_commands

    return sorted(name for name, app in get_commands().items() if str(app).partition(".")[0] in OURS)


def commands() -> list[str]:
    """Return every command with its options, as lines of Markdown."""
    from django.core.management import get_commands, load_command_class
    from django.core.management.base import BaseCommand

    common = {flag for action in _actions(BaseCommand(), "any") for flag in action.option_strings}
    lines: list[str] = []
    for name in own_commands():
        command = load_command_class(str(get_commands()[name]), name)
        actions = [a for a in _actions(command, name) if not a.option_strings or a.option_strings[0] not in common]
        lines += [f"## `{name}`", "", _sentence(command.help), ""]
        rows = [(_spelt(action), _sentence(_meaning(action))) for action in actions]
        lines += _table(("argument", "meaning"), rows)
    return lines


def _actions(command: Any, name: str) -> list[Any]:
    return command.create_parser("manage.py", name)._actions


def _spelt(action: Any) -> str:
    value = action.metavar or action.dest.upper()
    if not action.option_strings:
        shown = value if action.nargs not in ("+", "*") else f"{value}…"
        return f"`[{shown}]`" if action.nargs in ("?", "*") else f"`{shown}`"
    takes = "" if action.nargs == 0 else f" {value}"
    return ", ".join(f"`{flag}{takes}`" for flag in action.option_strings)


def _meaning(action: Any) -> str:
    said = str(action.help or "")
    if action.choices and len(said) < 200:
        said += ("; " if said else "") + "one of " + ", ".join(f"`{choice}`" for choice in action.choices)
    plain = action.default in (None, "", False, True, []) or "default" in said or isinstance(action.default, Path)
    return said if plain or action.default == "==SUPPRESS==" else f"{said}; default {action.default}".lstrip("; ")


def operations() -> list[str]:
    """Return every operation of the API and every shape it speaks of, as lines of Markdown."""
    from drf_spectacular.drainage import GENERATOR_STATS
    from drf_spectacular.generators import SchemaGenerator

    with GENERATOR_STATS.silence():
        schema = SchemaGenerator().get_schema(request=None, public=True)
    groups: dict[str, list[str]] = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            groups.setdefault(operation["tags"][0], []).extend(_operation(method, path, operation))
    lines = [line for name in sorted(groups) for line in (f"## {name.capitalize()}", "", *groups[name])]
    lines += ["## Shapes", "", "What requests and answers are made of.", ""]
    for name, shape in sorted(schema["components"]["schemas"].items()):
        lines += [f"({_anchor(name)})=", "", f"### {name}", ""]
        lines += [*_paragraph(shape.get("description", "")), *_shape(shape)]
    return lines


def _operation(method: str, path: str, operation: dict[str, Any]) -> list[str]:
    """Return one operation; the headers that all of them heed are left to the guide."""
    lines = [f"### {operation['summary']}", "", f"`{method.upper()} {path}`", ""]
    lines += _paragraph(operation.get("description", ""))
    rows = [
        (f"`{one['name']}`", f"{one['in']}, {_type(one['schema'])}", _plain(one.get("description", "")))
        for one in operation.get("parameters", [])
        if one["in"] != "header"
    ]
    lines += _table(("parameter", "where and what", "meaning"), rows)
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        lines += [f"Takes `{kind}`: {_type(content['schema'])}.", ""]
    for status, answer in operation["responses"].items():
        shapes = [f"`{kind}`: {_type(body.get('schema', {}))}" for kind, body in answer.get("content", {}).items()]
        lines.append(f"- {_status(status)}: {'; '.join(shapes) or 'no body'}")
    return [*lines, ""]


def _status(status: str) -> str:
    return "otherwise" if status == "default" else f"**{status}**"


def _shape(shape: dict[str, Any]) -> list[str]:
    if "enum" in shape:
        return ["One of " + ", ".join(f"`{value}`" for value in shape["enum"]) + ".", ""]
    optional = set(shape.get("properties", {})) - set(shape.get("required", ()))
    rows = [
        (f"`{name}`", _type(one) + ", may be left out" * (name in optional), _plain(one.get("description", "")))
        for name, one in shape.get("properties", {}).items()
    ]
    return _table(("field", "what", "meaning"), rows)


def _type(schema: dict[str, Any]) -> str:
    if reference := schema.get("$ref"):
        name = reference.rpartition("/")[2]
        return f"[{name}](#{_anchor(name)})"
    for way in ("allOf", "oneOf", "anyOf"):
        if way in schema:
            return " or ".join(_type(one) for one in schema[way])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if "enum" in schema:
        return "one of " + ", ".join(f"`{value}`" for value in schema["enum"])
    said = str(schema.get("type", "anything"))
    return f"{said}, {schema['format']}" if "format" in schema else said


def metrics() -> list[str]:
    """Return every metric of a library that holds nothing, as lines of Markdown."""
    from webapp.metrics.page import COUNTED, FIGURES

    found = {one.name: one for registry in (COUNTED, FIGURES) for one in registry.collect()}
    rows = [(f"`{name}`", one.type, _sentence(one.documentation)) for name, one in sorted(found.items())]
    return _table(("metric", "kind", "meaning"), rows)


def _anchor(name: str) -> str:
    return f"shape-{name.lower()}"


def _plain(text: str) -> str:
    """Return a description on one line, without the list of choices that the type shows already."""
    return " ".join(line for line in text.split("\n") if not line.startswith("* `")).strip().replace("|", "\\|")


def _paragraph(text: str) -> list[str]:
    text = "\n".join(line for line in text.split("\n") if not line.startswith("* `")).strip()
    return [text, ""] if text else []


def _sentence(text: str) -> str:
    text = " ".join(str(text).split()).replace("|", "\\|")
    return text and text[0].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    rows = list(rows)
    if not rows:
        return []
    return [_row(head), _row(("---",) * len(head)), *map(_row, rows), ""]


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cells) + " |"


class Generated(SphinxDirective):
    """A directive whose content is what ``write`` returns."""

    write: Callable[[], list[str]]

    def run(self) -> list[nodes.Node]:
        """Return the parsed Markdown."""
        prepare()
        self.env.note_reread()
        return self.parse_text_to_nodes("\n".join(type(self).write()), allow_section_headings=True)


class Commands(Generated):
    """Every management command."""

    write = staticmethod(commands)


class Metrics(Generated):
    """Every metric; they are counted from a database, and so there is one for a moment."""

    @staticmethod
    def write() -> list[str]:
        """Return the metrics of a new library."""
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        return metrics()


class Operations(Generated):
    """Every operation of the API."""

    write = staticmethod(operations)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_directive("commands", Commands)
    app.add_directive("operations", Operations)
    app.add_directive("metrics", Metrics)
    return {"parallel_read_safe": True}
