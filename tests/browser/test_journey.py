"""The whole loop in a real browser, with the real server, workers and built-in encoder."""

from __future__ import annotations

import io
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.conftest import svg

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).parents[2]


def environment(home: Path, port: int) -> dict[str, str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("LACUNA_", "DATABASE_", "CELERY_"))}
    ours = {
        "LACUNA_HOME": str(home),
        "LACUNA_SAMPLE": "0",
        "PORT": str(port),
        "DJANGO_SETTINGS_MODULE": "webapp.settings",
    }
    return clean | ours


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """Return the address and the sign-in link of a library with a few dozen illustrations."""
    home = tmp_path_factory.mktemp("journey")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    run = {"cwd": ROOT, "env": environment(home, port)}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], check=True, timeout=120, **run)
    subprocess.run([sys.executable, "-m", "tests.browser.stock"], check=True, timeout=120, **run)
    log = (home / "serve.txt").open("w+")
    server = subprocess.Popen([sys.executable, "manage.py", "serve"], stdout=log, stderr=subprocess.STDOUT, **run)
    try:
        link = wait_for(lambda: re.search(r"http://\S+/sign-in/\S+", (home / "serve.txt").read_text()), 90)
        yield f"http://127.0.0.1:{port}", link[0]
    finally:
        server.send_signal(signal.SIGINT)
        assert server.wait(30) == 0
        log.close()
        left = subprocess.run(["pgrep", "-f", str(home)], capture_output=True, text=True, check=False).stdout.split()
        assert left == []


def wait_for(look, seconds: float):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := look():
            return found
        time.sleep(0.3)
    raise AssertionError("it did not happen in time")


def photograph() -> bytes:
    """Return a JPEG with the statistics of a photograph: detail at every scale, no flat colour."""
    dice = np.random.default_rng(4)
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(400), np.fft.fftfreq(400))) + 1 / 400
    layers = []
    for _ in range(3):
        noise = np.fft.ifft2(np.fft.fft2(dice.normal(size=(400, 400))) / frequency**1.2).real
        layers.append((noise - noise.min()) / (noise.max() - noise.min()))
    out = io.BytesIO()
    Image.fromarray((np.stack(layers, axis=2) * 255).astype(np.uint8)).save(out, "JPEG", quality=88)
    return out.getvalue()


def search(page: Page, words: str) -> None:
    page.goto(f"/?q={words.replace(' ', '+')}")


def test_searched_missed_made_approved_found(served, browser, tmp_path):
    base, link = served
    context = browser.new_context(base_url=base)
    page = context.new_page()
    page.goto(link)
    expect(page).to_have_url(f"{base}/")

    wait_for(lambda: b'"ok"' in urllib.request.urlopen(f"{base}/healthz").read(), 10)

    def indexed():
        search(page, "birthday cake")
        return page.locator(".verdict.hit").count() and "indexed" not in page.locator("body").inner_text()

    wait_for(indexed, 120)
    expect(page.locator("#results .card .name").first).to_have_text("birthday cake")
    page.locator("#results .card a").first.click()
    expect(page.get_by_role("heading", name="birthday cake")).to_be_visible()
    page.get_by_label("Add a tag").fill("birthday")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator(".chip.on")).to_contain_text("birthday")
    page.get_by_role("link", name="Similar").first.click()
    expect(page.locator("#results .card").first).to_be_visible()

    page.goto("/upload/")
    page.locator("input[type=file][multiple]").first.set_input_files(
        [
            {
                "name": "lamp.svg",
                "mimeType": "image/svg+xml",
                "buffer": svg('<circle cx="36" cy="36" r="30" fill="#fcea2b"/>'),
            },
            {"name": "holiday.jpg", "mimeType": "image/jpeg", "buffer": photograph()},
        ]
    )
    if page.get_by_role("button", name=re.compile("^Upload")).last.is_visible():
        page.get_by_role("button", name=re.compile("^Upload")).last.click()
    wait_for(lambda: page.locator("body").inner_text().lower().count("added") >= 2, 60)

    def told_unknown():
        search(page, "holiday")
        page.locator("#results .card a").first.click()
        page.get_by_role("link", name="Similar").first.click()
        return page.locator(".verdict.unknown").count()

    wait_for(told_unknown, 60)
    expect(page.locator(".verdict.unknown")).to_contain_text("photograph")

    search(page, "purple elephant")
    expect(page.locator(".verdict.miss")).to_contain_text("purple elephant")
    page.get_by_role("button", name="Make one?").click()
    expect(page).to_have_url(re.compile("/runs/"))
    approve = page.get_by_role("button", name="Approve and publish")
    expect(approve).to_be_visible(timeout=90_000)
    page.screenshot(path=tmp_path / "review.png", full_page=True)
    approve.click()
    expect(page.locator(".notice.success").first).to_be_visible(timeout=60_000)
    search(page, "purple elephant")
    expect(page.locator(".verdict.hit")).to_be_visible()
    expect(page.locator("#results .card .name").first).to_have_text("Purple elephant")
    page.locator("#results .card a").first.click()
    expect(page.locator("body")).to_contain_text("composer")
    expect(page.locator("body")).to_contain_text("CC BY-SA 4.0")
    context.close()
