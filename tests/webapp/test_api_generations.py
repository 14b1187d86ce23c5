"""Runs over the API: who asks, who sees, who decides."""

import pytest
from django.test import TestCase

from assetdb.models import Asset, Origin, Review
from generators.models import Candidate, Run, RunAsker
from indexer import embed, words
from tests.indexer.conftest import drawing, encoder  # noqa: F401
from tests.webapp.callers import caller, failure

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder")]

RUNS = "/api/v1/generations/"


@pytest.fixture
def run(people):
    """A run of the editor's under way."""
    run = Run.objects.create(
        query="purple elephant", meaning="1 purple elephant", generator="composer", asker=people["editor"]
    )
    RunAsker.objects.create(run=run, user=people["editor"])
    return run


@pytest.fixture
def proposed(run, make_asset):
    """The same run with something made, waiting for a reviewer."""
    made = make_asset("Purple elephant", origin=Origin.GENERATED, review=Review.PENDING)
    Candidate.objects.create(
        run=run, number=0, recipe={"seed": 1}, state="chosen", asset=made, score=0.9, checks=[{"name": "fidelity"}]
    )
    Run.objects.filter(pk=run.pk).update(state=Run.State.REVIEW, asset=made)
    run.refresh_from_db()
    return run


def test_a_run_tells_how_far_it_is_and_what_it_tried(people, proposed):
    body = caller(people["editor"]).get(f"{RUNS}{proposed.pk}/").json()
    assert (body["id"], body["query"], body["state"]) == (str(proposed.pk), "purple elephant", "review")
    assert (body["asker"], body["reviewer"], body["asset"]) == ("editor", None, str(proposed.asset_id))
    assert body["error"] is None
    assert body["candidates"] == [
        {
            "number": 0,
            "state": "chosen",
            "score": 0.9,
            "asset": str(proposed.asset_id),
            "checks": [{"name": "fidelity"}],
            "recipe": {"seed": 1},
        }
    ]


def test_runs_are_seen_by_who_asked_and_by_reviewers(people, run):
    for name, seen in {"editor": True, "reviewer": True, "admin": True, "other": False, "viewer": False}.items():
        client = caller(people[name])
        assert [r["id"] for r in client.get(RUNS).json()["results"]] == ([str(run.pk)] if seen else []), name
        response = client.get(f"{RUNS}{run.pk}/")
        assert response.status_code == (200 if seen else 404), name
    RunAsker.objects.create(run=run, user=people["other"])
    assert caller(people["other"]).get(f"{RUNS}{run.pk}/").status_code == 200


def test_a_list_costs_the_same_whatever_its_length(people, run):
    client = caller(people["reviewer"])
    for n in range(3):
        with TestCase().assertNumQueries(2 if n else 3):  # the token (whose use is noted first), the runs
            assert len(client.get(RUNS).json()["results"]) == n + 1
        Run.objects.create(query=f"q{n}", meaning=f"m{n}", generator="composer", asker=people["other"])
    assert len(client.get(RUNS, {"asker": "other", "state": "queued"}).json()["results"]) == 3


def test_a_miss_becomes_a_run_once(people):
    client = caller(people["editor"])
    response = client.post(RUNS, {"query": "a purple elephant"}, format="json")
    assert response.status_code == 201, response.content
    body = response.json()
    assert (body["state"], body["asker"], body["verdict_before"]["verdict"]) == ("queued", "editor", "miss")
    again = caller(people["other"]).post(RUNS, {"query": "purple elephant"}, format="json")
    assert (again.status_code, again.json()["id"]) == (200, body["id"])
    assert Run.objects.count() == 1


def test_what_is_there_is_not_made_again_unless_wanted(people, make_asset):
    elephant = make_asset("Elephant", data=drawing("#8949be"))
    while embed.catch_up() or words.catch_up():
        pass
    client = caller(people["editor"])
    extra = failure(client.post(RUNS, {"query": "elephant"}, format="json"), 409, "already_there")
    assert extra["hits"][0]["id"] == str(elephant.pk)
    assert client.post(RUNS, {"query": "elephant", "anyway": True}, format="json").status_code == 201


def test_requests_that_are_refused(people):
    failure(caller(people["viewer"]).post(RUNS, {"query": "purple elephant"}, format="json"), 403, "forbidden")
    client = caller(people["editor"])
    failure(client.post(RUNS, {}, format="json"), 400, "invalid")
    failure(client.post(RUNS, {"query": " "}, format="json"), 400, "invalid")
    failure(client.post(RUNS, {"query": "cat", "seed": 1}, format="json"), 400, "unknown_field")
    failure(client.post(RUNS, {"query": "a song", "kind": "audio"}, format="json"), 422, "cannot_make")
    failure(client.post(RUNS, {"query": "cat"}, format="multipart"), 415, "unsupported_media_type")
    assert not Run.objects.exists()


