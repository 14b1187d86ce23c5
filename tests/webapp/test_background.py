"""Background work: rung by nudges, taken up by sweeps, and never lost with a message."""

import pytest
from kombu.exceptions import OperationalError

from assetdb import nudges
from assetdb.models import Asset, ImportRun
from indexer.models import Cursor
from tests.conftest import svg
from tests.indexer.conftest import encoder  # noqa: F401
from webapp import duties, health, tasks, wiring

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
    from webapp.webhooks import hooks

    assert set(duties.RUNG_BY) == {nudges.PREPARE, nudges.CHANGES, nudges.IMPORTS, gaps.RUNS, hooks.WEBHOOKS}
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


@pytest.fixture
def rung(monkeypatch):
    """The names of the duties that messages were sent for."""
    sent = []
    monkeypatch.setattr(tasks.carry_on, "apply_async", lambda arguments, **options: sent.append(arguments[0]))
    return sent


def test_a_duty_is_rung_once_until_its_message_is_read(people, rung):
    for _ in range(5):
        wiring.ring("embed", "words")
    assert rung == ["embed", "words"]
    wiring.answer("embed")
    wiring.ring("embed", "words")
    assert rung == ["embed", "words", "embed"]


def test_a_message_that_nobody_read_is_sent_again(people, rung):
    wiring.ring("embed")
    Cursor.objects.filter(pk="bell:embed").update(held_until="2020-01-01T00:00Z")
    wiring.ring("embed")
    assert rung == ["embed", "embed"]


def test_what_changes_while_a_duty_works_rings_again(people, rung, monkeypatch):
    wiring.ring("embed")
    monkeypatch.setattr(duties, "carry_on", lambda name: wiring.ring("embed") or ())
    tasks.carry_on("embed")
    assert rung == ["embed", "embed"]


def test_files_are_tidied_now_and_then_and_not_at_each_sweep(people, monkeypatch):
    walks = []
    monkeypatch.setattr(duties.integrity, "sweep", lambda **options: walks.append(options))
    for _ in range(3):
        duties.sweep()
    assert len(walks) == 1


def test_a_worker_beats_while_a_task_keeps_it_busy(people, monkeypatch):
    from types import SimpleNamespace

    from webapp import celery

    timer, rung = [], []
    monkeypatch.setattr(tasks.sweep, "apply_async", lambda **options: rung.append("sweep"))
    monkeypatch.setattr(celery, "_beat", duties.beat)
    for queue in ("quick", "slow"):
        clock = SimpleNamespace(call_repeatedly=lambda *call: timer.append(call))
        celery.start_beating(SimpleNamespace(hostname=f"{queue}@host", timer=clock))
    assert duties.alive("quick") and duties.alive("slow")
    assert timer == [(duties.BEAT, duties.beat, ("quick",)), (duties.BEAT, duties.beat, ("slow",))]
    assert rung == ["sweep"]


def test_workers_count_as_alive_for_a_minute(people):
    assert not duties.alive("slow")
    duties.beat("slow")
    assert duties.alive("slow")
    Cursor.objects.filter(pk="worker:slow").update(held_until="2020-01-01T00:00Z")
    assert not duties.alive("slow")


def test_healthz_and_readyz(client, people):
    assert client.get("/healthz").json() == {"status": "ok"}
    answer = client.get("/readyz")
    assert answer.status_code == 503
    parts = answer.json()["parts"]
    assert parts["database"]["ok"] and parts["storage"]["ok"] and parts["broker"]["ok"]
    assert parts["index"]["detail"] == "0 changes to read"
    assert not parts["worker slow"]["ok"]
    for queue in ("quick", "slow"):
        duties.beat(queue)
    assert client.get("/readyz").json()["status"] == "ok"


@pytest.mark.parametrize("part", ["database", "storage", "broker"])
def test_readyz_says_what_is_down_and_keeps_what_drivers_say_to_itself(client, people, monkeypatch, part):
    def down():
        raise ConnectionError("postgres://somebody:secret@db.example refuses")

    for queue in ("quick", "slow"):
        duties.beat(queue)
    monkeypatch.setitem(health.PARTS, part, down)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"][part] == {"ok": False, "detail": "ConnectionError"}
    assert b"secret" not in answer.content


def test_a_broker_that_is_down_is_not_waited_for(settings, monkeypatch):
    """With Celery's defaults the first nudge of an upload would try for six seconds."""
    from celery import Celery

    waits = []
    monkeypatch.setattr("kombu.utils.functional.sleep", waits.append)
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    app = Celery("elsewhere", set_as_current=False)
    app.config_from_object("django.conf:settings", namespace="CELERY")
    with pytest.raises(OperationalError):
        app.send_task("anything", retry=False)
    assert waits == []


def test_the_sample_is_queued_once(people, settings):
    from assetdb import sources

    settings.LACUNA_SAMPLE = True
    assert sources.start_sample(people["admin"]) is not None
    assert sources.start_sample(people["admin"]) is None
    assert "imports" in duties.sweep()
    assert ImportRun.objects.get().state == ImportRun.State.QUEUED
