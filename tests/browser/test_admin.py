"""The admin's rooms in a real browser: keys decide, pages go on by themselves, nothing is wider than the window."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from playwright.sync_api import Page, expect

from assetdb.models import AssetTag, Tag
from indexer import embed
from tests.indexer.conftest import drawing
from webapp.dashboards import by_tag

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHADES = ("#ea5a47", "#61b2e4", "#5c9e31", "#fcea2b", "#a57939", "#7a4fa0", "#1e50a0", "#d22f27")


@pytest.fixture(autouse=True)
def fresh():
    cache.clear()


@pytest.fixture
def rows(people, make_asset) -> list[AssetTag]:
    """Eight suggestions of one tag, the likeliest first, and one of another."""
    tag = Tag.objects.create(slug="round", name="round", group="shapes")
    assets = [make_asset(f"disc {n}", data=drawing(shade)) for n, shade in enumerate(SHADES)]
    made = [
        AssetTag.objects.create(asset=asset, tag=tag, source="zero_shot", score=0.95 - n / 10)
        for n, asset in enumerate(assets)
    ]
    other = Tag.objects.create(slug="red", name="red", group="colour")
    AssetTag.objects.create(asset=assets[0], tag=other, source="zero_shot", score=0.6)
    while embed.catch_up():
        pass
    return made


def states(rows: list[AssetTag]) -> list[str]:
    by_key = dict(AssetTag.objects.values_list("pk", "state"))
    return [by_key[row.pk] for row in rows]


def settled(page: Page) -> None:
    """Wait until every decision has reached the server."""
    page.wait_for_timeout(450)
    page.wait_for_load_state("networkidle")


def test_keys_decide_on_one_picture_after_the_other(visit, rows):
    page = visit("/tagging/tags/round/", who="reviewer")
    tiles = page.locator(".tile")
    expect(tiles).to_have_count(8)
    expect(tiles.first).to_be_focused()
    page.keyboard.press("a")
    page.keyboard.press("r")
    expect(tiles).to_have_count(6)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+A")
    expect(tiles).to_have_count(3)
    settled(page)
    assert states(rows) == ["accepted", "rejected", *["accepted"] * 3, *["suggested"] * 3]
    assert page.locator("[data-waiting]").inner_text() == "3"
    page.keyboard.press("u")
    expect(tiles).to_have_count(6)
    page.keyboard.press("u")
    settled(page)
    assert states(rows) == ["accepted", *["suggested"] * 7]
    assert tiles.first.get_attribute("data-asset") == str(rows[1].asset_id)
    expect(tiles.first).to_be_focused()


def test_selected_pictures_are_decided_together_and_the_slider_takes_the_rest(visit, rows):
    page = visit("/tagging/tags/round/", who="reviewer")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    page.get_by_role("button", name="Reject selected (2)").click()
    settled(page)
    assert states(rows)[:3] == ["rejected", "rejected", "suggested"]
    page.locator(".least input").fill("0.5")
    page.locator('[data-do="above"]').click()
    expect(page.locator(".tile")).to_have_count(3)
    assert states(rows) == ["rejected"] * 2 + ["accepted"] * 3 + ["suggested"] * 3
    page.keyboard.press("u")
    expect(page.locator(".tile")).to_have_count(6)
    assert states(rows) == ["rejected"] * 2 + ["suggested"] * 6


def test_the_wall_goes_on_without_a_reload_until_nothing_is_left(visit, rows, monkeypatch):
    monkeypatch.setattr(by_tag, "AT_ONCE", 3)
    page = visit("/tagging/tags/round/", who="reviewer")
    page.evaluate("window.same = true")
    for _ in range(8):
        expect(page.locator(".tile").first).to_be_focused()
        page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing waits for this tag")).to_be_visible()
    settled(page)
    assert states(rows) == ["accepted"] * 8
    assert page.evaluate("window.same")
    page.keyboard.press("n")
    page.wait_for_url("**/tagging/tags/red/")


def test_what_does_not_arrive_comes_back_to_the_wall(visit, rows):
    page = visit("/tagging/tags/round/", who="reviewer")
    refusal = {"message": "Not today."}
    page.route("**/tagging/decide/", lambda route: route.fulfill(status=409, json=refusal))
    page.keyboard.press("a")
    expect(page.locator(".tile")).to_have_count(7)
    expect(page.locator(".tile")).to_have_count(8)
    assert page.locator("[data-waiting]").inner_text() == "8"
    expect(page.get_by_text("Not today.")).to_be_visible()
    assert states(rows) == ["suggested"] * 8


def test_a_decision_survives_leaving_at_once(visit, rows):
    page = visit("/tagging/tags/round/", who="reviewer")
    page.keyboard.press("a")
    page.goto("/")
    page.wait_for_timeout(600)
    assert states(rows)[0] == "accepted"


def test_digits_switch_the_tags_of_one_asset(visit, rows):
    asset = rows[0].asset
    page = visit(f"/tagging/assets/?asset={asset.pk}", who="reviewer")
    expect(page.get_by_role("checkbox")).to_have_count(2)
    page.keyboard.press("1")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.locator(f'form[data-asset="{asset.pk}"]')).to_have_count(0)
    assert dict(asset.asset_tags.values_list("tag__slug", "state")) == {"round": "rejected", "red": "accepted"}
    page.keyboard.press("u")
    expect(page.locator(f'form[data-asset="{asset.pk}"]')).to_be_visible()
    assert set(asset.asset_tags.values_list("state", flat=True)) == {"suggested"}


def test_the_count_follows_the_threshold(visit, rows):
    page = visit("/admin/assetdb/tag/vocabulary/?tag=round", who="admin")
    told = page.locator(".outlook strong")
    page.locator('.edge [type="range"]').fill("0")
    expect(told).to_have_text("8")
    page.locator('.edge [name="threshold"]').fill("1")
    expect(told).to_have_text("0")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Suggestions are made anew")).to_be_visible()
    assert Tag.objects.get(slug="round").threshold == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_every_room_is_legible_and_fits(visit, rows, width, scheme):
    page = visit("/admin/", who="admin", viewport={"width": width, "height": 900}, color_scheme=scheme)
    faults = []
    for path in ("/admin/", "/tagging/tags/round/", "/tagging/assets/", "/admin/assetdb/tag/vocabulary/?tag=round"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        # The frame around the room is unfold's.
        for found in Axe().run(page, context="#content").response["violations"]:
            if found["impact"] in ("serious", "critical"):
                faults.append((path, found["id"], found["nodes"][0]["html"][:200]))
    assert faults == []
