"""Every page in both schemes and both widths: nothing serious for axe, nothing wider than the window, no script errors.

Set SCREENSHOTS to a folder to have a picture of each written there.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from assetdb.models import Asset, AssetTag, Collection, CollectionItem, Origin, Review, Tag
from indexer import embed, words
from tests.indexer.conftest import drawing
from webapp.webhooks import hooks
from webapp.webhooks.deliver import message
from webapp.webhooks.events import EVENTS
from webapp.webhooks.models import Delivery

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LOOKS = [(width, scheme) for width in (1440, 390) for scheme in ("light", "dark")]
SHOTS = os.environ.get("SCREENSHOTS")


@pytest.fixture
def stocked(people, make_asset, proposed) -> dict[str, str]:
    """A library with a bit of everything; return the addresses that need an id."""
    shades = {"a lamp": "#ea5a47", "a tall lamp": "#61b2e4", "a green chair": "#5c9e31", "a house": "#fcea2b"}
    assets = [make_asset(title, data=drawing(shade), licence="CC-BY-4.0") for title, shade in shades.items()]
    tag = Tag.objects.create(slug="light", name="light", group="subject")
    other = Tag.objects.create(slug="indoors", name="indoors", group="subject")
    AssetTag.objects.create(asset=assets[0], tag=tag, state="accepted", source="person")
    AssetTag.objects.create(asset=assets[0], tag=other, state="suggested", source="zero_shot", score=0.8)
    generated = {"origin": Origin.GENERATED, "owner": people["admin"]}
    run = proposed(people["admin"])
    made = run.asset
    rejected = make_asset("blue cat", data=drawing("#1e50a0"), review=Review.REJECTED, **generated)
    gone = make_asset("old lamp", data=drawing("#a57939"), owner=people["admin"])
    Asset.objects.filter(pk=gone.pk).update(trashed=gone.created)
    shelf = Collection.objects.create(name="Furniture", owner=people["admin"], description="For the new catalogue")
    for position, asset in enumerate(assets[:3]):
        CollectionItem.objects.create(collection=shelf, asset=asset, position=position)
    Collection.objects.create(name="Lamps", owner=people["admin"], search="q=lamp")
    while embed.catch_up() or words.catch_up():
        pass
    hook, _ = hooks.create(people["admin"], url="https://hooks.example.com/lacuna/library", events=EVENTS)
    told = {"events": ["assets.added", "tags.decided"], "count": 12, "body": message("changes", {"assets.added": []})}
    sent = Delivery.objects.create(hook=hook, state="dead", status=503, response="down", duration=80, **told)
    return {
        "asset": f"/assets/{assets[0].pk}/",
        "made": f"/assets/{made.pk}/",
        "rejected": f"/assets/{rejected.pk}/",
        "run": f"/runs/{run.pk}/",
        "collection": f"/collections/{shelf.pk}/",
        "webhook": f"/settings/webhooks/{hook.pk}/",
        "message": f"/settings/webhooks/{hook.pk}/{sent.pk}/",
    }


PAGES = {
    "library": "/",
    "hit": "/?q=lamp",
    "miss": "/?q=three+purple+elephants+under+a+green+moon",
    "filtered": "/?licence=MIT",
    "asset": "{asset}",
    "generated": "{made}",
    "like": "/?like={asset_id}",
    "upload": "/upload/",
    "review": "/review/",
    "run": "{run}",
    "collections": "/collections/",
    "collection": "{collection}",
    "jobs": "/jobs/",
    "trash": "/trash/",
    "shelf": "/shelf/",
    "account": "/account/",
    "settings": "/settings/",
    "webhooks": "/settings/webhooks/",
    "webhook": "{webhook}",
    "message": "{message}",
    "nothing": "/nothing/",
    "sign in": "/accounts/login/",
}


@pytest.mark.parametrize(("width", "scheme"), LOOKS, ids=[f"{width} {scheme}" for width, scheme in LOOKS])
def test_every_page_is_accessible_and_fits(visit, stocked, width, scheme):
    stocked["asset_id"] = stocked["asset"].split("/")[2]
    page = visit(who="admin", viewport={"width": width, "height": 900}, color_scheme=scheme)
    found = []
    for name, path in PAGES.items():
        if name == "sign in":
            page.context.clear_cookies()
        answer = page.goto(path.format(**stocked))
        assert answer is not None and (answer.ok or name == "nothing"), (name, answer)
        page.wait_for_load_state("networkidle")
        found += [f"{name}: {problem}" for problem in problems(page, width)]
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name.replace(' ', '_')}_{width}_{scheme}.png")
    assert found == []


def problems(page: Page, width: int) -> list[str]:
    """Return what axe finds serious or critical, and whether the page is wider than its window."""
    wide = page.evaluate("document.documentElement.scrollWidth")
    found = [f"{wide} px wide"] if wide > width else []
    for rule in Axe().run(page).response["violations"]:
        if rule["impact"] in ("serious", "critical"):
            nodes = "; ".join(node["html"][:160] for node in rule["nodes"][:3])
            found.append(f"{rule['id']} ({rule['impact']}): {nodes}")
    return found
