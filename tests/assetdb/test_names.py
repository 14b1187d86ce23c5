"""File names from outside."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetdb.names import clean_file_name, title_of


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("cat.png", "cat.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\pictures\\cat.png", "cat.png"),
        ("cat\r\nSet-Cookie: a=b.png", "catSet-Cookie: a=b.png"),
        ("cat\0.png", "cat.png"),
        ("\u202egnp.exe", "gnp.exe"),
        ("a\"b'c.png", "a\"b'c.png"),
        ("黑猫.svg", "黑猫.svg"),
        ("👩\u200d🚀.svg", "👩\u200d🚀.svg"),
        ("..", "unnamed"),
        ("pictures/", "unnamed"),
        ("", "unnamed"),
        (".hidden", ".hidden"),
        ("\ud800.png", ".png"),
    ],
)
def test_what_a_name_becomes(name: str, shown: str) -> None:
    assert clean_file_name(name) == shown


def test_a_long_name_keeps_its_suffix() -> None:
    cleaned = clean_file_name("猫" * 300 + ".svg")
    assert cleaned.endswith("猫.svg")
    assert 250 < len(cleaned.encode()) <= 255


@given(st.text())
def test_every_name_becomes_one_line_that_fits(name: str) -> None:
    cleaned = clean_file_name(name)
    assert 0 < len(cleaned.encode()) <= 255
    assert not set(cleaned) & set("/\\\0\r\n\u202e\u2066")
    assert cleaned not in (".", "..")


def test_the_words_of_a_file_name() -> None:
    assert title_of("black_cat-01.final.svg") == "black cat 01.final"
    assert title_of("unnamed") == ""
