"""What a test reads off a page."""

import re

from indexer import embed, words

HTMX = {"hx-request": "true"}


def index() -> None:
    while embed.catch_up() or words.catch_up():
        pass


def text(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())
