"""How fast work goes: figures sampled each time somebody looks, over the last minute."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from assetdb.models import Asset

WINDOW = timedelta(seconds=60)
APART = timedelta(seconds=1)
Samples = list[tuple[datetime, int]]


def rate_of(name: str, figure: int) -> float | None:
    """Return how much a figure that only grows grew a second; None until it was seen twice."""
    samples = _sampled(f"rate:{name}", figure)
    (began, first), (ended, last) = samples[0], samples[-1]
    seconds = (ended - began).total_seconds()
    return max(0.0, (last - first) / seconds) if seconds else None


def reading_rate(waiting: int) -> float | None:
    """Return how many files were read a second: those that came in, less what more of them waits now."""
    samples = _sampled("rate:reading", waiting)
    (began, first), (ended, last) = samples[0], samples[-1]
    seconds = (ended - began).total_seconds()
    if not seconds:
        return None
    came = Asset.objects.filter(created__gt=began, created__lte=ended).count()
    return max(0.0, (came + first - last) / seconds)


def spelt(rate: float | None) -> str:
    """Return a rate in words: a second, or a minute when it is slow; empty when nothing moves."""
    if not rate:
        return ""
    if rate >= 1:
        return gettext("%(n)s a second") % {"n": f"{rate:.1f}" if rate < 10 else f"{rate:,.0f}"}
    return gettext("%(n)s a minute") % {"n": f"{rate * 60:.0f}" if rate * 60 >= 1 else f"{rate * 60:.1f}"}


def left(waiting: int, rate: float | None) -> str:
    """Return how long ``waiting`` things take at this rate, in words; empty when nobody can know."""
    if not waiting or not rate:
        return ""
    seconds = waiting / rate
    if seconds < 90:
        n = max(1, round(seconds))
        return ngettext("about %(n)s second left", "about %(n)s seconds left", n) % {"n": n}
    if seconds < 90 * 60:
        n = round(seconds / 60)
        return ngettext("about %(n)s minute left", "about %(n)s minutes left", n) % {"n": n}
    n = round(seconds / 3600)
    return ngettext("about %(n)s hour left", "about %(n)s hours left", n) % {"n": n}


def _sampled(key: str, figure: int) -> Samples:
    """Add a figure to those of the last minute and return them; two that come close together count as one."""
    now = timezone.now()
    samples: Samples = [one for one in cache.get(key, []) if now - one[0] <= WINDOW]
    if len(samples) > 1 and now - samples[-1][0] < APART:
        samples.pop()
    samples.append((now, figure))
    cache.set(key, samples, timeout=int(WINDOW.total_seconds()))
    return samples
