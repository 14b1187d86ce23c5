"""The library moves the verdict only with enough queries of its own, and only for the better."""

import json

import numpy as np
import pytest
from django.core.management import call_command
from django.db import transaction

from indexer import log, refit
from indexer.calibration import calibration_of
from indexer.spaces import activate, space_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder")]
SYLLABLES = ("ba", "do", "gu", "ki", "lo", "mu", "pa", "ro", "ta", "vu")
NAMES = [one + two + "nk" for one in SYLLABLES for two in SYLLABLES][:60]


@pytest.fixture
def space(encoder, make_asset):
    """Sixty assets whose pictures lie near their titles' vectors, some nearer than others."""
    space = activate(space_for("fake"))
    dice = np.random.default_rng(4)
    rows = encoder.encode_texts(NAMES)
    rows = rows + dice.normal(size=rows.shape) * dice.uniform(0.05, 0.25, size=(len(NAMES), 1))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    assets = [make_asset(name) for name in NAMES]
    with transaction.atomic():
        log.write(space, [log.Entry(asset.pk, "image", row) for asset, row in zip(assets, rows, strict=True)])
    return space


def test_it_takes_two_hundred_usable_queries(space, capsys):
    call_command("calibrate", "--json")
    assert json.loads(capsys.readouterr().out) == {"queries": 60, "before": None, "after": None, "adopted": False}
    call_command("calibrate")
    assert "60 usable queries; it takes 200" in capsys.readouterr().out
    space.refresh_from_db()
    assert space.calibration is None and calibration_of(space).source == "prior"


def test_a_curve_that_predicts_unseen_queries_better_is_kept(space, monkeypatch):
    monkeypatch.setattr(refit, "LEAST", 40)
    done = refit.refit(space)
    assert done.adopted and done.after < done.before and done.queries == 60
    space.refresh_from_db()
    now = calibration_of(space)
    assert now.source == "library" and list(vars(now.by_picture).values()) == space.calibration["by_picture"]
    assert now.by_text == calibration_of(space).by_text


def test_a_curve_that_is_no_better_changes_nothing(space, monkeypatch):
    monkeypatch.setattr(refit, "LEAST", 40)
    monkeypatch.setattr(refit, "search_curve", lambda *args: [3.0, 0.0, 0.0, 0.0, 0.0])
    done = refit.refit(space)
    assert not done.adopted and done.after >= done.before and "Nothing was changed" in done.message
    space.refresh_from_db()
    assert space.calibration is None


def test_texts_that_name_no_one_thing_are_no_queries(make_asset, space):
    for title in ("IMG 4711", "three red cats", "кот", "baba nk 7"):
        make_asset(title)
    assert len(refit._usable(refit.replica_of(space).pictures.assets())) == 60
