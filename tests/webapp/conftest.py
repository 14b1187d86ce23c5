"""Browsers of each role, and pictures they can find."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client

from assetdb.models import Asset
from tests.indexer.conftest import encoder  # noqa: F401
from tests.webapp.readers import index
from webapp.wsgi import application


@pytest.fixture
def fresh() -> None:
    """Nothing is remembered from the test before."""
    cache.clear()


@pytest.fixture
def wsgi(db) -> Iterator[WSGIHandler]:
    """The application as a server calls it, whose requests leave the test's connection open."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield application
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def desk(client, people) -> Client:
    """The browser of an admin."""
    client.force_login(people["admin"])
    return client


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
