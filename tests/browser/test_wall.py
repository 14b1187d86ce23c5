"""The library as one wall: choosing, keys, the closer look, coming back, and a million rows."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from assetdb.models import Asset
from indexer import embed, words
from tests.conftest import svg

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MILLION = 1_000_000
ROOT = re.compile(r"//[^/]+/$")
SEEN = "[...document.querySelectorAll('.wall .card')].map((card) => Number(card.dataset.index)).sort((a, b) => a - b)"


@pytest.fixture
def many(make_asset) -> list[Asset]:
    """Thirty pictures of different shapes, the newest last, in two months."""
    made = []
    for n in range(30):
        circle = f'<circle cx="30" cy="30" r="{n + 2}" fill="teal"/>'
        made.append(make_asset(f"lamp {n}", data=svg(circle)))
        moment = timezone.now() - timedelta(days=90 if n < 15 else 0, minutes=30 - n)
        Asset.objects.filter(pk=made[-1].pk).update(created=moment)
    while embed.catch_up() or words.catch_up():
        pass
    return made


def wall(page: Page) -> Page:
    expect(page.locator(".wall .card").first).to_be_visible()
    return page


def chosen(page: Page) -> int:
    return page.locator(".card.selected").count()


def until(page: Page, what: str) -> None:
    """Wait until an expression is true; the page's own rules forbid Playwright's way of waiting."""
    for _ in range(100):
        if page.evaluate(what):
            return
        page.wait_for_timeout(50)
    raise AssertionError(what)


def link(page: Page, index: int):
    return page.locator(f'.wall .card[data-index="{index}"] > a').first


def test_the_wall_is_the_page_that_came_and_needs_no_scripts(visit, many):
    plain = visit(who="viewer", java_script_enabled=False)
    first = plain.locator(".card .name").first.inner_text()
    page = wall(visit(who="viewer"))
    assert link(page, 0).locator(".name").inner_text() == first == "lamp 29"
    assert page.evaluate(SEEN) == list(range(len(page.evaluate(SEEN))))
    similar = page.locator(".wall .card").first.locator(".like")
    assert similar.get_attribute("href") == f"/?like={many[-1].pk}"


def test_pictures_are_chosen_by_mouse(visit, many):
    page = wall(visit(who="editor"))
    page.locator(".wall .card").first.hover()
    page.locator(".wall .card .pick").first.click()
    link(page, 4).click(modifiers=["Shift"])
    assert chosen(page) == 5
    link(page, 2).click()
    assert chosen(page) == 4 and page.url.endswith("/")
    expect(page.locator("#bulk")).to_contain_text("4 chosen")
    page.keyboard.press("Escape")
    assert chosen(page) == 0
    expect(page.locator("#bulk")).to_be_hidden()


def test_a_box_on_the_ground_chooses_what_it_touches(visit, many):
    page = wall(visit(who="editor"))
    one, other = link(page, 0).bounding_box(), link(page, 1).bounding_box()
    page.mouse.move(one["x"] - 12, one["y"] + 20)
    page.mouse.down()
    page.mouse.move(other["x"] + 20, other["y"] + 40, steps=4)
    expect(page.locator(".card.selected")).to_have_count(2)
    page.mouse.up()
    link(page, 3).click(modifiers=["Control"])
    assert chosen(page) == 3


def test_keys_walk_choose_and_open(visit, many):
    page = wall(visit(who="editor"))
    link(page, 0).focus()
    page.keyboard.press("ArrowRight")
    expect(link(page, 1)).to_be_focused()
    page.keyboard.press("x")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    assert chosen(page) == 2
    page.keyboard.press("Control+a")
    expect(page.locator("#bulk")).to_contain_text("30 chosen")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Move what is chosen to the trash")
    page.keyboard.press("Escape")
    expect(page.locator("#bulk")).to_contain_text("30 chosen")
    link(page, 2).focus()
    page.keyboard.press("Enter")
    expect(page.locator("article.asset")).to_contain_text("lamp 27")


def test_keys_leave_alone_who_types_and_what_the_browser_does(visit, many):
    page = wall(visit(who="editor"))
    page.keyboard.press("/")
    page.keyboard.type("x?")
    expect(page.locator("input[name=q]")).to_have_value("x?")
    assert chosen(page) == 0 and page.get_by_role("dialog").count() == 0
    page = wall(visit(who="editor"))
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/collections/")


def test_what_is_trashed_by_key_can_be_had_back_and_the_place_stays(visit, many):
    page = wall(visit(who="editor"))
    link(page, 3).focus()
    page.keyboard.press("Delete")
    expect(page.locator("#toasts")).to_contain_text("1 picture moved to the trash.")
    expect(page.locator(".filters .total")).to_contain_text("29")
    expect(link(page, 3).locator(".name")).to_have_text("lamp 25")
    expect(link(page, 3)).to_be_focused()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".filters .total")).to_contain_text("30")
    expect(link(page, 3).locator(".name")).to_have_text("lamp 26")


def test_a_closer_look_on_hover_and_by_key(visit, many):
    page = wall(visit(who="viewer"))
    link(page, 1).hover()
    panel = page.locator("#peek")
    expect(panel).to_contain_text("lamp 28")
    expect(panel.locator(".near img")).to_have_count(6)
    page.mouse.move(2, 2)
    expect(panel).to_be_hidden()
    link(page, 2).focus()
    page.keyboard.press("p")
    expect(panel).to_contain_text("lamp 27")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()


def test_who_comes_back_from_a_picture_finds_the_place(visit, many):
    page = wall(visit(who="viewer", viewport={"width": 390, "height": 700}))
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    expect(link(page, 29)).to_be_visible()
    until(page, "history.state?.place > 0")
    place = page.evaluate("history.state.place")
    link(page, 27).click()
    expect(page.locator("article.asset")).to_be_visible()
    page.go_back()
    expect(link(page, 27)).to_be_in_viewport()
    assert page.evaluate("history.state.place") == place


def test_the_months_lead_far_back(visit, many):
    page = visit(who="viewer", viewport={"width": 1440, "height": 500})
    page.route("**/grid/?*", million)
    page.route("**/grid/months/**", lambda route: route.fulfill(json={"months": MONTHS}))
    page.route(ROOT, of_a_million)
    page.reload()
    rail = page.locator("#timeline")
    expect(rail).to_be_visible()
    box = rail.bounding_box()
    page.mouse.move(box["x"] + 8, box["y"] + box["height"] * 0.74)
    expect(rail.locator("span")).to_have_text("January 2024")
    page.mouse.down()
    page.mouse.up()
    until(page, f"(({SEEN}).at(0) ?? 0) > 720000")
    assert 720_000 < page.evaluate(SEEN)[0] < 750_000
    rail.focus()
    page.keyboard.press("Home")
    expect(rail).to_have_attribute("aria-valuetext", "October 2026")
    until(page, f"({SEEN}).at(0) === 0")
    page.keyboard.press("PageDown")
    page.keyboard.press("ArrowDown")
    expect(rail).to_have_attribute("aria-valuetext", "July 2025")
    until(page, f"(({SEEN}).at(0) ?? 0) > 310000")


def test_a_million_rows_take_no_more_room_than_a_few(visit, many):
    page = visit(who="viewer", viewport={"width": 1440, "height": 900})
    page.route("**/grid/?*", million)
    page.route(ROOT, of_a_million)
    page.reload()
    wall(page)
    page.evaluate(WATCH)
    for _ in range(20):
        page.mouse.wheel(0, 5000)
        page.wait_for_timeout(30)
    height = page.evaluate("document.documentElement.scrollHeight")
    for step in (3, 7, 10, 6, 1, 10):
        page.evaluate("(y) => scrollTo(0, y)", height * step / 10)
        page.wait_for_timeout(250)
    expect(page.locator(f'.card[data-index="{MILLION - 1}"]')).to_be_in_viewport()
    longest, most = page.evaluate("[Math.max(0, ...long), most]")
    print(f"longest task {longest:.0f} ms, most cards {most}")
    assert most < 300
    page.locator(f'.card[data-index="{MILLION - 1}"] > a').first.focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    expect(page.locator(f'.card[data-index="{MILLION - 4}"] > a').first).to_be_focused()
    seen = page.evaluate(SEEN)
    assert seen == list(range(seen[0], seen[-1] + 1))


MONTHS = [{"month": f"{2026 - n // 10}-{10 - n % 10:02}", "count": MILLION // 40} for n in range(40)]
WATCH = """() => {
  window.long = [];
  window.most = 0;
  const note = (list) => long.push(...list.getEntries().map((one) => one.duration));
  new PerformanceObserver(note).observe({ type: "longtask" });
  setInterval(() => (window.most = Math.max(window.most, document.querySelectorAll(".card").length)), 40);
}"""


def of_a_million(route: Route) -> None:
    """Hand on the page as it is, but for how many pictures it says there are."""
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace('data-total="30"', f'data-total="{MILLION}"'))


def million(route: Route) -> None:
    """Answer with rows made up for the place that is asked for."""
    asked = parse_qs(urlsplit(route.request.url).query)
    first, limit = int(asked["offset"][0]), int(asked["limit"][0])
    rows = [
        {
            "id": str(n),
            "title": f"{n}",
            "width": 300 + n * 37 % 900,
            "height": 300 + n * 53 % 700,
            "photo": n % 3 == 0,
            "kind": "image",
            "marks": [],
            "thumb": "/static/lacuna/mark.svg",
            "url": "#",
        }
        for n in range(first, min(first + limit, MILLION))
    ]
    route.fulfill(body=json.dumps({"total": MILLION, "offset": first, "rows": rows}), content_type="application/json")
