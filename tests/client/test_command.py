"""The command through its main(), against a real library."""

from __future__ import annotations

import io
import json
import stat

import pytest

from assetdb.models import Asset, AssetTag, Collection, Tag
from generators.models import Run
from lacuna import config
from lacuna.command import main
from lacuna.command.show import plain
from tests.indexer.conftest import drawing
from webapp.api import tokens

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("account")]


@pytest.fixture
def run(live_server, people, monkeypatch, capsys):
    """Return a function that runs the command as the editor and gives its exit code, stdout and stderr."""
    token = tokens.create(people["editor"])
    monkeypatch.setenv("LACUNA_URL", live_server.url)
    monkeypatch.setenv("LACUNA_TOKEN", token)

    def carry_out(*words: str):
        capsys.readouterr()
        code = main([str(word) for word in words])
        out, err = capsys.readouterr()
        assert token not in out + err
        return code, out, err

    return carry_out


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "pictures"
    (folder / "more").mkdir(parents=True)
    for number, name in enumerate(("a.svg", "b.svg", "more/c.svg", ".hidden.svg")):
        (folder / name).write_bytes(drawing("#222222", radius=20 + number))
    return folder


def test_a_search_shows_its_verdict_and_exits_by_it(run, stocked):
    code, out, _ = run("search", "red", "apple")
    assert code == 0
    assert out.startswith("found: The library has this. (")
    assert "Red apple" in out and str(stocked["Red apple"].pk) in out
    code, out, _ = run("search", "--limit", 1, "purple elephant")
    answer = json.loads(run("search", "purple elephant", "--json")[1])
    assert answer["verdict"] == "miss"
    assert code == 3
    assert out.startswith("nothing fits: ")
    assert "The nearest, none of which is that:" in out


def test_a_program_gets_one_object(run, stocked, tmp_path):
    code, out, err = run("search", "red apple", "--json", "--licence", "CC-BY-4.0")
    answer = json.loads(out)
    assert (code, err, answer["verdict"], answer["hits"][0]["title"]) == (0, "", "hit", "Red apple")
    picture = tmp_path / "red.svg"
    picture.write_bytes(drawing("#ea5a47", radius=29))
    _, out, _ = run("search", "--image", picture, "--json")
    assert json.loads(out)["hits"][0]["title"] == "Red apple"
    code, out, err = run("search", "x", "--kind", "smell", "--json")
    assert code == 1
    assert json.loads(out)["error"]["status"] == 400
    assert err


def test_the_best_hit_is_opened(run, stocked, monkeypatch, live_server):
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    run("search", "red apple", "--open")
    assert opened == [f"{live_server.url}/assets/{stocked['Red apple'].pk}/"]
    run("search", "purple elephant", "--open")
    assert len(opened) == 1


def test_an_upload_goes_on_where_it_stopped(run, folder):
    Tag.objects.create(slug="icon", group="style", name="icon")
    code, out, _ = run("upload", folder / "a.svg", "--licence", "MIT", "--credit", "Ada", "--tag", "icon")
    assert (code, out) == (0, "1 uploaded, 0 there already, 0 failed\n")
    asset = Asset.objects.get(file_name="a.svg")
    assert (asset.licence, asset.credit, asset.asset_tags.get().state) == ("MIT", "Ada", "accepted")
    code, out, _ = run("upload", folder, "--recursive", "--json")
    outcome = json.loads(out)
    assert code == 0
    assert [len(outcome[name]) for name in ("uploaded", "there", "failed")] == [2, 1, 0]
    assert outcome["there"] == [{"path": str(folder / "a.svg"), "id": str(asset.pk)}]
    assert not Asset.objects.filter(file_name=".hidden.svg").exists()


def test_what_does_not_go_in_is_named_with_its_reason(run, folder):
    (folder / "empty.svg").touch()
    (folder / "notes.svg").write_text("no picture")
    code, out, err = run("upload", folder, folder / "none.svg", "--recursive")
    assert code == 1
    assert out == "3 uploaded, 0 there already, 3 failed\n"
    for name in ("empty.svg", "notes.svg", "none.svg"):
        assert f"{folder / name}: " in err
    code, out, err = run("upload", folder)
    assert (code, out) == (1, "")
    assert "--recursive" in err


