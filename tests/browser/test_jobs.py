"""The lists of jobs renew themselves and leave the focus where it was; pictures in the trash are chosen in ranges."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from assetdb.models import Asset, ImportRun
from generators.models import Run
from tests.indexer.conftest import drawing

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_page_follows_the_work_and_keeps_the_focus(visit, people):
    brought = ImportRun.objects.create(source="openmoji", owner=people["admin"], state="running", total=200, done=50)
    page = visit("/jobs/", who="admin")
    button = page.get_by_role("button", name="Cancel")
    button.focus()
    ImportRun.objects.filter(pk=brought.pk).update(done=120)
    expect(page.get_by_text("120 of 200")).to_be_visible(timeout=8000)
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#jobs .state.cancelled")).to_be_visible()
    expect(page.get_by_role("button", name="Resume")).to_be_focused()
    brought.refresh_from_db()
    assert brought.state == "cancelled"


def test_what_has_not_changed_is_not_drawn_anew(visit, people):
    Run.objects.create(query="a robot", meaning="m", generator="composer", asker=people["admin"], state="failed")
    Run.objects.update(created=timezone.now().replace(year=2020))
    page = visit("/jobs/", who="admin")
    for _ in range(2):
        with page.expect_response("**/jobs/"):
            pass
    page.evaluate("document.querySelector('#jobs .part').dataset.same = 'yes'")
    with page.expect_response("**/jobs/"):
        pass
    page.wait_for_timeout(200)
    assert page.locator("#jobs .part[data-same=yes]").count() == 1


def test_pictures_in_the_trash_are_chosen_in_a_range_and_restored(visit, people, make_asset):
    for n in range(4):
        make_asset(f"lamp {n}", owner=people["editor"], data=drawing("red", radius=n + 10))
    Asset.objects.update(trashed=timezone.now())
    page = visit("/trash/", who="editor")
    restore = page.get_by_role("button", name="Restore the chosen")
    expect(restore).to_be_disabled()
    ticks = page.locator("input[form=pick]")
    ticks.nth(0).click()
    ticks.nth(2).click(modifiers=["Shift"])
    expect(page.locator("[data-count]")).to_have_text("3 chosen")
    page.locator("[data-all]").check()
    expect(page.locator("[data-count]")).to_have_text("4 chosen")
    ticks.nth(3).uncheck()
    restore.click()
    expect(page.locator(".notice.success")).to_contain_text("3 assets restored")
    assert Asset.objects.filter(trashed__isnull=False).count() == 1
