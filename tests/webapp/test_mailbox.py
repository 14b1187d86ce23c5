"""The broker of files: whole messages only, and a broken one stops nobody."""

import json
from pathlib import Path

from kombu import Connection

import webapp.celery  # noqa: F401 - chooses the channel
from webapp.env import mailbox


def test_messages_arrive_and_one_cut_short_is_passed_over(tmp_path):
    with Connection(transport="filesystem", transport_options=mailbox(tmp_path)) as connection:
        queue = connection.SimpleQueue("whole")
        queue.put({"n": 1})
        message = queue.get(timeout=2)
        assert message.payload == {"n": 1}
        message.ack()
        (tmp_path / "messages" / "0_half.whole.msg").write_text('{"body": "ey')
        queue.put({"n": 2})
        message = queue.get(timeout=2)
        assert message.payload == {"n": 2}
        message.ack()
        queue.close()
    assert not list((tmp_path / "messages").iterdir())


def test_a_message_shows_only_once_it_is_whole(tmp_path, monkeypatch):
    seen = []
    whole = Path.replace

    def watched(self, target):
        seen.append(([path.name for path in target.parent.glob("[!.]*.msg")], self.read_text()))
        return whole(self, target)

    monkeypatch.setattr(Path, "replace", watched)
    with Connection(transport="filesystem", transport_options=mailbox(tmp_path)) as connection:
        queue = connection.SimpleQueue("once")
        queue.put({"n": 1})
        queue.close()
    ((shown, written),) = seen
    assert shown == [] and "body" in json.loads(written)
    assert len(list((tmp_path / "messages").glob("*.once.msg"))) == 1
