"""Filters and access inside the search: every place filled while there is something to fill it with, and no leak."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assetdb import changes, collections
from assetdb.models import Ai, Asset, AssetTag, Collection, CollectionItem, Grant, Origin, Review, Tag, Visibility
from indexer import log, replica, sealed
from indexer.indexes import segment
from indexer.models import Embedding
from indexer.replica import Replica
from indexer.search.filters import EVERYTHING, Filters, allowed
from indexer.search.permitted import Permitted
from tests.indexer.stock import space_of, stock, tell, unit

pytestmark = pytest.mark.django_db
SIZES = sealed.Sizes(seal=30, at_most=200, partition=10_000)
SEGMENTS = ("image", "figure:0", "figure:1")
STATES = [
    {"visibility": Visibility.PRIVATE},
    {"visibility": Visibility.LIBRARY},
    {"review": Review.REJECTED},
    {"review": Review.NONE},
    {"origin": Origin.GENERATED, "review": Review.PENDING},
    {"origin": Origin.UPLOADED, "review": Review.NONE},
    {"licence": "CC0-1.0"},
    {"licence": ""},
    {"trashed": "2026-01-01T00:00Z"},
    {"trashed": None},
]


@pytest.fixture
def space(people, settings, tmp_path, monkeypatch):
    settings.LACUNA_HOME = tmp_path
    monkeypatch.setattr(segment, "NANOSECONDS_VISIT", 1.0)
    monkeypatch.setattr(segment, "EXACT_UNDER_FILTER", 0)
    monkeypatch.setattr(sealed, "GRACE", -1)
    replica.forget_replicas()
    made = space_of()
    monkeypatch.setattr(sealed, "active_space", lambda: type(made).objects.get(pk=made.pk))
    yield made
    replica.forget_replicas()


def oracle(space, user, filters: Filters, query: np.ndarray, k: int) -> list:
    """Score every row of every allowed asset, straight from the database."""
    rows = Embedding.objects.filter(
        space=space, vector__isnull=False, asset_id__in=allowed(user, filters).values("pk")
    ).exclude(segment="text")
    best: dict = {}
    for row in rows:
        score = float(log.vector_of(row) @ query)
        best[row.asset_id] = max(best.get(row.asset_id, -2.0), score)
    return sorted(best.items(), key=lambda pair: -pair[1])[:k]


def agree(space, held: Replica, user, filters: Filters, query: np.ndarray, k: int) -> None:
    held.catch_up()
    permitted = Permitted(user, filters, held)
    found = held.pictures.best_assets(query, k, within=permitted.within)
    expected = oracle(space, user, filters, query, k)
    assert len(found) == len(expected)
    assert set(found) <= set(allowed(user, filters).values_list("pk", flat=True))
    np.testing.assert_allclose(list(found.values()), [score for _, score in expected], atol=2e-3)
    assert held.pictures.count(permitted.within) == allowed(user, filters).filter(pk__in=_whole(space)).count()


def _whole(space):
    return Embedding.objects.filter(space=space, vector__isnull=False, segment="image").values("asset_id")


def change(rng: np.random.Generator, space, people, data: st.DataObject) -> None:
    """Do one of the things that happen to a library."""
    assets = list(Asset.objects.order_by("pk"))
    some = [assets[n] for n in rng.permutation(len(assets))[:8]]
    match data.draw(st.integers(0, 6)):
        case 0:
            with transaction.atomic():
                Asset.objects.filter(pk__in=[a.pk for a in some]).update(**data.draw(st.sampled_from(STATES)))
                changes.touch(a.pk for a in some)
        case 1:
            tell(space, some, unit(rng, len(some)), segment=data.draw(st.sampled_from(SEGMENTS)))
        case 2:
            with transaction.atomic():
                log.write(space, [log.Entry(a.pk, data.draw(st.sampled_from(SEGMENTS)), None) for a in some])
        case 3:
            made = stock(people["editor"], 6, visibility=data.draw(st.sampled_from(Visibility.values)))
            tell(space, made, unit(rng, 6))
        case 4:
            mine = [a.pk for a in some if a.owner_id == people["editor"].pk]
            shelf = Collection.objects.get(owner=people["editor"])
            if data.draw(st.booleans()):
                collections.add(people["editor"], shelf.pk, mine)
            else:
                CollectionItem.objects.filter(collection=shelf, asset__in=mine).delete()
        case 5:
            shelf = Collection.objects.get(owner=people["editor"])
            if data.draw(st.booleans()):
                Grant.objects.get_or_create(collection=shelf, user=people["viewer"])
            else:
                Grant.objects.filter(collection=shelf).delete()
        case 6:
            space.refresh_from_db()
            while sealed.catch_up(sizes=SIZES):
                pass


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_happened_every_search_agrees_with_the_oracle(space, people, data):
    with transaction.atomic():
        rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
        tag = Tag.objects.create(slug="sunny", group="mood", name="sunny")
        first = [stock(people[who], 25) for who in ("editor", "reviewer")]
        for assets in first:
            tell(space, assets, unit(rng, 25))
        AssetTag.objects.bulk_create(
            AssetTag(asset=a, tag=tag, source="person", state=AssetTag.State.ACCEPTED) for a in first[0][:9]
        )
        shelf = Collection.objects.create(name="shelf", owner=people["editor"])
        callers = [people[who] for who in ("viewer", "editor", "reviewer", "admin")] + [AnonymousUser()]
        narrowed = [EVERYTHING, Filters(tag=("sunny",)), Filters(ai=Ai.HIDE), Filters(licence="CC0-1.0")]
        narrowed += [Filters(collection=shelf.pk), Filters(owner="editor", origin="uploaded")]
        shutil.rmtree(sealed.folder_of(space), ignore_errors=True)
        held = Replica(space)
        for _ in range(data.draw(st.integers(1, 8))):
            change(rng, space, people, data)
            user, filters = data.draw(st.sampled_from(callers)), data.draw(st.sampled_from(narrowed))
            agree(space, held, user, filters, unit(rng, 1)[0], data.draw(st.integers(1, 30)))
        fresh = Replica(space)
        for user in callers:
            agree(space, fresh, user, EVERYTHING, unit(rng, 1)[0], 12)
        transaction.set_rollback(True)


def test_a_group_opens_a_collection_and_leaving_it_closes_it(space, people):
    hidden = stock(people["editor"], 3, visibility=Visibility.PRIVATE)
    tell(space, hidden, unit(np.random.default_rng(1), 3))
    shelf = collections.create(people["editor"], "shelf")
    collections.add(people["editor"], shelf.pk, [asset.pk for asset in hidden])
    press = Group.objects.create(name="press")
    Grant.objects.create(collection=shelf, group=press)
    held, query = Replica(space), unit(np.random.default_rng(2), 1)[0]
    for inside in (False, True, False):
        (people["viewer"].groups.add if inside else people["viewer"].groups.remove)(press)
        agree(space, held, people["viewer"], EVERYTHING, query, 5)


def test_the_next_search_asks_for_what_changed_only(space, people):
    assets = stock(people["editor"], 40)
    tell(space, assets, unit(np.random.default_rng(1), 40))
    held = Replica(space)
    held.catch_up()
    first = Permitted(people["viewer"], EVERYTHING, held).within
    with CaptureQueriesContext(
        connection,
    ) as quiet:
        assert Permitted(people["viewer"], EVERYTHING, held).within is first
    assert len(quiet) <= 4
    with transaction.atomic():
        Asset.objects.filter(pk=assets[0].pk).update(visibility=Visibility.PRIVATE)
        changes.touch([assets[0].pk])
    after = Permitted(people["viewer"], EVERYTHING, held).within
    assert after is not first
    assert after.line is first.line
    ids = held.pictures.index.ids()
    assert after.admits(ids).sum() == 39
    assert first.admits(ids).sum() == 40


def test_rows_that_come_while_a_table_is_brought_up_are_no_trouble(space, people, monkeypatch):
    assets = stock(people["editor"], 5)
    rng = np.random.default_rng(1)
    tell(space, assets, unit(rng, 5))
    held = Replica(space)
    held.catch_up()
    assert Permitted(people["viewer"], EVERYTHING, held).within.admits(held.pictures.index.ids()).sum() == 5
    tell(space, assets[:2], unit(rng, 2))
    real = Permitted.among

    def meanwhile(self, asked):
        found = real(self, asked)
        monkeypatch.undo()
        tell(space, assets[:2], unit(rng, 2), segment="figure:0")
        return found

    monkeypatch.setattr(Permitted, "among", meanwhile)
    agree(space, held, people["viewer"], EVERYTHING, unit(rng, 1)[0], 5)
    agree(space, held, people["viewer"], EVERYTHING, unit(rng, 1)[0], 5)
