"""Messages that are stored, sent, tried again and given up, against a receiver that misbehaves."""

from __future__ import annotations

import ssl
import subprocess
from datetime import timedelta

import pytest
from django.utils import timezone
from standardwebhooks import Webhook as StandardWebhook

from assetdb import lifecycle, outside
from tests.webapp.receiver import receiving
from webapp import duties
from webapp.webhooks import deliver, hooks, signature
from webapp.webhooks import post as posting
from webapp.webhooks.models import Delivery, Webhook
from webapp.webhooks.post import Limits

pytestmark = pytest.mark.django_db
SOON = Limits(connect=0.3, read=0.3, whole=0.6)


@pytest.fixture
def receiver(settings):
    settings.LACUNA_WEBHOOK_HOSTS = ["127.0.0.1"]
    with receiving() as running:
        yield running


@pytest.fixture
def hook(receiver, people) -> Webhook:
    made, _ = hooks.create(people["admin"], url=receiver.url, events=["assets.added", "assets.changed"])
    later()
    return made


def later() -> None:
    """Have the window and every wait be over."""
    Webhook.objects.update(gathered=timezone.now() - deliver.WINDOW)
    Delivery.objects.filter(state="waiting").update(next_try=timezone.now())


def only() -> Delivery:
    return Delivery.objects.select_related("hook").get()


def test_a_message_is_signed_as_the_standard_says(hook, receiver, make_asset):
    asset = make_asset("Lamp")
    assert deliver.catch_up() == 2
    ((headers, body),) = receiver.came
    secret = signature.secret_of(hook.pk, hook.key)
    said = StandardWebhook(secret).verify(body, headers)
    assert said["type"] == "changes" and [one["id"] for one in said["data"]["assets.added"]] == [str(asset.pk)]
    assert headers["webhook-id"] == str(only().pk) and headers["content-type"] == "application/json"
    signature.verify(secret, headers, body)
    sent = only()
    assert (sent.state, sent.status, sent.attempts, sent.count) == ("delivered", 204, 1, 1)
    assert sent.delivered is not None and sent.duration is not None


def test_for_a_day_after_a_rotation_both_secrets_fit(hook, receiver, people):
    old = signature.secret_of(hook.pk, hook.key)
    _, new = hooks.rotate(people["admin"], hook.pk)
    assert new != old
    hooks.ping(people["admin"], hook.pk)
    deliver.send()
    Webhook.objects.update(old_until=timezone.now())
    hooks.ping(people["admin"], hook.pk)
    deliver.send()
    (headers, body), (after, then) = receiver.came
    for secret in (old, new):
        StandardWebhook(secret).verify(body, headers)
    StandardWebhook(new).verify(then, after)
    with pytest.raises(Exception, match="No matching signature"):
        StandardWebhook(old).verify(then, after)


def test_a_failure_is_tried_again_with_the_same_message(hook, receiver, make_asset):
    receiver.then = [500]
    make_asset("Lamp")
    before = timezone.now()
    deliver.catch_up()
    failed = only()
    assert (failed.state, failed.status, failed.response) == ("waiting", 500, "said 500")
    assert timedelta(seconds=8) <= failed.next_try - before <= timedelta(seconds=30)
    assert deliver.catch_up() == 0 == deliver.pending(), "not before its time"
    assert only().hook.failing_since is not None
    later()
    assert deliver.pending() == 1
    deliver.catch_up()
    sent = only()
    assert (sent.state, sent.status, sent.attempts, sent.hook.failing_since) == ("delivered", 204, 2, None)
    (first, body), (second, again) = receiver.came
    assert first["webhook-id"] == second["webhook-id"] and body == again


@pytest.mark.parametrize(
    ("behaviour", "trouble"),
    [("hang", "No answer in time."), ("drip", "No answer in time."), ("close_early", "The connection broke")],
)
def test_a_receiver_that_does_not_answer_costs_a_bounded_time(hook, receiver, make_asset, behaviour, trouble):
    receiver.then = [getattr(receiver, behaviour)]
    make_asset("Lamp")
    deliver.catch_up(limits=SOON)
    failed = only()
    assert failed.state == "waiting" and failed.status is None
    assert failed.trouble.startswith(trouble)
    assert failed.duration < 3000


