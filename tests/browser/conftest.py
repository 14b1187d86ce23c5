"""A real browser against a live server. Whatever it logs as an error fails the test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Browser, Page

from assetdb.models import Origin, Review
from generators.models import Candidate, Run
from tests.indexer.conftest import drawing, encoder  # noqa: F401

# Playwright's own loop runs in this thread; the tests themselves are not asynchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """Use the system's Chromium where there is one, else Playwright's own."""
    own = {"args": ["--no-sandbox"]}
    system = shutil.which("chromium") or shutil.which("chromium-browser")
    return browser_type_launch_args | own | ({"executable_path": system} if system else {})


@pytest.fixture
def proposed(make_asset) -> Callable[..., Run]:
    """Return a function that has a purple elephant made for somebody; it waits for its review."""

    def propose(asker) -> Run:
        generated = {"origin": Origin.GENERATED, "review": Review.PENDING, "owner": asker}
        asset = make_asset("purple elephant", data=drawing("#7a4fa0"), **generated)
        run = Run.objects.create(
            query="purple elephant",
            meaning="1 purple elephant",
            generator="composer",
            asker=asker,
            state="review",
            asset=asset,
        )
        checks = [{"name": "technical", "passed": True, "score": 1.0, "message": "It can be read, 72 × 72 px."}]
        Candidate.objects.create(run=run, number=0, recipe={}, asset=asset, state="chosen", checks=checks)
        return run

    return propose


@pytest.fixture
def visit(browser: Browser, live_server, people, encoder) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page of the library as one of ``people``, or as a stranger."""
    complaints: list[str] = []
    contexts = []

    def open_page(path: str = "/", *, who: str = "", **options) -> Page:
        context = browser.new_context(base_url=live_server.url, **options)
        contexts.append(context)
        if who:
            client = Client()
            client.force_login(people[who])
            name = django_settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [line for line in complaints if "status of 4" not in line] == []
