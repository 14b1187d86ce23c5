"""Collections: filled, ordered, nested and opened to others, by whom that may be done."""

import pytest
from django.contrib.auth.models import Group

from assetdb import access, collections
from assetdb.errors import DamError, ForbiddenError, NotFoundError
from assetdb.models import Asset, Visibility

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(people):
    return collections.create(people["editor"], "  Spring   campaign ")


def titles(user, collection):
    return list(collections.items(user, collection).values_list("title", flat=True))


def test_what_is_added_keeps_its_order_and_is_in_it_once(people, shelf, make_asset):
    assets = [make_asset(title) for title in "cab"]
    assert shelf.name == "Spring campaign"
    assert collections.add(people["editor"], shelf.pk, [asset.pk for asset in assets]) == 3
    assert collections.add(people["editor"], shelf.pk, [assets[0].pk]) == 0
    assert titles(people["editor"], shelf) == ["c", "a", "b"]
    collections.reorder(people["editor"], shelf.pk, [assets[2].pk, assets[1].pk])
    assert titles(people["editor"], shelf) == ["b", "a", "c"]
    assert collections.remove(people["editor"], shelf.pk, [assets[1].pk]) == 1
    assert titles(people["editor"], shelf) == ["b", "c"]


def test_the_order_of_one_collection_is_not_that_of_another(people, shelf, make_asset):
    first, second = make_asset("a"), make_asset("b")
    other = collections.create(people["editor"], "Other")
    collections.add(people["editor"], shelf.pk, [first.pk, second.pk])
    collections.add(people["editor"], other.pk, [second.pk, first.pk])
    assert titles(people["editor"], shelf) == ["a", "b"]
    assert titles(people["editor"], other) == ["b", "a"]


def test_nobody_adds_what_they_may_not_see(people, shelf, make_asset):
    private = make_asset("diary", owner=people["other"], visibility=Visibility.PRIVATE)
    assert collections.add(people["editor"], shelf.pk, [private.pk]) == 0
    assert not shelf.items.exists()


def test_others_neither_see_nor_change_it_until_it_is_opened_to_them(people, shelf):
    viewer = people["viewer"]
    with pytest.raises(NotFoundError):
        collections.get(viewer, shelf.pk)
    given = collections.grant(people["editor"], shelf.pk, "VIEWER", "view")
    assert collections.get(viewer, shelf.pk) == shelf
    with pytest.raises(ForbiddenError):
        collections.add(viewer, shelf.pk, [])
    assert collections.grant(people["editor"], shelf.pk, "viewer", "edit") == given
    assert collections.add(viewer, shelf.pk, []) == 0
    with pytest.raises(ForbiddenError, match="owner"):
        collections.delete(viewer, shelf.pk)
    collections.revoke(people["editor"], shelf.pk, given.pk)
    with pytest.raises(NotFoundError):
        collections.get(viewer, shelf.pk)


def test_a_group_opens_it_to_its_people(people, shelf):
    group = Group.objects.create(name="Press")
    people["other"].groups.add(group)
    collections.grant(people["editor"], shelf.pk, "press", "view")
    assert shelf in access.collections_of(people["other"])
    with pytest.raises(DamError, match="no person or group"):
        collections.grant(people["editor"], shelf.pk, "nobody", "view")


def test_nesting_never_closes_a_ring(people, shelf):
    editor = people["editor"]
    inner = collections.create(editor, "Icons", parent=shelf.pk)
    innermost = collections.create(editor, "Small", parent=inner.pk)
    assert collections.above(innermost) == [shelf, inner]
    with pytest.raises(DamError, match="itself"):
        collections.update(editor, shelf.pk, name="Spring", description="", parent=innermost.pk)
    collections.delete(editor, inner.pk)
    innermost.refresh_from_db()
    assert innermost.parent == shelf


def test_a_collection_in_another_is_open_to_the_same_people(people, shelf):
    collections.grant(people["editor"], shelf.pk, "viewer", "edit")
    inner = collections.create(people["viewer"], "Mine", parent=shelf.pk)
    assert collections.may_edit(people["editor"], inner)


