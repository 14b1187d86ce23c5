"""Tells the reader which examples the tests run, and why the others are left out."""

from __future__ import annotations

from collections import Counter
from typing import Any

import examples
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


class Counted(SphinxDirective):
    """``{examples}``: how many blocks run, and each that does not with its reason."""

    def run(self) -> list[nodes.Node]:
        """Return a sentence and a table."""
        listed = [example for page in examples.pages() for example in examples.read(page)]
        marks = Counter(example.mark for example in listed)
        run, compared, left_out = marks["runs"] + marks["repeats"], marks["answers"], marks["not run"]
        lines = [
            f"{run} examples are run and {compared} answers compared. {left_out} are not run:",
            "",
            "| where | why not |",
            "|---|---|",
        ]
        for example in listed:
            if example.mark == "not run":
                lines.append(f"| [{example.page}](/{example.page}), line {example.line} | {example.detail} |")
        for page in examples.pages():
            self.env.note_dependency(str(page))
        return self.parse_text_to_nodes("\n".join(lines))


def say_why(app: Sphinx, name: str, content: list[str]) -> None:
    """Put the reason below every block that is not run."""
    source = content[0]
    for example in reversed(list(examples.find(source, page=name))):
        if example.mark == "not run":
            lines = source.split("\n")
            end = example.line + example.body.count("\n")
            indent = lines[end][: len(lines[end]) - len(lines[end].lstrip())]
            lines[end + 1 : end + 1] = ["", f"{indent}*Not run by the tests: {example.detail}.*", ""]
            source = "\n".join(lines)
    content[0] = source


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_directive("examples", Counted)
    app.connect("source-read", say_why)
    return {"parallel_read_safe": True}
