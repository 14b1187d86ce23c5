"""Every address × every kind of caller. An address that is not in the table fails the test."""

from __future__ import annotations

import io
import re
import uuid
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from assetdb import ingest, shares, versions
from assetdb.models import AssetFile, AssetTag, Collection, ImportRun, Origin, Review, Role, Tag, User, Visibility
from generators.models import Candidate, Run, RunAsker
from indexer import embed, words
from tests.assetdb.pictures import drawing, raster
from tests.indexer.conftest import encoder  # noqa: F401
from tests.webapp.callers_table import (
    ASSET,
    BODIES,
    CALLERS,
    FILE,
    FORBIDDEN,
    IN,
    LOCKED,
    METHODS,
    NO_METHOD,
    NOBODY,
    NOT_FOUND,
    OPEN,
    PUBLIC,
    PUBLIC_POSTS,
    SECRET,
    SIGN_IN,
    STRANGERS,
    TABLE,
)
from webapp.api import tokens
from webapp.library import renders
from webapp.webhooks import hooks

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder")]


@dataclass(frozen=True)
class Route:
    name: str
    pattern: str

    @property
    def is_admin(self) -> bool:
        return self.pattern.startswith("admin/")

    @property
    def is_account(self) -> bool:
        return self.pattern.startswith("accounts/")


def walk(resolver: Any, prefix: str = "", spaces: tuple[str, ...] = ()) -> list[Route]:
    routes: list[Route] = []
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            routes += walk(entry, pattern, (*spaces, entry.namespace) if entry.namespace else spaces)
        else:
            routes.append(Route(":".join((*spaces, entry.name or "")), pattern))
    return routes


ROUTES = walk(get_resolver())
ADMIN = [route for route in ROUTES if route.is_admin]
ANYBODY = [route for route in ROUTES if route.name in OPEN or route.is_account]
GUARDED = [route for route in ROUTES if route not in ADMIN and route not in ANYBODY]


