"""What people say about tags."""

from __future__ import annotations

import pytest

from assetdb import changes, tagging
from assetdb.errors import ForbiddenError, NotFoundError
from assetdb.models import AssetTag, Tag, Visibility

pytestmark = pytest.mark.django_db


@pytest.fixture
def tag() -> Tag:
    return Tag.objects.create(slug="test-cat", group="test", name="cat", name_zh="猫")


@pytest.fixture
def suggested(make_asset, tag) -> AssetTag:
    return AssetTag.objects.create(
        asset=make_asset("cat"), tag=tag, source=AssetTag.Source.ZERO_SHOT, score=0.8, model="builtin"
    )


@pytest.mark.parametrize(("accept", "state"), [(True, "accepted"), (False, "rejected")])
def test_a_decision_says_who_and_when_and_keeps_where_it_came_from(people, suggested, accept, state) -> None:
    before = changes.head()
    row = tagging.decide(people["other"], suggested.asset_id, "test-cat", accept)
    assert (row.state, row.decided_by, row.source, row.score) == (state, people["other"], "zero_shot", 0.8)
    assert row.decided_at is not None
    assert changes.head() == before + 1


def test_a_decision_can_be_taken_back(people, suggested) -> None:
    tagging.decide(people["editor"], suggested.asset_id, "test-cat", True)
    tagging.remove_tag(people["editor"], suggested.asset_id, "test-cat")
    assert AssetTag.objects.get().state == "rejected"
    tagging.add_tag(people["editor"], suggested.asset_id, "test-cat")
    assert AssetTag.objects.get().state == "accepted"


def test_adding_a_tag_that_nobody_suggested(people, make_asset, tag) -> None:
    row = tagging.add_tag(people["editor"], make_asset("cat").pk, "test-cat")
    assert (row.state, row.source, row.decided_by) == ("accepted", "person", people["editor"])


def test_there_must_be_such_a_tag_and_such_a_suggestion(people, make_asset, tag) -> None:
    asset = make_asset("cat")
    with pytest.raises(NotFoundError):
        tagging.add_tag(people["editor"], asset.pk, "test-dog")
    with pytest.raises(NotFoundError):
        tagging.decide(people["editor"], asset.pk, "test-cat", True)


def test_tags_are_changed_by_those_who_may_change_the_asset(people, make_asset, tag) -> None:
    asset, hidden = make_asset("cat"), make_asset("hidden", visibility=Visibility.PRIVATE)
    with pytest.raises(ForbiddenError):
        tagging.add_tag(people["viewer"], asset.pk, "test-cat")
    with pytest.raises(NotFoundError):
        tagging.add_tag(people["other"], hidden.pk, "test-cat")
    assert not AssetTag.objects.exists()
