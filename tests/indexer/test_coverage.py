"""A whole query may be a name as it stands, and only as one thing and nearly word for word."""

from uuid import UUID

import numpy as np
import pytest

from indexer.evidence import Calibration
from indexer.replica import Moments
from indexer.search.coverage import Facts, Scored, weigh
from indexer.search.query import Concept

ASSETS = [UUID(int=n) for n in (1, 2)]


def weighed(concepts, cosine):
    moments = Moments(4)
    moments.add(np.eye(4, dtype=np.float32), sign=1)
    query = np.array([[1, 0, 0, 0]], dtype=np.float32)
    return weigh(
        concepts,
        words=[{} for _ in concepts],
        pictures=None,
        texts=None,
        called=Scored(query, np.array([[cosine, 0.1]], dtype=np.float32), moments),
        facts=[Facts(), Facts()],
        assets=ASSETS,
        calibration=Calibration(),
        among=2,
    )


def test_a_title_that_says_the_same_answers_a_query_that_was_taken_apart():
    small = Concept("airplane", None, None, size="small")
    assert weighed([small], 0.95).whole[0] > 0.5 > weighed([small], 0.95).whole[1]


@pytest.mark.parametrize(
    ("concepts", "cosine"),
    [
        ([Concept("elephant", "purple", None)], 0.7),
        ([Concept("cat", None, None), Concept("bicycle", None, None)], 0.95),
    ],
    ids=["not the same", "more than one thing"],
)
def test_otherwise_every_part_must_be_shown(concepts, cosine):
    assert weighed(concepts, cosine).whole.max() < 0.05
