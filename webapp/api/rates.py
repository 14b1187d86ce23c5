"""How many requests a caller may send: counted in windows, told in every answer."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpResponseBase

from assetdb.errors import DamError
from webapp import tries
from webapp.api.authentication import Caller


@dataclass(frozen=True)
class Budget:
    """What a caller has left: requests, and seconds until it is full again."""

    limit: int
    used: int
    reset: int

    def refusal(self) -> DamError | None:
        """Return the failure of a request that is one too many."""
        if self.used <= self.limit:
            return None
        message = f"Over {self.limit} requests came in too short a time. Wait {self.reset} seconds, then go on slower."
        return DamError("too_many_requests", message, status=429, extra={"wait": self.reset})

    def tell(self, response: HttpResponseBase) -> None:
        """Write the budget into the headers of an answer."""
        response["RateLimit-Limit"] = str(self.limit)
        response["RateLimit-Remaining"] = str(max(0, self.limit - self.used))
        response["RateLimit-Reset"] = str(self.reset)


def spend(caller: Caller) -> Budget:
    """Count one request of a token, of a person's sessions, or of an address nobody signed in from."""
    limit, seconds = settings.LACUNA_API_RATE
    now = time.time()
    window = math.floor(now / seconds)
    used = tries.count(f"api-{window}-{caller.name}", within=2 * seconds)
    return Budget(limit, used, max(1, math.ceil((window + 1) * seconds - now)))