class World:
    """A library with a private asset and a run of one editor, and clients for all callers."""

    def __init__(self, people: dict[str, User], make_asset: Any) -> None:
        def user(name: str, role: Role) -> User:
            return User.objects.create_user(name, password="a-long-pass-word", role=role)

        self.owner = user("owner", Role.EDITOR)
        self.people = people | {"owner": self.owner, "other user": user("stranger", Role.VIEWER)}
        self.asset = make_asset(
            f"Zanzibar {SECRET}",
            owner=self.owner,
            data=drawing(f"<title>{SECRET}</title>"),
            file_name=f"{SECRET}.svg",
            visibility=Visibility.PRIVATE,
            description=f"About {SECRET}",
        )
        better = io.BytesIO(drawing(f"<title>better {SECRET}</title>"))
        self.asset = versions.replace(self.owner, self.asset.pk, better, file_name=f"{SECRET}.svg")
        ingest.attach(self.asset, io.BytesIO(raster()), role=AssetFile.Role.RASTER)
        self.tag = Tag.objects.create(slug="island", group="place", name="island")
        AssetTag.objects.create(asset=self.asset, tag=self.tag, source="zero_shot", score=0.9)
        make_asset("Zanzibar for everybody", owner=people["editor"])
        made = make_asset(f"Purple {SECRET}", owner=self.owner, origin=Origin.GENERATED, review=Review.PENDING)
        self.run = Run.objects.create(
            query=f"purple {SECRET}", meaning="x", generator="composer", asker=self.owner, asset=made, state="review"
        )
        RunAsker.objects.create(run=self.run, user=self.owner)
        Candidate.objects.create(run=self.run, number=0, recipe={}, asset=made, state="chosen")
        while embed.catch_up() or words.catch_up():
            pass
        self.cookies = {name: self._signed_in(name) for name in CALLERS}
        self.tokens = {name: tokens.create(self.people[name]) for name in CALLERS if name in self.people}
        self.tokens["revoked token"] = tokens.create(self.owner)
        tokens.revoke(self.owner.api_tokens.order_by("-pk")[0])
        shelf = Collection.objects.create(name=f"Shelf {SECRET}", owner=self.owner, search="")
        shelf.items.create(asset=self.asset)
        self.shelf = str(shelf.pk)
        self.saved = str(Collection.objects.create(name=f"Saved {SECRET}", owner=self.owner, search="q=zanzibar").pk)
        self.share = shares.open_link(self.owner, shelf.pk, password="a-long-pass-word")
        self.tokens["share token"] = shares.token_of(self.share)
        brought = ImportRun.objects.create(source="openmoji", owner=self.owner)
        hook, _ = hooks.create(people["admin"], url="https://example.com/", events=["assets.added"])
        self.hook = str(hook.pk), str(hooks.ping(people["admin"], hook.pk).pk)
        self.owned = str(self.owner.pk), str(self.owner.api_tokens.get(revoked=None).pk), str(brought.pk)

    def _signed_in(self, name: str) -> str:
        client = Client()
        if name in self.people:
            client.force_login(self.people[name])
        return client.cookies.output(header="", sep=";")

    def path(self, route: Route, *, unknown: bool = False) -> str:
        run, asset = (str(uuid.UUID(int=7)),) * 2 if unknown else (str(self.run.pk), str(self.asset.pk))
        own = run if "generation" in route.name or "runs/" in route.pattern else asset
        known = {"pk": own, "asset_id": asset, "run_id": run, "slug": "island", "object_id": asset}
        known |= {"uid": "1", "token": "x", "app_label": "assetdb", "url": "x", "key": "x", "uidb36": "1"}
        known |= {
            "number": "9" if unknown else "1",
            "id": "1",
            "content_type_id": "1",
            "spec": renders.signed(uuid.UUID(asset), 64, "png"),
        }
        owned = ("0", "0", str(uuid.UUID(int=7))) if unknown else self.owned
        known |= dict(zip(("user_id", "token_id", "import_id"), owned, strict=True))
        known |= dict(zip(("hook_id", "delivery_id"), (asset, asset) if unknown else self.hook, strict=True))
        known |= {"collection_id": asset if unknown else self.shelf, "grant_id": "1", "share_id": asset}
        if not unknown:
            known["share_id"] = str(self.share.pk)
        if "saved-search" in route.name and not unknown:
            known["collection_id"] = self.saved
        if route.pattern.startswith("s/"):
            known["token"] = shares.token_of(self.share)
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda match: known[match[1]], _plain(route.pattern))
        return "/" + path

    def call(self, who: str, method: str, path: str, name: str = "") -> Any:
        """Answer one request and undo whatever it did."""
        client = Client(headers={"Authorization": f"Bearer {self.tokens[who]}"} if _by_token(who, path, self) else None)
        if not path.startswith("/api/"):
            client.cookies = SimpleCookie(self.cookies[who])
        asked = {"q": "zanzibar"} if method == "get" and path in ("/", "/api/v1/search/") else {}
        asked |= BODIES.get(name, {}) if method == "post" else {}
        asked |= {"asset": str(self.asset.pk)} if name == "collection_cover" else {}
        kind = {} if method == "get" else {"content_type": "application/json"} if path.startswith("/api/") else {}
        with transaction.atomic():
            response = getattr(client, method)(path, asked, **kind)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            transaction.set_rollback(True)
        response.body = body.decode("utf-8", "replace")
        return response


def _by_token(who: str, path: str, world: World) -> bool:
    return who in world.tokens and (path.startswith("/api/") or who in NOBODY)


def _plain(pattern: str) -> str:
    """Return a pattern without what only regular expressions have."""
    pattern = re.sub(r"\(\?P(<\w+>)[^)]*\)", r"\1", pattern)
    return pattern.replace("^", "").replace("$", "").replace(".*", "x")


@pytest.fixture
def world(people, make_asset) -> World:
    return World(people, make_asset)


def outcome(response: Any) -> str:
    if response.status_code == 302:
        gates = (reverse("account_login"), reverse("admin:login"))
        return SIGN_IN if response["Location"].startswith(gates) else IN
    named = {401: SIGN_IN, 403: FORBIDDEN, 404: NOT_FOUND, 405: NO_METHOD}
    return named.get(response.status_code, IN if response.status_code < 500 else f"failure {response.status_code}")


def test_every_address_is_in_the_table():
    names = {route.name for route in GUARDED}
    assert names - set(TABLE) == set(), "say in TABLE who may call these"
    assert set(TABLE) - names == set(), "these addresses are gone"
    assert len({route.pattern for route in ROUTES}) == len(ROUTES)
    assert len(ADMIN) > 50


