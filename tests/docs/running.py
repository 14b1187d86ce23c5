"""Runs the examples of a page, and compares what comes out with what the page says."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from examples import Example

ROOT = Path(__file__).parents[2]
SERVED_AT = "http://127.0.0.1:8000"
"""The address in the pages; that of the library under test takes its place."""
RECEIVER = "9000"
"""The port that examples listen on; a free one takes its place."""
PATIENCE = 60.0
_SHAPES = {
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}": "<id>",
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)": "<time>",
    r"lac_(?:[\w-]+|…)": "<token>",
}


class Reader:
    """Somebody who follows one page in a folder of their own, from its first block to its last."""

    def __init__(self, folder: Path, url: str, environment: dict[str, str]) -> None:
        self.folder, self.url = folder, url
        paths = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
        self.environment = environment | {"PATH": paths, "HOME": str(folder), "CURL_HOME": str(folder)}
        self.state = folder / ".state"
        self.state.touch()
        self.names: dict[str, Any] = {"__name__": "page"}
        self.started: list[int] = []
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = str(probe.getsockname()[1])

    def follow(self, listed: list[Example]) -> None:
        """Do what each example says.

        Raises:
            AssertionError: a block failed, or what came out is not what the page shows.
        """
        for number, example in enumerate(listed):
            if example.mark == "saved as":
                (self.folder / example.detail).write_text(self._here(example.body), encoding="utf-8")
            if example.mark in ("runs", "repeats"):
                after = listed[number + 1] if number + 1 < len(listed) else None
                said = after if after and after.mark == "answers" else None
                self._try(example, said)

    def _try(self, example: Example, said: Example | None) -> None:
        until = time.monotonic() + (PATIENCE if example.mark == "repeats" else 0)
        while True:
            try:
                out = self._run(example)
                wrong = differences(said, out) if said else []
            except AssertionError as error:
                out, wrong = "", [str(error)]
            if not wrong:
                return
            if time.monotonic() >= until:
                raise AssertionError(f"{example}\n" + "\n".join(wrong) + f"\n--- it printed:\n{out}")
            time.sleep(0.3)

    def _run(self, example: Example) -> str:
        return self._python(example) if example.language in ("python", "py") else self._shell(example)

    def _shell(self, example: Example) -> str:
        keep = f"trap 'r=$?; {{ export -p; declare -f; }} > {self.state}; exit $r' EXIT"
        script = f"set -euo pipefail\nset -a\nsource {self.state}\n{keep}\n{self._here(example.body)}"
        process = subprocess.Popen(
            ["bash", "-c", script],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.started.append(process.pid)
        out, complaints = process.communicate(timeout=120)
        assert process.returncode == 0, f"exit code {process.returncode}\n{out}\n{complaints}"
        return out

    def _python(self, example: Example) -> str:
        out = io.StringIO()
        code = compile(self._here(example.body), str(example), "exec")
        with contextlib.redirect_stdout(out), contextlib.chdir(self.folder):
            before = dict(os.environ)
            os.environ.update(self._exported())
            try:
                exec(code, self.names)
            except Exception as error:
                raise AssertionError(f"{traceback.format_exc()}\n{out.getvalue()}") from error
            finally:
                os.environ.clear()
                os.environ.update(before)
        return out.getvalue()

    def _exported(self) -> dict[str, str]:
        """Return what the shell blocks exported, TOKEN and URL among it."""
        show = f"source {self.state}; env -0"
        done = subprocess.run(["bash", "-c", show], env=self.environment, capture_output=True, text=True, check=True)
        return dict(entry.split("=", 1) for entry in done.stdout.split("\0") if "=" in entry)

    def _here(self, body: str) -> str:
        commands = body.replace(".venv/bin/python manage.py", f"{sys.executable} {ROOT / 'manage.py'}")
        return commands.replace(SERVED_AT, self.url).replace(RECEIVER, self.port)

    def leave(self) -> None:
        """End what the page left running in the background."""
        for pid in self.started:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)


def differences(said: Example, out: str) -> list[str]:
    """Return in what ``out`` is not what the page says; nothing when it is.

    JSON: every key shown must be there. Words, truth values and a ``status`` must be equal, numbers be numbers; a list
    begins as shown. Text: every line shown must come, in the order shown. Ids, times and tokens stand for any other,
    ``…`` for any characters.
    """
    if said.language == "json":
        try:
            return list(_unlike(json.loads(said.body), json.loads(out), "answer"))
        except json.JSONDecodeError as error:
            return [f"it printed no JSON: {error}"]
    lines = iter(out.splitlines())
    wanted = [line for line in said.body.splitlines() if line.strip()]
    return [f"no line “{line}”" for line in wanted if not any(_same(line.strip(), got.strip()) for got in lines)]


def _unlike(said: Any, got: Any, where: str) -> Any:
    match said:
        case dict() if isinstance(got, dict):
            for key, value in said.items():
                if key in got:
                    yield from _unlike(value, got[key], f"{where}.{key}")
                else:
                    yield f"{where} has no “{key}”, only {', '.join(got)}"
        case list() if isinstance(got, list) and (not said) == (not got):
            if len(said) > len(got):
                yield f"{where} has {len(got)} entries, {len(said)} are shown"
            for number, (one, other) in enumerate(zip(said, got, strict=False)):
                yield from _unlike(one, other, f"{where}[{number}]")
        case str() if isinstance(got, str):
            if not _same(said, got):
                yield f"{where} is “{got}”, not “{said}”"
        case bool() | None:
            if said is not got:
                yield f"{where} is {got!r}, not {said!r}"
        case int() | float() if isinstance(got, int | float) and not isinstance(got, bool):
            if where.endswith(".status") and said != got:
                yield f"{where} is {got}, not {said}"
        case _:
            yield f"{where} is {got!r}, not {said!r}"


def _same(said: str, got: str) -> bool:
    said, got = _shaped(said), _shaped(got)
    return re.fullmatch(".*".join(map(re.escape, said.split("…"))), got, re.DOTALL) is not None


def _shaped(text: str) -> str:
    text = re.sub(r"http://127\.0\.0\.1:\d+", SERVED_AT, text)
    for shape, name in _SHAPES.items():
        text = re.sub(shape, name, text)
    return text
