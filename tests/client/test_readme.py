"""The README is run: its example against a real library, its commands as far as they are read."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from pathlib import Path

import pytest

from assetdb import tagging
from assetdb.models import Tag
from generators.models import Run
from lacuna import Lacuna
from lacuna.command import _parser
from tests.webapp.readers import index
from webapp.api import tokens

README = (Path(__file__).parents[2] / "client" / "README.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("has_it", [True, False])
def test_the_example_runs(account, live_server, people, make_asset, stocked, tmp_path, monkeypatch, has_it):
    if has_it:
        make_asset("Birthday cake", licence="MIT", credit="Ada")
        index()
    Tag.objects.create(slug="fruit", group="food", name="fruit")
    tagging.add_tag(people["editor"], stocked["Red apple"].pk, "fruit")
    monkeypatch.setenv("LACUNA_URL", live_server.url)
    monkeypatch.setenv("LACUNA_TOKEN", tokens.create(people["editor"]))
    monkeypatch.setattr("lacuna.generations.time.sleep", lambda _: Run.objects.update(state="review"))
    folder = tmp_path / "here"
    folder.mkdir()
    [example] = blocks("python")
    out = io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(out):
        exec(compile(example, "README.md", "exec"), {})
    lines = out.getvalue().splitlines()
    assert lines[-1] == "Red apple ('fruit',)"
    if has_it:
        assert lines[:2] == ["hit The library has this.", "Birthday cake.svg by Ada, MIT"]
        assert (folder / "Birthday cake.svg").exists()
    else:
        assert lines[0].startswith("miss ")
        assert lines[1] == "review"


def test_the_commands_are_commands():
    commands = [line for block in blocks("sh") for line in block.splitlines() if line.startswith("lacuna ")]
    assert len(commands) >= 5
    for line in commands:
        assert _parser().parse_args(shlex.split(line)[1:]).do


def test_every_method_is_listed():
    library = Lacuna("https://library.example")
    for name, room in vars(library).items():
        if name.startswith("_") or isinstance(room, str):
            continue
        [row] = [line for line in README.splitlines() if line.startswith(f"| `library.{name}`")]
        methods = {each for each in dir(room) if not each.startswith("_")}
        assert methods == set(re.findall(r"`([a-z_]+)`", row)), name
    library.close()
