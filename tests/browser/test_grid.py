"""The wall in a real browser: a million rows, choosing, keys, and coming back to where one was."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from assetdb.models import Asset, AssetTag, Collection, Tag
from indexer import embed, words
from tests.indexer.conftest import drawing

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ROWS = 1_000_000
LAST = "Math.max(-1, ...[...document.querySelectorAll('.wall .card')].map((card) => Number(card.dataset.index)))"


@pytest.fixture
def lamps(make_asset) -> list[Asset]:
    made = [make_asset(f"lamp {n}", data=drawing("red", radius=n + 10)) for n in range(8)]
    while embed.catch_up() or words.catch_up():
        pass
    return made


def a_million(page: Page) -> list[int]:
    """Make the library look endless to the page; return the offsets that it asks for."""
    asked: list[int] = []

    def rows(route: Route) -> None:
        said = parse_qs(urlsplit(route.request.url).query)
        first, limit = int(said["offset"][0]), int(said["limit"][0])
        asked.append(first)
        some = {"width": 300, "height": 200, "marks": [], "thumb": "/nothing", "url": "/", "photo": False}
        last = min(first + limit, ROWS)
        route.fulfill(
            json={"total": ROWS, "rows": [some | {"id": str(n), "title": f"No. {n}"} for n in range(first, last)]}
        )

    def whole(route: Route) -> None:
        body = route.fetch().text().replace('data-total="8"', f'data-total="{ROWS}"')
        route.fulfill(body=body, content_type="text/html")

    page.route("**/grid/?*", rows)
    page.route("**/grid/months/*", lambda route: route.fulfill(json={"months": []}))
    page.route("**/nothing", lambda route: route.fulfill(body="<svg/>", content_type="image/svg+xml"))
    page.route(lambda address: urlsplit(address).path == "/", whole)
    return asked


@pytest.mark.parametrize("width", [1440, 390])
def test_a_million_rows_are_reached_with_few_in_the_page(visit, lamps, width):
    page = visit("/nowhere/", who="viewer", viewport={"width": width, "height": 900})
    asked = a_million(page)
    page.goto("/")
    expect(page.locator(".wall .card").first).to_contain_text("No. 0")
    height = page.evaluate("document.documentElement.scrollHeight")
    assert height < 16_000_000
    for share in (0.25, 0.5, 0.75, 1):
        page.evaluate("(y) => scrollTo(0, y)", height * share)
        page.wait_for_function(f"{LAST} >= {ROWS * share * 0.9}")
        assert page.locator(".wall .card").count() < 250
    page.wait_for_function(f"{LAST} === {ROWS - 1}")
    assert len(asked) < 40
    page.evaluate("scrollTo(0, 0)")
    expect(page.locator(".wall .card").first).to_contain_text("No. 0")


def test_choosing_by_box_range_key_and_band(visit, lamps):
    page = visit("/", who="editor")
    cards = page.locator(".wall .card")
    expect(cards).to_have_count(8)
    bar = page.get_by_role("toolbar")
    cards.nth(1).hover()
    cards.nth(1).locator(".pick").check()
    cards.nth(4).locator("a").first.click(modifiers=["Shift"])
    expect(bar).to_contain_text("4 chosen")
    cards.nth(2).locator("a").first.click(modifiers=["Control"])
    expect(bar).to_contain_text("3 chosen")
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()
    cards.nth(0).locator("a").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("x")
    expect(bar).to_contain_text("1 chosen")
    page.keyboard.press("Control+a")
    expect(bar).to_contain_text("8 chosen")
    bar.get_by_role("button", name="Clear").click()
    box = cards.nth(0).bounding_box()
    page.mouse.move(box["x"] - 12, box["y"] - 6)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 1.5, box["y"] + 60, steps=4)
    page.mouse.up()
    expect(bar).to_contain_text("2 chosen")


def test_many_are_tagged_and_collected_at_once(visit, lamps):
    Tag.objects.create(slug="light", name="light", group="mood")
    page = visit("/", who="editor")
    page.locator(".wall .card a").first.focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("t")
    page.keyboard.type("light")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("8 pictures tagged")
    assert AssetTag.objects.filter(state="accepted").count() == 8
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".toast").last).not_to_contain_text("tagged “light”")
    assert not AssetTag.objects.filter(state="accepted").exists()
    page.locator(".wall .card a").first.focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("c")
    page.get_by_label("Its name").fill("Lamps")
    page.keyboard.press("Enter")
    expect(page.locator(".toast").last).to_contain_text("8 pictures added to “Lamps”")
    assert Collection.objects.get(name="Lamps").items.count() == 8


def test_a_closer_look_and_the_keys(visit, lamps):
    page = visit("/", who="viewer")
    page.locator(".wall .card .paper").nth(2).hover()
    peek = page.locator("#peek")
    expect(peek).to_contain_text("lamp 5")
    expect(peek.locator(".near a")).to_have_count(6)
    page.keyboard.press("Escape")
    expect(peek).to_be_hidden()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Find similar ones")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("c")
    expect(page).to_have_url("/collections/")


def test_who_comes_back_is_where_they_were(visit, lamps):
    page = visit("/nowhere/", who="viewer")
    a_million(page)
    page.goto("/")
    expect(page.locator(".wall .card").first).to_be_visible()
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight / 2)")
    page.wait_for_function(f"{LAST} > 400000")
    page.wait_for_timeout(400)
    seen = page.evaluate(LAST)
    page.goto("/collections/")
    page.go_back()
    page.wait_for_function(f"Math.abs({LAST} - {seen}) < 60")
