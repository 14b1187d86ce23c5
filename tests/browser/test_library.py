"""What only a browser can show: scripts, focus, history, dropping files, and a page without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from assetdb.models import Asset, AssetTag, Review, Tag
from generators.models import Candidate, Run
from indexer import embed, words
from tests.conftest import svg
from tests.indexer.conftest import drawing

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DROP = """([selector, files]) => {
  const data = new DataTransfer();
  for (const [name, type, text] of files) data.items.add(new File([text], name, { type }));
  const target = document.querySelector(selector);
  for (const kind of ["dragover", "drop"])
    target.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def lamps(make_asset) -> list[Asset]:
    made = [make_asset(title, data=drawing("red", radius=n + 20)) for n, title in enumerate(("a lamp", "a tall lamp"))]
    index()
    return made


@pytest.fixture
def waiting(people, make_asset) -> list[Run]:
    runs = []
    for n, query in enumerate(("purple elephant", "green dog")):
        asset = make_asset(query, data=drawing("purple", radius=n + 10), owner=people["editor"], review=Review.PENDING)
        run = Run.objects.create(
            query=query, meaning=query, generator="composer", asker=people["editor"], state="review", asset=asset
        )
        Candidate.objects.create(run=run, number=0, recipe={}, asset=asset, state="chosen")
        runs.append(run)
    index()
    return runs


def index() -> None:
    while embed.catch_up() or words.catch_up():
        pass


def names(page: Page) -> list[str]:
    return page.locator("#results .card .name").all_inner_texts()


def test_results_follow_the_typing_and_going_back_finds_the_page_again(visit, lamps):
    page = visit(who="viewer")
    page.keyboard.press("/")
    page.keyboard.type("lamp")
    expect(page).to_have_url("/?q=lamp")
    expect(page.locator(".verdict")).to_be_visible()
    page.locator("#results .card a").first.click()
    expect(page.locator("article.asset")).to_be_visible()
    page.go_back()
    expect(page.locator("input[name=q]")).to_have_value("lamp")
    assert "a tall lamp" in names(page)


def test_search_works_without_scripts(visit, lamps):
    page = visit(who="viewer", java_script_enabled=False)
    page.fill("input[name=q]", "tall lamp")
    page.click(".search button.go")
    assert page.url.endswith("/?q=tall+lamp") and names(page)[0] == "a tall lamp"
    page.locator("#results .card a").first.click()
    with page.expect_download() as download:
        page.click("text=Download")
    assert download.value.suggested_filename == lamps[1].file_name


def test_tags_are_decided_by_keyboard_one_after_the_other(visit, lamps):
    for slug in ("light", "house"):
        tag = Tag.objects.create(slug=slug, name=slug, group="things")
        AssetTag.objects.create(asset=lamps[0], tag=tag, source=AssetTag.Source.ZERO_SHOT, score=0.7)
    page = visit(f"/assets/{lamps[0].pk}/", who="editor")
    page.locator("button.yes").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".chip.on")).to_have_count(1)
    expect(page.locator("button.yes")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".chip.on")).to_have_count(2)
    expect(page.locator("input[name=tag]")).to_be_focused()


def test_files_dropped_anywhere_are_answered_one_by_one(visit):
    page = visit(who="editor")
    good = svg('<rect width="50" height="50" fill="teal"/>').decode()
    files = [
        ["good.svg", "image/svg+xml", good],
        ["again.svg", "image/svg+xml", good],
        ["page.png", "image/png", "<html>"],
        ["<b>bold.svg", "image/svg+xml", svg('<rect width="9" height="60"/>').decode()],
    ]
    page.evaluate(DROP, ["main", files[:1]])
    expect(page.locator("#tray li.added")).to_have_count(1)
    page.evaluate(DROP, ["main", files[1:]])
    expect(page.locator("#tray li.there")).to_contain_text("You have this file already")
    expect(page.locator("#tray li.failed")).to_contain_text("Give it its true name")
    expect(page.locator("#tray li.added")).to_have_count(2)
    assert page.locator("#tray b").count() == 0
    page.locator("#tray li.added a", has_text="good.svg").click()
    shown = page.locator(".paper.large img").evaluate("async (image) => (await image.decode(), image.naturalWidth)")
    assert shown == 1024


def test_a_picture_dropped_on_the_search_box_is_searched_by(visit, lamps):
    page = visit(who="editor")
    page.evaluate(DROP, ["#search", [["red.svg", "image/svg+xml", drawing("red").decode()]]])
    expect(page.locator(".basis")).to_contain_text("Like the picture you sent")
    assert "a lamp" in names(page) and Asset.objects.count() == len(lamps)


def test_a_reviewer_decides_by_keyboard_and_only_on_what_has_the_focus(visit, waiting):
    page = visit("/review/", who="reviewer")
    items = page.locator(".item")
    expect(items.nth(0)).to_be_focused()
    page.locator("h1").click()
    page.keyboard.press("a")
    expect(items).to_have_count(2)
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(items.nth(1)).to_be_focused()
    page.keyboard.press("r")
    page.keyboard.type("a, not a j")
    page.keyboard.press("Enter")
    expect(items).to_have_count(1)
    waiting[1].refresh_from_db()
    assert (waiting[1].state, waiting[1].reason) == ("rejected", "a, not a j")


@pytest.mark.parametrize("width", [390, 1440])
def test_no_page_is_wider_than_its_window(visit, lamps, waiting, width):
    page = visit(who="admin", viewport={"width": width, "height": 800})
    paths = ("/", "/?q=lamp", f"/assets/{lamps[0].pk}/", "/upload/", "/review/", f"/runs/{waiting[0].pk}/", "/nothing/")
    for path in (*paths, "/jobs/", "/trash/", "/shelf/"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
