"""The page of an asset in a browser: zooming, going on to the next, the whole screen, copying the credit line."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from assetdb.models import Asset
from tests.indexer.conftest import drawing
from tests.webapp.readers import index
from webapp.library.ask import Ask
from webapp.library.place import asset_url

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def lamps(make_asset) -> list[Asset]:
    """Three pictures, in the order in which the library shows them."""
    for n, title in enumerate(("third lamp", "second lamp", "first lamp")):
        make_asset(title, data=drawing("red", radius=n + 20), licence="CC-BY-4.0", credit="Ann")
    index()
    return list(Asset.objects.order_by("-created"))


def scale(page: Page) -> float:
    return page.evaluate("new DOMMatrix(getComputedStyle(document.querySelector('.view img')).transform).a")


def place(page: Page) -> tuple[float, float]:
    found = page.evaluate(
        "(m => [m.e, m.f])(new DOMMatrix(getComputedStyle(document.querySelector('.view img')).transform))"
    )
    return found[0], found[1]


def settled(page: Page, title: str) -> None:
    expect(page.locator("h1")).to_have_text(title)
    expect(page.locator("#main")).not_to_have_attribute("aria-busy", "true")


def test_arrows_go_through_the_results_in_place_and_back_leads_to_them(visit, lamps):
    page = visit("/?order=newest", who="viewer")
    page.goto(asset_url(lamps[0], Ask(), 0))
    page.evaluate("window.kept = true")
    page.keyboard.press("ArrowRight")
    settled(page, "second lamp")
    expect(page).to_have_title("second lamp · Lacuna")
    page.keyboard.press("ArrowRight")
    settled(page, "third lamp")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    settled(page, "second lamp")
    assert str(lamps[1].pk) in page.url and page.url.endswith("at=1")
    assert page.evaluate("window.kept"), "the page was left"
    page.locator("input[name=q]").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("h1")).to_have_text("second lamp")
    page.go_back()
    expect(page).to_have_url(re.compile(r"/\?order=newest$"))


def test_without_scripts_links_lead_on_and_the_picture_is_there(visit, lamps):
    page = visit(asset_url(lamps[0], Ask(), 0), who="viewer", java_script_enabled=False)
    assert page.locator(".view img").is_visible() and not page.locator(".zoom").is_visible()
    assert not page.locator(".copies").is_visible()
    page.click("[rel=next]")
    expect(page.locator("h1")).to_have_text("second lamp")
    page.click("text=Back to the results")
    expect(page.locator(".grid .card").first).to_be_visible()


def test_keys_buttons_wheel_and_double_click_zoom(visit, lamps):
    page = visit(f"/assets/{lamps[0].pk}/", who="viewer")
    page.keyboard.press("+")
    page.click("[data-zoom='+']")
    assert scale(page) == pytest.approx(1.96)
    expect(page.locator(".zoom output")).to_have_text("2×")
    page.keyboard.press("-")
    assert scale(page) == pytest.approx(1.4)
    page.keyboard.press("0")
    assert scale(page) == 1
    page.dblclick(".view")
    assert scale(page) == 2.5
    page.dblclick(".view")
    assert scale(page) == 1
    page.locator(".view").hover()
    page.mouse.wheel(0, -200)
    assert scale(page) == 1, "the wheel alone scrolls the page"
    page.keyboard.down("Control")
    page.mouse.wheel(0, -50)
    page.keyboard.up("Control")
    assert scale(page) > 1.5


def test_a_zoomed_picture_follows_the_hand_and_stays_in_sight(visit, lamps):
    page = visit(f"/assets/{lamps[0].pk}/", who="viewer")
    for _ in range(4):
        page.keyboard.press("+")
    box = page.locator(".view").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 40, y - 30)
    page.mouse.up()
    assert place(page) == pytest.approx((-40, -30))
    page.mouse.down()
    page.mouse.move(x - 3000, y)
    page.mouse.up()
    reach = page.evaluate(
        "(() => { const v = document.querySelector('.view'), i = v.querySelector('img');"
        "const s = new DOMMatrix(getComputedStyle(i).transform).a; return (i.offsetWidth * s - v.clientWidth) / 2 })()"
    )
    assert place(page)[0] == pytest.approx(-reach)
    page.mouse.move(0, 0)


def test_zooming_beyond_the_preview_brings_a_larger_picture(visit, lamps):
    page = visit(f"/assets/{lamps[0].pk}/", who="viewer")
    assert "/preview" in page.locator(".view img").get_attribute("src")
    for _ in range(5):
        page.keyboard.press("+")
    expect(page.locator(".view img")).to_have_attribute("src", re.compile("/render/(2560|4096)"), timeout=20_000)
    assert page.locator(".view img").evaluate("image => image.naturalWidth") in (2560, 4096)


def test_a_small_picture_has_nothing_larger_to_load(visit, make_asset):
    buffer = io.BytesIO()
    Image.new("RGB", (300, 200), "teal").save(buffer, "JPEG")
    asset = make_asset("small", data=buffer.getvalue(), file_name="small.jpg")
    page = visit(f"/assets/{asset.pk}/", who="viewer")
    for _ in range(6):
        page.keyboard.press("+")
    page.wait_for_timeout(300)
    assert "/preview" in page.locator(".view img").get_attribute("src")


def test_the_whole_screen_stays_while_going_on_and_escape_leaves_it(visit, lamps):
    page = visit(asset_url(lamps[0], Ask(), 0), who="viewer")
    page.keyboard.press("f")
    expect(page.locator("html")).to_have_class("full-view")
    expect(page.locator("[data-full]")).to_have_attribute("aria-pressed", "true")
    picture = page.locator(".view img").bounding_box()
    window = page.evaluate("[innerWidth, innerHeight]")
    assert picture["x"] >= 0 and picture["y"] >= 0 and picture["y"] + picture["height"] <= window[1]
    page.keyboard.press("ArrowRight")
    settled(page, "second lamp")
    expect(page.locator("html")).to_have_class("full-view")
    assert page.evaluate("[...document.querySelectorAll('.top, .facts')].every(one => one.inert)")
    page.keyboard.press("f")
    expect(page.locator("html")).not_to_have_class("full-view")
    assert page.evaluate("document.querySelectorAll('[inert]').length") == 0
    page.keyboard.press("f")
    page.keyboard.press("Escape")
    expect(page.locator("html")).not_to_have_class("full-view")


def test_a_swipe_goes_on_and_a_pinch_zooms(visit, lamps):
    page = visit(asset_url(lamps[0], Ask(), 0), who="viewer", has_touch=True, viewport={"width": 390, "height": 800})
    box = page.locator(".view").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch = page.context.new_cdp_session(page)

    def send(kind: str, *points: float) -> None:
        touch.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": one, "y": y, "id": n} for n, one in enumerate(points)]},
        )

    send("touchStart", x + 80)
    for step in (40, 0, -40, -80):
        send("touchMove", x + step)
    send("touchEnd")
    settled(page, "second lamp")
    send("touchStart", x - 30, x + 30)
    for step in (40, 60, 75):
        send("touchMove", x - step, x + step)
    send("touchEnd")
    assert scale(page) > 1.8
    expect(page.locator("h1")).to_have_text("second lamp")


def test_the_credit_line_is_copied_or_at_least_selected(visit, lamps):
    page = visit(f"/assets/{lamps[0].pk}/", who="viewer", permissions=["clipboard-read", "clipboard-write"])
    page.click("text=Copy credit line")
    expect(page.locator(".copies [role=status]")).to_have_text("Copied")
    said = page.evaluate("navigator.clipboard.readText()")
    assert said == "“first lamp” by Ann, CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)"
    page.click("text=Copy HTML")
    expect(page.locator(".copies [role=status]")).to_have_text("Copied")
    assert '<a href="https://creativecommons.org' in page.evaluate("navigator.clipboard.readText()")
    page.evaluate("void (navigator.clipboard.writeText = () => Promise.reject())")
    page.click("text=Copy credit line")
    expect(page.locator(".copies [role=status]")).to_contain_text("Selected")
    assert page.evaluate("getSelection().toString()").strip() == said


def test_the_sizes_open_by_keyboard_and_a_size_comes_down(visit, lamps):
    page = visit(f"/assets/{lamps[0].pk}/", who="viewer")
    page.locator(".sizes summary").focus()
    page.keyboard.press("Enter")
    page.fill("input[name=side]", "300")
    page.select_option("select[name=form]", "jpeg")
    with page.expect_download() as download:
        page.keyboard.press("Enter") if page.locator("select[name=form]:focus").count() == 0 else page.click("text=Get")
    assert download.value.suggested_filename == "first lamp 512.jpg"
    page.keyboard.press("Escape")
    expect(page.locator(".sizes .sheet")).not_to_be_visible()
    expect(page.locator(".sizes summary")).to_be_focused()


@pytest.mark.parametrize("width", [390, 1440])
def test_open_menus_and_long_words_stay_within_the_window(visit, make_asset, width):
    asset = make_asset(
        "Donaudampfschifffahrtsgesellschaftskapitän" * 3, credit="x" * 200, source_url="https://e.org/" + "y" * 300
    )
    page = visit(asset_url(asset, Ask(), 0), who="editor", viewport={"width": width, "height": 800})
    page.evaluate("document.querySelectorAll('article details').forEach((fold) => (fold.open = true))")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_question_mark_shows_the_keys_of_this_page(visit, lamps):
    page = visit("/?order=newest", who="viewer")
    page.goto(asset_url(lamps[0], Ask(), 0))
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keys")
    expect(sheet).to_contain_text("Previous and next result")
    expect(sheet).to_contain_text("Fill the screen")
    expect(sheet).not_to_contain_text("Choose all")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("l")
    expect(page).to_have_url(re.compile(r"//[^/]+/$"))


def test_a_better_file_takes_the_place_and_the_old_one_can_come_back(visit, lamps):
    page = visit(f"/assets/{lamps[0].pk}/", who="editor")
    page.locator(".versions summary").click()
    better = io.BytesIO()
    Image.new("RGB", (90, 60), "teal").save(better, "PNG")
    page.get_by_label("New file").set_input_files(
        {"name": "better.png", "mimeType": "image/png", "buffer": better.getvalue()}
    )
    page.get_by_label("What is better").fill("calmer")
    page.get_by_role("button", name="Replace the file").click()
    expect(page.locator("#notices")).to_contain_text("The new file is in place")
    page.locator(".versions summary").click()
    expect(page.locator(".versions li")).to_contain_text("calmer")
    page.get_by_role("button", name="Bring back").click()
    expect(page.locator("#notices")).to_contain_text("Version 1 is the current file again")
