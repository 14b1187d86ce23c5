"""What a picture made from others inherits."""

from __future__ import annotations

import itertools

import pytest

from assetdb.errors import DamError
from assetdb.rights import LICENCES, Rights, combine

BY, SA, NC, ND = "CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0", "CC-BY-ND-4.0"


@pytest.mark.parametrize(
    ("licences", "result"),
    [
        ([SA], SA),
        ([""], ""),
        (["", ""], ""),
        (["", "CC0-1.0"], ""),
        (["CC0-1.0", "CC0-1.0"], "CC0-1.0"),
        (["CC0-1.0", BY], BY),
        (["MIT", "Apache-2.0"], "Apache-2.0"),
        (["MIT", BY], BY),
        ([BY, SA], SA),
        (["CC0-1.0", "MIT", BY, SA], SA),
        ([BY, NC], NC),
    ],
)
def test_the_strictest_licence_wins(licences: list[str], result: str) -> None:
    for order in itertools.permutations(licences):
        assert combine([(licence, "", True) for licence in order]).licence == result


@pytest.mark.parametrize(
    "licences",
    [[SA, NC], [ND], [ND, BY], ["all-rights-reserved"], ["", BY], ["", SA], ["", NC], ["", "MIT"]],
)
def test_what_does_not_go_together_is_refused(licences: list[str]) -> None:
    with pytest.raises(DamError) as caught:
        combine([(licence, "", True) for licence in licences])
    assert caught.value.code == "licence_conflict"
    assert caught.value.extra["licences"]


def test_an_owners_no_is_a_no() -> None:
    with pytest.raises(DamError, match="does not allow"):
        combine([(SA, "Ann", True), (SA, "Bob", False)])


def test_everyone_is_credited_once() -> None:
    rights = combine([(SA, "OpenMoji", True), (BY, " Ann ", True), (SA, "OpenMoji", True), ("CC0-1.0", "", True)])
    assert rights == Rights(licence=SA, credit="OpenMoji; Ann", derivatives_allowed=True)


def test_credits_that_do_not_fit_are_refused_and_not_cut() -> None:
    with pytest.raises(DamError) as caught:
        combine([(BY, f"{number} {'x' * 90}", True) for number in range(6)])
    assert caught.value.code == "too_many_credits"


def test_an_unknown_code_is_an_error() -> None:
    with pytest.raises(DamError) as caught:
        combine([("WTFPL", "", True)])
    assert caught.value.code == "unknown_licence"


def test_codes_are_listed_under_themselves() -> None:
    assert all(code == licence.code for code, licence in LICENCES.items())
    assert [code for code, licence in LICENCES.items() if licence.share_alike] == [SA]
