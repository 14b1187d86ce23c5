"""A miss becomes a run, a run an asset that waits for review, and nothing is lost or doubled."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from assetdb import access, changes
from assetdb.errors import DamError, ForbiddenError, NotFoundError
from assetdb.models import Asset, AssetFile, Origin, Review
from generators import gaps, publish, runs, steering
from generators.models import Candidate, Parent, Provenance, Run
from indexer.search import Query, search
from tests.generators.conftest import catch_up
from tests.indexer.conftest import drawing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder", "judged", "proved")]


def ask(user, query="purple elephant", **options):
    return gaps.open_run(query, user=user, **options)


def finish(run):
    while runs.catch_up():
        pass
    run.refresh_from_db()
    return run


def test_a_miss_is_made_checked_approved_and_found(people):
    run, joined = ask(people["editor"])
    assert not joined
    assert run.verdict_before["verdict"] == "miss"
    assert not Asset.objects.exists(), "asking alone makes nothing"
    assert finish(run).state == Run.State.REVIEW
    asset = run.asset
    assert (asset.origin, asset.review, asset.owner) == (Origin.GENERATED, Review.PENDING, people["editor"])
    assert (asset.title, asset.title_zh, asset.licence) == ("Purple elephant", "紫色的大象", "CC-BY-SA-4.0")
    assert asset.files.get().role == AssetFile.Role.RASTER
    assert [step["state"] for step in run.steps] == ["generating", "checking", "review"]
    published = publish.approve(people["reviewer"], run.pk)
    assert published.state == Run.State.PUBLISHED
    assert published.reviewer == people["reviewer"]
    assert 0 < run.changed < published.changed == changes.head(changes.WORK), "both steps stand in the log of work"
    assert search(Query(text="purple elephant"), user=people["viewer"]).hits[0].asset == asset


def test_where_it_comes_from_is_kept(people):
    run, _ = ask(people["editor"])
    finish(run)
    kept = Provenance.objects.get(asset=run.asset)
    assert kept.query == "purple elephant"
    assert kept.verdict["verdict"] == "miss"
    assert kept.recipe["generator"] == "composer"
    assert {check["name"] for check in kept.checks} == {"technical", "fidelity", "duplicate"}
    (parent,) = Parent.objects.filter(asset=run.asset)
    assert (parent.title, parent.licence) == ("elephant", "CC-BY-SA-4.0")


def test_parents_in_the_library_are_linked_and_only_those_the_asker_may_use(people, make_asset):
    from assetdb import openmoji
    from assetdb.models import Visibility

    item = next(item for item in openmoji.items() if item.title == "elephant")
    for owner, fields in (
        ("other", {"visibility": Visibility.PRIVATE}),
        ("reviewer", {"derivatives_allowed": False}),
        ("viewer", {"licence": "CC-BY-SA-4.0", "credit": "A. Painter"}),
    ):
        make_asset("elephant", owner=people[owner], data=item.path.read_bytes(), **fields)
    catch_up()
    run, _ = ask(people["editor"])
    finish(run)
    (parent,) = Parent.objects.filter(asset=run.asset)
    assert parent.parent.owner == people["viewer"]
    assert run.asset.credit == "A. Painter"


@pytest.mark.parametrize("query", ["purple elephants", "a purple elephant", "Purple  Elephant"])
def test_one_run_a_meaning(people, query):
    first, _ = ask(people["editor"])
    second, joined = ask(people["other"], query)
    assert (second, joined) == (first, True)
    assert {asker.user.username for asker in first.askers.all()} == {"editor", "other"}
    other, joined = ask(people["other"], "green elephant")
    assert not joined
    assert other != first


def test_what_is_there_is_not_made_unless_asked_for_anyway(people, make_asset):
    asset = make_asset("Elephant")
    catch_up()
    with pytest.raises(DamError) as raised:
        ask(people["editor"], "elephant")
    assert raised.value.code == "already_there"
    assert raised.value.extra["hits"][0]["id"] == str(asset.pk)
    run, _ = ask(people["editor"], "elephant", anyway=True)
    assert run.state == Run.State.QUEUED


def test_it_takes_an_editor_and_something_that_can_be_made(people):
    with pytest.raises(ForbiddenError):
        ask(people["viewer"])
    with pytest.raises(DamError) as raised:
        ask(people["editor"], "xylograph")
    assert raised.value.code == "cannot_make"
    assert raised.value.extra["reasons"]["diffusion_image"]["code"] == "not_configured"
    assert not Run.objects.exists()


def test_when_no_candidate_is_good_new_seeds_are_tried_and_then_it_fails(people, judged):
    judged.probability = 0.1
    run, _ = ask(people["editor"])
    finish(run)
    assert (run.state, run.error_code) == (Run.State.FAILED, "checks_failed")
    assert run.candidates.count() == runs.EACH_ROUND * runs.ROUNDS
    shelved = Asset.objects.filter(origin=Origin.GENERATED)
    assert shelved.exists()
    assert set(shelved.values_list("review", flat=True)) == {Review.REJECTED}
    assert not access.visible_to(people["admin"]).exists()
    assert access.seen_by(people["editor"]).count() == shelved.count()


def test_exactly_what_is_there_already_fails_the_duplicate_check(people, make_asset):
    from generators import checks

    asset = make_asset("Elephant")
    verdicts = {
        c.name: c for c in checks.check(asset, query="elephant", asker=people["editor"], repeats="here already")
    }
    assert not verdicts["duplicate"].passed


def test_a_look_alike_fails_the_duplicate_check(people, make_asset):
    from generators import checks

    make_asset("Disc", data=drawing("#ff0000", radius=30))
    twin = make_asset("Other disc", data=drawing("#fe0000", radius=30.5), owner=people["other"])
    odd = make_asset("Third disc", data=drawing("#0000ff", radius=30), owner=people["other"])
    catch_up()
    for asset, passed in ((twin, False), (odd, True)):
        verdicts = {c.name: c for c in checks.check(asset, query="x", asker=people["editor"], repeats="")}
        assert verdicts["duplicate"].passed == passed, asset


def test_rejecting_keeps_it_on_the_shelf_with_the_reason(people):
    run, _ = ask(people["editor"])
    finish(run)
    rejected = publish.reject(people["reviewer"], run.pk, "The trunk is wrong.")
    assert (rejected.state, rejected.reason) == (Run.State.REJECTED, "The trunk is wrong.")
    assert not access.visible_to(people["editor"]).filter(pk=run.asset_id).exists()
    assert access.seen_by(people["editor"]).filter(pk=run.asset_id).exists()


def test_unreviewed_ones_are_seen_by_their_asker_and_reviewers_only(people):
    run, _ = ask(people["editor"])
    finish(run)
    seen = {name for name, user in people.items() if access.visible_to(user).filter(pk=run.asset_id).exists()}
    assert seen == {"editor", "reviewer", "admin"}
    with pytest.raises(NotFoundError):
        steering.get_run(people["other"], run.pk)


def test_only_reviewers_decide(people):
    run, _ = ask(people["editor"])
    finish(run)
    for decide in (
        lambda: publish.approve(people["editor"], run.pk),
        lambda: publish.reject(people["editor"], run.pk, ""),
    ):
        with pytest.raises(ForbiddenError):
            decide()


def test_a_publication_that_does_not_prove_itself_reopens_the_run(people, proved):
    run, _ = ask(people["editor"])
    proved.found = False
    reopened = publish.approve(people["reviewer"], finish(run).pk)
    assert reopened.state == Run.State.QUEUED
    assert "taken back" in reopened.reason
    assert reopened.asset is None
    assert set(Asset.objects.filter(origin=Origin.GENERATED).values_list("review", flat=True)) == {Review.REJECTED}
    finish(reopened)
    assert reopened.state == Run.State.REVIEW


def test_it_does_not_reopen_for_ever(people, proved):
    proved.found = False
    run, _ = ask(people["editor"])
    for _ in range(publish.REOPENINGS + 1):
        finish(run)
        assert run.state == Run.State.REVIEW
        run = publish.approve(people["reviewer"], run.pk)
    assert (run.state, run.error_code) == (Run.State.FAILED, "not_found_again")


def test_cancel_is_a_row_that_the_worker_sees(people, monkeypatch):
    run, _ = ask(people["editor"])
    shelve = runs._shelve

    def cancelled_meanwhile(*arguments):
        shelve(*arguments)
        steering.cancel(people["editor"], run.pk)

    monkeypatch.setattr(runs, "_shelve", cancelled_meanwhile)
    finish(run)
    assert run.state == Run.State.CANCELLED
    assert run.candidates.filter(state=Candidate.State.MADE).count() == 1
    with pytest.raises(DamError):
        steering.cancel(people["editor"], run.pk)
    monkeypatch.undo()
    again = steering.retry(people["editor"], run.pk)
    assert again.state == Run.State.QUEUED


def test_another_candidate_can_be_proposed(people):
    run = finish(ask(people["editor"])[0])
    first = run.asset
    other = run.candidates.filter(state=Candidate.State.PASSED).first()
    with pytest.raises(NotFoundError):
        steering.choose(people["other"], run.pk, other.number)
    assert steering.choose(people["editor"], run.pk, other.number).asset == other.asset
    first.refresh_from_db()
    other.refresh_from_db()
    assert (first.review, other.asset.review) == (Review.REJECTED, Review.PENDING)
    assert run.candidates.filter(state=Candidate.State.CHOSEN).get() == other
    failed = run.candidates.exclude(pk=other.pk).first()
    Candidate.objects.filter(pk=failed.pk).update(state=Candidate.State.FAILED)
    with pytest.raises(DamError, match="failed a check"):
        steering.choose(people["editor"], run.pk, failed.number)
    publish.approve(people["reviewer"], run.pk)
    with pytest.raises(DamError, match="review"):
        steering.choose(people["editor"], run.pk, first.candidates.get().number)


def test_a_second_delivery_does_nothing(people):
    run, _ = ask(people["editor"])
    Run.objects.filter(pk=run.pk).update(holder="another worker", leased_until="2100-01-01T00:00Z")
    assert runs.catch_up() == 0
    assert not run.candidates.exists()


def test_an_error_ends_the_run_with_a_code_and_the_worker_lives(people, monkeypatch):
    from generators.backends.composer import Composer

    run, _ = ask(people["editor"])
    monkeypatch.setattr(Composer, "generate", lambda *a, **k: 1 / 0)
    finish(run)
    assert (run.state, run.error_code) == (Run.State.FAILED, "unexpected")
    assert "ZeroDivisionError" in run.error_message


@pytest.mark.django_db(transaction=True)
def test_two_people_asking_at_once_get_one_run(people):
    found, errors, ready = [], [], threading.Barrier(2)

    def run(name):
        try:
            ready.wait(10)
            found.append(ask(people[name]))
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(name,)) for name in ("editor", "other")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert errors == []
    assert len({run.pk for run, _ in found}) == 1
    assert sorted(joined for _, joined in found) == [False, True]
    assert Run.objects.get().askers.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_proof_waits_for_whoever_reads_the_index(people):
    from indexer import embed, views
    from indexer.spaces import active_space

    run, _ = ask(people["editor"])
    finish(run)
    released = []

    def read_elsewhere():
        try:
            with views.hold(embed.view_of(active_space())) as lease:
                assert lease is not None
                time.sleep(0.6)
                released.append(time.monotonic())
        finally:
            connections.close_all()

    catch_up()
    other = threading.Thread(target=read_elsewhere)
    other.start()
    time.sleep(0.1)
    published = publish.approve(people["reviewer"], run.pk)
    done = time.monotonic()
    other.join(10)
    assert published.state == Run.State.PUBLISHED
    assert released[0] <= done


def test_a_candidate_that_another_worker_is_reading_is_waited_for_not_failed(people, monkeypatch):
    asked = []
    real = runs.prepare.catch_up

    def taken_by_another_first(**options):
        asked.append(options)
        return 0 if len(asked) % 3 else real(**options)

    monkeypatch.setattr(runs.prepare, "catch_up", taken_by_another_first)
    run, _ = gaps.open_run("purple elephant", user=people["editor"])
    runs.catch_up()
    run.refresh_from_db()
    assert run.state == Run.State.REVIEW
    assert not any("read back" in check["message"] for row in run.candidates.all() for check in row.checks)


def all_at_once(count: int, work) -> list:
    """Return what ``work`` gives ``count`` threads that start together; an error of any is the test's."""
    ready = threading.Barrier(count)

    def one(number: int):
        try:
            ready.wait(20)
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_twenty_askers_at_once_pay_for_one_run(people):
    askers = [people["editor"], people["other"], people["reviewer"], people["admin"]]
    found = all_at_once(20, lambda number: ask(askers[number % 4]))
    assert sum(not joined for _, joined in found) == 1
    assert Run.objects.get().askers.count() == 4


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_twenty_workers_at_once_carry_a_run_out_once(people, monkeypatch):
    run, _ = ask(people["editor"])
    carried = []
    monkeypatch.setattr(runs, "carry_out", lambda run: carried.append(run.pk))
    assert sum(all_at_once(20, lambda _: runs.catch_up())) == 1
    assert carried == [run.pk]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_twenty_wishes_at_once_never_overspend(people, settings):
    settings.LACUNA_RUNS_A_DAY = 5
    things = ["elephant", "moon", "house", "tree", "lamp"]

    def wish(number: int) -> str:
        try:
            gaps.open_run(f"{number // 5 + 2} purple {things[number % 5]}s", user=people["editor"])
        except DamError as error:
            return error.code
        return "opened"

    said = all_at_once(20, wish)
    assert said.count("opened") == Run.objects.count() == 5
    assert set(said) == {"opened", "runs_spent"}


def test_joining_costs_nothing_and_the_day_passes(people, settings):
    settings.LACUNA_RUNS_A_DAY = 1
    ask(people["editor"])
    assert ask(people["editor"])[1], "the same meaning is joined, whatever was spent"
    assert not gaps.open_run("green moon", user=people["other"])[1]
    with pytest.raises(DamError) as refused:
        gaps.open_run("blue moon", user=people["editor"])
    assert (refused.value.code, refused.value.status) == ("runs_spent", 429)
    Run.objects.update(created=timezone.now() - timedelta(days=2))
    assert not gaps.open_run("blue moon", user=people["editor"])[1]
