"""Retries, refusals and addresses, with a stand-in for the network."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx2
import pytest

from lacuna import Lacuna, LacunaError, wire

TAG = {
    "slug": "cat",
    "group": "animals",
    "name": "cat",
    "name_zh": "猫",
    "prompts": [],
    "threshold": None,
    "suggest": True,
    "count": 1,
}
HOME = "https://library.example"


@pytest.fixture
def folder(tmp_path):
    """An empty folder."""
    (tmp_path / "folder").mkdir()
    return tmp_path / "folder"


@pytest.fixture
def waits(monkeypatch):
    """Return the pauses that would have been made."""
    waits = []
    monkeypatch.setattr(wire.time, "sleep", waits.append)
    return waits


def problem(status, code, **more):
    body = {"type": "about:blank", "title": code, "status": status, "code": code, "detail": "So it is.", **more}
    return httpx2.Response(status, json=body, headers={"Content-Type": "application/problem+json"})


def served(*answers):
    """Return a library whose server gives ``answers`` one after the other, and the requests it got."""
    left, requests = list(answers), []

    def answer(request):
        request.read()
        requests.append(request)
        given = left.pop(0)
        if isinstance(given, Exception):
            raise given
        return given

    return Lacuna(HOME, "lac_secret", transport=httpx2.MockTransport(answer)), requests


def tag(**more):
    return httpx2.Response(200, json=TAG | more)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_server_is_asked_again(status, waits):
    library, requests = served(httpx2.Response(status), tag())
    assert library.tags.get("cat").name_zh == "猫"
    assert len(requests) == 2
    assert 0 < waits[0] <= 1


def test_a_lost_connection_is_tried_again_and_then_given_up(waits):
    library, requests = served(httpx2.ConnectError("refused"), httpx2.ReadError("gone"), tag())
    assert library.tags.get("cat").slug == "cat"
    library, requests = served(*[httpx2.ConnectError("refused")] * wire.TRIES)
    with pytest.raises(LacunaError) as refused:
        library.tags.get("cat")
    assert (refused.value.code, refused.value.status, len(requests)) == ("unreachable", 0, wire.TRIES)
    assert HOME in refused.value.detail
    assert waits == sorted(waits) or max(waits) <= 8


def test_a_body_that_breaks_off_is_asked_for_again(waits, folder):
    class Broken(httpx2.SyncByteStream):
        def __iter__(self):
            yield b"half"
            raise httpx2.ReadError("gone")

    library, _ = served(httpx2.Response(200, stream=Broken()), httpx2.Response(200, content=b"whole"))
    assert library.assets.download("1", folder / "file").read_bytes() == b"whole"
    assert [path.name for path in folder.iterdir()] == ["file"]
    library, _ = served(*[httpx2.Response(200, stream=Broken()) for _ in range(wire.TRIES)])
    with pytest.raises(LacunaError):
        library.assets.download("1", folder / "other")
    assert [path.name for path in folder.iterdir()] == ["file"]


def test_the_server_says_how_long_to_wait(waits):
    in_ten = format_datetime(datetime.now(UTC) + timedelta(seconds=10))
    busy = [httpx2.Response(429, headers={"Retry-After": asked}) for asked in ("7", in_ten)]
    library, _ = served(*busy, tag())
    library.tags.get("cat")
    assert waits[0] == 7
    assert 8 <= waits[1] <= 10
    library, requests = served(httpx2.Response(429, headers={"Retry-After": "3600"}))
    with pytest.raises(LacunaError) as refused:
        library.tags.get("cat")
    assert (refused.value.code, len(requests)) == ("http_429", 1)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 412, 422, 500])
def test_what_another_try_would_not_mend_is_not_tried_again(status, waits):
    library, requests = served(problem(status, "no"))
    with pytest.raises(LacunaError):
        library.tags.get("cat")
    assert (len(requests), waits) == (1, [])


def test_a_write_that_is_repeated_bears_the_same_key_and_each_write_its_own(waits, tmp_path):
    path = tmp_path / "cat.svg"
    path.write_bytes(b"<svg/>")
    library, requests = served(
        httpx2.ReadTimeout("slow"), problem(409, "in_progress"), problem(422, "one"), problem(422, "two")
    )
    for code in ("one", "two"):
        with pytest.raises(LacunaError) as refused:
            library.assets.upload(path)
        assert refused.value.code == code
    keys = [request.headers["Idempotency-Key"] for request in requests]
    assert keys[0] == keys[1] == keys[2] != keys[3]
    assert all(b"<svg/>" in request.content for request in requests)
    library, requests = served(tag())
    library.tags.get("cat")
    assert "Idempotency-Key" not in requests[0].headers


def test_a_refusal_is_read_from_problem_details():
    library, _ = served(problem(409, "already_there", extra={"hits": [1]}))
    with pytest.raises(LacunaError) as refused:
        library.generations.make("cat")
    error = refused.value
    assert (error.code, error.status, error.detail, error.extra) == (
        "already_there",
        409,
        "So it is.",
        {"hits": [1]},
    )


@pytest.mark.parametrize("content", [b"<html>oops</html>", b"[]", b'{"code": 3}', b""])
def test_an_answer_that_is_no_problem_still_has_a_code(content):
    library, _ = served(httpx2.Response(404, content=content))
    with pytest.raises(LacunaError) as refused:
        library.tags.get("cat")
    assert (refused.value.code, refused.value.status) == ("http_404", 404)


def test_a_newer_server_is_understood_and_a_strange_one_refused():
    library, _ = served(tag(colour="new"), httpx2.Response(200, json={"slug": "cat"}))
    assert library.tags.get("cat").count == 1
    with pytest.raises(LacunaError) as refused:
        library.tags.get("cat")
    assert refused.value.code == "unreadable_answer"
    library, _ = served(httpx2.Response(200, content=b"<html>sign in</html>"))
    with pytest.raises(LacunaError) as refused:
        library.tags.get("cat")
    assert refused.value.code == "unreadable_answer"


def test_the_token_goes_nowhere_else(tmp_path):
    moved = httpx2.Response(301, headers={"Location": "https://other.example/api/v1/tags/cat/"})
    library, requests = served(moved)
    with pytest.raises(LacunaError) as refused:
        library.tags.get("cat")
    assert (refused.value.code, len(requests)) == ("redirected", 1)
    assert "https://other.example" in refused.value.detail
    stored = httpx2.Response(302, headers={"Location": "https://store.example/blob"})
    library, requests = served(stored, httpx2.Response(200, content=b"bytes"))
    library.assets.download("1", tmp_path / "file")
    assert requests[0].headers["Authorization"] == "Bearer lac_secret"
    assert "Authorization" not in requests[1].headers
    elsewhere = {"next": "https://other.example/x?cursor=abc%3D", "results": [TAG]}
    library, requests = served(
        httpx2.Response(200, json=elsewhere), httpx2.Response(200, json={"next": None, "results": []})
    )
    assert len(list(library.tags.list())) == 1
    assert (requests[1].url.host, requests[1].url.params["cursor"]) == ("library.example", "abc=")


def test_ids_cannot_lead_to_another_address():
    library, requests = served(problem(404, "not_found"))
    with pytest.raises(LacunaError):
        library.tags.get("../assets/?x")
    assert requests[0].url.raw_path == b"/api/v1/tags/..%2Fassets%2F%3Fx/"


def test_http_is_for_this_machine_alone():
    for url in ("http://127.0.0.1:8000", "http://localhost", "http://[::1]:8000/", "https://library.example/sub/"):
        Lacuna(url).close()
    for url in ("http://library.example", "http://192.168.0.2:8000", "http://localhost.evil.example"):
        with pytest.raises(LacunaError) as refused:
            Lacuna(url)
        assert refused.value.code == "insecure"
        Lacuna(url, insecure=True).close()
    for url in ("", "library.example", "ftp://library.example", "https://", "https://u:p@library.example"):
        with pytest.raises(LacunaError) as refused:
            Lacuna(url)
        assert refused.value.code == "bad_address"


def test_a_file_takes_only_a_harmless_name(tmp_path):
    names = {
        'attachment; filename="cat.svg"': "cat.svg",
        'inline; filename="a \\"b\\".svg"': 'a "b".svg',
        "attachment; filename*=utf-8''%E7%8C%AB.svg": "猫.svg",
        'attachment; filename="../../etc/passwd"': "passwd",
        "attachment; filename*=utf-8''..%2F..%2Fx%0D%0A%00y.svg": "xy.svg",
        'attachment; filename="C:\\\\temp\\\\x.svg"': "x.svg",
        'attachment; filename=".bashrc"': "bashrc",
        'attachment; filename=".."': "asset",
        "": "api-v1-assets-1-original",
    }
    for said, name in names.items():
        folder = tmp_path / name
        folder.mkdir()
        headers = {"Content-Disposition": said} if said else {}
        library, _ = served(httpx2.Response(200, content=b"x", headers=headers))
        assert library.assets.download("1", folder) == folder / name


def test_a_download_replaces_no_other_file_of_a_folder(folder):
    headers = {"Content-Disposition": 'attachment; filename="cat.svg"'}
    library, _ = served(
        *[httpx2.Response(200, content=content, headers=headers) for content in (b"1", b"2", b"1", b"2", b"3")]
    )
    assert [library.assets.download("1", folder).name for _ in range(5)] == [
        *("cat.svg", "cat-2.svg", "cat.svg", "cat-2.svg", "cat-3.svg"),
    ]
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        "cat.svg": b"1",
        "cat-2.svg": b"2",
        "cat-3.svg": b"3",
    }


def test_what_is_sent_is_what_was_said():
    library, requests = served(*[httpx2.Response(200, json={"next": None, "results": []})] * 2)
    later = datetime(2026, 1, 2, tzinfo=UTC)
    list(library.assets.list(tag=["a", "b"], created_from=later, kind="image"))
    assert dict(requests[0].url.params) == {
        "ordering": "-created",
        "tag": "a,b",
        "created_from": "2026-01-02T00:00:00+00:00",
        "kind": "image",
    }
    library, requests = served(problem(404, "not_found"))
    with pytest.raises(LacunaError):
        library.assets.update("1", title="", derivatives_allowed=False)
    assert json.loads(requests[0].content) == {"title": "", "derivatives_allowed": False}
