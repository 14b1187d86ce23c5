"""The search to embed, on a page of another origin: what it shows, and what it is refused."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import drawing
from tests.webapp.readers import index
from webapp.api import tokens

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).parents[2]
EVIL = '<img src=x onerror="document.title=1">'


@pytest.fixture
def elsewhere() -> Iterator[ThreadingHTTPServer]:
    """A server of pages, which are set as ``pages``."""

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, content = self.server.pages.get(self.path, ("text/plain", b""))
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *said: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    server.pages = {"/embed.js": ("text/javascript", (ROOT / "webapp/static/lacuna/embed.js").read_bytes())}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def host(
    elsewhere, live_server, browser: Browser, people, make_asset, encoder, settings
) -> Iterator[Callable[..., Page]]:
    """Return a function that opens the page of the documentation on another origin."""
    origin = f"http://127.0.0.1:{elsewhere.server_port}"
    settings.CORS_ALLOWED_ORIGINS = [origin]
    for title, colour in {"Elephant": "#9b9b9a", "Red apple": "#ea5a47", "Green apple": "#5c9e31"}.items():
        make_asset(title, data=drawing(colour), licence="CC-BY-4.0", credit="Ada", title_zh=f"{title}·中")
    index()
    page = browser.new_page()
    sent: list[dict[str, str]] = []
    page.on("request", lambda asked: sent.append(asked.all_headers()) if "/api/" in asked.url else None)

    def open_page(*, token: str | None = None, **attributes: str) -> Page:
        demo = (ROOT / "docs/howto/embed-demo.html").read_text()
        given = tokens.create(people["viewer"]) if token is None else token
        more = "".join(f' {name}="{value}"' for name, value in attributes.items())
        demo = demo.replace("https://library.example/static/lacuna/embed.js", "/embed.js")
        demo = demo.replace("https://library.example", live_server.url).replace("lac_…", given)
        elsewhere.pages["/"] = ("text/html", demo.replace("<lacuna-search", f"<lacuna-search{more}").encode())
        page.goto(origin)
        return page

    yield open_page
    assert all("cookie" not in headers for headers in sent)
    page.close()


def ask(page: Page, words: str) -> None:
    page.get_by_role("combobox").fill(words)


def status(page: Page):
    return page.locator("lacuna-search").get_by_role("status")


def test_it_is_searched_and_chosen_from_by_keyboard(host, live_server):
    page = host()
    ask(page, "apple")
    expect(status(page)).to_have_text(re.compile(r"The library has this\. \d shown\."))
    options = page.get_by_role("option")
    expect(options.first).to_contain_text("apple")
    expect(options.first.locator(".credit")).to_have_text("by Ada, CC-BY-4.0")
    expect(options.first.locator("img")).to_have_js_property("naturalWidth", 320)
    box = page.get_by_role("combobox")
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    box.press("ArrowDown")
    box.press("ArrowUp")
    expect(options.first).to_have_attribute("aria-selected", "true")
    title = options.first.locator(".title").inner_text()
    box.press("Enter")
    link = page.locator("#chosen").get_by_role("link", name=title)
    expect(link).to_have_attribute("href", re.compile(f"^{live_server.url}/assets/[0-9a-f-]+/$"))
    box.press("Escape")
    expect(page.locator("[aria-selected=true]")).to_have_count(0)
    page.get_by_role("option").nth(1).click()
    expect(page.locator("#chosen")).not_to_contain_text(title)
    expect(box).to_be_focused()


def test_a_miss_says_what_is_missing_and_chinese_is_spoken(host):
    page = host()
    ask(page, "purple elephant")
    expect(status(page)).to_contain_text(re.compile("(Nothing here shows|not sure of) “purple elephant”"))
    expect(status(page)).to_have_attribute("data-verdict", re.compile("miss|weak"))
    page = host(lang="zh")
    ask(page, "apple")
    expect(status(page)).to_contain_text("库中有符合的素材")
    expect(page.get_by_role("option").first.locator(".title")).to_contain_text("中")
    expect(page.get_by_role("option").first.locator(".credit")).to_have_text("作者：Ada, CC-BY-4.0")


def test_what_was_typed_last_is_answered(host):
    page = host()
    held = []
    page.route("**/search/?q=elephant*", lambda asked: held.append(asked))
    with page.expect_request("**/search/?q=elephant*"):
        ask(page, "elephant")
    with page.expect_event("requestfailed", lambda asked: "q=elephant" in asked.url):
        ask(page, "red apple")
    expect(page.get_by_role("option").first).to_contain_text("Red apple")
    ask(page, "")
    expect(page.get_by_role("option")).to_have_count(0)
    expect(status(page)).to_have_text("")


def test_whatever_people_wrote_is_text(host, make_asset):
    make_asset(EVIL, data=drawing("#222222"), credit=EVIL)
    index()
    page = host(limit="100")
    ask(page, "onerror")
    option = page.get_by_role("option").filter(has_text="onerror").first
    expect(option.locator(".title")).to_have_text(EVIL)
    expect(option.locator(".credit")).to_contain_text(EVIL)
    assert page.title() == "Pictures for this article"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_accessible(host, scheme):
    page = host()
    page.emulate_media(color_scheme=scheme)
    page.add_style_tag(content="body { background: Canvas; color: CanvasText } html { color-scheme: light dark }")
    ask(page, "apple")
    expect(page.get_by_role("option").first.locator("img")).to_be_visible()
    page.get_by_role("combobox").press("ArrowDown")
    found = Axe().run(page, context="lacuna-search")
    assert found.violations_count == 0, found.generate_report()


def test_a_wrong_token_is_said(host):
    page = host(token="lac_wrong")
    ask(page, "apple")
    expect(status(page)).to_have_text("The library does not accept this page's token.")
    expect(page.get_by_role("option")).to_have_count(0)


def test_a_public_library_needs_no_token(host, settings):
    settings.LACUNA_PUBLIC = True
    page = host(token="")
    ask(page, "apple")
    expect(page.get_by_role("option").first.locator("img")).to_be_visible()


def test_an_origin_that_is_not_named_is_refused(host, settings):
    settings.CORS_ALLOWED_ORIGINS = ["https://other.example"]
    page = host()
    ask(page, "apple")
    expect(status(page)).to_have_text("The library cannot be reached, or does not let this page search it.")
    expect(page.get_by_role("option")).to_have_count(0)
