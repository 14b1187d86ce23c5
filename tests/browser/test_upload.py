"""Files coming in by hand: folders, pasting, cancel and retry, tags and a collection for all of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from assetdb.models import Asset, AssetTag, Collection, State, Tag
from tests.conftest import svg

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DROP = """(files) => {
  const data = new DataTransfer();
  for (const [name, type, text] of files) data.items.add(new File([text], name, { type }));
  const event = new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
  document.querySelector("main").dispatchEvent(event);
}"""
DROP_FOLDER = """(files) => {
  const file = (name, text) => ({ name, isDirectory: false, file: (done) => done(new File([text], name)) });
  const folder = (name, entries) => {
    const batches = [entries.slice(0, 2), entries.slice(2), []];
    return { name, isDirectory: true, createReader: () => ({ readEntries: (done) => done(batches.shift() ?? []) }) };
  };
  const below = folder("more", [file("deep.svg", files[0][1] + " ")]);
  const top = folder("holiday", [...files.map(([name, text]) => file(name, text)), below]);
  const transfer = { types: ["Files"], items: [{ kind: "file", webkitGetAsEntry: () => top }] };
  const event = new Event("drop", { bubbles: true, cancelable: true });
  Object.defineProperty(event, "dataTransfer", { value: transfer });
  document.querySelector("main").dispatchEvent(event);
}"""
PASTE = """([selector, name, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name, { type: "image/svg+xml" }));
  const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  document.querySelector(selector).dispatchEvent(event);
}"""


def disc(n: int) -> str:
    return svg(f'<circle cx="36" cy="36" r="{n + 5}" fill="teal"/>').decode()


def files(count: int, *, start: int = 0) -> list[list[str]]:
    return [[f"disc-{n}.svg", "image/svg+xml", disc(n)] for n in range(start, start + count)]


def rows(page: Page, state: str):
    return page.locator(f"#tray li.{state}")


def test_a_dropped_folder_is_walked_to_its_end_and_what_is_no_picture_is_listed(visit):
    page = visit(who="editor")
    dropped = [["a.svg", disc(1)], ["b.svg", disc(2)], [".hidden.svg", disc(3)], ["notes.txt", "text"]]
    page.evaluate(DROP_FOLDER, dropped)
    expect(rows(page, "added")).to_have_count(3)
    expect(rows(page, "failed")).to_contain_text("notes.txt")
    expect(rows(page, "failed")).to_contain_text("Left out")
    assert set(Asset.objects.values_list("file_name", flat=True)) == {"a.svg", "b.svg", "deep.svg"}
    expect(page.locator("[data-overall]")).to_have_text("3 added · 1 failed")


def test_the_library_shows_what_came_in_without_a_reload(visit):
    page = visit(who="editor")
    page.evaluate("window.here = true")
    page.evaluate(DROP, files(2))
    expect(
        page.locator("#results").get_by_text("disc-1").or_(page.locator("#results").get_by_text("disc 1"))
    ).to_be_visible()
    assert page.evaluate("window.here") and page.url.endswith("/")


def test_a_picture_is_pasted_anywhere_but_into_a_text_field(visit):
    page = visit(who="editor")
    page.evaluate(PASTE, ["input[name=q]", "image.png", disc(1)])
    page.evaluate(PASTE, ["main", "image.png", disc(2)])
    expect(rows(page, "added")).to_have_count(1)
    assert Asset.objects.get().file_name.startswith("Pasted 20")


def test_one_file_is_cancelled_while_it_is_on_its_way_and_sent_again(visit):
    page = visit(who="editor")
    held: list[Route] = []
    page.route("**/upload/", lambda route: held.append(route))
    page.evaluate(DROP, files(5))
    expect(rows(page, "sending")).to_have_count(3)
    expect(rows(page, "waiting")).to_have_count(2)
    rows(page, "waiting").first.get_by_role("button", name="Cancel").click()
    rows(page, "sending").first.get_by_role("button", name="Cancel").click()
    expect(rows(page, "cancelled")).to_have_count(2)
    page.get_by_role("button", name="Cancel all").click()
    expect(rows(page, "cancelled")).to_have_count(5)
    assert not Asset.objects.exists()
    page.unroute("**/upload/")
    rows(page, "cancelled").first.get_by_role("button", name="Retry").click()
    expect(rows(page, "added")).to_have_count(1)
    assert Asset.objects.count() == 1


def test_what_failed_says_why_and_all_of_it_is_retried_at_once(visit):
    page = visit(who="editor")
    page.route("**/upload/", lambda route: route.fulfill(status=413, body="too much"))
    page.evaluate(DROP, files(4))
    expect(rows(page, "failed")).to_have_count(4)
    expect(rows(page, "failed").first).to_contain_text("The server refused the file")
    page.unroute("**/upload/")
    page.get_by_role("button", name="Retry all that failed").click()
    expect(rows(page, "added")).to_have_count(4)
    expect(page.locator("[data-overall]")).to_have_text("4 added")
    expect(page.get_by_role("button", name="Retry all that failed")).to_be_hidden()


def test_a_duplicate_leads_to_the_asset_that_is_there(visit, people, make_asset):
    asset = make_asset("a teal disc", owner=people["editor"], data=disc(1).encode())
    page = visit(who="editor")
    page.evaluate(DROP, files(1, start=1))
    expect(rows(page, "there")).to_have_count(1)
    rows(page, "there").get_by_role("link", name="Open it").click()
    expect(page).to_have_url(re.compile(str(asset.pk)))


def test_many_files_go_into_one_new_collection_with_their_tags(visit, tmp_path: Path):
    Tag.objects.create(slug="teal", group="colour", name="teal")
    page = visit("/upload/", who="editor")
    paths = []
    for name, _, text in files(6):
        paths.append(tmp_path / name)
        paths[-1].write_text(text)
    page.set_input_files("input[name=file][multiple]", paths)
    expect(page.locator(".staged")).to_contain_text("6 pictures")
    page.get_by_label("Tags").fill("teal, unicorn")
    page.get_by_label("or a new collection").fill("Discs")
    page.get_by_role("button", name="Upload", exact=True).click()
    expect(rows(page, "added")).to_have_count(6)
    expect(rows(page, "added").first).to_contain_text("Not in the vocabulary: “unicorn”")
    assert Collection.objects.get().items.count() == 6
    assert AssetTag.objects.filter(tag__slug="teal", state="accepted").count() == 6


def test_a_whole_folder_is_chosen_on_the_upload_page(visit, tmp_path: Path):
    for name, _, text in files(3):
        (tmp_path / name).write_text(text)
    (tmp_path / ".DS_Store").write_text("x")
    page = visit("/upload/", who="editor")
    page.set_input_files("input[webkitdirectory]", tmp_path)
    expect(page.locator(".staged")).to_contain_text("3 pictures")
    page.get_by_role("button", name="Take back").click()
    expect(page.locator(".staged")).to_be_hidden()
    assert not Asset.objects.exists()


def test_tags_are_put_on_from_the_tray_once_all_is_in(visit):
    Tag.objects.create(slug="teal", group="colour", name="teal")
    page = visit(who="editor")
    page.evaluate(DROP, files(2))
    expect(rows(page, "added")).to_have_count(2)
    page.locator("#tray summary").click()
    page.locator("#tray").get_by_label("Tags").fill("teal")
    page.get_by_role("button", name="Apply to all").click()
    expect(page.locator("#tray form [role=status]")).to_have_text("Applied to 2 files.")
    assert AssetTag.objects.filter(state="accepted").count() == 2


def test_a_file_that_is_too_large_is_not_sent_at_all(visit, settings):
    settings.LACUNA_UPLOAD_LIMIT = 20
    page = visit(who="editor")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    page.evaluate(DROP, files(1))
    expect(rows(page, "failed")).to_contain_text("too large")
    assert asked == [] and not Asset.objects.exists()


def test_the_form_works_without_a_script(visit, tmp_path: Path):
    (tmp_path / "disc.svg").write_text(disc(1))
    page = visit("/upload/", who="editor", java_script_enabled=False)
    page.set_input_files("input[name=file][multiple]", tmp_path / "disc.svg")
    page.get_by_role("button", name="Upload", exact=True).click()
    expect(page.locator(".outcomes .added")).to_have_count(1)
    assert Asset.objects.get().state == State.READY
