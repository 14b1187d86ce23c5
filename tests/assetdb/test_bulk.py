"""Many assets at once: what is changed, what is passed over, and that undoing leaves no trace."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assetdb import bulk, changes
from assetdb.errors import DamError, NotFoundError
from assetdb.models import Asset, AssetTag, Tag, Visibility

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(people):
    return people["editor"]


@pytest.fixture
def lamps(make_asset):
    return [make_asset(f"lamp {n}") for n in range(4)]


@pytest.fixture
def light():
    return Tag.objects.create(slug="light", name="Light", group="mood")


def ids(assets):
    return [asset.pk for asset in assets]


def states():
    return sorted(AssetTag.objects.values_list("asset__title", "state"))


def test_undoing_a_tag_gives_each_asset_the_state_it_had(editor, lamps, light):
    for asset, state in zip(lamps, ("suggested", "rejected", "accepted"), strict=False):
        AssetTag.objects.create(asset=asset, tag=light, state=state, source="zero_shot", score=0.8)
    before = states()
    done = bulk.add_tag(editor, ids(lamps), "light")
    assert {state for _, state in states()} == {"accepted"} and len(done.ids) == 3
    assert bulk.take_back_tag(editor, done.before, "light") == 3
    assert states() == before


def test_undoing_does_not_take_off_what_somebody_else_has_put_there(editor, people, lamps, light):
    bulk.add_tag(people["other"], [lamps[0].pk], "light")
    assert bulk.take_back_tag(editor, {"": ids(lamps)}, "light") == 0
    assert states() == [("lamp 0", "accepted")]


def test_what_is_changed_is_read_again_and_what_is_not_is_left_alone(editor, lamps, light):
    bulk.add_tag(editor, [lamps[0].pk], "light")
    head = changes.head()
    bulk.add_tag(editor, ids(lamps), "light")
    assert changes.head() == head + 3


def test_a_tag_that_is_not_in_the_vocabulary_is_refused(editor, lamps):
    with pytest.raises(NotFoundError):
        bulk.add_tag(editor, ids(lamps), "light")


def test_a_licence_without_derivatives_forbids_them_and_undoing_allows_them_again(editor, lamps):
    done = bulk.set_rights(editor, ids(lamps), bulk.Rights(licence="CC-BY-ND-4.0"))
    assert set(Asset.objects.values_list("licence", "derivatives_allowed")) == {("CC-BY-ND-4.0", False)}
    for had, those in done.before.items():
        bulk.set_rights(editor, those, had)
    assert set(Asset.objects.values_list("licence", "derivatives_allowed")) == {("", True)}


@pytest.mark.parametrize("wanted", [{}, {"licence": "no-such"}, {"credit": "x" * 501}, {"credit": "a\0b"}])
def test_rights_that_cannot_be_are_refused_before_anything_changes(editor, lamps, wanted):
    with pytest.raises(DamError):
        bulk.set_rights(editor, ids(lamps), bulk.Rights(**wanted))
    assert set(Asset.objects.values_list("licence", "credit")) == {("", "")}


def test_what_may_not_be_changed_is_counted_the_same_as_what_is_not_there(people, lamps, make_asset):
    hidden = make_asset("hidden", owner=people["other"], visibility=Visibility.PRIVATE)
    done = bulk.trash(people["editor"], [lamps[0].pk, hidden.pk, uuid4()])
    assert (done.ids, done.refused) == ([lamps[0].pk], 2)
    assert bulk.trash(people["viewer"], ids(lamps)).ids == []


def test_the_trash_twice_is_the_trash_once(editor, lamps):
    assert len(bulk.trash(editor, ids(lamps) * 2).ids) == 4
    again = bulk.trash(editor, ids(lamps))
    assert (again.ids, again.refused) == ([], 0)
    assert len(bulk.restore(editor, ids(lamps)).ids) == 4


def test_more_assets_in_a_chunk_take_no_more_queries(editor, lamps, light):
    counts = []
    for some in (lamps[:1], lamps[1:]):
        with CaptureQueriesContext(connection) as queries:
            bulk.add_tag(editor, ids(some), "light")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_too_many_are_refused(editor):
    with pytest.raises(DamError, match="At most"):
        bulk.trash(editor, [uuid4() for _ in range(bulk.MOST + 1)])