def test_a_receiver_that_is_not_there_is_a_failure_like_any_other(people, settings, make_asset):
    settings.LACUNA_WEBHOOK_HOSTS = ["127.0.0.1"]
    hooks.create(people["admin"], url="http://127.0.0.1:1/", events=["assets.added"])
    later()
    make_asset("Lamp")
    deliver.catch_up(limits=SOON)
    assert only().trouble.startswith("No connection")


def test_an_endless_answer_is_cut_at_2_kb(hook, receiver, make_asset):
    receiver.then = [receiver.talk]
    make_asset("Lamp")
    deliver.catch_up(limits=SOON)
    assert only().status == 500
    assert 1000 < len(only().response) <= 2048 and "\0" not in only().response


def test_a_redirect_is_not_followed(hook, receiver, make_asset):
    receiver.then = [302]
    make_asset("Lamp")
    deliver.catch_up()
    assert only().state == "waiting" and only().trouble == "Answered 302; redirects are not followed."
    assert len(receiver.came) == 1


def test_an_address_that_moved_inside_is_not_called(hook, receiver, make_asset, settings):
    settings.LACUNA_WEBHOOK_HOSTS = []
    make_asset("Lamp")
    deliver.catch_up()
    Webhook.objects.update(url=receiver.url.replace("http:", "https:"))
    later()
    deliver.catch_up()
    assert receiver.came == []
    assert "is not a public address" in only().trouble


def test_410_switches_the_hook_off(hook, receiver, make_asset):
    receiver.then = [410]
    make_asset("Lamp")
    deliver.catch_up()
    assert only().state == "dead"
    assert (only().hook.active, only().hook.stopped) == (False, "gone")
    later()
    make_asset("Chair")
    assert deliver.pending() == 0 == deliver.catch_up()


def test_after_ten_attempts_a_message_is_given_up_and_the_next_one_is_told(hook, receiver, make_asset):
    receiver.then = [503] * 10
    make_asset("Lamp")
    for _ in range(11):
        later()
        deliver.catch_up()
    assert (only().state, only().attempts) == ("dead", 10)
    assert only().hook.active, "a day's failure is not three days'"
    later()
    chair = make_asset("Chair")
    deliver.catch_up()
    assert receiver.messages[-1]["data"]["assets.added"][0]["id"] == str(chair.pk)


def test_a_hook_that_fails_for_three_days_is_switched_off_and_catches_up_when_switched_on(
    hook, receiver, make_asset, people
):
    receiver.then = [500, 500]
    lamp = make_asset("Lamp")
    deliver.catch_up()
    Webhook.objects.update(failing_since=timezone.now() - deliver.PATIENCE)
    later()
    deliver.catch_up()
    assert (only().hook.active, only().hook.stopped, only().state) == (False, "failing", "waiting")
    chair = make_asset("Chair")
    later()
    assert deliver.catch_up() == 0
    on = hooks.change(people["admin"], hook.pk, active=True)
    assert on.stopped == "" and on.failing_since is None
    while deliver.catch_up():
        later()
    assert receiver.told("assets.added")[-2:] == [str(lamp.pk), str(chair.pk)]


def test_a_worker_killed_between_storing_and_sending_loses_nothing(hook, receiver, make_asset, monkeypatch):
    asset = make_asset("Lamp")
    assert deliver.gather() == 1
    assert receiver.came == [] and only().state == "waiting"

    def killed(*_, **__):
        raise SystemExit

    monkeypatch.setattr(deliver, "post", killed)
    with pytest.raises(SystemExit):
        deliver.send()
    monkeypatch.setattr(deliver, "post", posting.post)
    assert deliver.catch_up() == 0, "until its lease is over it counts as under way"
    later()
    assert "webhooks" in duties.sweep()
    duties.carry_on("webhooks")
    assert receiver.told("assets.added") == [str(asset.pk)]
    assert (only().state, only().attempts) == ("delivered", 2)


