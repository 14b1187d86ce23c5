"""The pages: who may open them, and that nothing on them runs that came from outside."""

import re
import uuid

import pytest
from django.test import Client

from assetdb.models import Asset, AssetTag, Tag, Visibility
from generators.models import Parent, Provenance, Run
from tests.webapp.readers import HTMX, index, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder")]

ATTACK = '"><img src=x onerror=alert(1)><script>alert(2)</script>'


PAGES = {
    "/": {"viewer": 200, "editor": 200, "reviewer": 200, "admin": 200},
    "/upload/": {"viewer": 403, "editor": 200, "reviewer": 200, "admin": 200},
    "/review/": {"viewer": 403, "editor": 403, "reviewer": 200, "admin": 200},
    "/jobs/": {"viewer": 200, "editor": 200, "reviewer": 200, "admin": 200},
    "/trash/": {"viewer": 200, "editor": 200, "reviewer": 200, "admin": 200},
    "/shelf/": {"viewer": 200, "editor": 200, "reviewer": 200, "admin": 200},
    "/progress/": {"viewer": 200, "editor": 200, "reviewer": 200, "admin": 200},
    "/accounts/logout/": {"viewer": 200, "editor": 200, "reviewer": 200, "admin": 200},
    f"/assets/{uuid.UUID(int=0)}/": {"viewer": 404, "editor": 404, "reviewer": 404, "admin": 404},
    f"/runs/{uuid.UUID(int=0)}/": {"viewer": 404, "editor": 404, "reviewer": 404, "admin": 404},
    "/?like=nonsense": {"viewer": 404, "editor": 404, "reviewer": 404, "admin": 404},
    "/nowhere/": {"viewer": 404, "editor": 404, "reviewer": 404, "admin": 404},
}


@pytest.mark.parametrize("path", PAGES)
def test_each_page_opens_for_its_roles_only(clients, path):
    for role, status in PAGES[path].items():
        answer = clients[role].get(path)
        assert answer.status_code == status, role
        if status in (403, 404):
            assert "To the library" in answer.content.decode()


@pytest.mark.parametrize("path", [path for path in PAGES if "nowhere" not in path and "accounts" not in path])
def test_a_private_library_sends_strangers_to_sign_in(clients, path):
    answer = clients["stranger"].get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/?next=/")


def test_the_sign_in_page_signs_in_and_says_when_it_did_not(clients):
    stranger = clients["stranger"]
    assert 'name="password"' in stranger.get("/accounts/login/").content.decode()
    wrong = stranger.post("/accounts/login/", {"login": "viewer", "password": "wrong"})
    assert "not correct" in text(wrong)
    right = stranger.post("/accounts/login/?next=/trash/", {"login": "viewer", "password": "viewer-pass-word"})
    assert right["Location"] == "/trash/"


def test_a_public_library_is_read_without_an_account_and_changed_with_one(clients, indexed, settings):
    settings.LACUNA_PUBLIC = True
    (asset,) = indexed("a lamp")
    assert "a lamp" in text(clients["stranger"].get("/"))
    assert clients["stranger"].get(f"/assets/{asset.pk}/").status_code == 200
    for path in ("/upload/", "/jobs/", "/trash/"):
        assert clients["stranger"].get(path).status_code == 302
    for path in ("/make/", f"/assets/{asset.pk}/edit/", f"/assets/{asset.pk}/trash/"):
        assert clients["stranger"].post(path)["Location"].startswith("/accounts/login/")
    asset.refresh_from_db()
    assert asset.trashed is None


def test_writing_needs_the_token_of_our_own_pages(people):
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["editor"])
    assert client.post("/upload/", {}).status_code == 403


