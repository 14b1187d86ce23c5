"""Every ready asset has its vectors; whatever happens in between, the view converges."""

import errno
import os

import pytest
from django.db import transaction
from django.utils import timezone

from assetdb import changes
from assetdb.models import Asset, Review
from indexer import embed, views
from indexer.models import Cursor, Embedding, Failure, PictureFacts
from indexer.spaces import active_space
from tests.indexer.conftest import drawing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder")]


def touch(asset, **fields):
    with transaction.atomic():
        Asset.objects.filter(pk=asset.pk).update(**fields)
        changes.touch([asset.pk])


def live():
    return {(e.asset_id, e.segment) for e in Embedding.objects.filter(vector__isnull=False)}


def catch_up():
    while embed.catch_up(limit=2):
        pass


def test_new_assets_are_pending_until_read(make_asset):
    first, second = make_asset("red disc", data=drawing("#ff0000")), make_asset("blue disc", data=drawing("#0000ff"))
    assert embed.pending() > 0
    catch_up()
    assert embed.pending() == 0
    assert live() == {(asset.pk, segment) for asset in (first, second) for segment in ("image", "text")}
    assert PictureFacts.objects.get(pk=first.pk).colours["red"] > 0.9


def test_a_new_title_changes_the_text_only(make_asset):
    asset = make_asset("red disc")
    catch_up()
    before = {e.segment: e.seq for e in Embedding.objects.all()}
    touch(asset, title="blue disc")
    catch_up()
    after = {e.segment: e.seq for e in Embedding.objects.all()}
    assert after["image"] == before["image"]
    assert after["text"] > before["text"]


@pytest.mark.parametrize("fields", [{"trashed": "2026-01-01T00:00Z"}, {"review": Review.REJECTED}])
def test_what_leaves_the_library_leaves_the_log(make_asset, fields):
    asset = make_asset("red disc")
    catch_up()
    touch(asset, **fields)
    catch_up()
    assert live() == set()
    assert Embedding.objects.filter(vector__isnull=True).count() == 2
    touch(asset, trashed=None, review=Review.NONE)
    catch_up()
    assert live() == {(asset.pk, "image"), (asset.pk, "text")}


def test_a_poison_picture_is_listed_and_holds_nobody_up(make_asset, encoder):
    good = make_asset("good", data=drawing("#ff0000"))
    bad = make_asset("bad", data=drawing("#00ff00"))
    also = make_asset("also", data=drawing("#0000ff"))
    encoder.poison.add((0, 255, 0))
    while embed.catch_up():
        pass
    assert embed.pending() == 0
    assert {asset for asset, segment in live() if segment == "image"} == {good.pk, also.pk}
    failure = Failure.objects.get()
    assert (failure.asset_id, failure.code) == (bad.pk, "unexpected")
    assert "poison" in failure.message
    encoder.poison.clear()
    touch(bad)
    catch_up()
    assert not Failure.objects.exists()
    assert (bad.pk, "image") in live()


def test_several_figures_are_embedded_one_by_one(make_asset):
    discs = "".join(f'<circle cx="{x}" cy="36" r="9" fill="#ff0000"/>' for x in (12, 36, 60))
    asset = make_asset(
        "three discs",
        data=f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 72">{discs}</svg>'.encode(),
    )
    catch_up()
    assert {segment for _, segment in live()} == {"image", "text", "figure:1", "figure:2", "figure:3"}
    assert PictureFacts.objects.get(pk=asset.pk).figures == 3


def test_work_of_a_reader_that_lost_its_lease_is_dropped(make_asset, monkeypatch):
    make_asset("red disc")
    name = embed.view_of(active_space())
    monkeypatch.setattr(views.Lease, "renew", lambda self: Cursor.objects.filter(pk=name).update(holder="thief"))
    with pytest.raises(views.LeaseLostError):
        embed.catch_up()
    assert not Embedding.objects.exists()


@pytest.mark.parametrize("number", [errno.EIO, errno.EMFILE])
def test_a_picture_that_could_not_be_opened_for_a_passing_reason_is_tried_again(make_asset, monkeypatch, number):
    asset = make_asset("a lamp")

    def broken(*args, **options):
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patched:
        patched.setattr(embed, "preview_image", broken)
        embed.catch_up()
    assert Failure.objects.get().code == embed.PASSING
    assert embed.retry() == 0, "it waits a minute"
    Failure.objects.update(created=timezone.now() - 2 * embed.AGAIN_AFTER)
    assert embed.retry() == 1
    embed.catch_up()
    assert not Failure.objects.exists()
    assert Embedding.objects.filter(asset_id=asset.pk, segment="image", vector__isnull=False).exists()
