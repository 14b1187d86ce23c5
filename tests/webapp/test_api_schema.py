"""The schema is valid, complete and true to the answers."""

import jsonschema
import pytest
from django.utils import timezone
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from assetdb.models import Asset, Tag
from tests.indexer.conftest import encoder  # noqa: F401
from tests.webapp.callers import caller

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def schema():
    with GENERATOR_STATS.silence():
        made = SchemaGenerator().get_schema(request=None, public=True)
        assert not GENERATOR_STATS._warn_cache, GENERATOR_STATS._warn_cache
        assert not GENERATOR_STATS._error_cache, GENERATOR_STATS._error_cache
    return made


def test_it_is_valid_and_names_every_operation(schema):
    validate_schema(schema)
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], (path, method)
            assert "default" in operation["responses"], (path, method)


def test_it_holds_the_promised_addresses(schema):
    promised = {
        "search/": {"get", "post"},
        "assets/": {"get", "post"},
        "tags/": {"get", "post"},
        "generations/": {"get", "post"},
    }
    for path, methods in promised.items():
        assert methods <= set(schema["paths"][f"/api/v1/{path}"])
    assert schema["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


@pytest.mark.usefixtures("encoder")
@pytest.mark.parametrize(
    "path",
    [
        *("assets/", "assets/trash/", "assets/{id}/", "assets/{id}/tags/"),
        *("tags/", "tags/{slug}/", "search/", "generations/"),
    ],
)
def test_answers_are_what_it_says(schema, people, make_asset, path):
    asset, tag = make_asset("Cat"), Tag.objects.create(slug="red", group="colour", name="red")
    asset.asset_tags.create(tag=tag, source="zero_shot", score=0.5)
    Asset.objects.filter(pk=make_asset("Dog").pk).update(trashed=timezone.now())
    response = caller(people["editor"]).get("/api/v1/" + path.format(id=asset.pk, slug=tag.slug))
    assert response.status_code == 200
    content = schema["paths"][f"/api/v1/{path}"]["get"]["responses"]["200"]["content"]
    said = content["application/json"]["schema"] | {"components": schema["components"]}
    jsonschema.validate(response.json(), _strict(said))
    failed = caller().get("/api/v1/" + path.format(id=asset.pk, slug=tag.slug))
    jsonschema.validate(failed.json(), schema["components"]["schemas"]["Error"])


def _strict(said):
    """Return OpenAPI 3.0 as JSON Schema: ``nullable`` becomes a type."""
    if isinstance(said, list):
        return [_strict(part) for part in said]
    if not isinstance(said, dict):
        return said
    plain = {name: _strict(part) for name, part in said.items() if name != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if said.get("nullable") is True else plain


def test_schema_and_docs_are_served_under_the_strict_policy(client):
    assert b"openapi" in client.get("/api/v1/schema/").content
    page = client.get("/api/v1/docs/")
    assert page.status_code == 200
    assert "'unsafe" not in page["Content-Security-Policy"]
    assert b"<style" not in page.content
    assert b"<script>" not in page.content
    script = client.get("/api/v1/docs/?script=")
    assert script["Content-Type"].startswith("application/javascript")
    assert b"SwaggerUIBundle" in script.content
