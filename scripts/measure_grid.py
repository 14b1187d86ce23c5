"""How long the library's wall keeps the browser busy while it is flung through a million rows.

Run with the development requirements: ``python scripts/measure_grid.py``. It serves nothing of a
library: the page's own scripts run against a million rows that are made up as they are asked for.
Prints JSON: the longest task of the main thread in milliseconds, how many were over 50, the most
cards in the page at once, and how many rows there were.
"""

from __future__ import annotations

import json
import random
import shutil
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Route, sync_playwright

STATIC = Path(__file__).parents[1] / "webapp" / "static" / "lacuna"
ROWS = 1_000_000
HOST = "http://wall.test"
PIXEL = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="3" fill="#0b6e62"/></svg>'
PAGE = f"""<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="/static/base.css">
<link rel="stylesheet" href="/static/grid.css"><body hx-headers='{{"X-CSRFToken":"x"}}'>
<main id="main"><div id="results"><ul class="grid" data-source="/grid/" data-total="{ROWS}"></ul></div></main>
<template id="tile"><li class="card"><a><span class="paper"><img alt=""></span><span class="name"></span></a>
<span class="marks"></span><a class="like"></a><input type="checkbox" class="pick"></li></template>
<script id="grid-words" type="application/json">{{"choose":"%s","generated":"g"}}</script>
<script type="module" src="/static/grid.js"></script>"""
LAST = "Math.max(-1, ...[...document.querySelectorAll('.card')].map((card) => Number(card.dataset.index)))"
WATCH = """() => {
  window.long = [];
  window.most = 0;
  const note = (list) => long.push(...list.getEntries().map((entry) => entry.duration));
  new PerformanceObserver(note).observe({ type: "longtask" });
  setInterval(() => (window.most = Math.max(window.most, document.querySelectorAll(".card").length)), 50);
}"""


def answer(route: Route) -> None:
    """Answer for the server: the page, its files, and rows of any shape."""
    address = urlsplit(route.request.url)
    if address.path == "/grid/":
        asked = parse_qs(address.query)
        first, limit = int(asked["offset"][0]), int(asked["limit"][0])
        rows = [row(n) for n in range(first, min(first + limit, ROWS))]
        route.fulfill(json={"total": ROWS, "rows": rows})
    elif address.path.startswith("/static/"):
        route.fulfill(path=STATIC / address.path.removeprefix("/static/"))
    elif address.path == "/thumb":
        route.fulfill(body=PIXEL, content_type="image/svg+xml")
    else:
        route.fulfill(body=PAGE, content_type="text/html")


def row(n: int) -> dict[str, object]:
    """Return a made-up row; its shape is always the same for its place."""
    dice = random.Random(n)
    marks = ["generated"] if n % 7 == 0 else []
    shape = {"width": dice.randint(300, 4000), "height": dice.randint(300, 4000), "photo": n % 3 == 0, "kind": "image"}
    return {"id": str(n), "title": f"Picture {n}", "marks": marks, "thumb": f"/thumb?{n % 50}", "url": "#", **shape}


def main() -> int:
    """Fling the wall by wheel and by scrollbar, down and up again."""
    system = shutil.which("chromium")
    with sync_playwright() as play:
        browser = play.chromium.launch(args=["--no-sandbox"], **({"executable_path": system} if system else {}))
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.route("**/*", answer)
        page.goto(HOST)
        page.wait_for_selector(".wall .card")
        page.evaluate(WATCH)
        page.evaluate(
            "() => setTimeout(() => { for (const t = performance.now(); performance.now() - t < 120; ); }, 0)"
        )
        page.wait_for_timeout(500)
        watched = page.evaluate("window.long.splice(0).length")
        for _ in range(60):
            page.mouse.wheel(0, 6000)
            page.wait_for_timeout(30)
        height = page.evaluate("document.documentElement.scrollHeight")
        last = 0
        for step in [*range(1, 20), *range(20, -1, -1)]:
            page.evaluate("(y) => scrollTo(0, y)", height * step / 20)
            page.wait_for_timeout(220)
            last = max(last, page.evaluate(LAST))
        seen = page.evaluate("[window.long, window.most]")
        browser.close()
    if not watched:
        sys.exit("This browser reports no long tasks, so there is nothing to measure by.")
    found = {"longest_task_ms": round(max(seen[0], default=0)), "tasks_over_50_ms": len(seen[0])}
    sys.stdout.write(json.dumps({"rows": ROWS, "last_row_seen": last, **found, "most_cards": seen[1]}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
