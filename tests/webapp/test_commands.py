"""The commands that scripts rely on: one JSON object on stdout, and an exit code that says how it went."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from assetdb import blobs
from assetdb.models import Asset, AssetTag, State
from assetdb.models.file import originals
from tests.indexer.conftest import encoder  # noqa: F401
from webapp import duties
from webapp.management.commands import doctor
from webapp.models import ApiToken, Scope

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder")]


def run(*arguments: str) -> dict:
    out = io.StringIO()
    call_command(*arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture
def sound(monkeypatch):
    """A machine on which nothing but the library can be wrong."""
    monkeypatch.setattr(doctor.sandbox, "isolation", lambda: "namespace")
    monkeypatch.setattr(doctor, "_gpu_build_is_pinned", lambda: False)
    for queue in (duties.QUICK, duties.SLOW):
        duties.beat(queue)


def codes(report: dict) -> dict[str, str]:
    return {problem["code"]: problem["level"] for problem in report["problems"]}


def test_doctor_finds_nothing_wrong_with_a_sound_library(people, make_asset, sound):
    make_asset("a disc")
    report = run("doctor")
    assert report["problems"] == []
    assert (report["assets"], report["index_lag"] > 0) == (1, True)
    assert report["pending"]["embed"] == report["index_lag"]


def test_doctor_fails_when_an_original_is_gone(people, make_asset, sound):
    asset = make_asset("a disc")
    originals().delete(blobs.Blob.objects.get(pk=asset.blob_id).key)
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("doctor", "--json", stdout=out)
    assert ended.value.code == 1
    assert codes(json.loads(out.getvalue())) == {"missing_files": "error"}


def test_doctor_warns_and_succeeds_when_an_asset_is_unreadable(people, make_asset, sound):
    Asset.objects.filter(pk=make_asset("a disc").pk).update(state=State.UNREADABLE)
    assert codes(run("doctor")) == {"unreadable_assets": "warning"}


def test_doctor_says_when_work_waits_for_workers_nobody_hears_of(people, make_asset, sound):
    make_asset("a disc")
    duties.release("worker:slow")
    assert codes(run("doctor")) == {"workers_silent": "warning"}


def test_doctor_says_when_decoding_is_not_isolated(people, sound, monkeypatch):
    monkeypatch.setattr(doctor.sandbox, "isolation", lambda: "rlimits")
    assert codes(run("doctor")) == {"weak_sandbox": "warning"}


def test_doctor_fails_without_a_broker(people, sound, monkeypatch):
    def down():
        raise ConnectionError("amqp://somebody:secret@broker.example refuses")

    monkeypatch.setitem(doctor.health.PARTS, "broker", down)
    with pytest.raises(SystemExit):
        run("doctor")


def test_the_pinned_faiss_is_the_one_that_is_installed():
    if not doctor._gpu_build_is_pinned():
        pytest.skip("faiss-gpu exists for Linux on x86-64 only")
    import faiss

    assert hasattr(faiss, "StandardGpuResources")


def test_a_token_opens_the_api(client, people):
    token = run("token", "viewer")["token"]
    assert client.get("/api/v1/assets/", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    assert client.get("/api/v1/assets/", headers={"Authorization": f"Bearer {token}x"}).status_code == 401


def test_a_token_is_made_for_what_it_is_for(people):
    run("token", "viewer", "--name", "nightly", "--scopes", "write, read", "--expires-in", "30")
    token = ApiToken.objects.get(name="nightly")
    assert token.scopes == ["read", "write"] and (token.expires - token.created).days in (29, 30)
    run("token", "viewer")
    assert ApiToken.objects.get(name="command line").scopes == Scope.values
    for wrong in (("--scopes", "root"), ("--scopes", ""), ("--expires-in", "0")):
        with pytest.raises(CommandError):
            call_command("token", "viewer", *wrong)


@pytest.mark.parametrize("command", ["token", "sign_in_link"])
def test_nobody_gets_in_under_an_unknown_name(people, command):
    with pytest.raises(CommandError, match="no active account “nobody”"):
        call_command(command, "nobody")


def test_a_printed_link_signs_in(client, people):
    out = io.StringIO()
    call_command("sign_in_link", "admin", stdout=out)
    assert client.get(out.getvalue().strip().partition("8000")[2]).status_code == 302
    assert client.session["_auth_user_id"] == str(people["admin"].pk)


def test_tag_reads_and_suggests_to_the_end(people, make_asset):
    for title in ("one", "two"):
        make_asset(title)
    figures = run("tag")
    waiting = AssetTag.objects.filter(state=AssetTag.State.SUGGESTED)
    assert figures == {"suggested": waiting.count(), "assets": waiting.values("asset").distinct().count()}
    assert duties.DUTIES["embed"].pending() == duties.DUTIES["suggest"].pending() == 0
    assert run("tag") == figures