def test_a_worker_killed_while_storing_moves_no_position(hook, receiver, make_asset, monkeypatch):
    asset = make_asset("Lamp")
    before = Webhook.objects.values_list("positions", "gathered").get()

    def killed(**_):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(Delivery.objects, "create", killed)
        with pytest.raises(SystemExit):
            deliver.gather()
    assert Webhook.objects.values_list("positions", "gathered").get() == before
    deliver.catch_up()
    assert receiver.told("assets.added") == [str(asset.pk)]


def test_two_workers_store_and_send_a_message_once(hook, receiver, make_asset):
    make_asset("Lamp")
    (first,) = deliver._listening()
    (second,) = deliver._listening()
    assert deliver._gather(first) and not deliver._gather(second)
    one, other = only(), only()
    assert deliver._claim(one) and not deliver._claim(other)


def test_changes_are_gathered_for_a_while(hook, receiver, make_asset):
    make_asset("Lamp")
    deliver.catch_up()
    make_asset("Chair")
    assert deliver.pending() == 0 == deliver.catch_up()
    make_asset("Table")
    later()
    deliver.catch_up()
    assert [len(one["data"]["assets.added"]) for one in receiver.messages] == [1, 2]


def test_while_one_message_waits_the_next_gathers_and_tells_how_things_are_by_then(hook, receiver, people, make_asset):
    receiver.then = [500]
    lamp = make_asset("Lamp")
    deliver.catch_up()
    for title in ("Lantern", "Torch"):
        lifecycle.update_asset(people["editor"], lamp.pk, title=title)
        later()
        deliver.gather()
    assert Delivery.objects.count() == 1
    while deliver.catch_up():
        later()
    assert [one["title"] for one in receiver.messages[-1]["data"]["assets.changed"]] == ["Torch"]


def test_a_ping_is_sent_once_and_does_not_count_against_the_hook(hook, receiver, people):
    receiver.then = [500]
    made = hooks.ping(people["admin"], hook.pk)
    deliver.catch_up()
    made.refresh_from_db()
    assert (made.state, made.attempts, made.status) == ("dead", 1, 500)
    assert Webhook.objects.get().failing_since is None
    assert receiver.messages[0]["type"] == "ping" and receiver.messages[0]["data"] == {}


def test_a_message_can_be_sent_again_under_its_id(hook, receiver, people, make_asset):
    make_asset("Lamp")
    deliver.catch_up()
    hooks.redeliver(people["admin"], hook.pk, only().pk)
    deliver.catch_up()
    (first, body), (second, again) = receiver.came
    assert first["webhook-id"] == second["webhook-id"] and body == again
    assert only().state == "delivered"


def test_old_messages_are_pruned_by_the_sweeper_and_waiting_ones_are_not(hook, receiver, people):
    long_ago = timezone.now() - deliver.KEPT - timedelta(minutes=1)
    old = [(state, long_ago) for state in ("delivered", "dead", "waiting")]
    for state, created in [*old, ("dead", timezone.now())]:
        Delivery.objects.create(hook=hook, events=["ping"], body="{}", state=state, created=created)
    duties.sweep()
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["dead", "waiting"]


def test_the_name_stands_in_the_host_header_and_in_the_certificate(tmp_path, monkeypatch, settings, people):
    """The connection goes to a checked address, and still to the named host as far as TLS and HTTP know."""
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    made = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    named = ["-subj", "/CN=hooks.example", "-addext", "subjectAltName=DNS:hooks.example"]
    subprocess.run(
        ["openssl", "req", *made, *named, "-keyout", key, "-out", certificate], check=True, capture_output=True
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    asked: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: asked.append(name)

    def wrap(server) -> None:
        server.socket = context.wrap_socket(server.socket, server_side=True)

    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setattr(outside, "resolve", lambda *_, **__: ["127.0.0.1"])
    with receiving(wrap=wrap) as receiver:
        port = receiver.url.split(":")[2].partition("/")[0]
        good = posting.post(f"https://hooks.example:{port}/", b"{}", {}, limits=Limits())
        bad = posting.post(f"https://other.example:{port}/", b"{}", {}, limits=Limits())
    assert good.status == 204 and receiver.came[0][0]["host"] == f"hooks.example:{port}"
    assert asked == ["hooks.example", "other.example"]
    assert bad.status is None and "certificate" in bad.trouble.lower()
