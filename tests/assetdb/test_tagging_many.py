"""Decisions on many suggestions at once, and taking them back."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assetdb import changes, lifecycle, tagging
from assetdb.errors import NotFoundError
from assetdb.models import AssetTag, Tag, Visibility

pytestmark = pytest.mark.django_db


@pytest.fixture
def tag() -> Tag:
    return Tag.objects.create(slug="cat", group="animals", name="cat")


@pytest.fixture
def suggest(make_asset, tag):
    def make(title: str, **fields) -> AssetTag:
        return AssetTag.objects.create(asset=make_asset(title, **fields), tag=tag, source="zero_shot", score=0.8)

    return make


def state(row: AssetTag) -> tuple:
    row.refresh_from_db()
    return row.state, row.decided_by


@pytest.mark.parametrize(("accept", "said"), [(True, "accepted"), (False, "rejected")])
def test_many_are_decided_in_ones_own_name_and_nothing_beside_them(people, suggest, accept, said) -> None:
    first, second, other = suggest("one"), suggest("two"), suggest("three")
    head = changes.head()
    pairs = [(first.asset_id, "cat"), (second.asset_id, "cat")]
    assert tagging.decide_many(people["reviewer"], pairs, accept=accept) == 2
    assert state(first) == state(second) == (said, people["reviewer"])
    assert state(other) == ("suggested", None)
    assert changes.head() == head + 2


def test_what_is_not_ones_own_or_gone_is_left_out(people, suggest) -> None:
    hidden = suggest("private", owner=people["editor"], visibility=Visibility.PRIVATE)
    pairs = [(hidden.asset_id, "cat"), (uuid.uuid4(), "cat"), (hidden.asset_id, "dog")]
    assert tagging.decide_many(people["reviewer"], pairs, accept=True) == 0
    assert tagging.decide_many(people["viewer"], [(suggest("open").asset_id, "cat")], accept=True) == 0
    assert state(hidden) == ("suggested", None)


def test_the_cost_does_not_grow_with_each_decision(people, suggest) -> None:
    rows = [suggest(str(n)) for n in range(12)]
    counts = []
    for part in (rows[:2], rows[2:]):
        with CaptureQueriesContext(connection) as queries:
            tagging.decide_many(people["admin"], [(row.asset_id, "cat") for row in part], accept=True)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_decision_taken_back_waits_again(people, suggest) -> None:
    row = suggest("one")
    tagging.decide(people["editor"], row.asset_id, "cat", False)
    tagging.reopen(people["editor"], row.asset_id, "cat")
    assert state(row) == ("suggested", None)
    assert row.decided_at is None


def test_a_tag_that_a_person_put_there_is_not_reopened(people, make_asset, tag) -> None:
    asset = make_asset("one")
    tagging.add_tag(people["editor"], asset.pk, "cat")
    with pytest.raises(NotFoundError):
        tagging.reopen(people["editor"], asset.pk, "cat")
    assert AssetTag.objects.get().state == "accepted"


def test_who_decides_sees_what_they_may_change_and_no_trash(people, suggest) -> None:
    mine = suggest("open")
    suggest("private", owner=people["editor"], visibility=Visibility.PRIVATE)
    gone = suggest("gone")
    lifecycle.trash(people["admin"], [gone.asset_id])
    assert list(tagging.waiting_for(people["reviewer"])) == [mine]
    assert tagging.waiting_for(people["admin"]).count() == 2
    assert not tagging.waiting_for(people["viewer"])
