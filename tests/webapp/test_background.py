"""Background work: rung by nudges, taken up by sweeps, and never lost with a message."""

import pytest

from assetdb import nudges
from assetdb.models import Asset, ImportRun
from indexer.models import Cursor
from tests.conftest import svg
from tests.indexer.conftest import encoder  # noqa: F401
from webapp import duties, tasks, wiring

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder")]


def test_a_sweep_finds_what_nobody_rang_for(people):
    import io

    from assetdb import ingest

    assert duties.sweep() == ()
    ingest.ingest(io.BytesIO(svg()), owner=people["editor"], file_name="a.svg")
    assert "prepare" in duties.sweep()
    assert set(duties.carry_on("prepare")) == {"embed", "words"}
    assert {"embed", "words"} <= set(duties.sweep())
    assert duties.carry_on("embed") == ("suggest",)
    duties.carry_on("words")
    while "suggest" in duties.sweep():
        duties.carry_on("suggest")
    assert duties.sweep() == ()
    assert Asset.objects.get().state == "ready"


def test_a_duty_without_work_rings_nobody(people):
    for name in duties.DUTIES:
        assert duties.carry_on(name) == ()


def test_a_duty_gives_way_and_asks_to_be_rung_again(monkeypatch):
    monkeypatch.setattr(duties, "AT_A_TIME", 0.0)
    endless = duties.Duty(lambda: 1, lambda: 1, feeds=("words",))
    monkeypatch.setitem(duties.DUTIES, "endless", endless)
    assert duties.carry_on("endless") == ("words", "endless")


def test_every_nudge_of_the_lower_floors_rings_something():
    from generators import gaps

    assert set(duties.RUNG_BY) == {nudges.PREPARE, nudges.CHANGES, nudges.IMPORTS, gaps.RUNS}
    assert {name for names in duties.RUNG_BY.values() for name in names} <= set(duties.DUTIES)


def test_a_broker_that_is_down_loses_a_nudge_and_nothing_else(people, monkeypatch, django_capture_on_commit_callbacks):
    import io

    from assetdb import ingest

    def down(*arguments, **options):
        raise ConnectionError("no broker")

    monkeypatch.setattr(tasks.carry_on, "apply_async", down)
    wiring.connect()
    try:
        with django_capture_on_commit_callbacks(execute=True):
            made = ingest.ingest(io.BytesIO(svg()), owner=people["editor"], file_name="a.svg")
    finally:
        nudges.unsubscribe(wiring._heard)
    assert made.created
    assert "prepare" in duties.sweep()


def test_workers_count_as_alive_for_a_minute(people):
    assert not duties.alive("slow")
    tasks.beat("slow")
    assert duties.alive("slow")
    Cursor.objects.filter(pk="worker:slow").update(held_until="2020-01-01T00:00Z")
    assert not duties.alive("slow")


def test_healthz_and_readyz(client, people):
    assert client.get("/healthz").json() == {"status": "ok"}
    answer = client.get("/readyz")
    assert answer.status_code == 503
    parts = answer.json()["parts"]
    assert parts["database"]["ok"] and parts["storage"]["ok"]
    assert not parts["worker slow"]["ok"]
    for queue in ("quick", "slow"):
        duties.beat(queue)
    assert client.get("/readyz").json()["status"] == "ok"


def test_the_sample_is_queued_once(people, settings):
    from assetdb import sources

    settings.LACUNA_SAMPLE = True
    assert sources.start_sample(people["admin"]) is not None
    assert sources.start_sample(people["admin"]) is None
    assert "imports" in duties.sweep()
    assert ImportRun.objects.get().state == ImportRun.State.QUEUED
