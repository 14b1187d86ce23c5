"""Uploads with what is settled for all of them: tags, a collection; and nothing lost on bad input."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from assetdb import prepare
from assetdb.models import Asset, AssetTag, Collection, Grant, State, Tag
from tests.conftest import svg
from tests.webapp.readers import text
from webapp.library import upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder")]
JSON = {"accept": "application/json"}


@pytest.fixture(autouse=True)
def vocabulary(db) -> None:
    Tag.objects.create(slug="cat", group="animals", name="cat", name_zh="猫")
    Tag.objects.create(slug="outdoors", group="places", name="Out of doors")


def send(client, *shapes: str, **fields: str) -> Any:
    files = [SimpleUploadedFile(f"{n}.svg", svg(shape), "image/svg+xml") for n, shape in enumerate(shapes or [""])]
    return client.post("/upload/", {"file": files} | fields, headers=JSON).json()


def tags() -> set[tuple[str, str]]:
    return set(AssetTag.objects.values_list("tag__slug", "state"))


def test_tags_are_named_in_either_language_and_unknown_ones_are_said(clients):
    (told,) = send(clients["editor"], tags="猫， out of DOORS, unicorn")["files"]
    assert told["state"] == "added" and "Not in the vocabulary: “unicorn”." in told["message"]
    assert tags() == {("cat", "accepted"), ("outdoors", "accepted")}
    assert "unicorn" in clients["editor"].post("/upload/", {"tags": "unicorn"}).content.decode(), "kept in the form"


def test_a_new_collection_is_made_once_and_filled_in_order(clients, people):
    circle, square = '<circle cx="9" cy="9" r="9"/>', '<rect width="9" height="9"/>'
    answer = send(clients["editor"], circle, square, collection_name="Autumn  catalogue")
    made = Collection.objects.get()
    assert (made.name, made.owner) == ("Autumn catalogue", people["editor"])
    assert answer["collection"] == {"id": str(made.pk), "name": "Autumn catalogue"}
    assert [item.asset.file_name for item in made.items.select_related("asset")] == ["0.svg", "1.svg"]
    send(clients["editor"], '<rect width="5" height="5"/>', circle, collection_name="autumn catalogue")
    assert Collection.objects.count() == 1 and made.items.count() == 3


def test_what_is_there_already_is_tagged_and_collected_too(clients):
    send(clients["editor"])
    (told,) = send(clients["editor"], tags="cat", collection_name="Cats")["files"]
    asset = Asset.objects.get()
    assert told["state"] == "there" and told["url"] == f"/assets/{asset.pk}/" and told["id"] == str(asset.pk)
    assert tags() == {("cat", "accepted")} and Collection.objects.get().items.get().asset == asset


def test_the_same_file_of_somebody_else_is_pointed_out_if_one_may_see_it(clients, people, make_asset):
    theirs = make_asset("theirs", owner=people["other"], data=svg(""))
    (told,) = send(clients["editor"])["files"]
    assert told["state"] == "added" and "other has the same file" in told["message"]
    assert told["same"] == f"/assets/{theirs.pk}/"
    make_asset("hidden", owner=people["other"], data=svg("<g/>"), visibility="private")
    (told,) = send(clients["editor"], "<g/>")["files"]
    assert (told["message"], told["same"]) == ("Added.", "")


def test_a_collection_that_is_not_ones_own_is_said_and_the_file_comes_in(clients, people):
    foreign = Collection.objects.create(name="Secret", owner=people["other"])
    for chosen in (str(foreign.pk), str(uuid.uuid4()), "nonsense"):
        (told,) = send(clients["editor"], f'<path d="{chosen}"/>', collection=chosen)["files"]
        assert told["state"] == "added" and "you may not add to it" in told["message"], chosen
    assert not foreign.items.exists() and Asset.objects.count() == 3
    Grant.objects.create(collection=foreign, user=people["editor"], level="edit")
    assert send(clients["editor"], collection=str(foreign.pk))["collection"]["name"] == "Secret"
    assert foreign.items.count() == 1


def test_only_collections_that_one_may_add_to_are_offered(clients, people):
    Collection.objects.create(name="Mine by hand", owner=people["editor"])
    Collection.objects.create(name="Mine by search", owner=people["editor"], search="q=lamp")
    Collection.objects.create(name="Of somebody else", owner=people["other"])
    for path in ("/upload/", "/upload/apply/"):
        page = text(clients["editor"].get(path))
        assert "Mine by hand" in page and "Mine by search" not in page and "Of somebody else" not in page


def test_what_came_in_is_tagged_afterwards_as_far_as_it_is_ones_own(clients, people, make_asset):
    mine = make_asset("mine", owner=people["editor"])
    foreign = make_asset("theirs", owner=people["other"], visibility="private")
    wish = {"asset": [mine.pk, foreign.pk], "tags": "cat, unicorn", "collection_name": "Cats"}
    answer = clients["editor"].post("/upload/apply/", wish, headers=JSON).json()
    assert answer["done"] == 1 and "unicorn" in answer["message"] and answer["collection"]["name"] == "Cats"
    assert AssetTag.objects.get().asset == mine
    assert clients["editor"].post("/upload/apply/", {"asset": "nonsense"}).status_code == 404


def test_a_file_that_a_worker_reads_meanwhile_is_waited_for(clients, monkeypatch):
    naps: list[float] = []
    read = prepare.catch_up

    def nap(seconds: float) -> None:
        naps.append(seconds)
        if len(naps) == 3:
            read()

    monkeypatch.setattr(prepare, "catch_up", lambda **_: 0)
    monkeypatch.setattr(upload.time, "sleep", nap)
    (told,) = send(clients["editor"])["files"]
    assert len(naps) == 3 and told["state"] == "added" and told["thumb"]


def test_a_broken_file_is_read_again_when_it_is_sent_again(clients, monkeypatch):
    from assetdb import renditions
    from assetdb.errors import UnreadableError

    def fails(blob):
        raise UnreadableError("gave_up", "Reading was broken off 3 times. Upload the file again to retry.")

    with monkeypatch.context() as broken:
        broken.setattr(renditions, "read_blob", fails)
        (told,) = send(clients["editor"])["files"]
        assert told["state"] == "failed" and Asset.objects.get().state == State.UNREADABLE
    (told,) = send(clients["editor"])["files"]
    assert told["state"] == "there" and told["thumb"] and Asset.objects.get().state == State.READY
