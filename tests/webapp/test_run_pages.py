"""The pages of runs, the review and the shelf."""

import pytest

from assetdb.models import Review
from generators.models import Candidate, Run
from tests.webapp.readers import HTMX, text
from webapp.library import search as search_page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder")]


@pytest.fixture
def run_in_review(people, make_asset) -> Run:
    asset = make_asset("purple elephant", owner=people["editor"], origin="generated", review=Review.PENDING)
    run = Run.objects.create(
        query="purple elephant",
        meaning="1 purple elephant",
        generator="composer",
        asker=people["editor"],
        state=Run.State.REVIEW,
        asset=asset,
        verdict_before={"verdict": "miss", "probability": 0.12},
        steps=[{"state": "generating"}, {"state": "checking"}],
    )
    checks = [{"name": "fidelity", "passed": True, "score": 0.9, "message": "shows it"}]
    Candidate.objects.create(run=run, number=0, recipe={}, asset=asset, state="chosen", checks=checks, score=0.9)
    return run


def test_making_opens_the_run_or_says_why_not(clients, people, monkeypatch):
    from assetdb.errors import DamError

    run = Run.objects.create(query="q", meaning="q", generator="composer", asker=people["editor"])
    monkeypatch.setattr(search_page, "open_run", lambda query, **_: (run, False))
    assert clients["editor"].post("/make/", {"q": "q"})["Location"] == f"/runs/{run.pk}/"
    assert clients["editor"].post("/make/", {"q": "q"}, headers=HTMX)["HX-Redirect"] == f"/runs/{run.pk}/"

    def refuse(query, **_):
        raise DamError("cannot_make", "No maker knows “justice”.", status=422)

    monkeypatch.setattr(search_page, "open_run", refuse)
    for headers in ({}, HTMX):
        refused = clients["editor"].post("/make/", {"q": "justice"}, headers=headers)
        assert refused.status_code == 422 and "No maker knows “justice”." in text(refused)


def test_a_viewer_cannot_have_anything_made(clients):
    assert clients["viewer"].post("/make/", {"q": "purple elephant"}).status_code == 403
    assert not Run.objects.exists()


@pytest.mark.parametrize("state", Run.State.values)
def test_a_run_shows_each_state_and_asks_again_only_while_it_works(clients, people, state):
    run = Run.objects.create(query="a gap", meaning="g", generator="composer", asker=people["editor"], state=state)
    page = clients["reviewer"].get(f"/runs/{run.pk}/")
    assert page.status_code == 200 and "a gap" in text(page)
    assert ("hx-trigger" in page.content.decode()) == (state in Run.WORK)
    assert (f"/runs/{run.pk}/cancel/" in page.content.decode()) == (state in Run.WORK)
    assert clients["other"].get(f"/runs/{run.pk}/").status_code == 404
    assert b"<html" not in clients["editor"].get(f"/runs/{run.pk}/", headers=HTMX).content


def test_a_run_is_cancelled_and_tried_again(clients, people):
    run = Run.objects.create(query="a gap", meaning="g", generator="composer", asker=people["editor"])
    assert clients["other"].post(f"/runs/{run.pk}/cancel/").status_code == 404
    clients["editor"].post(f"/runs/{run.pk}/cancel/")
    run.refresh_from_db()
    assert run.state == Run.State.CANCELLED
    assert clients["editor"].post(f"/runs/{run.pk}/cancel/").status_code == 409
    clients["editor"].post(f"/runs/{run.pk}/retry/")
    run.refresh_from_db()
    assert run.state == Run.State.QUEUED


def test_review_shows_what_waits_and_rejecting_puts_it_on_the_shelf(clients, run_in_review):
    page = clients["reviewer"].get("/review/")
    assert "purple elephant" in text(page) and "shows it" in text(page) and "12 %" in text(page)
    assert '<span class="count">1</span>' in page.content.decode()
    form = {"reason": "it is blue", "next": "review"}
    assert clients["editor"].post(f"/runs/{run_in_review.pk}/reject/", form).status_code == 403
    assert clients["reviewer"].post(f"/runs/{run_in_review.pk}/reject/", form)["Location"] == "/review/"
    run_in_review.refresh_from_db()
    assert run_in_review.state == Run.State.REJECTED
    assert "Nothing waits" in text(clients["reviewer"].get("/review/"))
    assert "it is blue" in text(clients["editor"].get("/shelf/"))
    assert "purple elephant" not in text(clients["other"].get("/shelf/"))


def test_approving_is_a_reviewers_word(clients, run_in_review):
    path = f"/runs/{run_in_review.pk}/approve/"
    assert clients["editor"].post(path).status_code == 403
    assert clients["reviewer"].post(path)["Location"] == f"/runs/{run_in_review.pk}/"
    run_in_review.refresh_from_db()
    assert run_in_review.reviewer.username == "reviewer"
