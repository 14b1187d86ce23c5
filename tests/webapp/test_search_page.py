"""The library page: what was found, how sure that is, and what can be done about a gap."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from assetdb import tagging
from assetdb.models import Asset, ImportRun, Tag
from indexer.search import Hit, Results, Verdict
from tests.indexer.conftest import drawing
from tests.webapp.readers import HTMX, index, text
from webapp.library import search as search_page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder")]


def answering(monkeypatch, verdict: Verdict, hits: list[Hit]) -> None:
    def search(query, **_):
        return Results(query, hits, verdict, encoder="fake", total=len(hits))

    monkeypatch.setattr(search_page, "search", search)


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
