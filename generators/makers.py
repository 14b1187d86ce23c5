"""Which makers this installation has, and which of them can make what was asked for."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings

from assetdb.errors import DamError
from generators.backends.base import Generator, Refusal
from generators.backends.composer import Composer
from generators.backends.diffusion_image import DiffusionImage
from generators.shelf import Shelf


@lru_cache(maxsize=1)
def makers() -> tuple[Generator, ...]:
    """Return the makers in the order they are asked: those that need no weights first."""
    return (Composer(), DiffusionImage(settings.LACUNA_DIFFUSION_MODEL))


def maker_named(name: str) -> Generator:
    """Return the maker called ``name``.

    Raises:
        DamError: this installation has none.
    """
    for maker in makers():
        if maker.name == name:
            return maker
    raise DamError("no_such_maker", f"This installation has no maker “{name}” any more.")


def choose(prompt: str, *, kind: str, shelf: Shelf) -> Generator:
    """Return the first maker that accepts ``prompt``.

    Raises:
        DamError: none does; ``extra`` has each one's reason.
    """
    refusals: dict[str, Refusal] = {}
    for maker in makers():
        if kind not in maker.kinds:
            continue
        refusal = maker.accepts(prompt, shelf=shelf)
        if refusal is None:
            return maker
        refusals[maker.name] = refusal
    reasons = {name: {"code": r.code, "message": r.message} for name, r in refusals.items()}
    said = next(iter(refusals.values()), None)
    message = said.message if said else f"Nothing here makes assets of kind “{kind}”."
    raise DamError("cannot_make", message, status=422, extra={"reasons": reasons})
