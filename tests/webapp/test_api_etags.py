"""Reading again only what changed, and changing only what one has seen."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from assetdb.models import Tag
from tests.webapp.callers import caller, failure

pytestmark = pytest.mark.django_db
UNCHANGED = ("ETag", "Cache-Control", "Vary")


@pytest.fixture
def asset(make_asset):
    return make_asset("Cat")


def url(asset) -> str:
    return f"/api/v1/assets/{asset.pk}/"


def test_an_answer_is_not_sent_twice_until_it_changes(people, asset):
    client = caller(people["editor"])
    for path in ("/api/v1/assets/", url(asset), url(asset) + "tags/", "/api/v1/tags/", "/api/v1/schema/"):
        first = client.get(path)
        again = client.get(path, HTTP_IF_NONE_MATCH=first["ETag"])
        assert (again.status_code, again.content) == (304, b""), path
        assert {name: again[name] for name in UNCHANGED} == {name: first[name] for name in UNCHANGED}
    seen = client.get(url(asset))["ETag"]
    client.patch(url(asset), {"title": "Dog"}, format="json")
    changed = client.get(url(asset), HTTP_IF_NONE_MATCH=seen)
    assert changed.status_code == 200 and changed["ETag"] != seen


def test_head_tells_the_same_version_without_a_body(people, asset):
    client = caller(people["editor"])
    head = client.head(url(asset))
    assert head.content == b"" and head["ETag"] == client.get(url(asset))["ETag"]
    assert client.head(url(asset), HTTP_IF_NONE_MATCH=head["ETag"]).status_code == 304


def test_files_keep_their_own_version(people, asset):
    client = caller(people["editor"])
    original = client.get(url(asset) + "original/")
    assert original["ETag"] == f'"{asset.blob_id}"' and original["Cache-Control"] == "private, max-age=3600"
    assert client.get(url(asset) + "original/", HTTP_IF_NONE_MATCH=original["ETag"]).status_code == 304
    failure(client.get(url(asset) + "original/", HTTP_IF_MATCH='"other"'), 412, "changed_meanwhile")


def test_failures_have_no_version(people):
    assert not caller(people["editor"]).get("/api/v1/nothing/").has_header("ETag")


@pytest.mark.parametrize("method", ["patch", "delete"])
def test_a_write_on_what_changed_meanwhile_is_refused(people, asset, method):
    client = caller(people["editor"])
    seen = client.get(url(asset))["ETag"]
    client.patch(url(asset), {"title": "Dog"}, format="json")
    late = getattr(client, method)(url(asset), {"title": "Cow"}, format="json", HTTP_IF_MATCH=seen)
    failure(late, 412, "changed_meanwhile")
    asset.refresh_from_db()
    assert asset.title == "Dog" and asset.trashed is None
    now = client.get(url(asset))["ETag"]
    assert getattr(client, method)(url(asset), {"title": "Cow"}, format="json", HTTP_IF_MATCH=now).status_code < 300
    asset.refresh_from_db()
    assert (asset.title == "Cow") is (method == "patch") and (asset.trashed is not None) is (method == "delete")


@pytest.mark.parametrize(("header", "status"), [("*", 200), ('"x", {}', 200), ("W/{}", 412), ('"x"', 412), ("", 412)])
def test_several_versions_any_and_none(people, asset, header, status):
    client = caller(people["editor"])
    seen = client.get(url(asset))["ETag"]
    answer = client.patch(url(asset), {"title": "Cow"}, format="json", HTTP_IF_MATCH=header.format(seen))
    assert answer.status_code == status


def test_words_of_the_vocabulary_have_versions_too(people):
    client, tag = caller(people["admin"]), Tag.objects.create(slug="red", group="colour", name="red")
    seen = client.get("/api/v1/tags/red/")["ETag"]
    Tag.objects.filter(pk=tag.pk).update(name="crimson")
    failure(client.delete("/api/v1/tags/red/", HTTP_IF_MATCH=seen), 412, "changed_meanwhile")
    assert client.delete("/api/v1/tags/red/", HTTP_IF_MATCH=client.get("/api/v1/tags/red/")["ETag"]).status_code == 204


def test_a_failing_write_is_undone_with_its_comparison(people, asset, monkeypatch):
    client = caller(people["editor"])
    client.raise_request_exception = False
    seen = client.get(url(asset))["ETag"]

    def broken(pk):
        raise RuntimeError("broken")

    monkeypatch.setattr("webapp.api.assets.written", broken)
    failure(client.patch(url(asset), {"title": "Cow"}, format="json", HTTP_IF_MATCH=seen), 500, "unexpected")
    asset.refresh_from_db()
    assert asset.title == "Cat"


def test_who_may_not_read_does_not_learn_whether_it_changed(people, asset):
    outsider = caller()
    failure(outsider.patch(url(asset), {}, format="json", HTTP_IF_MATCH='"x"'), 401, "not_signed_in")
    writer = caller(people["editor"], scopes=["write"])
    extra = failure(writer.patch(url(asset), {}, format="json", HTTP_IF_MATCH='"x"'), 403, "scope_missing")
    assert extra["scope"] == "read"


@pytest.mark.django_db(transaction=True)
def test_of_two_writers_who_saw_the_same_one_wins(people, asset):
    seen, together, answers = caller(people["editor"]).get(url(asset))["ETag"], threading.Barrier(2), {}

    def write(title):
        client = caller(people["editor"])
        try:
            together.wait()
            answers[title] = client.patch(url(asset), {"title": title}, format="json", HTTP_IF_MATCH=seen)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=[title]) for title in ("Dog", "Cow")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    statuses = {title: answer.status_code for title, answer in answers.items()}
    assert sorted(statuses.values()) == [200, 412]
    asset.refresh_from_db()
    assert statuses[asset.title] == 200
