import pytest

from indexer import embed, words
from indexer.search import Judgement
from tests.fakes import ColourEncoder


@pytest.fixture
def encoder(monkeypatch):
    """A small deterministic encoder in place of the built-in one."""
    from indexer import replica, spaces

    fake = ColourEncoder()
    monkeypatch.setattr(spaces, "encoder_for", lambda reference, **_: fake)
    replica.forget_replicas()
    yield fake
    replica.forget_replicas()


@pytest.fixture
def judged(monkeypatch):
    """Decide what the fidelity check says: set ``judged.probability``."""
    from generators import checks

    class Says:
        probability = 0.9

        def __call__(self, query, *, image):
            return Judgement(self.probability, {query: self.probability >= 0.5})

    says = Says()
    monkeypatch.setattr(checks, "judge", says)
    return says


@pytest.fixture
def proved(monkeypatch):
    """Decide whether the closed-loop proof succeeds: set ``proved.found``."""
    from generators import publish

    class Proof:
        found = True

    proof, search = Proof(), publish.search

    def answered(query, **options):
        from dataclasses import replace

        results = search(query, **options)
        own = options.get("exclude_own_words", frozenset())
        hits = [
            replace(hit, probability=0.9 if proof.found else 0.01) if hit.asset.pk in own else hit
            for hit in results.hits
        ]
        return replace(results, hits=hits)

    monkeypatch.setattr(publish, "search", answered)
    return proof


def catch_up():
    for view in (embed, words):
        while view.catch_up():
            pass
