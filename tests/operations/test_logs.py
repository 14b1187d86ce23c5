"""One line a request that says how it went, and nothing that opens anything or tells what somebody looked for."""

from __future__ import annotations

import io
import json
import logging
import logging.config

import pytest
import structlog
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from assetdb import shares
from assetdb.models import Collection
from webapp import duties, logs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder")]


@pytest.fixture
def written(monkeypatch):
    """What is logged as JSON, line by line, once it is called."""
    monkeypatch.setenv("LACUNA_LOG_FORMAT", "json")
    out, root = io.StringIO(), logging.getLogger()
    formatter = logs.configuration()["formatters"]["lines"]
    made = structlog.stdlib.ProcessorFormatter(
        processors=formatter["processors"], foreign_pre_chain=formatter["foreign_pre_chain"]
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(made)
    root.addHandler(handler)
    level = root.level
    root.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(level)


def finished(lines: list[dict]) -> dict:
    (line,) = [line for line in lines if line["event"] == "request_finished"]
    return line


def test_a_request_is_one_line_without_what_was_searched(written, clients, people):
    clients["editor"].get("/api/v1/search/?q=a+secret+wish")
    line = finished(written())
    assert {"time", "level", "logger", "request_id"} <= set(line)
    assert (line["method"], line["path"], line["status"]) == ("GET", "/api/v1/search/", 200)
    assert line["user_id"] == people["editor"].pk
    assert line["duration_ms"] > 0
    assert "wish" not in json.dumps(written())


def test_a_refused_request_is_no_warning(written, client):
    client.get("/nowhere/with/a/mistyped-secret?and=words")
    line = finished(written())
    assert (line["status"], line["level"], line["path"]) == (404, "info", "/nowhere/…")
    assert len(written()) == 1


def test_the_token_of_a_shared_link_is_left_out(written, client, people):
    collection = Collection.objects.create(name="c", owner=people["editor"])
    token = shares.token_of(shares.open_link(people["editor"], collection.pk))
    assert client.get(reverse("share", args=[token])).status_code == 200
    assert finished(written())["path"] == "/s/…/"
    assert token not in json.dumps(written())


def test_a_failure_tells_its_traceback_and_not_its_query(written, client, monkeypatch):
    def broken(request):
        raise RuntimeError("something broke")

    monkeypatch.setattr("webapp.health.examine", lambda: broken(None))
    client.raise_request_exception = False
    assert client.get("/readyz?q=wish").status_code == 500
    lines = written()
    (failed,) = [line for line in lines if line["event"] == "request_failed"]
    assert (failed["status"], failed["path"], failed["level"]) == (500, "/readyz", "error")
    assert "something broke" in failed["exception"]
    assert "wish" not in json.dumps(lines)
    assert all(line.get("path") == "/readyz" for line in lines)


def test_background_work_bears_the_name_of_its_duty(written, people, monkeypatch):
    batches = iter([1, 1, 0])

    def work() -> int:
        logging.getLogger("anything").warning("in between")
        return next(batches)

    monkeypatch.setitem(duties.DUTIES, "embed", duties.Duty(lambda: 1, work))
    duties.carry_on("embed")
    lines = written()
    assert {line["duty"] for line in lines} == {"embed"}
    assert [line["batches"] for line in lines if line["event"] == "duty_worked"] == [2]
    logging.getLogger("anything").warning("after")
    assert "duty" not in written()[-1]


def test_people_get_lines_they_can_read(monkeypatch, capsys):
    monkeypatch.delenv("LACUNA_LOG_FORMAT", raising=False)
    formatter = logs.configuration()["formatters"]["lines"]
    made = structlog.stdlib.ProcessorFormatter(
        processors=formatter["processors"], foreign_pre_chain=formatter["foreign_pre_chain"]
    )
    try:
        hidden = "a value that is nobody's business"
        raise RuntimeError(hidden[:7])
    except RuntimeError:
        import sys

        record = logging.LogRecord("lacuna", logging.ERROR, __file__, 1, "it broke: %s", ("so",), sys.exc_info())
    said = made.format(record)
    assert "it broke: so" in said and "Traceback" in said and not said.startswith("{")
    assert "nobody's business" not in said.replace('hidden = "a value that is nobody\'s business"', "")


def test_an_unknown_format_is_refused_in_words(monkeypatch):
    monkeypatch.setenv("LACUNA_LOG_FORMAT", "xml")
    with pytest.raises(ImproperlyConfigured, match="Choose plain or json"):
        logs.configuration()
