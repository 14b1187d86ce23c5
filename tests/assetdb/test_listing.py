"""The table of assets: what it says, and that no spreadsheet runs a cell of it."""

import csv
import io

import pytest

from assetdb.listing import COLUMNS, csv_of
from assetdb.models import Asset, AssetTag, Tag

pytestmark = pytest.mark.django_db


def read(assets):
    return list(csv.DictReader(io.StringIO("".join(csv_of(assets)))))


def test_a_row_says_what_is_known(make_asset):
    asset = make_asset("Lamp, tall", licence="MIT", credit="The “studio”", file_name="lamp.svg")
    for name in ("light", "indoors"):
        tag = Tag.objects.create(slug=name, name=name, group="mood")
        AssetTag.objects.create(asset=asset, tag=tag, state="accepted", source="person")
    (row,) = read([asset])
    assert list(row) == list(COLUMNS)
    assert (row["title"], row["credit"], row["tags"]) == ("Lamp, tall", "The “studio”", "indoors; light")
    assert (row["licence"], row["media_type"], row["owner"]) == ("MIT", "image/svg+xml", "editor")


@pytest.mark.parametrize("evil", ["=cmd|' /C calc'!A0", "+1", "-1+2", "@SUM(A1)", "\t=1", " =1", "\n=1"])
def test_a_cell_that_would_be_run_is_prefixed(make_asset, evil):
    asset = make_asset("lamp")
    Asset.objects.filter(pk=asset.pk).update(title=evil, description=evil, credit=evil)
    asset.refresh_from_db()
    (row,) = read([asset])
    assert {row["title"], row["description"], row["credit"]} == {f"'{evil}"}
