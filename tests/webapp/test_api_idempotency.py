"""One key, one effect: repeats, mismatches, races, crashes."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.utils import timezone
from rest_framework.response import Response

from assetdb.models import Asset, Tag
from tests.conftest import svg
from tests.webapp.callers import caller, failure
from webapp.api import idempotency
from webapp.api.vocabulary import TagViewSet
from webapp.models import KeptAnswer

pytestmark = pytest.mark.django_db
RED = {"slug": "red", "group": "colour", "name": "red"}


def add(client, word=RED, key="k1"):
    return client.post("/api/v1/tags/", word, format="json", HTTP_IDEMPOTENCY_KEY=key)


def test_a_repeat_gets_the_first_answer_and_does_nothing(people):
    client = caller(people["admin"])
    first, again = add(client), add(client)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content and again["Content-Type"] == first["Content-Type"]
    assert again["Idempotency-Replayed"] == "true" and not first.has_header("Idempotency-Replayed")
    assert Tag.objects.filter(slug="red").count() == 1
    failure(add(client, key="k2"), 400, "invalid")


def test_a_refusal_of_the_operation_is_repeated_too(people):
    client = caller(people["admin"])
    wrong = RED | {"threshold": 7}
    first, again = add(client, wrong), add(client, wrong)
    failure(first, 400, "invalid")
    failure(again, 400, "invalid")
    assert again["Idempotency-Replayed"] == "true"


def test_a_deletion_twice_is_one_deletion(people, make_asset):
    client, url = caller(people["editor"]), f"/api/v1/assets/{make_asset('Cat').pk}/"
    answers = [client.delete(url, HTTP_IDEMPOTENCY_KEY="gone") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [204, 204]
    assert answers[1]["Idempotency-Replayed"] == "true"


def test_the_key_of_another_request_is_refused(people):
    client = caller(people["admin"])
    add(client)
    failure(add(client, RED | {"name": "crimson"}), 422, "idempotency_mismatch")
    failure(client.delete("/api/v1/tags/red/", HTTP_IDEMPOTENCY_KEY="k1"), 422, "idempotency_mismatch")
    assert Tag.objects.filter(slug="red").exists()


def test_keys_of_others_are_others(people):
    add(caller(people["admin"]))
    stranger = add(caller(people["viewer"]))
    failure(stranger, 403, "forbidden")
    assert not stranger.has_header("Idempotency-Replayed")
    assert not add(caller(people["admin"], scopes=["read"])).has_header("Idempotency-Replayed"), "nor of other tokens"


def test_what_the_door_refused_is_not_kept(people):
    caller().post("/api/v1/tags/", RED, format="json", HTTP_IDEMPOTENCY_KEY="k1")
    add(caller(people["viewer"]))
    assert not KeptAnswer.objects.exists()


@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 256])
def test_keys_that_are_none_are_refused(people, key):
    failure(add(caller(people["admin"]), key=key), 400, "bad_idempotency_key")
    assert not Tag.objects.filter(slug="red").exists()


def test_reading_needs_no_key(people):
    assert caller(people["admin"]).get("/api/v1/tags/", HTTP_IDEMPOTENCY_KEY="a b").status_code == 200


def test_a_failure_of_ours_is_tried_again(people, monkeypatch):
    client = caller(people["admin"])
    client.raise_request_exception = False

    def broken(*args, **options):
        raise RuntimeError("broken")

    with monkeypatch.context() as patched:
        patched.setattr("assetdb.tagging.save_tag", broken)
        failure(add(client), 500, "unexpected")
    again = add(client)
    assert again.status_code == 201 and not again.has_header("Idempotency-Replayed")


def test_while_the_first_runs_the_second_waits(people, monkeypatch):
    client, answers = caller(people["admin"]), []
    create = TagViewSet.create

    def slow(view, request):
        answers.append(add(client))
        answers.append(add(client, RED | {"name": "crimson"}))
        return create(view, request)

    monkeypatch.setattr(TagViewSet, "create", slow)
    assert add(client).status_code == 201
    failure(answers[0], 409, "in_progress")
    assert int(answers[0]["Retry-After"]) > 0
    failure(answers[1], 422, "idempotency_mismatch")


def test_a_crash_leaves_no_eternal_lock(people, monkeypatch):
    client = caller(people["admin"])
    with monkeypatch.context() as patched:
        patched.setattr(idempotency, "_settle", lambda *_: None)  # as if the process had died
        assert add(client).status_code == 201
    Tag.objects.filter(slug="red").delete()
    failure(add(client), 409, "in_progress")
    KeptAnswer.objects.update(held_until=timezone.now())
    assert add(client).status_code == 201
    assert add(client)["Idempotency-Replayed"] == "true"


def test_who_was_taken_for_dead_does_not_overwrite_the_answer_of_its_heir(people, monkeypatch):
    client = caller(people["admin"])
    create, heirs = TagViewSet.create, []

    def slow(view, request):
        if not heirs:
            heirs.append(None)
            KeptAnswer.objects.update(held_until=timezone.now() - timedelta(seconds=1))
            heirs[0] = add(client)
            return Response({"late": True}, status=200)
        return create(view, request)

    monkeypatch.setattr(TagViewSet, "create", slow)
    assert add(client).json() == {"late": True}
    assert heirs[0].status_code == 201
    assert add(client).content == heirs[0].content


def test_answers_are_kept_for_a_day(people):
    client = caller(people["admin"])
    add(client)
    Tag.objects.filter(slug="red").delete()
    KeptAnswer.objects.update(created=timezone.now() - timedelta(hours=23))
    assert idempotency.prune() == 0
    assert add(client)["Idempotency-Replayed"] == "true"
    KeptAnswer.objects.update(created=timezone.now() - timedelta(hours=25))
    assert not add(client).has_header("Idempotency-Replayed")
    KeptAnswer.objects.update(created=timezone.now() - timedelta(hours=25))
    assert idempotency.prune() == 1


def test_a_secret_shown_once_is_not_kept(people, monkeypatch):
    def tell(view, request):
        return Response({"secret": "hunter2"}, status=201, headers={"Cache-Control": "no-store"})

    monkeypatch.setattr(TagViewSet, "create", tell)
    client = caller(people["admin"])
    assert add(client).json() == {"secret": "hunter2"}
    assert b"hunter2" not in bytes(KeptAnswer.objects.get().body)
    failure(add(client), 409, "shown_once")


def upload(client, data: bytes, *, boundary: str = BOUNDARY, key: str = "up", **fields):
    sent = {"file": SimpleUploadedFile("cat.svg", data, content_type="image/svg+xml"), **fields}
    body = encode_multipart(boundary, sent)
    kind = MULTIPART_CONTENT.replace(BOUNDARY, boundary)
    return client.generic("POST", "/api/v1/assets/", body, content_type=kind, HTTP_IDEMPOTENCY_KEY=key)


def test_an_upload_is_known_by_its_bytes_not_by_its_wrapping(people):
    client, data = caller(people["editor"]), svg()
    first = upload(client, data, title="Cat")
    assert first.status_code == 201
    again = upload(client, data, boundary="another-boundary", title="Cat")
    assert again["Idempotency-Replayed"] == "true" and again.json()["id"] == first.json()["id"]
    failure(upload(client, data, title="Dog"), 422, "idempotency_mismatch")
    failure(upload(client, svg("<g/>"), title="Cat"), 422, "idempotency_mismatch")
    asset = Asset.objects.get()
    assert asset.title == "Cat" and asset.blob.size == len(data), "hashed before, and yet whole"


def test_a_large_upload_is_hashed_from_the_disk(people, settings):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1000
    data = svg("<desc>" + "x" * 5000 + "</desc>")
    client = caller(people["editor"])
    assert upload(client, data).status_code == 201
    assert upload(client, data)["Idempotency-Replayed"] == "true"
    assert Asset.objects.get().blob.size == len(data)


def test_an_upload_too_large_is_refused_before_it_is_hashed(people, settings):
    settings.LACUNA_UPLOAD_LIMIT = -(1 << 20)
    failure(upload(caller(people["editor"]), svg()), 413, "too_large")


def test_a_form_that_is_none_is_refused(people):
    client = caller(people["editor"])
    kind = "multipart/form-data; boundary="
    answer = client.generic("POST", "/api/v1/assets/", b"x", content_type=kind, HTTP_IDEMPOTENCY_KEY="up")
    failure(answer, 400, "unreadable_request")
    assert not KeptAnswer.objects.exists()


def test_a_browser_session_has_keys_of_its_own(people, client):
    client.force_login(people["admin"])
    send = {"content_type": "application/json", "headers": {"Idempotency-Key": "k1"}}
    answers = [client.post("/api/v1/tags/", RED, **send) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[1]["Idempotency-Replayed"] == "true"


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_does_the_work(people, monkeypatch):
    calls, entered, lock = [], threading.Barrier(4), threading.Lock()
    create = TagViewSet.create

    def counted(view, request):
        with lock:
            calls.append(1)
        return create(view, request)

    monkeypatch.setattr(TagViewSet, "create", counted)
    clients, answers = [caller(people["admin"])] * 4, []

    def send(client):
        try:
            entered.wait()
            answers.append(add(client))
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(calls) == 1
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses[0] == 201 and set(statuses) <= {201, 409}, statuses
    assert add(clients[0])["Idempotency-Replayed"] == "true"
