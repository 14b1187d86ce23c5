"""Browsers of each role, and pictures they can find."""

import pytest
from django.core.cache import cache
from django.test import Client

from assetdb.models import Asset
from tests.indexer.conftest import encoder  # noqa: F401
from tests.webapp.readers import index


@pytest.fixture
def fresh() -> None:
    """Nothing is remembered from the test before."""
    cache.clear()


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
