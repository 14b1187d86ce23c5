"""The audit log: what people change by hand, in whose name, and no secrets."""

from __future__ import annotations

import pytest
from auditlog.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assetdb import lifecycle, prepare
from assetdb.models import Collection, Grant, Share, Tag, User
from tests.assetdb.pictures import raster
from tests.webapp.callers import caller
from tests.webapp.readers import text
from webapp.api import tokens

pytestmark = pytest.mark.django_db
LOG = "admin:auditlog_logentry_changelist"


def said(**of) -> list[tuple]:
    rows = LogEntry.objects.filter(**of).order_by("pk")
    return [(row.content_type.model, row.get_action_display(), row.actor) for row in rows]


def test_a_change_bears_the_name_of_who_made_it_by_page_and_by_token(clients, people, make_asset):
    cat = make_asset("cat")
    clients["editor"].post(f"/assets/{cat.pk}/edit/", {"title": "tomcat"})
    caller(people["admin"]).patch(f"/api/v1/assets/{cat.pk}/", {"title": "lion"}, format="json")
    entries = LogEntry.objects.filter(content_type__model="asset").order_by("pk")
    assert [(row.actor.username, row.changes) for row in entries] == [
        ("editor", {"title": ["cat", "tomcat"]}),
        ("admin", {"title": ["tomcat", "lion"]}),
    ]


def test_arrivals_and_what_workers_do_leave_no_entry(people, make_asset):
    cat = make_asset("cat")
    prepare.catch_up(ids=[cat.pk])
    lifecycle.update_asset(people["editor"], cat.pk, title="tomcat")
    assert said(content_type__model="asset") == []


def test_the_vocabulary_collections_grants_and_shares_are_logged(people):
    tag = Tag.objects.create(slug="red", group="colour", name="red")
    tag.threshold = 0.4
    tag.save()
    album = Collection.objects.create(name="album", owner=people["editor"])
    Grant.objects.create(collection=album, user=people["viewer"])
    Share.objects.create(collection=album, maker=people["editor"], password="pbkdf2-secret")
    models = [(model, action) for model, action, _ in said() if model != "user"]
    assert models == [
        ("tag", "create"),
        ("tag", "update"),
        ("collection", "create"),
        ("grant", "create"),
        ("share", "create"),
    ]


def test_no_secret_and_no_sign_in_stands_in_the_log(clients, people):
    User.objects.get(username="viewer").set_password("another-pass-word")
    viewer = people["viewer"]
    viewer.set_password("another-pass-word")
    viewer.save()
    clear = tokens.create(viewer, name="nightly")
    LogEntry.objects.filter(action=LogEntry.Action.CREATE, content_type__model="user").delete()
    before = LogEntry.objects.count()
    caller(viewer).get("/api/v1/assets/")
    clients["viewer"].logout()
    clients["viewer"].force_login(viewer)
    assert [row.changes for row in LogEntry.objects.filter(content_type__model="user")] == [
        {"password": ["•••", "•••"]}
    ]
    whole = str([(row.changes, row.object_repr, row.serialized_data) for row in LogEntry.objects.all()])
    digest = viewer.api_tokens.get(name="nightly").digest
    assert viewer.password not in whole
    assert digest not in whole
    assert clear not in whole
    # The second caller made a token of its own; neither its use nor the sign-in is an entry.
    assert LogEntry.objects.count() == before + 1


def test_the_list_shows_what_changed_and_is_for_reading_only(client, people):
    tag = Tag.objects.create(slug="red", group="colour", name="red")
    client.force_login(people["admin"])
    form = {"name": "<b>crimson", "name_zh": "", "group": "colour", "prompts": "", "threshold": ""}
    client.post(reverse("admin:vocabulary") + "?tag=red", form)
    page = client.get(reverse(LOG), {"q": "admin"})
    assert "name red → &lt;b&gt;crimson" in text(page)
    assert reverse("admin:assetdb_tag_change", args=[tag.pk]) in page.content.decode()
    entry = LogEntry.objects.latest("pk")
    assert client.post(reverse("admin:auditlog_logentry_delete", args=[entry.pk]), {"post": "yes"}).status_code == 403
    assert client.get(reverse("admin:auditlog_logentry_add")).status_code == 403


def test_the_trash_and_the_way_back_are_logged_one_by_one_and_in_bulk(clients, make_asset):
    cat, dog = make_asset("cat"), make_asset("dog")
    clients["editor"].post(f"/assets/{cat.pk}/trash/")
    clients["editor"].post(f"/assets/{cat.pk}/restore/")
    clients["editor"].post("/bulk/trash/", {"assets": f"{cat.pk},{dog.pk}"})
    entries = LogEntry.objects.filter(content_type__model="asset").order_by("pk")
    turns = [(row.object_repr, row.changes["trashed"][0] == "None", row.actor.username) for row in entries]
    assert turns[:2] == [("cat", True, "editor"), ("cat", False, "editor")]
    assert sorted(turns[2:]) == [("cat", True, "editor"), ("dog", True, "editor")]


def test_another_file_is_logged(clients, make_asset):
    cat = make_asset("cat")
    before = cat.blob_id
    clients["editor"].post(f"/assets/{cat.pk}/file/", {"file": SimpleUploadedFile("b.png", raster(), "image/png")})
    entry = LogEntry.objects.get(content_type__model="asset")
    assert entry.changes["blob"][0] == before
