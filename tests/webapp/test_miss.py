"""What a page says beside a miss: what was understood, what else may be the reason, who can make it."""

import pytest

from assetdb.models import Origin
from generators.models import Run
from indexer import embed, words
from indexer.models import SearchEvent
from indexer.search import search
from tests.indexer.conftest import drawing
from webapp.library import miss
from webapp.library.ask import Ask

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder")]


@pytest.fixture
def library(make_asset):
    assets = [make_asset("Elephant", data=drawing("#9b9b9a")), make_asset("Black cat", data=drawing("#222222"))]
    while embed.catch_up():
        pass
    while words.catch_up():
        pass
    return assets


def told(user, q, **asked):
    ask = Ask(q=q, **asked)
    return miss.diagnose(ask, search(ask.query, user=user, filters=ask.filters(user)), user)


def test_the_parts_are_told_in_the_order_they_were_said(library, people):
    found = told(people["editor"], "three purple elephants under a green moon")
    assert [part.label for part in found.parts] == ["3 × purple elephant", "under", "green moon"]
    assert not any(part.shown for part in found.parts)


def test_a_part_that_the_nearest_shows_is_marked(library, people):
    found = told(people["editor"], "an elephant beside a quokka")
    assert {part.label: part.shown for part in found.parts} == {"elephant": True, "beside": False, "quokka": False}
    assert found.nearest.title == "Elephant"


def test_a_filter_that_hides_the_answer_is_named(library, people):
    assert any("filters" in reason for reason in told(people["editor"], "elephant", licence="MIT").reasons)
    assert told(people["editor"], "quokka", licence="MIT").reasons == []


def test_who_hides_generated_assets_is_reminded(library, people):
    user = people["editor"]
    user.ai = "hide"
    user.save()
    assert any("hidden" in reason for reason in told(user, "quokka").reasons)


def test_how_long_it_takes_comes_from_the_last_runs(library, people):
    for seconds in (2, 4, 30):
        steps = [
            {"state": "generating", "began": "2026-01-01T10:00:00+00:00"},
            {"state": "review", "began": f"2026-01-01T10:00:{seconds:02}+00:00"},
        ]
        Run.objects.create(
            query="q", meaning=str(seconds), generator="composer", asker=people["editor"], steps=steps, state="rejected"
        )
    assert told(people["editor"], "purple elephant").seconds == 4


def test_hidden_ai_content_is_neither_found_nor_counted(library, make_asset, people, client):
    make_asset("Purple elephant", data=drawing("#7a4fa0"), origin=Origin.GENERATED)
    while embed.catch_up() or words.catch_up():
        pass
    user = people["viewer"]
    client.force_login(user)
    assert "Purple elephant" in client.get("/").content.decode()
    user.ai = "hide"
    user.save()
    assert "Purple elephant" not in client.get("/").content.decode()
    assert "Purple elephant" in client.get("/?ai=only").content.decode()


def test_recent_searches_are_ones_own_and_each_once(people, client):
    for who, query in (("viewer", "cat"), ("viewer", "moon"), ("viewer", "Cat"), ("editor", "secret")):
        SearchEvent.objects.create(query=query, user=people[who], verdict="hit", hits=1)
    client.force_login(people["viewer"])
    page = client.get("/searches/").content.decode()
    assert page.count(">Cat<") == 1
    assert page.index("Cat") < page.index("moon")
    assert "secret" not in page


@pytest.mark.parametrize(
    ("order", "first"), [("oldest", "Elephant"), ("newest", "Black cat"), ("name", "Black cat"), ("", "Black cat")]
)
def test_the_library_can_be_ordered(library, people, client, order, first):
    client.force_login(people["viewer"])
    page = client.get(f"/?order={order}").content.decode()
    other = {"Elephant": "Black cat", "Black cat": "Elephant"}[first]
    assert page.index(f'title="{first}"') < page.index(f'title="{other}"')


def test_an_ordered_search_holds_only_what_answers(library, people):
    found = search(Ask(q="elephant").query, user=people["viewer"], order="newest")
    assert [hit.asset.title for hit in found.hits] == ["Elephant"]