def test_a_run_is_cancelled_and_tried_again_by_who_asked(people, run):
    url = f"{RUNS}{run.pk}/"
    for action in ("cancel", "retry"):
        failure(caller(people["other"]).post(f"{url}{action}/"), 404, "not_found")
    client = caller(people["editor"])
    failure(client.post(f"{url}retry/"), 409, "still_open")
    assert client.post(f"{url}cancel/").json()["state"] == "cancelled"
    failure(client.post(f"{url}cancel/"), 409, "not_running")
    assert client.post(f"{url}retry/").json()["state"] == "queued"


def test_only_reviewers_decide(people, proposed):
    url = f"{RUNS}{proposed.pk}/"
    for name in ("viewer", "editor", "other"):
        for action in ("approve", "reject"):
            failure(caller(people[name]).post(f"{url}{action}/", {}, format="json"), 403, "forbidden")
    assert Asset.objects.get().review == Review.PENDING


def test_a_reviewer_rejects_with_a_reason(people, proposed):
    body = caller(people["reviewer"]).post(f"{RUNS}{proposed.pk}/reject/", {"reason": "No trunk"}, format="json").json()
    assert (body["state"], body["reason"], body["reviewer"]) == ("rejected", "No trunk", "reviewer")
    assert Asset.objects.get().review == Review.REJECTED
    failure(caller(people["reviewer"]).post(f"{RUNS}{proposed.pk}/approve/"), 409, "not_in_review")


def test_a_reviewer_approves_and_the_missed_query_runs_again(people, proposed):
    response = caller(people["reviewer"]).post(f"{RUNS}{proposed.pk}/approve/")
    assert response.status_code == 200, response.content
    body = response.json()
    assert body["reviewer"] == "reviewer"
    assert body["verdict_after"]["verdict"] in {"hit", "weak", "miss"}
    assert body["state"] in {"published", "queued"}


def test_reviewers_see_what_waits_for_them_the_longest_waiting_first(people, proposed, run):
    later = Run.objects.create(
        query="blue dog", meaning="x", generator="composer", asker=people["other"], state="review"
    )
    body = caller(people["reviewer"]).get(f"{RUNS}queue/").json()
    assert [row["query"] for row in body["results"]] == ["purple elephant", later.query]
    assert body["results"][0]["candidates"][0]["checks"] == [{"name": "fidelity"}]
    failure(caller(people["editor"]).get(f"{RUNS}queue/"), 403, "forbidden")


def test_another_candidate_is_proposed(people, proposed, make_asset):
    other = make_asset("Another", origin=Origin.GENERATED, review=Review.REJECTED)
    Candidate.objects.create(run=proposed, number=1, recipe={}, state="passed", asset=other)
    Candidate.objects.create(run=proposed, number=2, recipe={}, state="failed", asset=make_asset("Bad"))
    client, url = caller(people["editor"]), f"{RUNS}{proposed.pk}/choose/"
    assert client.post(url, {"number": 1}, format="json").json()["asset"] == str(other.pk)
    rows = client.get(f"{RUNS}{proposed.pk}/candidates/").json()
    assert [(row["number"], row["state"]) for row in rows] == [(0, "passed"), (1, "chosen"), (2, "failed")]
    failure(client.post(url, {"number": 2}, format="json"), 409, "not_passed")
    failure(client.post(url, {"number": 7}, format="json"), 404, "not_found")
    failure(client.post(url, {"number": -1}, format="json"), 400, "invalid")
    failure(caller(people["other"]).post(url, {"number": 1}, format="json"), 404, "not_found")


def test_who_joined_is_told_so(people, run):
    RunAsker.objects.create(run=run, user=people["other"])
    for name, joined in {"editor": False, "other": True, "reviewer": False}.items():
        body = caller(people[name]).get(f"{RUNS}{run.pk}/").json()
        assert (body["askers"], body["joined"]) == (2, joined), name


def test_the_shelf_keeps_what_was_not_published_with_its_checks(people, run, make_asset):
    made = make_asset("Grey elephant", origin=Origin.GENERATED, review=Review.REJECTED)
    Candidate.objects.create(run=run, number=3, recipe={}, state="failed", asset=made, checks=[{"name": "fidelity"}])
    for name, sees in {"editor": True, "reviewer": True, "viewer": False, "other": False}.items():
        rows = caller(people[name]).get(f"{RUNS}shelf/").json()["results"]
        assert [row["title"] for row in rows] == ["Grey elephant"] * sees, name
    rows = caller(people["editor"]).get(f"{RUNS}shelf/").json()["results"]
    assert rows[0]["attempt"] == {
        "run": str(run.pk),
        "number": 3,
        "state": "failed",
        "score": None,
        "checks": [{"name": "fidelity"}],
    }