def test_a_grant_opens_and_closes_what_stands_within(people, shelf):
    editor, viewer = people["editor"], people["viewer"]
    inner = collections.create(editor, "Icons", parent=shelf.pk)
    innermost = collections.create(editor, "Small", parent=inner.pk)
    beside = collections.create(editor, "Beside")
    given = collections.grant(editor, shelf.pk, "viewer", "view")
    assert set(access.collections_of(viewer)) == {shelf, inner, innermost}
    assert beside not in access.collections_of(viewer)
    collections.revoke(editor, shelf.pk, given.pk)
    collections.revoke(editor, shelf.pk, given.pk)
    assert not access.collections_of(viewer).exists()


def test_deleting_keeps_the_assets(people, shelf, make_asset):
    asset = make_asset("lamp")
    collections.add(people["editor"], shelf.pk, [asset.pk])
    collections.delete(people["editor"], shelf.pk)
    assert Asset.objects.filter(pk=asset.pk).exists()


def test_the_cover_is_one_of_its_own(people, shelf, make_asset):
    asset, stranger = make_asset("lamp"), make_asset("rug")
    collections.add(people["editor"], shelf.pk, [asset.pk])
    assert collections.set_cover(people["editor"], shelf.pk, asset.pk).cover == asset
    with pytest.raises(NotFoundError):
        collections.set_cover(people["editor"], shelf.pk, stranger.pk)


def test_a_saved_search_cannot_be_filled_by_hand(people, make_asset):
    smart = collections.create(people["editor"], "Lamps", search="q=lamp")
    with pytest.raises(DamError, match="fills itself"):
        collections.add(people["editor"], smart.pk, [make_asset("lamp").pk])


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "a\0b"])
def test_a_name_is_needed_and_bounded(people, name):
    with pytest.raises(DamError):
        collections.create(people["editor"], name)


@pytest.mark.parametrize("keeper", ["editor", "admin"])
def test_who_fills_a_collection_of_another_gains_no_right_by_it(people, make_asset, keeper):
    asset = make_asset("lamp", owner=people["editor"])
    theirs = collections.create(people[keeper], "Theirs")
    collections.grant(people[keeper], theirs.pk, "viewer", "edit")
    assert collections.add(people["viewer"], theirs.pk, [asset.pk]) == 0
    assert not access.editable_by(people["viewer"]).filter(pk=asset.pk).exists()


@pytest.mark.parametrize("keeper", ["editor", "admin"])
def test_what_was_opened_to_one_person_is_not_passed_on(people, make_asset, keeper):
    asset = make_asset("lamp", owner=people["editor"], visibility=Visibility.PRIVATE)
    seen = collections.create(people["editor"], "To look at")
    collections.add(people["editor"], seen.pk, [asset.pk])
    collections.grant(people["editor"], seen.pk, "viewer", "view")
    theirs = collections.create(people[keeper], "Theirs")
    collections.grant(people[keeper], theirs.pk, "viewer", "edit")
    collections.grant(people[keeper], theirs.pk, "other", "view")
    assert collections.add(people["viewer"], theirs.pk, [asset.pk]) == 0
    assert not access.visible_to(people["other"]).filter(pk=asset.pk).exists()


def test_ones_own_and_what_a_collection_does_not_open_goes_into_that_of_another(people, shelf, make_asset):
    own = make_asset("own", owner=people["viewer"])
    third = make_asset("third", owner=people["other"])
    collections.grant(people["editor"], shelf.pk, "viewer", "edit")
    assert collections.add(people["viewer"], shelf.pk, [own.pk, third.pk]) == 2


def test_renaming_does_not_move_it_out_of_what_only_others_may_change(people, shelf):
    inner = collections.create(people["editor"], "Inner", parent=shelf.pk)
    collections.grant(people["editor"], inner.pk, "viewer", "edit")
    collections.update(people["viewer"], inner.pk, name="Lamps", description="", parent=None)
    inner.refresh_from_db()
    assert (inner.name, inner.parent) == ("Lamps", shelf)
    collections.update(people["editor"], inner.pk, name="Lamps", description="", parent=None)
    inner.refresh_from_db()
    assert inner.parent is None
