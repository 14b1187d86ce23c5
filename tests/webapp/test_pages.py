"""The pages: who may open them, what they say, and that nothing on them runs that came from outside."""

import io
import json
import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation
from PIL import Image

from assetdb import lifecycle, tagging
from assetdb.models import Asset, AssetTag, ImportRun, Review, State, Tag, Visibility
from generators.models import Candidate, Parent, Provenance, Run
from indexer import embed, words
from indexer.search import Hit, Results, Verdict
from tests.conftest import svg
from tests.indexer.conftest import drawing, encoder  # noqa: F401
from webapp.library import search as search_page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder")]

ATTACK = '"><img src=x onerror=alert(1)><script>alert(2)</script>'
HTMX = {"hx-request": "true"}


@pytest.fixture
def clients(people) -> dict[str, Client]:
    made = {"stranger": Client()}
    for name, user in people.items():
        made[name] = Client()
        made[name].force_login(user)
    return made


@pytest.fixture
def indexed(make_asset):
    def make(*titles: str, **fields) -> list[Asset]:
        assets = [make_asset(title, **fields) for title in titles]
        index()
        return assets

    return make


def index() -> None:
    while embed.catch_up() or words.catch_up():
        pass


def text(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def answering(monkeypatch, verdict: Verdict, hits: list[Hit]) -> None:
    def search(query, **_):
        return Results(query, hits, verdict, encoder="fake", total=len(hits))

    monkeypatch.setattr(search_page, "search", search)


@pytest.fixture
def run_in_review(people, make_asset) -> Run:
    asset = make_asset("purple elephant", owner=people["editor"], origin="generated", review=Review.PENDING)
    run = Run.objects.create(
        query="purple elephant",
        meaning="1 purple elephant",
        generator="composer",
        asker=people["editor"],
        state=Run.State.REVIEW,
        asset=asset,
        verdict_before={"verdict": "miss", "probability": 0.12},
        steps=[{"state": "generating"}, {"state": "checking"}],
    )
    checks = [{"name": "fidelity", "passed": True, "score": 0.9, "message": "shows it"}]
    Candidate.objects.create(run=run, number=0, recipe={}, asset=asset, state="chosen", checks=checks, score=0.9)
    return run


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


def test_an_empty_library_says_what_to_do(clients):
    assert "Drop pictures anywhere" in text(clients["editor"].get("/"))
    assert "Ask an editor" in text(clients["viewer"].get("/"))


def test_filters_narrow_are_counted_and_can_be_taken_away(clients, people, indexed):
    chair = indexed("a lamp", "a chair")[1]
    Tag.objects.create(slug="furniture", group="thing", name="furniture", name_zh="家具")
    tagging.add_tag(people["editor"], chair.pk, "furniture")
    page = clients["viewer"].get("/?tag=furniture")
    assert "a chair" in text(page) and "a lamp" not in text(page)
    assert 'href="/" hx-get="/"' in page.content.decode()
    assert '<input type="hidden" form="search" name="tag" value="furniture">' in page.content.decode()
    assert "Take the filters away" in text(clients["viewer"].get("/?tag=furniture&tag=nothing"))
    assert "a lamp" not in text(clients["viewer"].get("/?mine=1"))
    assert "a lamp" in text(clients["editor"].get("/?mine=1"))


def test_htmx_gets_the_results_alone_and_a_clean_address(clients, indexed):
    indexed("a lamp")
    answer = clients["viewer"].get("/?q=lamp&kind=&licence=", headers=HTMX | {"hx-trigger-name": "q"})
    assert b"<html" not in answer.content and "a lamp" in text(answer)
    assert answer["HX-Replace-Url"] == "/?q=lamp"
    sent = clients["viewer"].get("/?q=lamp", headers=HTMX)
    assert sent["HX-Push-Url"] == "/?q=lamp"


@pytest.mark.parametrize("path", ["/?q=lamp", "/jobs/"])
def test_going_back_never_shows_a_part_kept_for_a_page(clients, indexed, path):
    indexed("a lamp")
    for headers in ({}, HTMX):
        assert "HX-Request" in clients["viewer"].get(path, headers=headers)["Vary"]


def test_only_a_finished_question_counts_as_a_search(clients, indexed):
    from indexer.models import SearchEvent

    indexed("a lamp")
    clients["viewer"].get("/?q=lam", headers=HTMX | {"hx-trigger-name": "q"})
    clients["viewer"].get("/")
    assert not SearchEvent.objects.exists()
    clients["viewer"].get("/?q=lamp", headers=HTMX)
    assert SearchEvent.objects.get().query == "lamp"


def test_more_follow_by_page(clients, indexed, monkeypatch):
    monkeypatch.setattr(search_page, "PAGE", 2)
    indexed("first", "second", "third")
    page = clients["viewer"].get("/")
    assert 'hx-get="/?offset=2"' in page.content.decode()
    more = clients["viewer"].get("/?offset=2", headers=HTMX | {"hx-target": "more"})
    assert "first" in text(more) and "second" not in text(more) and b'id="more"' not in more.content


@pytest.mark.parametrize(
    ("kind", "message", "offered"),
    [
        ("hit", "The library has this.", False),
        ("weak", "Something comes close.", True),
        ("miss", "Nothing here shows “elephant”.", True),
        ("unknown", "This looks like a photograph.", False),
    ],
)
def test_the_verdict_is_said_in_words_and_a_gap_is_offered_to_editors(
    clients, make_asset, monkeypatch, kind, message, offered
):
    hit = Hit(make_asset("a lamp"), score=0.2, probability=0.31)
    answering(monkeypatch, Verdict(kind, 0.31, "prior", message=message), [hit])
    page = clients["editor"].get("/?q=elephant")
    assert message in text(page)
    assert ("31 %" in text(page)) == (kind != "unknown")
    assert ('action="/make/"' in page.content.decode()) == offered
    assert ("Nearest" in text(page)) == offered
    assert 'action="/make/"' not in clients["viewer"].get("/?q=elephant").content.decode()


def test_browsing_has_no_verdict(clients, indexed):
    indexed("a lamp")
    assert 'class="verdict' not in clients["viewer"].get("/").content.decode()


def test_what_fits_is_kept_apart_from_what_is_further_away(clients, make_asset, monkeypatch):
    hits = [Hit(make_asset(title), 0.5, p) for title, p in (("a lamp", 0.9), ("a chair", 0.01))]

    def search(query, **_):
        return Results(query, hits, Verdict("hit", 0.9, "library"), encoder="fake", total=1)

    monkeypatch.setattr(search_page, "search", search)
    said = text(clients["viewer"].get("/?q=lamp"))
    assert said.index("a lamp") < said.index("Further away") < said.index("a chair")


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
        assert all("src=" in script for script in re.findall(r"<script[^>]*>", body))


def test_titles_and_tags_are_chinese_for_who_reads_chinese(clients, people, indexed):
    (asset,) = indexed("black cat", title_zh="黑猫")
    Tag.objects.create(slug="animal", group="thing", name="animal", name_zh="动物")
    tagging.add_tag(people["editor"], asset.pk, "animal")
    with translation.override("zh-hans"):
        page = clients["viewer"].get(f"/assets/{asset.pk}/", headers={"accept-language": "zh-hans"})
    assert "黑猫" in text(page) and "动物" in text(page)
    assert "black cat" in text(clients["viewer"].get(f"/assets/{asset.pk}/"))


def test_the_language_is_switched_and_kept(clients, indexed):
    indexed("elephant", title_zh="大象")
    reader = clients["viewer"]
    page = reader.get("/?q=elephant").content.decode()
    assert 'name="next" value="/?q=elephant"' in page and 'name="language" value="zh-hans"' in page
    answer = reader.post("/language/", {"language": "zh-hans", "next": "/?q=elephant"})
    assert answer["Location"] == "/?q=elephant"
    assert "大象" in text(reader.get("/?q=elephant"))
    assert reader.post("/language/", {"language": "en", "next": "//evil.example"})["Location"] == "/"


def test_searching_by_a_picture_reads_it_in_the_sandbox_and_keeps_nothing(clients, indexed):
    indexed("red disc", data=drawing("#ff0000"))
    before = Asset.objects.count()
    sent = SimpleUploadedFile("x.svg", drawing("#ee0000"), content_type="image/svg+xml")
    page = clients["viewer"].post("/search/picture/", {"picture": sent})
    assert "red disc" in text(page) and "data:image/webp;base64," in page.content.decode()
    assert Asset.objects.count() == before
    broken = SimpleUploadedFile("x.png", b"%PDF-1.7 no picture", content_type="image/png")
    refused = clients["viewer"].post("/search/picture/", {"picture": broken})
    assert refused.status_code == 422 and "JPEG, PNG, WebP, GIF or SVG" in text(refused)
    assert clients["viewer"].post("/search/picture/").status_code == 400


def test_a_tag_is_accepted_rejected_and_added_in_place(clients, people, indexed):
    (asset,) = indexed("a lamp", owner=people["editor"])
    for slug in ("light", "animal", "house"):
        Tag.objects.create(slug=slug, group="thing", name=f"the {slug}")
    for slug in ("light", "animal"):
        AssetTag.objects.create(asset=asset, tag=Tag.objects.get(slug=slug), source="zero_shot", score=0.8)
    assert "the light" not in text(clients["viewer"].get(f"/assets/{asset.pk}/"))
    assert "80 %" in text(clients["editor"].get(f"/assets/{asset.pk}/"))
    answer = clients["editor"].post(f"/assets/{asset.pk}/tags/light/", {"accept": "1"}, headers=HTMX)
    assert b"<html" not in answer.content and "the light" in text(answer)
    clients["editor"].post(f"/assets/{asset.pk}/tags/animal/", {"accept": "0"})
    clients["editor"].post(f"/assets/{asset.pk}/tags/", {"tag": "The House"})
    states = dict(AssetTag.objects.values_list("tag__slug", "state"))
    assert states == {"light": "accepted", "animal": "rejected", "house": "accepted"}
    unknown = clients["editor"].post(f"/assets/{asset.pk}/tags/", {"tag": "never heard"}, headers=HTMX)
    assert unknown.status_code == 400 and "not in the vocabulary" in text(unknown)
    assert (unknown["HX-Retarget"], unknown["HX-Reswap"]) == ("#notices", "innerHTML")
    assert clients["viewer"].post(f"/assets/{asset.pk}/tags/light/", {"accept": "0"}).status_code == 403


def test_editing_changes_what_it_may_and_says_what_was_wrong(clients, people, indexed):
    (asset,) = indexed("a lamp", owner=people["editor"])
    path = f"/assets/{asset.pk}/edit/"
    fields = {"title": "a red lamp", "licence": "CC-BY-4.0", "visibility": "private", "derivatives_shown": "1"}
    assert clients["editor"].post(path, fields)["Location"] == f"/assets/{asset.pk}/"
    asset.refresh_from_db()
    assert (asset.title, asset.licence, asset.visibility) == ("a red lamp", "CC-BY-4.0", "private")
    assert asset.derivatives_allowed is False
    refused = clients["editor"].post(path, {"source_url": "javascript:alert(1)"})
    assert refused.status_code == 400 and "http://" in text(refused)
    assert clients["viewer"].post(path, {"title": "mine now"}).status_code == 404


def test_what_is_thrown_away_can_be_restored_or_deleted(clients, people, indexed):
    lamp, chair = indexed("a lamp", "a chair", owner=people["editor"])
    for asset in (lamp, chair):
        clients["editor"].post(f"/assets/{asset.pk}/trash/")
    assert clients["viewer"].get(f"/assets/{lamp.pk}/").status_code == 404
    assert "in the trash" in text(clients["editor"].get(f"/assets/{lamp.pk}/"))
    assert "a chair" in text(clients["editor"].get("/trash/"))
    clients["editor"].post(f"/assets/{lamp.pk}/restore/")
    assert "a lamp" in text(clients["viewer"].get("/"))
    assert clients["other"].post(f"/assets/{chair.pk}/purge/").status_code == 403
    assert clients["editor"].post(f"/assets/{lamp.pk}/purge/").status_code == 409
    clients["editor"].post("/trash/empty/")
    assert list(Asset.objects.all()) == [lamp]


def test_emptying_the_trash_takes_only_ones_own(clients, people, indexed):
    (mine,) = indexed("mine", owner=people["admin"])
    (theirs,) = indexed("theirs", owner=people["editor"])
    lifecycle.trash(people["admin"], [mine.pk, theirs.pk])
    clients["admin"].post("/trash/empty/")
    assert list(Asset.objects.all()) == [theirs]


def test_uploads_are_answered_file_by_file(clients, people):
    def sent(data, name, kind="image/svg+xml"):
        return SimpleUploadedFile(name, data, content_type=kind)

    files = [sent(svg(), "disc.svg"), sent(svg(), "again.svg"), sent(b"", "nothing.png", "image/png")]
    form = {"file": files, "licence": "CC0-1.0", "credit": "Ann", "visibility": "private"}
    answer = clients["editor"].post("/upload/", form, headers={"accept": "application/json"})
    told = json.loads(answer.content)["files"]
    assert [one["state"] for one in told] == ["added", "there", "failed"]
    assert told[0]["url"] == told[1]["url"] and told[0]["thumb"]
    assert "no content" in told[2]["message"]
    asset = Asset.objects.get(state=State.READY)
    assert (asset.owner, asset.licence, asset.credit) == (people["editor"], "CC0-1.0", "Ann")
    assert asset.visibility == Visibility.PRIVATE
    assert clients["viewer"].post("/upload/", {"file": sent(svg(), "x.svg")}).status_code == 403


def test_the_upload_form_works_without_a_script(clients):
    page = clients["editor"].post("/upload/", {"file": SimpleUploadedFile("disc.svg", svg(), "image/svg+xml")})
    asset = Asset.objects.get()
    assert f'href="/assets/{asset.pk}/"' in page.content.decode() and "Added." in text(page)
    assert "Choose at least one file" in text(clients["editor"].post("/upload/", {}))


def test_an_unreadable_file_is_listed_with_its_reason(clients, people, make_asset):
    asset = make_asset("broken", owner=people["editor"], data=b"\x89PNG\r\n\x1a\n", file_name="broken.png")
    page = clients["editor"].get(f"/assets/{asset.pk}/")
    assert asset.error_message in text(page) and asset.error_code in text(page)
    assert asset.state == State.UNREADABLE
    assert "broken.png" in text(clients["editor"].get("/jobs/"))
    assert "broken.png" not in text(clients["viewer"].get("/jobs/"))


def test_a_photograph_is_said_to_be_unknown(clients, people, indexed):
    from indexer.models import Embedding

    (asset,) = indexed("a photo", owner=people["editor"])
    assert "does not know" not in text(clients["editor"].get(f"/assets/{asset.pk}/"))
    Embedding.objects.filter(asset_id=asset.pk, segment="image").update(known=False)
    assert "does not know" in text(clients["editor"].get(f"/assets/{asset.pk}/"))
    assert "use_encoder" in text(clients["admin"].get(f"/assets/{asset.pk}/"))


def test_the_import_under_way_is_shown_and_asked_for_again(clients, people):
    ImportRun.objects.create(source="openmoji", owner=people["admin"], state="running", total=1900, done=320)
    page = clients["viewer"].get("/progress/")
    assert "320 of 1,900" in text(page) and 'hx-trigger="every 2s"' in page.content.decode()
    assert "appear here by themselves" in text(clients["viewer"].get("/"))
    ImportRun.objects.update(state="done")
    assert "hx-trigger" not in clients["viewer"].get("/progress/").content.decode()


def test_what_is_not_indexed_yet_is_counted(clients, make_asset):
    make_asset("a lamp")
    assert "still being indexed" in text(clients["viewer"].get("/progress/"))
    index()
    assert "still being indexed" not in text(clients["viewer"].get("/progress/"))


def test_making_opens_the_run_or_says_why_not(clients, people, monkeypatch):
    from assetdb.errors import DamError

    run = Run.objects.create(query="q", meaning="q", generator="composer", asker=people["editor"])
    monkeypatch.setattr(search_page, "open_run", lambda query, **_: (run, False))
    assert clients["editor"].post("/make/", {"q": "q"})["Location"] == f"/runs/{run.pk}/"
    assert clients["editor"].post("/make/", {"q": "q"}, headers=HTMX)["HX-Redirect"] == f"/runs/{run.pk}/"

    def refuse(query, **_):
        raise DamError("cannot_make", "No maker knows “justice”.", status=422)

    monkeypatch.setattr(search_page, "open_run", refuse)
    for headers in ({}, HTMX):
        refused = clients["editor"].post("/make/", {"q": "justice"}, headers=headers)
        assert refused.status_code == 422 and "No maker knows “justice”." in text(refused)


def test_a_viewer_cannot_have_anything_made(clients):
    assert clients["viewer"].post("/make/", {"q": "purple elephant"}).status_code == 403
    assert not Run.objects.exists()


@pytest.mark.parametrize("state", Run.State.values)
def test_a_run_shows_each_state_and_asks_again_only_while_it_works(clients, people, state):
    run = Run.objects.create(query="a gap", meaning="g", generator="composer", asker=people["editor"], state=state)
    page = clients["reviewer"].get(f"/runs/{run.pk}/")
    assert page.status_code == 200 and "a gap" in text(page)
    assert ("hx-trigger" in page.content.decode()) == (state in Run.WORK)
    assert (f"/runs/{run.pk}/cancel/" in page.content.decode()) == (state in Run.WORK)
    assert clients["other"].get(f"/runs/{run.pk}/").status_code == 404
    assert b"<html" not in clients["editor"].get(f"/runs/{run.pk}/", headers=HTMX).content


def test_a_run_is_cancelled_and_tried_again(clients, people):
    run = Run.objects.create(query="a gap", meaning="g", generator="composer", asker=people["editor"])
    assert clients["other"].post(f"/runs/{run.pk}/cancel/").status_code == 404
    clients["editor"].post(f"/runs/{run.pk}/cancel/")
    run.refresh_from_db()
    assert run.state == Run.State.CANCELLED
    assert clients["editor"].post(f"/runs/{run.pk}/cancel/").status_code == 409
    clients["editor"].post(f"/runs/{run.pk}/retry/")
    run.refresh_from_db()
    assert run.state == Run.State.QUEUED


def test_review_shows_what_waits_and_rejecting_puts_it_on_the_shelf(clients, run_in_review):
    page = clients["reviewer"].get("/review/")
    assert "purple elephant" in text(page) and "shows it" in text(page) and "12 %" in text(page)
    assert '<span class="count">1</span>' in page.content.decode()
    form = {"reason": "it is blue", "next": "review"}
    assert clients["editor"].post(f"/runs/{run_in_review.pk}/reject/", form).status_code == 403
    assert clients["reviewer"].post(f"/runs/{run_in_review.pk}/reject/", form)["Location"] == "/review/"
    run_in_review.refresh_from_db()
    assert run_in_review.state == Run.State.REJECTED
    assert "Nothing waits" in text(clients["reviewer"].get("/review/"))
    assert "it is blue" in text(clients["editor"].get("/shelf/"))
    assert "purple elephant" not in text(clients["other"].get("/shelf/"))


def test_approving_is_a_reviewers_word(clients, run_in_review):
    path = f"/runs/{run_in_review.pk}/approve/"
    assert clients["editor"].post(path).status_code == 403
    assert clients["reviewer"].post(path)["Location"] == f"/runs/{run_in_review.pk}/"
    run_in_review.refresh_from_db()
    assert run_in_review.reviewer.username == "reviewer"


def test_provenance_names_every_part_and_links_those_one_may_see(clients, people, indexed):
    shown, hidden = (
        indexed("elephant", owner=people["editor"])[0],
        indexed("hidden part", owner=people["other"], visibility=Visibility.PRIVATE)[0],
    )
    (made,) = indexed("purple elephant", owner=people["editor"], origin="generated", review=Review.APPROVED)
    checks = [{"name": "fidelity", "passed": True, "score": 1, "message": "shows it"}]
    Provenance.objects.create(
        asset=made, query="purple elephant", verdict={}, recipe={"generator": "composer"}, checks=checks
    )
    for part in (shown, hidden):
        Parent.objects.create(asset=made, parent=part, title=part.title, licence="CC-BY-SA-4.0", credit="OpenMoji")
    page = clients["viewer"].get(f"/assets/{made.pk}/")
    for words_shown in ("Searched for “purple elephant”", "shows it", "composer", "hidden part", "OpenMoji"):
        assert words_shown in text(page)
    assert f'href="/assets/{shown.pk}/"' in page.content.decode()
    assert f'href="/assets/{hidden.pk}/"' not in page.content.decode()


def test_the_frame_offers_only_what_one_may_do(clients):
    editor, viewer = (clients[role].get("/").content.decode() for role in ("editor", "viewer"))
    admin = clients["admin"].get("/").content.decode()
    assert 'href="/upload/"' in editor and 'href="/upload/"' not in viewer
    assert 'href="/review/"' in admin and 'href="/review/"' not in editor
    assert 'href="/admin/"' in admin and 'href="/admin/"' not in editor


def test_a_photo_upload_shows_its_upright_preview(clients, people, make_asset):
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (60, 20), (9, 9, 200)).save(buffer, "JPEG", exif=exif)
    asset = make_asset("turned", data=buffer.getvalue(), file_name="turned.jpg")
    assert "20 × 60" in text(clients["viewer"].get(f"/assets/{asset.pk}/"))
