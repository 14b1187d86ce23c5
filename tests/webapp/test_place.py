"""From one result to the next: the page of an asset knows the search it was opened from."""

import html
import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assetdb import lifecycle
from assetdb.models import Asset, Visibility
from tests.webapp.readers import text
from webapp.library.ask import Ask
from webapp.library.place import asset_url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder")]


def link(page, mark: str) -> str:
    found = re.search(rf'<a [^>]*href="([^"]*)"[^>]*{mark}|<a [^>]*{mark}[^>]*href="([^"]*)"', page.content.decode())
    return html.unescape(found[1] or found[2]) if found else ""


@pytest.fixture
def three(indexed):
    indexed("first lamp", "second lamp", "third lamp")
    return list(Asset.objects.order_by("-created"))


def test_one_goes_through_the_results_and_back(clients, three):
    browse = Ask(order="oldest")
    oldest = three[::-1]
    page = clients["viewer"].get(asset_url(oldest[0], browse, 0))
    assert "1 of 3" in text(page) and not link(page, 'rel="prev"')
    page = clients["viewer"].get(link(page, 'rel="next"'))
    assert "second lamp" in text(page) and "2 of 3" in text(page)
    assert link(page, "data-back") == f"/?order=oldest#a-{oldest[1].pk}"
    last = clients["viewer"].get(link(page, 'rel="next"'))
    assert "third lamp" in text(last) and not link(last, 'rel="next"')
    assert str(oldest[1].pk) in link(last, 'rel="prev"')


def test_the_words_of_the_search_are_carried_along(clients, three):
    ask = Ask(q="lamp & “more” #1", mine=True)
    page = clients["editor"].get(asset_url(three[0], ask, 0))
    assert link(page, "data-back").startswith("/?q=lamp+%26+%E2%80%9Cmore%E2%80%9D+%231&mine=1#a-")


def test_a_page_opened_by_itself_has_no_neighbours(clients, three):
    page = clients["viewer"].get(asset_url(three[0], None, 0))
    assert "Back to the results" not in text(page) and "1 of 3" not in text(page)


def test_what_came_in_meanwhile_moves_the_place(clients, three, indexed):
    address = asset_url(three[1], Ask(), 1)
    indexed("newer", "newest")
    page = clients["viewer"].get(address)
    assert "4 of 5" in text(page)
    assert str(three[0].pk) in link(page, 'rel="prev"') and str(three[2].pk) in link(page, 'rel="next"')


def test_neighbours_are_only_what_one_may_see(clients, people, three):
    lifecycle.update_asset(people["admin"], three[1].pk, visibility=Visibility.PRIVATE)
    page = clients["viewer"].get(asset_url(three[0], Ask(), 0))
    assert str(three[2].pk) in link(page, 'rel="next"') and "1 of 2" in text(page)
    assert str(three[1].pk) not in page.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "from=&at=-1",
        "from=&at=0000000099999999999999999999",
        "from=&at=x",
        "from=like%3Dx&at=0",
        "at=²",
        f"from=like%3D{uuid4()}&at=0",
    ],
)
def test_a_broken_address_shows_the_asset_alone(clients, three, query):
    page = clients["viewer"].get(f"/assets/{three[0].pk}/?{query}")
    assert page.status_code == 200 and "Back to the results" not in text(page)


def test_an_asset_that_left_the_results_still_leads_back(clients, three):
    page = clients["viewer"].get(asset_url(three[0], Ask(licence="MIT"), 0))
    assert link(page, "data-back").startswith("/?licence=MIT") and not link(page, 'rel="next"')


def test_saving_keeps_the_place(clients, three):
    page = clients["editor"].get(asset_url(three[0], Ask(order="oldest"), 2))
    action = html.unescape(re.search(r'action="(/assets/[^"]+/edit/[^"]*)"', page.content.decode())[1])
    back = clients["editor"].post(action, {"title": "a lamp renamed"})
    assert back["Location"] == asset_url(three[0], Ask(order="oldest"), 2)


def test_neighbours_cost_few_queries(clients, three):
    client = clients["viewer"]
    for address in (asset_url(three[1], None, 0), asset_url(three[1], Ask(), 1)):
        client.get(address)
    with CaptureQueriesContext(connection) as alone:
        client.get(asset_url(three[1], None, 0))
    with CaptureQueriesContext(connection) as among:
        client.get(asset_url(three[1], Ask(), 1))
    assert len(among) - len(alone) <= 5
