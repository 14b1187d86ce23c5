"""The whole loop on PostgreSQL, Redis and S3, with the processes of a real installation."""

from __future__ import annotations

import io
import json
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from assetdb import openmoji
from tests.conftest import svg
from tests.operations.processes import Processes, processes
from tests.services import S3, Postgres, Redis, environment, free_port, manage, postgresql, redis, s3, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
PATIENCE = 120.0
"""Seconds; alone on two cores, everything here takes about one minute."""

NEEDED = {"elephant", "birthday cake", "cat", "shortcake", "cupcake"}
SAMPLE = 40
SCRAPE = "a token for Prometheus alone"


@dataclass
class Stack:
    """A library with all its servers, and what asks it over HTTP."""

    postgres: Postgres
    redis: Redis
    s3: S3
    env: dict[str, str]
    running: Processes
    token: str = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.env['PORT']}"

    def call(self, method: str, path: str, body: Any = None, *, token: str = "", kind: str = "") -> tuple[int, bytes]:
        headers = {"Authorization": f"Bearer {token or self.token}", "Content-Type": kind or "application/json"}
        data = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else None
        asked = urllib.request.Request(self.url + path, data=data, method=method, headers=headers)
        try:
            with urllib.request.urlopen(asked, timeout=30) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def json(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        status, answer = self.call(method, path, body)
        assert status < 300, answer
        return json.loads(answer)

    def search(self, words: str) -> dict[str, Any]:
        return self.json("GET", f"/api/v1/search/?q={words.replace(' ', '+')}")

    def finds(self, words: str, title: str) -> bool:
        found = self.search(words)
        return found["verdict"] == "hit" and found["hits"][0]["title"] == title

    def upload(self, title: str, data: bytes) -> int:
        edge = uuid.uuid4().hex
        out = io.BytesIO()
        for name, value in (("title", title), ("licence", "CC-BY-SA-4.0"), ("credit", "OpenMoji")):
            out.write(f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
        out.write(f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="a.svg"\r\n'.encode())
        out.write(b"Content-Type: image/svg+xml\r\n\r\n" + data + f"\r\n--{edge}--\r\n".encode())
        kind = f"multipart/form-data; boundary={edge}"
        return self.call("POST", "/api/v1/assets/", out.getvalue(), kind=kind)[0]

    def ready(self) -> tuple[int, dict[str, Any]]:
        status, answer = self.call("GET", "/readyz")
        return status, json.loads(answer)


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    with postgresql() as base, redis() as broker, s3() as store:
        more = {"DATABASE_URL": base.make("library"), "CELERY_BROKER_URL": broker.url, "PORT": str(free_port())}
        more |= {"LACUNA_LOG_FORMAT": "json", "LACUNA_METRICS_TOKEN": SCRAPE} | store.environment("library")
        env = environment(tmp_path / "home", **more)
        env["PATH"] = f"{base.programs}:{env['PATH']}"
        assert "sign in as admin" in manage("setup", env=env)
        with processes(tmp_path, env) as running:
            made = Stack(base, broker, store, env, running)
            running.start("web", "quick", "slow", "beat")
            made.token = json.loads(manage("token", "admin", "--json", env=env))["token"]
            until(lambda: _answers(made), PATIENCE, "the web answers")
            yield made
            assert running.all_run()


def _answers(stack: Stack) -> bool:
    try:
        return stack.call("GET", "/healthz")[0] == 200
    except OSError:
        return False


def test_the_loop_an_outage_and_a_restored_backup(stack: Stack, tmp_path: Path) -> None:
    sample = sorted(openmoji.items(), key=lambda item: item.title not in NEEDED)
    for item in islice(sample, SAMPLE):
        assert stack.upload(item.title, item.path.read_bytes()) == 201
    until(lambda: stack.finds("birthday cake", "birthday cake"), PATIENCE, "the sample is found")
    until(lambda: stack.ready()[0] == 200, PATIENCE, "every part works")

    fills_a_gap(stack)
    outlives_its_broker(stack)
    tells_prometheus(stack)
    logs_without_secrets(stack)
    restores(stack, tmp_path)


def fills_a_gap(stack: Stack) -> None:
    assert stack.search("purple elephant")["verdict"] == "miss"
    run = stack.json("POST", "/api/v1/generations/", {"query": "purple elephant"})["id"]
    at = f"/api/v1/generations/{run}/"
    until(lambda: stack.json("GET", at)["state"] == "review", PATIENCE, "a candidate waits for a review")
    assert stack.json("POST", f"{at}approve/")["state"] == "published"
    until(lambda: stack.finds("purple elephant", "Purple elephant"), PATIENCE, "what was made is found")


def outlives_its_broker(stack: Stack) -> None:
    stack.redis.kill()
    status, told = stack.ready()
    assert (status, told["status"], told["parts"]["broker"]["ok"]) == (503, "degraded", False)
    assert told["parts"]["database"]["ok"] and told["parts"]["storage"]["ok"]
    star = svg('<path d="M36 4 44 28 70 28 49 43 57 68 36 53 15 68 23 43 2 28 28 28Z" fill="#fcea2b"/>')
    assert stack.upload("a lonely star", star) == 201
    stack.redis.start()
    until(lambda: stack.finds("lonely star", "a lonely star"), PATIENCE, "what came during the outage is found")
    until(lambda: stack.ready()[0] == 200, PATIENCE, "every part works again")


def tells_prometheus(stack: Stack) -> None:
    assert stack.call("GET", "/metrics")[0] == 401
    status, told = stack.call("GET", "/metrics", token=SCRAPE)
    assert status == 200
    families = {family.name: family for family in text_string_to_metric_families(told.decode())}
    ready = [one.value for one in families["lacuna_assets"].samples if one.labels["state"] == "ready"]
    assert ready[0] >= SAMPLE + 2
    assert all(one.value == 1 for one in families["lacuna_worker_up"].samples)
    assert {one.labels["verdict"] for one in families["lacuna_search_seconds"].samples} >= {"hit", "miss"}


def logs_without_secrets(stack: Stack) -> None:
    said = {name: [line for line in stack.running.said(name) if line] for name in stack.running.running}
    lines = [json.loads(line) for lines in said.values() for line in lines]
    assert all({"time", "level", "logger", "event"} <= set(line) for line in lines)
    done = [line for line in lines if line["event"] == "request_finished"]
    searches = [line for line in done if line["path"] == "/api/v1/search/"]
    assert searches and all({"request_id", "user_id", "status", "duration_ms"} <= set(line) for line in searches)
    assert {line["duty"] for line in lines if line["event"] == "duty_worked"} >= {"prepare", "embed", "runs"}
    whole = "\n".join(line for lines in said.values() for line in lines)
    for secret in (stack.token, SCRAPE, "elephant", "tests-only"):
        assert secret not in whole


def restores(stack: Stack, tmp_path: Path) -> None:
    kept = json.loads(manage("backup", str(tmp_path / "kept"), "--json", env=stack.env))
    assert (kept["database"], kept["problems"]) == ("postgresql", [])
    env = stack.env | stack.s3.environment("another")
    env |= {"LACUNA_HOME": str(tmp_path / "other"), "DATABASE_URL": stack.postgres.make("another")}
    assert "not_empty" in manage("restore", kept["folder"], "--json", env=stack.env, code=1)
    restored = json.loads(manage("restore", kept["folder"], "--json", env=env))
    assert restored["problems"] == []
    report = json.loads(manage("doctor", "--json", env=env))
    assert [problem for problem in report["problems"] if problem["level"] == "error"] == []
    ask = ("search", "birthday cake", "--json")
    assert json.loads(manage(*ask, env=env)) == json.loads(manage(*ask, env=stack.env))
