"""One reader at a time, and a position that only moves together with its work."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from assetdb import lifecycle
from indexer import embed, views, words
from indexer.models import Cursor

pytestmark = pytest.mark.django_db


def test_a_view_is_held_by_one_reader():
    with views.hold("v") as first, views.hold("v") as second:
        assert first is not None
        assert second is None
    with views.hold("v") as again:
        assert again is not None


def test_a_dead_readers_lease_runs_out():
    Cursor.objects.create(pk="v", position=5, holder="dead", held_until=timezone.now() - timedelta(seconds=1))
    with views.hold("v") as lease:
        assert lease is not None
        assert lease.position == 5


def test_a_reader_that_lost_its_lease_stores_nothing():
    with views.hold("v") as lease:
        Cursor.objects.filter(pk="v").update(holder="somebody else")
        with pytest.raises(views.LeaseLostError), transaction.atomic():
            Cursor.objects.create(pk="work")
            lease.advance(9)
        with pytest.raises(views.LeaseLostError):
            lease.renew()
    assert views.position_of("v") == 0
    assert not Cursor.objects.filter(pk="work").exists()
    assert Cursor.objects.get(pk="v").holder == "somebody else"


@pytest.mark.django_db(transaction=True)
def test_a_position_outside_a_transaction_is_refused():
    with views.hold("v") as lease, pytest.raises(RuntimeError):
        lease.advance(1)


@pytest.mark.parametrize("view", [words, embed])
def test_nothing_is_pending_once_what_changed_last_is_deleted_for_good(make_asset, people, encoder, view):
    kept, gone = make_asset("kept"), make_asset("gone", owner=people["admin"])
    lifecycle.trash(people["admin"], [gone.pk])
    lifecycle.purge(people["admin"], [gone.pk])
    while view.catch_up():
        pass
    assert view.pending() == 0
    lifecycle.update_asset(people["admin"], kept.pk, title="kept, and renamed")
    assert view.pending() == 1
    assert view.catch_up() == 1