def test_nothing_is_sent_that_has_nowhere_to_go(run, folder):
    for options in (["--tag", "nothing-like-it"], ["--collection", "No such"]):
        code, out, err = run("upload", folder / "a.svg", *options)
        assert (code, out) == (1, "")
        assert err
    assert not Asset.objects.exists()


def test_a_refused_token_ends_an_upload_at_once(run, folder, monkeypatch):
    monkeypatch.setenv("LACUNA_TOKEN", "lac_wrong")
    code, out, _ = run("upload", folder, "--recursive", "--json")
    failed = json.loads(out)["failed"]
    assert code == 1
    assert [each["code"] for each in failed] == ["bad_token", "not_tried", "not_tried"]


def test_files_are_downloaded_by_id_and_by_search(run, stocked, tmp_path):
    to = tmp_path / "out"
    red = stocked["Red apple"]
    code, out, _ = run("download", red.pk, "--to", to)
    assert (code, out) == (0, f"{to / 'Red apple.svg'}\n")
    assert (to / "Red apple.svg").read_bytes() == drawing("#ea5a47")
    code, out, _ = run("download", "--search", "red apple", "--limit", 1, "--to", to, "--json")
    assert json.loads(out)["written"] == [{"id": str(red.pk), "path": str(to / "Red apple.svg")}]
    code, out, err = run("download", "--search", "purple elephant", "--to", to)
    assert (code, out) == (3, "")
    assert "nothing fits: " in err
    code, out, err = run("download", red.pk, "00000000-0000-0000-0000-000000000000", "--to", to, "--what", "thumb")
    assert code == 1
    assert "00000000" in err
    assert len(list(to.glob("*.svg"))) == 1
    assert run("download")[0] == 1


def test_something_is_made_and_followed(run, stocked, monkeypatch):
    code, out, _ = run("make", "purple", "elephant", "--json")
    made = json.loads(out)
    assert (code, made["state"]) == (0, "queued")
    steps = iter(["generating", "review"])
    monkeypatch.setattr(
        "lacuna.generations.time.sleep", lambda _: Run.objects.filter(pk=made["id"]).update(state=next(steps))
    )
    code, out, _ = run("make", "purple elephant", "--wait")
    assert code == 0
    assert out.startswith("review: purple elephant")
    assert f"/runs/{made['id']}/" in out
    code, out, err = run("make", "red apple")
    assert (code, out) == (1, "")
    assert "Red apple" in err


def test_a_run_that_failed_is_no_success(run, stocked, monkeypatch):
    failed = {"state": "failed", "error_code": "no", "error_message": "It cannot be drawn."}
    monkeypatch.setattr("lacuna.generations.time.sleep", lambda _: Run.objects.update(**failed))
    code, _, err = run("make", "purple elephant", "--wait")
    assert code == 1
    assert "It cannot be drawn." in err


def test_tags_are_shown_and_decided(run, make_asset):
    asset = make_asset("Cat")
    for slug in ("cat", "dog"):
        tag = Tag.objects.create(slug=slug, group="animals", name=slug)
        AssetTag.objects.create(asset=asset, tag=tag, source="zero_shot", score=0.5)
    assert run("tags", asset.pk)[1].count("suggested") == 2
    _, out, _ = run("tags", asset.pk, "--accept", "cat", "--reject", "dog", "--json")
    assert {row["tag"]: row["state"] for row in json.loads(out)["tags"]} == {"cat": "accepted", "dog": "rejected"}


def test_collections_are_made_filled_and_named(run, stocked, folder, people):
    code, out, _ = run("collections", "new", "Fruit", "--json")
    made = json.loads(out)
    ids = [str(stocked[title].pk) for title in ("Red apple", "Green apple")]
    assert run("collections", "add", "Fruit", *ids)[1] == "2 added\n"
    assert run("collections", "remove", made["id"], ids[0])[1] == "1 removed\n"
    assert run("upload", folder / "a.svg", "--collection", "Fruit")[0] == 0
    _, out, _ = run("collections", "show", "Fruit", "--json")
    assert [item["file_name"] for item in json.loads(out)["items"]] == [stocked["Green apple"].file_name, "a.svg"]
    _, out, _ = run("collections")
    assert "Fruit" in out and made["id"] in out
    Collection.objects.create(name="Fruit", owner=people["editor"])
    code, _, err = run("collections", "show", "Fruit")
    assert code == 1
    assert made["id"] in err