def test_a_foreign_private_asset_is_404_on_its_page_and_for_every_verb(clients, people, indexed):
    (asset,) = indexed("secret plans", owner=people["editor"], visibility=Visibility.PRIVATE)
    for role in ("viewer", "reviewer", "other"):
        assert clients[role].get(f"/assets/{asset.pk}/").status_code == 404
        assert clients[role].get(f"/?like={asset.pk}").status_code == 404
        for verb in ("edit", "tags", "tags/cat", "trash", "restore", "purge"):
            assert clients[role].post(f"/assets/{asset.pk}/{verb}/", {"tag": "x"}).status_code in (400, 404), verb
        assert str(asset.pk) not in clients[role].get("/?q=secret+plans").content.decode()
    assert str(asset.pk) in clients["editor"].get("/?q=secret+plans").content.decode()


@pytest.mark.parametrize("path", ["/?q=lamp", "/jobs/"])
def test_going_back_never_shows_a_part_kept_for_a_page(clients, indexed, path):
    indexed("a lamp")
    for headers in ({}, HTMX):
        assert "HX-Request" in clients["viewer"].get(path, headers=headers)["Vary"]


def test_nothing_from_outside_runs_on_any_page(clients, people, indexed):
    (asset,) = indexed(ATTACK, owner=people["editor"], description=ATTACK, credit=ATTACK, file_name=f"{ATTACK}.svg")
    tag = Tag.objects.create(slug="attack", group="thing", name=ATTACK[:80])
    AssetTag.objects.create(asset=asset, tag=tag, state="accepted", source="person")
    run = Run.objects.create(query=ATTACK, meaning="m", generator=ATTACK, asker=people["editor"], reason=ATTACK)
    failed = Run.objects.create(
        query=ATTACK, meaning="m", generator="g", asker=people["editor"], state="failed", error_message=ATTACK
    )
    Asset.objects.filter(pk=asset.pk).update(origin="generated", notes=[ATTACK])
    Provenance.objects.create(asset=asset, query=ATTACK, verdict={}, recipe={"prompt": ATTACK}, checks=[])
    Parent.objects.create(asset=asset, title=ATTACK, credit=ATTACK)
    index()
    paths = ["/", "/?q=" + ATTACK, "/?tag=attack&licence=" + ATTACK, f"/?like={asset.pk}", "/jobs/"]
    paths += [f"/assets/{asset.pk}/", f"/runs/{run.pk}/", f"/runs/{failed.pk}/"]
    for path in paths:
        page = clients["editor"].get(path)
        assert page.status_code == 200, path
        body = page.content.decode()
        assert "<img src=x" not in body and "<script>" not in body, path
    assert "&lt;script&gt;" in clients["editor"].get(f"/assets/{asset.pk}/").content.decode()


def test_no_page_needs_more_than_the_strict_policy_allows(clients, indexed):
    (asset,) = indexed("a lamp")
    for path in ("/", f"/assets/{asset.pk}/", "/upload/", "/jobs/"):
        page = clients["editor"].get(path)
        body = page.content.decode()
        assert "unsafe-inline" not in page["Content-Security-Policy"]
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", body)
        scripts = re.findall(r"<script[^>]*>", body)
        assert all("src=" in script or "application/json" in script for script in scripts)


def test_the_language_is_switched_and_kept(clients, indexed):
    indexed("elephant", title_zh="大象")
    reader = clients["viewer"]
    page = reader.get("/?q=elephant").content.decode()
    assert 'name="next" value="/?q=elephant"' in page and 'name="language" value="zh-hans"' in page
    answer = reader.post("/language/", {"language": "zh-hans", "next": "/?q=elephant"})
    assert answer["Location"] == "/?q=elephant"
    assert "大象" in text(reader.get("/?q=elephant"))
    assert reader.post("/language/", {"language": "en", "next": "//evil.example"})["Location"] == "/"


def test_the_frame_offers_only_what_one_may_do(clients):
    editor, viewer = (clients[role].get("/").content.decode() for role in ("editor", "viewer"))
    admin = clients["admin"].get("/").content.decode()
    assert 'href="/upload/"' in editor and 'href="/upload/"' not in viewer
    assert 'href="/review/"' in admin and 'href="/review/"' not in editor
    assert 'href="/admin/"' in admin and 'href="/admin/"' not in editor
