"""What the floors below say, in the reader's language.

They speak English, and so do the API and the commands. A page that shows a label or a sentence of
theirs looks it up here by its English words; what is not listed in ``sentences`` stays as it is.
"""

from __future__ import annotations

import re
from functools import cache

from django.utils.translation import get_language, gettext, pgettext

from webapp.library import sentences

_HOLES = re.compile(r"%\((\w+)\)s")
_SENTENCE_ENDS = re.compile(r"(?<=[.!?]) (?=[A-Z“])")
_QUOTED = re.compile(r"“([^”]*)”")
_COLOURED = re.compile(r"([a-z]+) (.*[\u4e00-\u9fff].*)")
_OURS = {"kind", "repeats", "role", "said", "to", "what"}
"""The insertions that are words of ours too; all others belong to people or machines."""


def chinese() -> bool:
    """Whether the page is read in Chinese."""
    return (get_language() or "").startswith("zh")


def translated(said: object) -> str:
    """Return a label or one or more sentences of the lower floors in the language in use."""
    text = str(said)
    if (get_language() or "en").startswith("en"):
        return text
    if (whole := _looked_up(text)) is not None:
        return whole
    parts = _SENTENCE_ENDS.split(text)
    known = [_looked_up(part) for part in parts]
    if not any(known):
        return text
    return ("" if chinese() else " ").join(
        part if found is None else found for part, found in zip(parts, known, strict=True)
    )


def _looked_up(text: str) -> str | None:
    plain, patterns = _known()
    if text in plain:
        return gettext(text)
    for pattern, template in patterns:
        if match := pattern.fullmatch(text):
            return gettext(template) % {name: _inserted(name, value) for name, value in match.groupdict().items()}
    return None


@cache
def _known() -> tuple[frozenset[str], list[tuple[re.Pattern[str], str]]]:
    """Return what is said word for word, and patterns for the rest, the most particular first."""
    every = (
        *sentences.LABELS,
        *sentences.COLOURS,
        *sentences.ARRANGED,
        *sentences.GROUPS,
        *sentences.PHRASES,
        *sentences.SENTENCES,
    )
    open_ones = sorted((text for text in every if _HOLES.search(text)), key=lambda t: len(_HOLES.sub("", t)))
    return frozenset(every) - set(open_ones), [(_pattern(text), text) for text in reversed(open_ones)]


def _pattern(template: str) -> re.Pattern[str]:
    pieces = _HOLES.split(template)
    written = [re.escape(piece) if n % 2 == 0 else f"(?P<{piece}>.+)" for n, piece in enumerate(pieces)]
    return re.compile("".join(written), re.DOTALL)


def _inserted(name: str, value: str) -> str:
    if name == "listed":
        return _listed(value)
    return (_looked_up(value) or value) if name in _OURS else value


def _listed(value: str) -> str:
    """Return quoted parts of a query as a list; the reader puts the colour of a Chinese one in English."""
    labels = _QUOTED.findall(value)
    if value != ", ".join(f"“{label}”" for label in labels):
        return value
    coloured = [_COLOURED.fullmatch(label) for label in labels]
    said = [
        gettext(found[1]) + found[2] if found and found[1] in sentences.COLOURS else label
        for found, label in zip(coloured, labels, strict=True)
    ]
    return pgettext("between quoted words", ", ").join(f"“{label}”" for label in said)
