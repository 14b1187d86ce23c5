"""Every list of the API: narrowed by what is named one by one, in pages, and as its schema says."""

from __future__ import annotations

import jsonschema
import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator

from tests.indexer.conftest import encoder  # noqa: F401
from tests.webapp.callers import caller, failure
from tests.webapp.test_access_matrix import World
from tests.webapp.test_api_schema import _strict

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder")]
ATTACKS = ("owner__password__startswith", "user__password__startswith", "id__in", "asker__password", "nothing")


@pytest.fixture(scope="module")
def schema():
    with GENERATOR_STATS.silence():
        return SchemaGenerator().get_schema(request=None, public=True)


@pytest.fixture
def world(people, make_asset) -> World:
    return World(people, make_asset)


def addresses(schema):
    """Return every address that answers a GET with JSON, with what the schema says of the answer."""
    found = {}
    for path, operations in schema["paths"].items():
        content = operations.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        if "application/json" in content and "/schema/" not in path and "/webhooks/" not in path:
            found[path] = content["application/json"]["schema"]
    return found


def filled(path, world):
    own = world.run.pk if "/generations/" in path else world.asset.pk
    collection = world.saved if "/searches/" in path else world.shelf
    user, _token, brought = world.owned
    known = {"id": own, "collection_id": collection, "share_id": world.share.pk, "import_id": brought}
    return path.format(**known, user_id=user, slug="island", number=1, spec="x")


def sender(path, world):
    return world.people["owner" if "{collection_id}" in path or "{share_id}" in path else "admin"]


def test_no_list_is_narrowed_by_what_it_does_not_name(schema, world):
    lists = {
        path: said
        for path, said in addresses(schema).items()
        if "Paginated" in said.get("$ref", "") or "/search/" in path or path.endswith("/similar/")
    }
    assert len(lists) > 20
    for path in lists:
        client = caller(sender(path, world))
        for attack in ATTACKS:
            extra = failure(client.get(filled(path, world), {attack: "a"}), 400, "unknown_filter")
            assert extra["unknown"] == [attack], path


def test_every_page_has_a_limit_and_a_way_on(schema, world):
    for path, said in addresses(schema).items():
        if "Paginated" in said.get("$ref", ""):
            page = caller(sender(path, world)).get(filled(path, world), {"limit": 1}).json()
            assert set(page) == {"next", "previous", "results"} and len(page["results"]) <= 1, path


def test_no_list_is_ordered_by_a_secret(schema, world):
    for path, said in addresses(schema).items():
        if "Paginated" in said.get("$ref", ""):
            client = caller(sender(path, world))
            failure(client.get(filled(path, world), {"ordering": "owner__password"}), 400, "unknown_ordering")


def test_every_answer_is_what_the_schema_says(schema, world):
    checked = 0
    for path, said in addresses(schema).items():
        query = {"q": "island"} if path.endswith("/diagnosis/") else {}
        response = caller(sender(path, world)).get(filled(path, world), query)
        assert response.status_code == 200, (path, response.content)
        jsonschema.validate(response.json(), _strict(said | {"components": schema["components"]}))
        checked += 1
    assert checked > 40
