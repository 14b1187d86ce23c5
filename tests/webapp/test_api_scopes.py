"""A token opens what it was made for: every address, every method, every scope."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import resolve
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator

from assetdb.errors import DamError
from tests.indexer.conftest import encoder  # noqa: F401
from tests.webapp.callers import caller, failure
from tests.webapp.callers_table import METHODS, OPEN
from tests.webapp.test_access_matrix import ROUTES, Route, World
from webapp.api import tokens
from webapp.api.scopes import OPERATIONS, scope_of
from webapp.models import ApiToken, Scope

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder")]
API = [route for route in ROUTES if route.name.startswith("api:") and route.name not in OPEN]


@pytest.fixture
def world(people, make_asset) -> World:
    made = World(people, make_asset)
    made.tokens |= {scope: tokens.create(people["admin"], scopes=[scope]) for scope in Scope.values}
    return made


def operations(world: World, route: Route) -> dict[str, str]:
    """Return the methods of an address, each with its action."""
    found = resolve(world.path(route)).func
    plain = {method: method for method in METHODS if hasattr(found.cls, method)}
    return {method: action for method, action in (getattr(found, "actions", None) or plain).items() if method != "head"}


def wanted(world: World, route: Route, method: str) -> str:
    """Return the scope that the table says."""
    found = resolve(world.path(route))
    view = found.func.cls()
    view.action = getattr(found.func, "actions", {}).get(method)
    return str(scope_of(view, method.upper()))


def test_each_operation_opens_to_its_scope_and_to_no_other(world):
    assert len(API) > 10
    wrong = []
    for route in API:
        for method in operations(world, route):
            opened = set()
            for scope in Scope.values:
                response = world.call(scope, method, world.path(route), route.name)
                refused = response.status_code == 403 and "scope_missing" in response.body
                opened |= set() if refused else {scope}
            if opened != {wanted(world, route, method)}:
                wrong.append((route.name, method, opened, wanted(world, route, method)))
    assert wrong == []


def test_every_line_of_the_table_names_an_operation(world):
    known = set()
    for route in API:
        name = resolve(world.path(route)).func.cls.__name__
        known |= {name, *(f"{name}.{action}" for action in operations(world, route).values())}
    assert set(OPERATIONS) - known == set()


def test_the_schema_says_the_scope_of_every_operation():
    schema = SchemaGenerator().get_schema(request=None, public=True)
    scopes = {
        (path, method): operation.get("x-required-scope")
        for path, operations in schema["paths"].items()
        for method, operation in operations.items()
    }
    assert scopes[("/api/v1/search/", "post")] == "read"
    assert scopes[("/api/v1/generations/", "post")] == "make"
    assert scopes[("/api/v1/assets/{id}/", "delete")] == "write"
    free = {path for (path, _), scope in scopes.items() if scope is None}
    assert free <= {"/api/v1/schema/", "/api/v1/problems/"}


def test_the_refusal_says_what_is_missing_and_changes_nothing(people, make_asset):
    asset = make_asset("Cat")
    reader = caller(people["editor"], scopes=["read", "make"])
    extra = failure(reader.delete(f"/api/v1/assets/{asset.pk}/"), 403, "scope_missing")
    assert extra == {"scope": "write", "has": ["read", "make"]}
    asset.refresh_from_db()
    assert asset.trashed is None


def test_a_token_never_exceeds_its_person(people, make_asset):
    mighty = caller(people["viewer"], scopes=Scope.values)
    failure(mighty.post("/api/v1/tags/", {"slug": "x"}, format="json"), 403, "forbidden")
    failure(mighty.patch(f"/api/v1/assets/{make_asset('Cat').pk}/", {"title": "x"}, format="json"), 403, "forbidden")


def test_a_browser_session_has_every_scope(people, make_asset, client):
    client.force_login(people["editor"])
    assert client.delete(f"/api/v1/assets/{make_asset('Cat').pk}/").status_code == 204


def test_what_is_open_to_anybody_is_open_to_every_token(people):
    for path in ("schema/", "problems/", "docs/"):
        assert caller(people["viewer"], scopes=["make"]).get(f"/api/v1/{path}").status_code == 200


def test_a_token_ends_on_its_day(people):
    client = caller(people["viewer"], days=30)
    assert client.get("/api/v1/assets/").status_code == 200
    ApiToken.objects.update(expires=timezone.now() - timedelta(seconds=1))
    failure(client.get("/api/v1/assets/"), 401, "bad_token")


@pytest.mark.parametrize("wrong", [{"scopes": []}, {"scopes": ["root"]}, {"days": 0}, {"days": 10**9}])
def test_scopes_and_days_that_do_not_exist_are_refused(people, wrong):
    with pytest.raises(DamError):
        tokens.create(people["viewer"], **wrong)
    assert not ApiToken.objects.exists()


def test_a_token_has_all_scopes_unless_fewer_are_chosen(people):
    tokens.create(people["viewer"])
    assert ApiToken.objects.get().scopes == Scope.values
