"""Search over the API and the command line: one answer, with a verdict, for the caller's eyes only."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assetdb import tagging
from assetdb.models import Asset, Tag, Visibility
from indexer import embed, words
from indexer.models import SearchEvent
from tests.assetdb.pictures import raster
from tests.indexer.conftest import drawing, encoder  # noqa: F401
from tests.webapp.callers import caller, failure

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder")]

SEARCH = "/api/v1/search/"
ANSWER = {"query", "verdict", "probability", "calibration", "encoder", "missing", "message", "total", "ai", "hits"}
ANSWER |= {"unindexed"}
HIT = {
    *("id", "title", "title_zh", "credit", "licence", "source_url", "kind"),
    *("score", "probability", "why", "thumb", "url"),
}


def catch_up():
    while embed.catch_up():
        pass
    while words.catch_up():
        pass


@pytest.fixture
def library(make_asset):
    colours = {"Elephant": "#9b9b9a", "Red apple": "#ea5a47", "Green apple": "#5c9e31", "Black cat": "#222222"}
    assets = {title: make_asset(title, data=drawing(colour)) for title, colour in colours.items()}
    catch_up()
    return assets


def ask(user, **asked):
    response = caller(user).get(SEARCH, asked)
    assert response.status_code == 200, response.content
    return response.json()


def titles(answer):
    return [hit["title"] for hit in answer["hits"]]


def test_an_answer_has_the_promised_shape(people, library):
    answer = ask(people["viewer"], q="elephant")
    assert set(answer) == ANSWER
    assert (answer["query"], answer["verdict"], answer["calibration"]) == ("elephant", "hit", "prior")
    assert 0 < answer["probability"] <= 1
    first = answer["hits"][0]
    assert set(first) == HIT
    assert (first["id"], first["title"], first["kind"]) == (str(library["Elephant"].pk), "Elephant", "image")
    assert caller(people["viewer"]).get(first["thumb"]).status_code == 200
    assert caller(people["viewer"]).get(first["url"]).json()["title"] == "Elephant"


def test_a_miss_says_what_is_missing(people, library):
    answer = ask(people["viewer"], q="purple elephant")
    assert answer["verdict"] in {"miss", "weak"}
    assert "purple elephant" in answer["missing"]
    assert answer["message"]


def test_filters_and_pages(people, library):
    Tag.objects.create(slug="fruit", group="food", name="fruit")
    tagging.add_tag(people["editor"], library["Green apple"].pk, "fruit")
    Asset.objects.filter(title="Red apple").update(licence="MIT")
    assert titles(ask(people["viewer"], q="apple", tag="fruit")) == ["Green apple"]
    assert titles(ask(people["viewer"], q="apple", licence="MIT")) == ["Red apple"]
    assert titles(ask(people["viewer"], q="apple", owner="other")) == []
    assert titles(ask(people["viewer"], q="apple", created_from="2999-01-01T00:00:00Z")) == []
    both = titles(ask(people["viewer"], q="apple", limit=2))
    pages = [titles(ask(people["viewer"], q="apple", limit=1, offset=n)) for n in range(2)]
    assert set(both) == {"Red apple", "Green apple"}
    assert pages == [[title] for title in both]


def test_nothing_asked_browses(people, library):
    answer = ask(people["viewer"])
    assert (answer["verdict"], answer["total"]) == (None, 4)
    assert titles(answer)[0] == "Black cat"


def test_an_asset_finds_its_like(people, library, make_asset):
    make_asset("Twin", data=drawing("#ea5a46"))
    catch_up()
    answer = ask(people["viewer"], like=str(library["Red apple"].pk))
    assert titles(answer)[0] == "Twin"
    assert "Red apple" not in titles(answer)


def test_a_picture_finds_its_like(people, library):
    def post(data, **asked):
        image = SimpleUploadedFile("x.png", data, "image/png")
        return caller(people["viewer"]).post(SEARCH, {"image": image} | asked, format="multipart")

    response = post(raster(size=(64, 64), colour=(234, 90, 71)), limit=2)
    assert response.status_code == 200, response.content
    assert set(response.json()) == ANSWER
    assert titles(response.json())[0] == "Red apple"
    assert len(response.json()["hits"]) == 2
    failure(post(b"no picture"), 422, "unsupported_format")
    failure(post(raster(), owner__password="x"), 400, "unknown_filter")
    failure(caller(people["viewer"]).post(SEARCH, {}, format="multipart"), 400, "invalid")
    assert Asset.objects.count() == 4


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"offset": -1}, "offset"),
        ({"q": "x" * 501}, "q"),
        ({"q": "a\0b"}, "q"),
        ({"like": "1"}, "like"),
        ({"kind": "dragon"}, "kind"),
        ({"created_from": "soon"}, "created_from"),
    ],
)
def test_questions_that_mean_nothing_are_refused(people, asked, field):
    response = caller(people["viewer"]).get(SEARCH, asked)
    assert set(failure(response, 400, "invalid")["fields"]) == {field}


def test_one_question_at_a_time(people, library):
    asked = {"q": "cat", "like": str(library["Elephant"].pk)}
    failure(caller(people["viewer"]).get(SEARCH, asked), 400, "two_questions")


@pytest.fixture
def hide(people, library, make_asset):
    """Return a function that puts a private asset of somebody else beside the red apple."""
    Tag.objects.create(slug="fruit", group="food", name="fruit")
    tagging.add_tag(people["editor"], library["Red apple"].pk, "fruit")
    catch_up()

    def hide():
        hidden = make_asset(
            "Secret xylophone apple",
            owner=people["other"],
            data=drawing("#ea5a46"),
            visibility=Visibility.PRIVATE,
            licence="MIT",
        )
        tagging.add_tag(people["other"], hidden.pk, "fruit")
        catch_up()
        return hidden

    return hide


def test_a_private_asset_leaves_no_trace_in_anybodys_answer(people, library, hide):
    like = str(library["Red apple"].pk)
    paths = [
        f"{SEARCH}?{asked}" for asked in ("q=apple", "", f"like={like}", "tag=fruit", "licence=MIT", "owner=other")
    ]
    paths += ["/api/v1/tags/", "/api/v1/assets/", "/api/v1/assets/?tag=fruit", "/api/v1/assets/?owner=other"]
    clients = {name: caller(people[name]) for name in ("viewer", "editor", "reviewer")}
    before = {(name, path): client.get(path).json() for name, client in clients.items() for path in paths}
    hidden = hide()
    for (name, path), answer in before.items():
        response = clients[name].get(path)
        assert str(hidden.pk) not in response.content.decode()
        assert _said(response.json()) == _said(answer), (name, path)
    for client in clients.values():
        failure(client.get(SEARCH, {"like": str(hidden.pk)}), 404, "not_found")
        assert str(hidden.pk) not in client.get(SEARCH, {"q": "secret xylophone"}).content.decode()
    assert caller(people["other"]).get("/api/v1/tags/fruit/").json()["count"] == 2
    assert titles(ask(people["other"], q="secret xylophone"))[0] == "Secret xylophone apple"


def test_private_assets_do_not_move_the_figures_of_others(people, library, hide):
    before = ask(people["viewer"], q="secret xylophone")
    hide()
    assert ask(people["viewer"], q="secret xylophone") == before


def _said(answer):
    """What an answer says and shows, without the probabilities."""
    if "hits" not in answer:
        return answer
    shown = {name: answer[name] for name in ("verdict", "missing", "message", "total")}
    return shown | {"hits": [hit["id"] for hit in answer["hits"]]}


def test_a_search_writes_nothing_but_its_event(people, library):
    client = caller(people["viewer"])
    client.get(SEARCH, {"q": "apple"})
    with CaptureQueriesContext(connection) as queries:
        client.get(SEARCH, {"q": "elephant"})
    writes = [q["sql"] for q in queries if q["sql"].split()[0] in {"INSERT", "UPDATE", "DELETE"}]
    assert len(writes) == 1, writes
    assert "indexer_searchevent" in writes[0]
    assert SearchEvent.objects.filter(query="elephant", verdict="hit", user=people["viewer"]).count() == 1


def test_a_search_costs_the_same_however_many_hits(people, library):
    client = caller(people["viewer"])
    client.get(SEARCH, {"q": "apple"})
    counts = []
    for limit in (1, 4):
        with CaptureQueriesContext(connection) as queries:
            client.get(SEARCH, {"q": "apple", "limit": limit})
        counts.append(len(queries))
    assert counts[0] == counts[1]


def command(*arguments):
    out = io.StringIO()
    call_command("search", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_gives_the_same_answer(people, library):
    answer = json.loads(command("elephant", "--as", "viewer", "--json"))
    api = ask(people["viewer"], q="elephant")
    assert answer == api


def test_the_command_searches_with_a_picture_and_as_somebody(people, library, make_asset, tmp_path):
    file = tmp_path / "red.png"
    file.write_bytes(raster(size=(64, 64), colour=(234, 90, 71)))
    answer = json.loads(command("--image", str(file), "--limit", "1", "--json"))
    assert titles(answer) == ["Red apple"]
    make_asset("Secret", owner=people["other"], visibility=Visibility.PRIVATE)
    catch_up()
    assert titles(json.loads(command("secret", "--as", "other", "--json")))[0] == "Secret"
    assert "Secret" not in titles(json.loads(command("secret", "--as", "viewer", "--json")))


def test_the_command_fails_loudly(people, tmp_path):
    file = tmp_path / "x.png"
    file.write_bytes(b"no picture")
    for arguments in (["x", "--as", "nobody"], ["--image", str(file)], ["--image", str(tmp_path / "gone.png")]):
        with pytest.raises(CommandError):
            command(*arguments, "--json")


def test_titles_cannot_dress_up_the_table(people, make_asset, capsys):
    make_asset("[/bold] [red]apple[/red]")
    catch_up()
    command("[/bold] apple")
    assert "[red]apple" in capsys.readouterr().out.replace("\n", "")


def test_generated_assets_are_shown_as_the_account_asks_unless_the_request_does(people, library):
    Asset.objects.filter(title="Red apple").update(origin="generated", review="approved")
    viewer = people["viewer"]

    def found(**asked):
        answer = ask(viewer, q="apple", **asked)
        return answer["ai"], set(titles(answer)) & {"Red apple", "Green apple"}

    assert found() == ("show", {"Red apple", "Green apple"})
    viewer.ai = "hide"
    viewer.save()
    assert found() == ("hide", {"Green apple"})
    assert found(ai="only") == ("only", {"Red apple"})
    assert found(ai="show") == ("show", {"Red apple", "Green apple"})
    listed = caller(viewer).get("/api/v1/assets/").json()["results"]
    assert "Red apple" not in [asset["title"] for asset in listed] and len(listed) == 3
    only = caller(viewer).get("/api/v1/assets/", {"ai": "only"}).json()["results"]
    assert [asset["title"] for asset in only] == ["Red apple"]


def test_an_answer_can_be_ordered_and_likeness_cannot(people, library):
    fitting = ask(people["viewer"], q="apple", order="name")
    assert titles(fitting)[: fitting["total"]] == sorted(titles(fitting)[: fitting["total"]])
    assert titles(ask(people["viewer"], order="name")) == ["Black cat", "Elephant", "Green apple", "Red apple"]
    client, like = caller(people["viewer"]), str(library["Elephant"].pk)
    failure(client.get(SEARCH, {"like": like, "order": "name"}), 400, "unknown_ordering")
    failure(client.get(SEARCH, {"q": "x", "order": "owner__password"}), 400, "invalid")
    failure(client.get(SEARCH, {"q": "x", "but": "blue"}), 400, "bad_value")


def test_likeness_can_differ_in_words(people, library):
    like = str(library["Red apple"].pk)
    plain, but = (ask(people["viewer"], like=like, **more) for more in ({}, {"but": "green"}))
    assert {hit["id"] for hit in plain["hits"]} == {hit["id"] for hit in but["hits"]}
    assert [hit["score"] for hit in plain["hits"]] != [hit["score"] for hit in but["hits"]]


def test_facets_count_what_the_caller_sees(people, library):
    Tag.objects.create(slug="fruit", group="food", name="fruit")
    tagging.add_tag(people["editor"], library["Green apple"].pk, "fruit")
    Asset.objects.filter(title="Red apple").update(licence="MIT")
    Asset.objects.filter(title="Elephant").update(visibility=Visibility.PRIVATE)
    body = caller(people["viewer"]).get(f"{SEARCH}facets/").json()
    assert body["kind"] == [{"value": "image", "label": "image", "count": 3}]
    assert body["tag"] == [{"value": "fruit", "label": "fruit", "count": 1}]
    assert [(one["value"], one["count"]) for one in body["licence"]] == [("MIT", 1)]
    narrowed = caller(people["viewer"]).get(f"{SEARCH}facets/", {"licence": "MIT"}).json()
    assert narrowed["tag"] == [] and narrowed["licence"] == body["licence"]
    failure(caller(people["viewer"]).get(f"{SEARCH}facets/", {"q": "apple"}), 400, "unknown_filter")


def test_months_say_when_assets_came(people, library):
    Asset.objects.filter(title="Elephant").update(created="2025-03-01T00:00:00Z")
    Asset.objects.exclude(title="Elephant").update(created="2026-01-31T00:00:00Z")
    rows = caller(people["viewer"]).get(f"{SEARCH}months/").json()
    assert rows == [{"month": "2026-01", "count": 3}, {"month": "2025-03", "count": 1}]
    assert caller(people["viewer"]).get(f"{SEARCH}months/", {"order": "oldest"}).json() == rows[::-1]


def test_a_miss_is_told_apart_from_its_other_causes(people, library):
    client = caller(people["viewer"])
    body = client.get(f"{SEARCH}diagnosis/", {"q": "purple elephant"}).json()
    assert [(part["label"], part["shown"]) for part in body["parts"]] == [("purple elephant", False)]
    assert body["nearest"] == str(library["Elephant"].pk) and body["maker"] == "composer"
    reasons = client.get(f"{SEARCH}diagnosis/", {"q": "elephant", "licence": "MIT"}).json()["reasons"]
    assert any("filters" in reason for reason in reasons)
    failure(client.get(f"{SEARCH}diagnosis/"), 400, "invalid")
