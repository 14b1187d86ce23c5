import pytest

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


def drawing(colour: str, *, radius: float = 30) -> bytes:
    """Return an SVG disc of one colour."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 72">'
        f'<circle cx="36" cy="36" r="{radius}" fill="{colour}"/></svg>'
    ).encode()
