"""What is told about one asset beside itself, and its earlier files."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from assetdb import collections, ingest, shares
from assetdb.models import Asset, AssetFile, Origin, Review, Visibility
from generators.models import Parent, Provenance, Run
from tests.assetdb.pictures import drawing as picture
from tests.assetdb.pictures import raster
from tests.indexer.conftest import drawing, encoder  # noqa: F401
from tests.webapp.callers import caller, failure

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder")]
ASSETS = "/api/v1/assets/"


def told(user, asset, what, **query):
    response = caller(user).get(f"{ASSETS}{asset.pk}/{what}/", query)
    assert response.status_code == 200, response.content
    return response.json()


@pytest.fixture
def cat(make_asset):
    return make_asset("Cat", licence="CC-BY-4.0", credit="Ann", source_url="https://example.org/cat")


def test_the_likes_of_an_asset_are_those_the_caller_may_see(people, indexed):
    red = indexed("Red", data=drawing("#ea5a47"), owner=people["other"])[0]
    other = indexed("Also red", data=drawing("#ea5a48"))[0]
    hidden = indexed("Hidden red", data=drawing("#ea5a49"), visibility=Visibility.PRIVATE)[0]
    found = told(people["viewer"], red, "similar", limit=5)
    assert str(other.pk) in [hit["id"] for hit in found] and str(hidden.pk) not in [hit["id"] for hit in found]
    assert len(told(people["viewer"], red, "similar", limit=1)) == 1
    client = caller(people["viewer"])
    failure(client.get(f"{ASSETS}{red.pk}/similar/", {"limit": 101}), 400, "invalid")
    failure(client.get(f"{ASSETS}{hidden.pk}/similar/"), 404, "not_found")


def test_the_credit_line(people, cat):
    body = told(people["viewer"], cat, "credit")
    licence = "https://creativecommons.org/licenses/by/4.0/"
    assert body["text"] == f"“Cat” by Ann, CC BY 4.0 ({licence}), https://example.org/cat"
    assert (body["licence"], body["licence_name"], body["licence_url"]) == ("CC-BY-4.0", "CC BY 4.0", licence)
    assert body["html"].startswith("<a href=") and body["warnings"] == []


def test_every_file_is_listed_and_can_be_had(people, cat):
    ingest.attach(cat, io.BytesIO(raster()), role=AssetFile.Role.RASTER)
    listed = told(people["viewer"], cat, "files")
    assert [one["name"] for one in listed] == ["original", "raster", "thumb"]
    client = caller(people["viewer"])
    for one in listed:
        response = client.get(one["url"])
        assert (response.status_code, response["Content-Type"]) == (200, one["media_type"]), one
        assert len(b"".join(response.streaming_content)) == one["size"]


def test_exports_are_offered_signed_and_only_those(people, cat):
    client = caller(people["viewer"])
    offered = told(people["viewer"], cat, "exports")
    assert {one["label"] for one in offered} == {"Web", "Slide", "Print", "JPEG"}
    own = client.post(f"{ASSETS}{cat.pk}/exports/", {"side": 60, "form": "png"}, format="json").json()
    assert (own["label"], own["form"], own["width"], own["height"]) == ("", "png", 64, 64)
    response = client.get(own["url"])
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    failure(client.get(own["url"].replace("64.png", "65.png")), 403, "forbidden")
    failure(client.post(f"{ASSETS}{cat.pk}/exports/", {"side": 5000, "form": "png"}, format="json"), 400, "invalid")
    failure(client.post(f"{ASSETS}{cat.pk}/exports/", {"side": 64, "form": "bmp"}, format="json"), 400, "invalid")
    Asset.objects.update(visibility=Visibility.PRIVATE)
    failure(client.get(own["url"]), 404, "not_found")


def test_an_upload_has_no_history_but_its_arrival(people, cat):
    body = told(people["viewer"], cat, "provenance")
    assert (body["origin"], body["owner"], body["query"], body["parents"]) == ("uploaded", "editor", "", [])
    assert body["run"] is None and body["recipe"] == {}


def test_what_was_made_tells_of_its_parts_but_links_only_what_the_caller_sees(people, cat, make_asset):
    hidden = make_asset("Hidden hat", visibility=Visibility.PRIVATE)
    made = make_asset("Cat in a hat", origin=Origin.GENERATED, review=Review.APPROVED)
    run = Run.objects.create(
        query="cat in a hat", meaning="x", generator="composer", asker=people["editor"], reviewer=people["reviewer"]
    )
    row = {"query": "cat in a hat", "verdict": {"verdict": "miss"}, "recipe": {"seed": 1}, "checks": [{"name": "x"}]}
    Provenance.objects.create(asset=made, run=run, **row)
    for part in (cat, hidden):
        Parent.objects.create(asset=made, parent=part, title=part.title, credit="Ann", licence="MIT")
    body = told(people["viewer"], made, "provenance")
    assert {name: body[name] for name in row} == row
    assert (body["reviewer"], body["run"]) == ("reviewer", None)
    assert [(part["title"], part["asset"]) for part in body["parents"]] == [("Cat", str(cat.pk)), ("Hidden hat", None)]
    assert told(people["editor"], made, "provenance")["run"] == str(run.pk)
    assert [one["title"] for one in told(people["viewer"], cat, "uses")["made"]] == ["Cat in a hat"]
    found = caller(people["viewer"]).get(ASSETS, {"made_from": str(cat.pk)}).json()["results"]
    assert [one["title"] for one in found] == ["Cat in a hat"]
    assert caller(people["viewer"]).get(ASSETS, {"made_from": str(hidden.pk)}).json()["results"] == []


def test_where_an_asset_is_used_as_far_as_the_caller_sees(people, cat):
    mine, theirs = (collections.create(people[name], f"of {name}") for name in ("editor", "other"))
    for found, name in ((mine, "editor"), (theirs, "other")):
        collections.add(people[name], found.pk, [cat.pk])
    shares.open_link(people["editor"], mine.pk)
    body = told(people["editor"], cat, "uses")
    assert [one["name"] for one in body["collections"]] == ["of editor"]
    assert (body["collections_count"], body["made_count"], body["shares"]) == (1, 0, 1)
    assert told(people["other"], cat, "uses")["shares"] == 0


def test_another_file_takes_the_place_of_the_one_there_is_and_goes_back(people, cat):
    client, url = caller(people["editor"]), f"{ASSETS}{cat.pk}/versions/"
    before = cat.blob_id
    sent = {"file": SimpleUploadedFile("better.svg", picture("<title>better</title>"), "image/svg+xml"), "note": "new"}
    assert client.post(url, sent, format="multipart").json()["file_name"] == "better.svg"
    listed = client.get(url).json()
    assert [(one["number"], one["note"], one["replaced_by"]) for one in listed] == [(1, "new", "editor")]
    assert client.get(listed[0]["url"]).status_code == 200
    assert client.post(f"{url}1/back/").status_code == 200
    cat.refresh_from_db()
    assert cat.blob_id == before and len(client.get(url).json()) == 2
    failure(client.post(f"{url}9/back/"), 404, "not_found")
    failure(client.post(url, {"note": "no file"}, format="multipart"), 400, "invalid")


def test_versions_are_for_who_may_change_the_asset(people, cat):
    failure(caller(people["viewer"]).get(f"{ASSETS}{cat.pk}/versions/"), 403, "forbidden")
    failure(caller(people["viewer"]).post(f"{ASSETS}{cat.pk}/versions/", {}, format="multipart"), 403, "forbidden")
