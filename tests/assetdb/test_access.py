"""The one access rule: roles × visibility × review × grants × trash."""

from __future__ import annotations

import itertools

import pytest
from django.contrib.auth.models import AnonymousUser, Group

from assetdb import access, lifecycle
from assetdb.errors import ForbiddenError, NotFoundError
from assetdb.models import Asset, Blob, Collection, CollectionItem, Grant, Origin, Review, Role, Visibility

pytestmark = pytest.mark.django_db

LIBRARY, PRIVATE = Visibility.LIBRARY, Visibility.PRIVATE
STATES = list(itertools.product([LIBRARY, PRIVATE], Review.values, [False, True]))
"""Every visibility × review × whether it is in the trash."""


@pytest.fixture
def assets(people) -> dict[tuple, Asset]:
    """One asset of the editor's in each state."""
    from django.utils import timezone

    made = {}
    for number, (visibility, review, trashed) in enumerate(STATES):
        blob = Blob.objects.create(sha256=f"{number:064}", size=1, media_type="image/png")
        made[visibility, review, trashed] = Asset.objects.create(
            owner=people["editor"],
            blob=blob,
            visibility=visibility,
            review=review,
            origin=Origin.UPLOADED if review == Review.NONE else Origin.GENERATED,
            trashed=timezone.now() if trashed else None,
        )
    return made


def sees(who: str, visibility: str, review: str, *, public: bool = False) -> bool:
    """The rule, said a second time and in other words."""
    settled = review in (Review.NONE, Review.APPROVED)
    if who == "anonymous":
        return public and settled and visibility == LIBRARY
    if who in ("editor", "admin"):
        return True
    if who == "reviewer" and not settled:
        return True
    return settled and visibility == LIBRARY


@pytest.mark.parametrize("public", [False, True])
@pytest.mark.parametrize("who", ["anonymous", "viewer", "editor", "reviewer", "admin", "other"])
def test_who_sees_what(people, assets, settings, who: str, public: bool) -> None:
    settings.LACUNA_PUBLIC = public
    caller = people.get(who, AnonymousUser())
    seen = set(access.seen_by(caller).values_list("pk", flat=True))
    visible = set(access.visible_to(caller).values_list("pk", flat=True))
    for (visibility, review, trashed), asset in assets.items():
        may = sees(who, visibility, review, public=public)
        assert (asset.pk in seen) == may, (visibility, review, trashed)
        assert (asset.pk in visible) == (may and not trashed and review != Review.REJECTED)
        if asset.pk in visible:
            assert access.get_visible(caller, asset.pk) == asset
        else:
            with pytest.raises(NotFoundError):
                access.get_visible(caller, asset.pk)


@pytest.mark.parametrize("who", ["anonymous", "viewer", "editor", "reviewer", "admin", "other"])
def test_who_changes_what(people, assets, who: str) -> None:
    caller = people.get(who, AnonymousUser())
    editable = set(access.editable_by(caller).values_list("pk", flat=True))
    for (visibility, review, _), asset in assets.items():
        shared = visibility == LIBRARY and review in (Review.NONE, Review.APPROVED)
        may = who in ("editor", "admin") or (who in ("other", "reviewer") and shared)
        assert (asset.pk in editable) == may, (visibility, review)
        if not may:
            expected = ForbiddenError if sees(who, visibility, review) else NotFoundError
            with pytest.raises(expected):
                access.get_editable(caller, asset.pk)


@pytest.mark.parametrize("to", ["user", "group"])
@pytest.mark.parametrize("level", Grant.Level.values)
@pytest.mark.parametrize("who", ["viewer", "other"])
def test_a_collection_grants_view_or_edit(people, assets, who: str, level: str, to: str) -> None:
    asset = assets[PRIVATE, Review.NONE, False]
    collection = Collection.objects.create(name="shared", owner=people["editor"])
    CollectionItem.objects.create(collection=collection, asset=asset)
    caller = people[who]
    assert asset not in access.visible_to(caller)
    if to == "user":
        grant = Grant.objects.create(collection=collection, user=caller, level=level)
    else:
        group = Group.objects.create(name="friends")
        caller.groups.add(group)
        grant = Grant.objects.create(collection=collection, group=group, level=level)
    assert asset in access.visible_to(caller)
    assert (asset in access.editable_by(caller)) == (level == Grant.Level.EDIT)
    assert access.visible_to(caller).filter(pk=asset.pk).count() == 1
    grant.delete()
    assert asset not in access.visible_to(caller)


def test_a_grant_does_not_show_what_waits_for_review(people, assets) -> None:
    asset = assets[PRIVATE, Review.PENDING, False]
    collection = Collection.objects.create(name="shared", owner=people["editor"])
    CollectionItem.objects.create(collection=collection, asset=asset)
    Grant.objects.create(collection=collection, user=people["other"], level=Grant.Level.EDIT)
    assert asset not in access.seen_by(people["other"])
    assert asset not in access.editable_by(people["other"])


def test_an_account_that_was_closed_sees_and_changes_nothing(people, assets) -> None:
    for who in people.values():
        who.is_active = False
        assert not access.seen_by(who).exists()
        assert not access.editable_by(who).exists()
        assert not who.at_least(Role.VIEWER)


def test_what_takes_a_role_says_which(people) -> None:
    assert access.require(people["editor"], Role.EDITOR, to="upload") == people["editor"]
    for caller in (people["viewer"], AnonymousUser()):
        with pytest.raises(ForbiddenError, match=r"Editor.*upload"):
            access.require(caller, Role.EDITOR, to="upload")


def test_collecting_others_private_assets_does_not_show_them(people, assets) -> None:
    """An id that someone came by, put into a collection of their own, opens nothing."""
    asset = assets[PRIVATE, Review.NONE, False]
    collection = Collection.objects.create(name="mine", owner=people["other"])
    CollectionItem.objects.create(collection=collection, asset=asset)
    Grant.objects.create(collection=collection, user=people["viewer"], level=Grant.Level.EDIT)
    for who in ("other", "viewer"):
        assert asset not in access.visible_to(people[who])
        assert asset not in access.editable_by(people[who])


def test_an_admins_collection_shares_what_anyone_owns(people, assets) -> None:
    asset = assets[PRIVATE, Review.NONE, False]
    collection = Collection.objects.create(name="all", owner=people["admin"])
    CollectionItem.objects.create(collection=collection, asset=asset)
    Grant.objects.create(collection=collection, user=people["viewer"], level=Grant.Level.VIEW)
    assert asset in access.visible_to(people["viewer"])


def test_role_decides_staff_and_superuser(people) -> None:
    admin = people["admin"]
    assert admin.is_staff
    assert admin.is_superuser
    admin.role = Role.VIEWER
    admin.save()
    assert not admin.is_staff
    assert lifecycle.trash(admin, []) == 0
