"""Every example in the pages is run, or says why not."""

from __future__ import annotations

import pytest

from tests.docs.running import Reader, differences

import examples  # isort: skip

PAGES = {path.relative_to(examples.DOCS).as_posix(): examples.read(path) for path in examples.pages()}
RUN = [name for name, listed in PAGES.items() if any(example.mark in ("runs", "repeats") for example in listed)]


@pytest.mark.slow
@pytest.mark.parametrize("name", RUN)
def test_the_examples_do_what_the_page_says(name, library, tmp_path):
    reader = Reader(tmp_path, *library)
    try:
        reader.follow(PAGES[name])
    finally:
        reader.leave()


@pytest.mark.parametrize("name", PAGES)
def test_what_could_be_run_is_run_or_says_why_not(name):
    unmarked = [example for example in PAGES[name] if example.language in examples.RUNNABLE and not example.mark]
    assert list(map(str, unmarked)) == []


def test_the_tour_and_the_api_guide_are_run():
    assert "tour.md" in RUN
    assert sum(example.mark in ("runs", "repeats") for listed in PAGES.values() for example in listed) >= 40


def example(body: str, *, language: str = "json") -> examples.Example:
    return examples.Example(page="x.md", line=1, language=language, mark="answers", detail="", body=body)


@pytest.mark.parametrize(
    ("said", "got"),
    [
        ('{"verdict": "hit"}', '{"verdict": "miss"}'),
        ('{"id": "x"}', '{"name": "x"}'),
        ('{"status": 404}', '{"status": 403}'),
        ('{"hits": [{"title": "cat"}]}', '{"hits": []}'),
        ('{"hits": []}', '{"hits": [{"title": "cat"}]}'),
        ('{"a": null}', '{"a": 0}'),
        ('{"a": true}', '{"a": 1}'),
        ('{"a": 1}', '{"a": "1"}'),
        ('{"a": "b…"}', '{"a": "c"}'),
        ("{}", "no JSON"),
    ],
)
def test_a_wrong_answer_is_noticed(said, got):
    assert differences(example(said), got)


@pytest.mark.parametrize(
    ("said", "got"),
    [
        ('{"n": 3, "p": 0.5}', '{"n": 9, "p": 0.123, "more": 1}'),
        ('{"u": "/a/d8a71fbf-b185-48a7-a3f8-0de6bc9bd8a9/"}', '{"u": "/a/00000000-b185-48a7-a3f8-0de6bc9bd8a9/"}'),
        ('{"t": "2026-01-01T10:00:00Z"}', '{"t": "2027-11-25T15:59:00.657539Z"}'),
        ('{"m": "Nothing … here."}', '{"m": "Nothing at all here."}'),
        ('{"hits": [1]}', '{"hits": [5, 6]}'),
    ],
)
def test_a_right_answer_is_taken(said, got):
    assert differences(example(said), got) == []


def test_lines_must_come_in_the_order_shown():
    assert differences(example("a\nc", language="text"), "a\nb\nc\n") == []
    assert differences(example("c\na", language="text"), "a\nb\nc\n")


def test_a_mark_that_means_nothing_is_refused():
    with pytest.raises(ValueError, match=r"x\.md:1"):
        list(examples.find("```sh rnus\ntrue\n```\n", page="x.md"))
