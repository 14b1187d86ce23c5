"""Assets over the API: lists, single ones, uploads, changes, the trash and tags."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase

from assetdb import tagging
from assetdb.models import Asset, AssetTag, Collection, CollectionItem, Grant, Origin, State, Tag, Visibility
from tests.assetdb.pictures import drawing, raster
from tests.webapp.callers import caller, failure

pytestmark = pytest.mark.django_db

ASSETS = "/api/v1/assets/"
queries = TestCase().assertNumQueries


def listed(client, **filters):
    response = client.get(ASSETS, filters)
    assert response.status_code == 200, response.content
    return [asset["title"] for asset in response.json()["results"]]


def send(client, data, *, name="cat.svg", kind="image/svg+xml", **fields):
    return client.post(ASSETS, {"file": SimpleUploadedFile(name, data, kind)} | fields, format="multipart")


@pytest.fixture
def cat(make_asset):
    return make_asset("Cat", licence="CC-BY-4.0", credit="Ann", title_zh="猫")


def test_an_asset_says_what_it_is_and_where_its_files_are(people, cat):
    client = caller(people["viewer"])
    asset = client.get(f"{ASSETS}{cat.pk}/").json()
    assert asset["id"] == str(cat.pk)
    assert (asset["title"], asset["title_zh"], asset["owner"]) == ("Cat", "猫", "editor")
    assert (asset["licence"], asset["credit"], asset["media_type"]) == ("CC-BY-4.0", "Ann", "image/svg+xml")
    assert (asset["state"], asset["error"], asset["tags"]) == ("ready", None, [])
    assert asset["size"] == cat.blob.size
    for name in ("thumb", "preview"):
        picture = client.get(asset[name])
        assert (picture.status_code, picture["Content-Type"]) == (200, "image/webp")
    assert client.get(asset["url"]).json() == asset


def test_an_original_is_handed_over_so_that_it_cannot_run(people, cat):
    response = caller(people["viewer"]).get(f"{ASSETS}{cat.pk}/original/")
    assert b"".join(response.streaming_content).startswith(b"<svg")
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_a_list_costs_the_same_whatever_its_length(people, make_asset):
    tag = Tag.objects.create(slug="round", group="shape", name="round")
    client = caller(people["viewer"])
    client.get(ASSETS)
    for count in (1, 5):
        for n in range(count):
            asset = make_asset(f"Cat {count}/{n}", owner=people["other" if n % 2 else "editor"])
            tagging.add_tag(people["admin"], asset.pk, tag.slug)
        with queries(3):  # the token, the assets with owner and blob, their tags
            assert len(client.get(ASSETS).json()["results"]) >= count
    assert client.get(ASSETS).json()["results"][0]["tags"] == ["round"]


def test_pages_stay_whole_while_assets_arrive(people, make_asset):
    made = [make_asset(f"Cat {n}").title for n in range(7)]
    client = caller(people["viewer"])
    page = client.get(ASSETS, {"limit": 3}).json()
    seen = [asset["title"] for asset in page["results"]]
    assert len(seen) == 3
    while page["next"]:
        make_asset("Newcomer")
        page = client.get(page["next"]).json()
        seen += [asset["title"] for asset in page["results"]]
    assert seen == made[::-1]


def test_pages_of_equal_titles_are_whole_too(people, make_asset):
    ids = {str(make_asset("Cat").pk) for _ in range(7)}
    client, url, seen = caller(people["viewer"]), f"{ASSETS}?limit=2&ordering=title", []
    while url:
        page = client.get(url).json()
        seen += [asset["id"] for asset in page["results"]]
        url = page["next"]
    assert len(seen) == 7
    assert set(seen) == ids


def test_no_page_is_larger_than_the_largest(people, monkeypatch, make_asset):
    monkeypatch.setattr("webapp.api.pagination.Pages.max_page_size", 2)
    for n in range(4):
        make_asset(f"Cat {n}")
    assert len(listed(caller(people["viewer"]), limit=1000)) == 2
    failure(caller(people["viewer"]).get(ASSETS, {"cursor": "nonsense"}), 404, "not_found")


def test_filters(people, make_asset, cat):
    dog = make_asset("Dog", owner=people["other"], licence="MIT")
    Asset.objects.filter(pk=dog.pk).update(origin=Origin.IMPORTED)
    make_asset("Broken", data=b"no picture", file_name="x.bin")
    for slug in ("round", "soft"):
        Tag.objects.create(slug=slug, group="g", name=slug)
        tagging.add_tag(people["editor"], cat.pk, slug)
    tagging.add_tag(people["other"], dog.pk, "round")
    mine = Collection.objects.create(name="mine", owner=people["viewer"])
    CollectionItem.objects.create(collection=mine, asset=dog)
    theirs = Collection.objects.create(name="theirs", owner=people["other"])
    CollectionItem.objects.create(collection=theirs, asset=cat)
    client = caller(people["viewer"])
    assert listed(client, licence="MIT") == ["Dog"]
    assert listed(client, origin="imported") == ["Dog"]
    assert listed(client, owner="other") == ["Dog"]
    assert listed(client, owner="nobody") == []
    assert listed(client, state="unreadable") == ["Broken"]
    assert listed(client, kind="image", tag="round", ordering="title") == ["Cat", "Dog"]
    assert listed(client, tag="round,soft") == ["Cat"]
    assert listed(client, collection=str(mine.pk)) == ["Dog"]
    assert listed(client, collection=str(theirs.pk)) == []
    assert listed(client, created_from="2999-01-01") == []
    assert len(listed(client, created_to="2999-01-01T00:00:00Z")) == 3
    assert listed(client, ordering="-title") == ["Dog", "Cat", "Broken"]


SNEAKY = ["owner__password__startswith", "owner__password", "owner_id", "blob__sha256", "title__regex", "trashed"]


@pytest.mark.parametrize("name", SNEAKY)
@pytest.mark.parametrize("place", ["assets/", "assets/trash/", "tags/", "generations/", "search/"])
def test_filters_nobody_named_are_refused(people, name, place):
    response = caller(people["admin"]).get(f"/api/v1/{place}", {name: "pbkdf2"})
    assert failure(response, 400, "unknown_filter")["unknown"] == [name]


@pytest.mark.parametrize("term", ["owner__password", "-owner__password", "pk", "created,owner_id", "?"])
def test_orderings_nobody_named_are_refused(people, term):
    failure(caller(people["admin"]).get(ASSETS, {"ordering": term}), 400, "unknown_ordering")


@pytest.mark.parametrize(
    ("name", "value"), [("kind", "dragon"), ("collection", "1"), ("created_from", "yesterday"), ("owner", "a\0b")]
)
def test_values_that_mean_nothing_are_refused(people, name, value):
    assert name in failure(caller(people["admin"]).get(ASSETS, {name: value}), 400, "invalid")["fields"]


def test_an_upload_is_new_once(people):
    client = caller(people["editor"])
    first = send(client, drawing(), title="Cat", licence="CC0-1.0", visibility="private")
    assert first.status_code == 201, first.content
    asset = Asset.objects.get()
    assert first.json()["id"] == str(asset.pk)
    assert (asset.owner, asset.title, asset.licence, asset.visibility) == (
        people["editor"],
        "Cat",
        "CC0-1.0",
        "private",
    )
    assert asset.derivatives_allowed
    assert (asset.state, asset.origin) == (State.RECEIVED, Origin.UPLOADED)
    again = send(client, drawing(), title="Another title")
    assert (again.status_code, again.json()["id"], again.json()["title"]) == (200, str(asset.pk), "Cat")
    assert send(caller(people["other"]), drawing()).status_code == 201
    assert Asset.objects.count() == 2


def test_an_upload_may_forbid_derivatives(people):
    assert not send(caller(people["editor"]), drawing(), derivatives_allowed="false").json()["derivatives_allowed"]


def test_what_cannot_be_read_is_taken_and_said(people):
    body = send(caller(people["editor"]), b"<html><script>", name="cat.jpg", kind="image/jpeg").json()
    assert body["state"] == "quarantined"
    assert body["error"]["code"] == "type_conflict"


def test_uploads_that_are_refused(people, settings):
    failure(send(caller(people["viewer"]), drawing()), 403, "forbidden")
    client = caller(people["editor"])
    assert "file" in failure(client.post(ASSETS, {"title": "Cat"}, format="multipart"), 400, "invalid")["fields"]
    failure(send(client, drawing(), owner="admin"), 400, "unknown_field")
    failure(send(client, drawing(), licence="WTFPL"), 400, "invalid")
    settings.LACUNA_UPLOAD_LIMIT = 1000
    failure(send(client, raster(size=(200, 200)) + bytes(2000)), 413, "too_large")
    assert not Asset.objects.exists()


def test_an_announced_size_is_refused_before_the_body_is_read(people, settings):
    settings.LACUNA_UPLOAD_LIMIT = 1000
    client = caller(people["editor"])
    response = client.generic(
        "POST", ASSETS, io.BytesIO(b"never a form").read(), "multipart/form-data; boundary=x", CONTENT_LENGTH="9999999"
    )
    failure(response, 413, "too_large")


def test_changes(people, cat):
    client = caller(people["editor"])
    sent = {"title": "Tom", "description": "A cat", "source_url": "https://example.org/", "visibility": "private"}
    response = client.patch(f"{ASSETS}{cat.pk}/", sent, format="json")
    assert response.status_code == 200
    assert {name: response.json()[name] for name in sent} == sent
    cat.refresh_from_db()
    assert (cat.title, cat.visibility, cat.credit) == ("Tom", Visibility.PRIVATE, "Ann")
    failure(client.patch(f"{ASSETS}{cat.pk}/", {"source_url": "javascript:1"}, format="json"), 400, "invalid")


def test_who_may_change_what(people, cat, make_asset):
    hidden = make_asset("Hidden", visibility=Visibility.PRIVATE)
    for name, seen, unseen in [("viewer", 403, 404), ("other", 200, 404), ("reviewer", 200, 404), ("admin", 200, 200)]:
        client = caller(people[name])
        assert client.patch(f"{ASSETS}{cat.pk}/", {"credit": name}, format="json").status_code == seen, name
        assert client.patch(f"{ASSETS}{hidden.pk}/", {"credit": name}, format="json").status_code == unseen, name
    # An editor may change what everybody sees, but not who sees it.
    failure(
        caller(people["other"]).patch(f"{ASSETS}{cat.pk}/", {"visibility": "private"}, format="json"), 403, "forbidden"
    )


def test_a_grant_opens_a_private_asset(people, make_asset):
    hidden = make_asset("Hidden", visibility=Visibility.PRIVATE)
    shared = Collection.objects.create(name="shared", owner=people["editor"])
    CollectionItem.objects.create(collection=shared, asset=hidden)
    client = caller(people["viewer"])
    failure(client.get(f"{ASSETS}{hidden.pk}/"), 404, "not_found")
    Grant.objects.create(collection=shared, user=people["viewer"], level=Grant.Level.VIEW)
    assert client.get(f"{ASSETS}{hidden.pk}/").status_code == 200
    failure(client.patch(f"{ASSETS}{hidden.pk}/", {"title": "x"}, format="json"), 403, "forbidden")
    Grant.objects.update(level=Grant.Level.EDIT)
    assert client.patch(f"{ASSETS}{hidden.pk}/", {"title": "x"}, format="json").status_code == 200


def test_trash_restore_and_purge(people, cat):
    client, url = caller(people["editor"]), f"{ASSETS}{cat.pk}/"
    failure(client.post(f"{url}purge/"), 409, "not_in_trash")
    assert client.delete(url).status_code == 204
    failure(client.get(url), 404, "not_found")
    assert listed(client) == []
    assert [a["id"] for a in client.get(f"{ASSETS}trash/").json()["results"]] == [str(cat.pk)]
    assert caller(people["viewer"]).get(f"{ASSETS}trash/").json()["results"] == []
    failure(caller(people["viewer"]).post(f"{url}restore/"), 403, "forbidden")
    assert client.post(f"{url}restore/").json()["trashed"] is None
    assert listed(client) == ["Cat"]
    client.delete(url)
    failure(caller(people["other"]).post(f"{url}purge/"), 403, "forbidden")
    assert client.post(f"{url}purge/").status_code == 204
    assert not Asset.objects.exists()


def test_tags_are_listed_decided_and_added(people, cat):
    for slug in ("round", "soft", "red"):
        Tag.objects.create(slug=slug, group="look", name=slug.title(), name_zh="字")
    AssetTag.objects.create(asset=cat, tag=Tag.objects.get(slug="round"), source="zero_shot", score=0.8, model="m")
    client, url = caller(people["editor"]), f"{ASSETS}{cat.pk}/tags/"
    (suggested,) = caller(people["viewer"]).get(url).json()
    assert suggested == {
        "tag": "round",
        "name": "Round",
        "name_zh": "字",
        "group": "look",
        "state": "suggested",
        "source": "zero_shot",
        "score": 0.8,
        "model": "m",
        "decided_by": None,
        "decided_at": None,
    }
    accepted = client.post(url, {"tag": "round"}, format="json").json()
    assert (accepted["state"], accepted["decided_by"], accepted["source"]) == ("accepted", "editor", "zero_shot")
    assert client.post(url, {"tag": "soft", "accept": True}, format="json").json()["source"] == "person"
    assert client.get(f"{ASSETS}{cat.pk}/").json()["tags"] == ["round", "soft"]
    assert client.post(url, {"tag": "round", "accept": False}, format="json").json()["state"] == "rejected"
    assert client.get(f"{ASSETS}{cat.pk}/").json()["tags"] == ["soft"]
    failure(client.post(url, {"tag": "red", "accept": False}, format="json"), 404, "not_found")
    failure(client.post(url, {"tag": "nothing"}, format="json"), 404, "not_found")
    failure(client.post(url, {}, format="json"), 400, "invalid")
    failure(caller(people["viewer"]).post(url, {"tag": "soft"}, format="json"), 403, "forbidden")


def test_markup_in_words_stays_inside_json(people, cat):
    title = "<script>alert(1)</script>"
    client = caller(people["editor"])
    response = client.patch(f"{ASSETS}{cat.pk}/", {"title": title}, format="json")
    assert response["Content-Type"] == "application/json"
    assert json.loads(response.content)["title"] == title
    assert client.get(f"{ASSETS}{cat.pk}/")["X-Content-Type-Options"] == "nosniff"


def test_an_upload_is_tagged_and_collected_on_the_way_in(people):
    for slug in ("round", "soft"):
        Tag.objects.create(slug=slug, group="g", name=slug)
    mine = Collection.objects.create(name="mine", owner=people["editor"])
    response = send(caller(people["editor"]), drawing(), tags=["round", "soft"], collection=str(mine.pk))
    assert response.status_code == 201 and response.json()["tags"] == ["round", "soft"]
    assert [str(item.asset_id) for item in mine.items.all()] == [response.json()["id"]]


def test_an_upload_that_cannot_be_tagged_or_collected_is_refused_whole(people):
    theirs = Collection.objects.create(name="theirs", owner=people["other"])
    saved = Collection.objects.create(name="saved", owner=people["editor"], search="q=x")
    client = caller(people["editor"])
    failure(send(client, drawing(), tags=["nothing"]), 404, "not_found")
    failure(send(client, drawing(), collection=str(theirs.pk)), 404, "not_found")
    failure(send(client, drawing(), collection=str(saved.pk)), 400, "smart_collection")
    assert not Asset.objects.exists()


def test_the_largest_files_come_first(people, make_asset):
    made = [make_asset(title, data=drawing(f"<title>{'x' * size}</title>")) for title, size in (("A", 9), ("B", 99))]
    assert listed(caller(people["viewer"]), ordering="-size") == ["B", "A"]
    assert listed(caller(people["viewer"]), ordering="size") == ["A", "B"] and len(made) == 2
