"""The thesaurus: which names a word is like, and how much of a title they make up."""

import pytest

from indexer.search.thesaurus import alike, line, sureness


def test_a_word_is_like_names_the_likest_first():
    names = alike("puppy")
    assert next(iter(names)) == "dog"
    assert list(names.values()) == sorted(names.values(), reverse=True)
    assert all(0 < sure < 1 for sure in names.values())


def test_an_unknown_word_is_like_nothing():
    assert alike("qwertyuiop") == {}


@pytest.mark.parametrize(
    ("text", "sure"),
    [("Ship", 0.4), ("passenger ship", 0.1), ("shipyard", 0), ("", 0), ("ship cat", 0.2)],
    ids=["the whole title", "half of it", "another word", "no words", "the better of two"],
)
def test_a_name_counts_by_how_much_of_the_title_it_is(text, sure):
    assert sureness({"ship": 0.4, "cat": 0.8}, text) == pytest.approx(sure)


def test_a_line_reads_as_it_was_written():
    assert line("sailor", [("ship", 0.2114), ("rowing boat", 0.13)]) == "sailor\tship=211|rowing boat=130\n"
