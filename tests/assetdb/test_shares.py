"""Share links: who makes them, what they open, and when they are over."""

from datetime import timedelta

import pytest
from django.utils import timezone

from assetdb import collections, lifecycle, shares
from assetdb.errors import DamError, ForbiddenError, NotFoundError
from assetdb.models import Collection, Review, Share, Visibility
from tests.indexer.conftest import drawing

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(people):
    return collections.create(people["editor"], "Catalogue")


def opened(shelf, user, *assets):
    """Put assets on a shelf and return the titles that a link to it opens."""
    collections.add(user, shelf.pk, [asset.pk for asset in assets])
    return [asset.title for asset in shares.assets_of(shares.open_link(user, shelf.pk))]


def test_a_token_leads_back_to_its_link(people, shelf):
    share = shares.open_link(people["editor"], shelf.pk)
    assert shares.find(shares.token_of(share)) == share
    with pytest.raises(NotFoundError):
        shares.find(share.pk.hex)


def test_nobody_shares_what_is_not_theirs_to_share(people, shelf, make_asset):
    own = make_asset("own", data=drawing("#ea5a47"), visibility=Visibility.PRIVATE)
    another = make_asset("another's", data=drawing("#1e50a0"), owner=people["other"])
    assert opened(shelf, people["editor"], another, own) == ["own"]
    theirs = collections.create(people["admin"], "Press")
    assert opened(theirs, people["admin"], another, own) == ["another's", "own"]


def test_neither_trash_nor_what_waits_for_review_is_opened(people, shelf, make_asset):
    gone, waiting = make_asset("gone", data=drawing("#ea5a47")), make_asset("waits", data=drawing("#1e50a0"))
    collections.add(people["editor"], shelf.pk, [gone.pk])
    lifecycle.trash(people["editor"], [gone.pk])
    waiting.review = Review.PENDING
    waiting.save()
    assert opened(shelf, people["editor"], waiting) == []


def test_who_may_change_a_collection_opens_it_to_nobody(people, shelf):
    given = collections.grant(people["editor"], shelf.pk, "viewer", "edit")
    with pytest.raises(ForbiddenError, match="owner"):
        shares.open_link(people["viewer"], shelf.pk)
    with pytest.raises(ForbiddenError, match="owner"):
        collections.grant(people["viewer"], shelf.pk, "other", "view")
    with pytest.raises(ForbiddenError, match="owner"):
        collections.revoke(people["viewer"], shelf.pk, given.pk)


def test_a_link_is_over_when_its_maker_no_longer_owns_the_collection(people, shelf):
    share = shares.open_link(people["editor"], shelf.pk)
    Collection.objects.filter(pk=shelf.pk).update(owner=people["viewer"])
    with pytest.raises(DamError) as over:
        shares.find(shares.token_of(share))
    assert over.value.status == 410


def test_a_link_goes_with_its_collection(people, shelf):
    token = shares.token_of(shares.open_link(people["editor"], shelf.pk))
    collections.delete(people["editor"], shelf.pk)
    with pytest.raises(NotFoundError):
        shares.find(token)


def test_only_who_may_change_a_collection_makes_sees_and_ends_its_links(people, shelf):
    collections.grant(people["editor"], shelf.pk, "viewer", "view")
    share = shares.open_link(people["editor"], shelf.pk)
    for attempt in (
        lambda: shares.open_link(people["viewer"], shelf.pk),
        lambda: shares.links_of(people["viewer"], shelf),
        lambda: shares.revoke(people["viewer"], share.pk),
    ):
        with pytest.raises(ForbiddenError):
            attempt()
    with pytest.raises(NotFoundError):
        shares.revoke(people["other"], share.pk)
    assert list(shares.links_of(people["editor"], shelf)) == [share]


def test_a_password_is_kept_as_a_hash_and_fits_exactly(people, shelf):
    share = shares.open_link(people["editor"], shelf.pk, password="open sesame")
    assert "sesame" not in share.password
    assert shares.fits(share, "open sesame") and not shares.fits(share, "open sesam") and not shares.fits(share, "")


@pytest.mark.parametrize("options", [{"ai": "maybe"}, {"label": "x" * 101}, {"password": "x" * 201}, {"label": "a\0b"}])
def test_what_does_not_fit_is_refused(people, shelf, options):
    with pytest.raises(DamError) as error:
        shares.open_link(people["editor"], shelf.pk, **options)
    assert error.value.code == "bad_value" and not Share.objects.exists()


def test_a_saved_search_opens_what_it_found_but_nothing_private(people, make_asset):
    smart = collections.create(people["editor"], "Lamps", search="q=lamp")
    share = shares.open_link(people["editor"], smart.pk)
    lamp, private = make_asset("lamp"), make_asset("my lamp", visibility=Visibility.PRIVATE)
    foreign = make_asset("their lamp", owner=people["other"])
    found = [private.pk, foreign.pk, lamp.pk]
    assert list(shares.assets_of(share, found=found)) == [lamp]
    assert not shares.assets_of(share).exists()


def test_a_day_gone_by_is_refused(people, shelf):
    with pytest.raises(DamError, match="over already"):
        shares.open_link(people["editor"], shelf.pk, expires=timezone.now() - timedelta(days=1))


def test_a_file_name_is_no_title_for_strangers(people, shelf, make_asset):
    plain = make_asset("", data=drawing("#ea5a47"), file_name="IMG_secret_4711.svg")
    titled = make_asset("A lamp", data=drawing("#1e50a0"), file_name="x.svg")
    quiet, open_handed = (shares.open_link(people["editor"], shelf.pk, metadata=flag) for flag in (False, True))
    assert "secret" not in shares.name_of(quiet, plain)
    assert "secret" in shares.name_of(open_handed, plain)
    assert shares.name_of(quiet, titled) == "A lamp"
