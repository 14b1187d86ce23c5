"""Collections in a browser: put in order by hand and by keys, and shared with strangers."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from assetdb import collections, shares
from tests.indexer.conftest import drawing

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


@pytest.fixture
def shelf(people, make_asset):
    shelf = collections.create(people["editor"], "Spring")
    made = [make_asset(f"lamp {n}", data=drawing("#ea5a47", radius=n + 10), file_name=f"{n}.svg") for n in range(3)]
    collections.add(people["editor"], shelf.pk, [asset.pk for asset in made])
    return shelf


def names(page):
    return page.locator(".arranged .name").all_inner_texts()


def kept(people, shelf):
    return [asset.title for asset in collections.items(people["editor"], shelf)]


def test_a_collection_is_made_on_the_wall(visit):
    page = visit("/collections/", who="editor")
    page.get_by_text("New collection").click()
    page.get_by_label("Name").fill("Islands")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("heading", name="Islands", level=1)).to_be_visible()
    expect(page.get_by_text("Nothing is in it yet")).to_be_visible()


def test_pictures_are_dragged_into_order_both_ways(visit, people, shelf):
    page = visit(f"/collections/{shelf.pk}/", who="editor")
    cards = page.locator(".arranged .card")
    with page.expect_response("**/order/"):
        cards.nth(2).drag_to(cards.nth(0))
    assert names(page) == ["lamp 2", "lamp 0", "lamp 1"] == kept(people, shelf)
    with page.expect_response("**/order/"):
        cards.nth(0).drag_to(cards.nth(2))
    assert names(page) == ["lamp 0", "lamp 1", "lamp 2"] == kept(people, shelf)


def test_pictures_are_moved_by_keys(visit, people, shelf):
    page = visit(f"/collections/{shelf.pk}/", who="editor")
    page.locator(".tools summary").nth(0).focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Move later").first.focus()
    with page.expect_response("**/order/"):
        page.keyboard.press("Enter")
    assert names(page) == ["lamp 1", "lamp 0", "lamp 2"] == kept(people, shelf)
    expect(page.locator(".arranged .card").nth(1).locator("summary")).to_be_focused()


def test_an_order_that_was_not_kept_is_taken_back_and_said(visit, people, shelf):
    page = visit(f"/collections/{shelf.pk}/", who="editor")
    collections.delete(people["editor"], shelf.pk)
    cards = page.locator(".arranged .card")
    cards.nth(2).drag_to(cards.nth(0))
    expect(page.locator("#notices .error")).to_contain_text("no such collection")
    assert names(page) == ["lamp 0", "lamp 1", "lamp 2"]


def test_it_is_opened_to_somebody_and_how_far_is_changed(visit, people, shelf):
    page = visit(f"/collections/{shelf.pk}/", who="editor")
    page.locator("#people summary").click()
    page.get_by_label("Person or group").fill("viewer")
    page.get_by_role("button", name="Open it").click()
    expect(page.get_by_label("What viewer may do")).to_be_visible()
    with page.expect_navigation():
        page.get_by_label("What viewer may do").select_option("edit")
    assert collections.may_edit(people["viewer"], shelf)
    page.get_by_role("button", name="Close it to viewer").click()
    expect(page.get_by_text("Only you see this collection")).to_be_visible()


def test_a_stranger_opens_a_link_with_its_password(visit, people, shelf):
    share = shares.open_link(people["editor"], shelf.pk, password="open sesame")
    page = visit(f"/s/{shares.token_of(share)}/", **PHONE)
    page.get_by_label("Password").fill("open")
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("alert")).to_contain_text("not it")
    page.get_by_label("Password").fill("open sesame")
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("heading", name="Spring")).to_be_visible()
    page.get_by_text("lamp 0").click()
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("heading", name="lamp 1")).to_be_visible()
    with page.expect_download() as taken:
        page.get_by_role("link", name="Download").click()
    assert taken.value.suggested_filename == "lamp 1.png"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_link_is_made_and_copied(visit, shelf):
    page = visit(f"/collections/{shelf.pk}/share/", who="editor", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_label("For whom").fill("The press")
    page.get_by_role("button", name="Make the link").click()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "/s/" in copied
    stranger = visit(copied)
    expect(stranger.get_by_role("heading", name="Spring")).to_be_visible()