def test_jobs_say_what_waits(run, stocked):
    code, out, _ = run("jobs", "--json")
    assert code == 0
    assert {work["name"] for work in json.loads(out)["work"]} >= {"read", "embed", "make"}
    assert "The quick worker was not heard of lately" in run("jobs")[1]


@pytest.fixture
def login(run, live_server, monkeypatch):
    """Return a function that logs in with a token on stdin, LACUNA_URL and LACUNA_TOKEN being unset."""
    for name in ("LACUNA_URL", "LACUNA_TOKEN"):
        monkeypatch.delenv(name)

    def log_in(token: str, url: str = live_server.url):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{token}\n"))
        return run("login", url)

    return log_in


def test_a_login_is_kept_for_its_owner_alone(login, run, people, stocked, live_server):
    code, _, err = run("search", "red apple")
    assert code == 1
    assert "lacuna login" in err
    token = tokens.create(people["viewer"])
    code, out, err = login(token)
    assert code == 0
    assert token not in out + err
    assert "as viewer (viewer), for: read, write, make, review, admin" in out
    kept = config.place()
    assert json.loads(kept.read_text())["token"] == token
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert token not in repr(config.current())
    assert run("search", "red apple")[0] == 0
    assert run("logout")[0] == 0
    assert not kept.exists()
    assert run("search", "red apple")[0] == 1


def test_a_public_library_is_kept_without_a_token(login, run, stocked, settings):
    assert login("")[0] == 1
    settings.LACUNA_PUBLIC = True
    code, out, _ = login("")
    assert (code, "without an account" in out) == (0, True)
    assert run("search", "red apple")[0] == 0


def test_a_token_that_does_not_open_is_not_kept(login):
    code, _, err = login("lac_wrong")
    assert code == 1
    assert "lac_wrong" not in err
    assert not config.place().exists()


def test_a_kept_token_goes_to_its_own_library_alone(login, people, live_server, monkeypatch):
    login(tokens.create(people["viewer"]))
    monkeypatch.setenv("LACUNA_URL", "https://other.example")
    assert config.current() == config.Account(url="https://other.example")
    monkeypatch.setenv("LACUNA_URL", live_server.url + "/")
    assert config.current().token


def test_a_token_does_not_travel_in_the_clear(login):
    code, _, err = login("lac_x", "http://library.example")
    assert code == 1
    assert "https://" in err and "--insecure" in err


def test_the_token_is_asked_for_unseen(run, monkeypatch, people, live_server):
    monkeypatch.delenv("LACUNA_TOKEN")
    asked = []
    token = tokens.create(people["viewer"])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda prompt: asked.append(prompt) or token)
    assert run("login", live_server.url)[0] == 0
    assert len(asked) == 1


def test_a_library_that_is_away_is_said(run, monkeypatch):
    monkeypatch.setenv("LACUNA_URL", "http://127.0.0.1:1")
    monkeypatch.setattr("lacuna.wire.time.sleep", lambda _: None)
    code, out, err = run("search", "cat")
    assert (code, out) == (1, "")
    assert "cannot be reached" in err


def test_wrong_usage_is_an_exit_of_its_own(run):
    for words in (["sing"], ["search", "--limit", "many"], []):
        with pytest.raises(SystemExit) as ended:
            run(*words)
        assert ended.value.code == 2


def test_an_interruption_ends_quietly(run, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("lacuna.library.Lacuna.search", interrupt)
    assert run("search", "cat")[0] == 130


def test_text_of_others_cannot_steer_the_terminal():
    assert plain("a\x1b]0;owned\x07[bold]b\r\n") == "a]0;owned\\[bold]b"