def test_each_caller_gets_what_the_table_says(world):
    wrong = []
    for route in GUARDED:
        for method, expected in TABLE[route.name].items():
            for who in CALLERS:
                response = world.call(who, method, world.path(route), route.name)
                if outcome(response) != expected[who]:
                    wrong.append((route.name, method, who, response.status_code, "expected", expected[who]))
                if who not in ("owner", "admin"):
                    wrong += _revealed(world, route, method, who, response)
    assert wrong == []


def test_methods_outside_the_table_do_not_exist(world):
    for route in GUARDED:
        for method in set(METHODS) - set(TABLE[route.name]):
            for who in ("anonymous", "other user"):
                # Whether the method or the caller is looked at first is all the same.
                found = outcome(world.call(who, method, world.path(route)))
                assert found in (NO_METHOD, SIGN_IN, FORBIDDEN), (route.name, method, who)


def _revealed(world: World, route: Route, method: str, who: str, response: Any) -> list[tuple[str, ...]]:
    """Return what of the private asset stands in an answer to somebody else."""
    said = response.body + str(response.headers)
    signs = {"its file": world.asset.blob_id}
    if who != "reviewer":  # who sees the run, and what it made, by the same words
        signs["its words"] = SECRET
    if "<" not in route.pattern:
        signs["its id"] = str(world.asset.pk)
    return [(route.name, method, who, "reveals", what) for what, sign in signs.items() if sign in said]


def test_what_is_hidden_answers_like_what_is_not_there(world):
    for route in GUARDED:
        if ":pk>" not in route.pattern and "_id>" not in route.pattern:
            continue
        for method, expected in TABLE[route.name].items():
            for who in (*NOBODY, *STRANGERS):
                if expected[who] == IN:
                    continue
                hidden = world.call(who, method, world.path(route), route.name)
                absent = world.call(who, method, world.path(route, unknown=True), route.name)
                assert hidden.status_code == absent.status_code, (route.name, method, who)
                if route.name.startswith("api:"):
                    assert _told(hidden) == _told(absent), (route.name, method, who)


def _told(response: Any) -> dict[str, Any]:
    """Return what a failure says, less the address that the caller knew."""
    return {name: said for name, said in response.json().items() if name != "instance"}


def test_a_public_library_opens_for_reading_only(world, settings):
    settings.LACUNA_PUBLIC = True
    for route in GUARDED:
        for method, expected in TABLE[route.name].items():
            response = world.call("anonymous", method, world.path(route))
            opened = (method == "get" and route.name in PUBLIC) or route.name in PUBLIC_POSTS
            if opened:
                wanted = {IN}
            elif expected == LOCKED:
                wanted = {FORBIDDEN}
            elif expected in (ASSET, FILE):
                wanted = {NOT_FOUND} if method == "get" else {NOT_FOUND, SIGN_IN}
            else:
                wanted = {SIGN_IN}
            assert outcome(response) in wanted, (route.name, method, response.status_code)
            assert SECRET not in response.body, route.name
            assert world.asset.blob_id not in response.body, route.name


def test_the_admin_is_for_admins(world):
    for route in ADMIN:
        path = world.path(route)
        for who in (*NOBODY, "other user", "reviewer", "owner", "admin"):
            for method in ("get", "post") if who in ("owner", "admin") else ("get",):
                response = world.call(who, method, path)
                found = outcome(response)
                if who != "admin":
                    away = route.name in ("admin:logout", "admin:login") and response.status_code in (200, 302, 405)
                    assert found in (SIGN_IN, FORBIDDEN) or away, (path, who, method, response.status_code)
                    assert SECRET not in response.body, (path, who)
                else:
                    assert found != SIGN_IN or "log" in route.name, (path, response.status_code)
                    assert response.status_code < 500, (path, method)


def test_what_is_open_holds_nothing_of_the_library(world):
    for route in ANYBODY:
        for who in ("anonymous", "other user", "admin"):
            for method in ("get", "post"):
                response = world.call(who, method, world.path(route))
                assert response.status_code < 500 or route.name == "readyz", (route, who, method)
                assert SECRET not in response.body, (route, who)
                assert str(world.asset.pk) not in response.body, (route, who)
