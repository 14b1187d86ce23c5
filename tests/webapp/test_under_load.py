"""Searching while files come in and pictures are made: every search answers and nobody meets a lock."""

import io
import statistics
import threading
import time

import pytest
from django.db import connections

from assetdb import ingest, prepare
from generators import gaps, runs
from indexer import embed, words
from indexer.search import Query, search
from tests.indexer.conftest import drawing, encoder  # noqa: F401

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("encoder")]


@pytest.mark.slow
def test_search_ingest_and_generate_together(people, monkeypatch, record_property):
    from generators import checks
    from indexer.search import Judgement

    monkeypatch.setattr(checks, "judge", lambda query, *, image: Judgement(0.9, {query: True}))
    errors, times, stop = [], [], threading.Event()

    def loop(work):
        def body():
            try:
                n = 0
                while not stop.is_set():
                    work(n)
                    n += 1
            except Exception as error:
                errors.append(error)
            finally:
                connections.close_all()

        return threading.Thread(target=body)

    def upload(n):
        data = drawing(f"#{n * 53 % 256:02x}{n * 101 % 256:02x}80", radius=10 + n / 50)
        ingest.ingest(io.BytesIO(data), owner=people["editor"], file_name=f"{n}.svg", title=f"apple {n}")
        prepare.catch_up()

    def follow(n):
        if not (embed.catch_up() or words.catch_up()):
            time.sleep(0.01)

    def make(n):
        colours = ("red", "green", "blue", "pink")
        gaps.open_run(f"{colours[n % 4]} elephant", user=people["other"], anyway=True)
        runs.catch_up()

    def look(n):
        begun = time.perf_counter()
        results = search(Query(text="apple"), user=people["viewer"], record=True)
        times.append(time.perf_counter() - begun)
        assert results.verdict is not None

    threads = [loop(work) for work in (upload, follow, make, look, look)]
    for thread in threads:
        thread.start()
    time.sleep(8)
    stop.set()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert len(times) > 20
    record_property("search_p95_ms", round(statistics.quantiles(times, n=20)[-1] * 1000, 1))
    while embed.catch_up() or words.catch_up():
        pass
    found = search(Query(text="apple"), user=people["viewer"], limit=500)
    from assetdb.models import Asset

    assert found.verdict.kind == "hit"
    assert sum(1 for hit in found.hits if hit.asset.title.startswith("apple")) == min(
        400, Asset.objects.filter(title__startswith="apple", state="ready").count()
    )
