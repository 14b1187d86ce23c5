"""Browsers of each role, and pictures they can find."""

import pytest
from django.test import Client

from assetdb.models import Asset
from tests.indexer.conftest import encoder  # noqa: F401
from tests.webapp.readers import index


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
