"""People who read the pages, one browser a role, and what they find there."""

import re

import pytest
from django.test import Client

from assetdb.models import Asset
from indexer import embed, words
from tests.indexer.conftest import drawing, encoder  # noqa: F401

HTMX = {"hx-request": "true"}


@pytest.fixture
def clients(people) -> dict[str, Client]:
    made = {"stranger": Client()}
    for name, user in people.items():
        made[name] = Client()
        made[name].force_login(user)
    return made


@pytest.fixture
def indexed(make_asset):
    def make(*titles: str, **fields) -> list[Asset]:
        assets = [make_asset(title, **fields) for title in titles]
        index()
        return assets

    return make


def index() -> None:
    while embed.catch_up() or words.catch_up():
        pass


def text(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())
