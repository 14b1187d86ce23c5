"""A real library on a real port, and the client that talks to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from structlog.testing import capture_logs

from lacuna import Lacuna
from tests.indexer.conftest import drawing, encoder  # noqa: F401
from tests.webapp.readers import index
from webapp.api import tokens


@pytest.fixture
def account(live_server, people, encoder, monkeypatch, tmp_path) -> Iterator[Callable[[str], Lacuna]]:
    """Return a function that opens the library as one of ``people``, or as a stranger."""
    for name in ("LACUNA_URL", "LACUNA_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    opened = []

    def open_as(name: str = "") -> Lacuna:
        library = Lacuna(live_server.url, tokens.create(people[name]) if name else "")
        opened.append(library)
        return library

    # The server logs from a thread of this process, and the command's stdout is looked at.
    with capture_logs():
        yield open_as
    for library in opened:
        library.close()


@pytest.fixture
def library(account) -> Lacuna:
    """The library as its editor."""
    return account("editor")


@pytest.fixture
def stocked(make_asset, people, encoder) -> dict:
    """Return four pictures that can be found, by title."""
    colours = {"Elephant": "#9b9b9a", "Red apple": "#ea5a47", "Green apple": "#5c9e31", "Black cat": "#222222"}
    rights = {"licence": "CC-BY-4.0", "credit": "Ada"}
    assets = {title: make_asset(title, data=drawing(colour), **rights) for title, colour in colours.items()}
    index()
    return assets
