"""The ten things people do most, each by hand in both schemes and at both widths.

Set SCREENSHOTS to a folder to have a picture of the end of each written there.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from assetdb.models import Asset, AssetTag, Collection, Review, Tag
from indexer import embed, words
from tests.conftest import svg
from tests.indexer.conftest import drawing

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LOOKS = [(width, scheme) for width in (1440, 390) for scheme in ("light", "dark")]


@pytest.fixture(params=LOOKS, ids=[f"{width} {scheme}" for width, scheme in LOOKS])
def look(request, visit):
    """Return a function that opens a page in one of the four looks; the end of the test is photographed."""
    width, scheme = request.param
    opened: list[Page] = []

    def open_page(path: str = "/", *, who: str = "editor") -> Page:
        page = visit(path, who=who, viewport={"width": width, "height": 900}, color_scheme=scheme)
        opened.append(page)
        return page

    yield open_page
    if (folder := os.environ.get("SCREENSHOTS")) and opened:
        name = request.node.originalname.removeprefix("test_")
        opened[-1].screenshot(path=Path(folder) / f"{name}_{width}_{scheme}.png")


@pytest.fixture
def things(make_asset) -> list[Asset]:
    shades = {"a lamp": "#ea5a47", "a tall lamp": "#61b2e4", "a green chair": "#5c9e31", "a house": "#fcea2b"}
    made = [make_asset(title, data=drawing(shade), licence="CC-BY-4.0") for title, shade in shades.items()]
    index()
    return made


def index() -> None:
    while embed.catch_up() or words.catch_up():
        pass


def cards(page: Page):
    return page.locator("#results .card")


def test_1_describe_and_find(look, things):
    page = look()
    page.fill("input[name=q]", "lamp")
    expect(page.locator(".verdict.hit")).to_contain_text("The library has this")
    expect(cards(page).first).to_contain_text("lamp")


def test_2_open_and_take_the_file(look, things):
    page = look("/?q=house")
    cards(page).first.locator("a").first.click()
    expect(page.get_by_role("heading", name="a house")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").first.click()
    assert download.value.suggested_filename == "a house.svg"


def test_3_narrow_and_order(look, things, make_asset):
    make_asset("a rug", data=drawing("#a57939"), licence="MIT")
    index()
    page = look()
    page.locator(".filters summary", has_text="Licence").click()
    page.locator(".filters .sheet a", has_text="CC BY 4.0").click()
    expect(page.locator(".chip.on")).to_contain_text("CC BY 4.0")
    expect(page.locator("#results")).not_to_contain_text("a rug")
    page.locator(".filters .order summary").click()
    page.locator(".filters .order a", has_text="By name").click()
    expect(cards(page).first).to_contain_text("a green chair")


def test_4_find_more_like_it(look, things):
    page = look(f"/assets/{things[0].pk}/")
    page.get_by_role("link", name="Similar", exact=True).click()
    expect(page.locator(".basis")).to_contain_text("a lamp")
    expect(cards(page)).not_to_have_count(0)


def test_5_have_what_is_missing_made(look, things):
    page = look("/?q=three+green+chairs+under+a+house", who="editor")
    expect(page.locator(".verdict")).to_contain_text("Understood")
    expect(page.locator(".understood .chip").first).to_contain_text("3 × green chair")
    expect(page.locator(".offer")).to_be_visible()


def test_6_review_what_was_made(look, people, proposed):
    asset = proposed(people["editor"]).asset
    page = look("/review/", who="reviewer")
    page.get_by_label("Reason").fill("Too dark")
    page.get_by_role("button", name="Reject").click()
    expect(page.locator("#main")).to_contain_text("Nothing waits for you")
    asset.refresh_from_db()
    assert asset.review == Review.REJECTED


def test_7_decide_on_tags(look, things):
    for slug, score in (("light", 0.9), ("indoors", 0.6)):
        tag = Tag.objects.create(slug=slug, name=slug, group="subject")
        AssetTag.objects.create(asset=things[0], tag=tag, source="zero_shot", score=score)
    page = look(f"/assets/{things[0].pk}/")
    page.get_by_role("button", name="Accept light").click()
    expect(page.locator("#tags .chip.on")).to_contain_text("light")
    page.get_by_role("button", name="Reject indoors").click()
    expect(page.locator("#tags .chip.maybe")).to_have_count(0)
    states = set(AssetTag.objects.filter(asset=things[0]).values_list("tag__slug", "state"))
    assert states == {("light", "accepted"), ("indoors", "rejected")}


def test_8_add_pictures(look, people):
    page = look("/upload/")
    page.locator("#upload input[name=file]").first.set_input_files(
        [{"name": "fan.svg", "mimeType": "image/svg+xml", "buffer": svg()}]
    )
    page.locator("#upload button.primary").click()
    expect(page.locator("body")).to_contain_text("Added.")
    assert Asset.objects.get().file_name == "fan.svg"


def test_9_collect_and_share(look, things, people):
    shelf = Collection.objects.create(name="Catalogue", owner=people["editor"])
    shelf.items.create(asset=things[0], position=0)
    page = look("/collections/")
    page.get_by_role("link", name="Catalogue").first.click()
    expect(page.locator("#main")).to_contain_text("a lamp")


def test_10_choose_many_and_undo(look, things):
    page = look()
    for card in (cards(page).first, cards(page).nth(1)):
        card.hover()
        card.locator("input[type=checkbox]").check()
    bar = page.get_by_role("toolbar")
    expect(bar).to_contain_text("2")
    bar.get_by_role("button", name="Trash").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("body")).to_contain_text("2 pictures restored")
    assert Asset.objects.filter(trashed__isnull=True).count() == len(things)


def test_by_keyboard_alone_and_in_chinese(visit, things):
    page = visit(who="editor", locale="zh-CN")
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    page.keyboard.press("/")
    page.keyboard.type("house")
    page.keyboard.press("Enter")
    expect(page.locator(".verdict.hit")).to_contain_text("素材库")
    page.wait_for_load_state("networkidle")
    for _press in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("Boolean(document.activeElement.closest('#results .card'))"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="a house")).to_be_visible()
    for _press in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.includes('下载')"):
            break
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "a house.svg"
