"""How every address of the API behaves, whatever stands there: one middleware, no view need know of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_vary_headers

from webapp.api import bodies, etags, idempotency, rates
from webapp.api.authentication import Caller, caller_of
from webapp.api.errors import foreseen, refused
from webapp.policy import is_api

Handler = Callable[[HttpRequest], HttpResponseBase]


class Conduct:
    """Middleware, the innermost: budgets, refusals as problem details, ETags, idempotency keys and caching."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_api(request):
            return self.get_response(request)
        caller = caller_of(request)
        budget = rates.spend(caller)
        over = budget.refusal()
        response = refused(request, over) if over else self._answered(request, caller)
        budget.tell(response)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-cache"
        patch_vary_headers(response, ["Authorization", "Cookie"])
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        """Compare versions before a write that asks for it."""
        conditional = request.method in etags.CONDITIONAL and "HTTP_IF_MATCH" in request.META
        if not (conditional and is_api(request)):
            return None
        return _or_problem(request, lambda: etags.compared(request, view, args, kwargs))

    def _answered(self, request: HttpRequest, caller: Caller) -> HttpResponseBase:
        def work() -> HttpResponseBase:
            bodies.examine(request)
            return etags.tagged(request, idempotency.once(request, caller, self.get_response))

        return _or_problem(request, work)


def _or_problem(request: HttpRequest, work: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    try:
        return work()
    except Exception as error:
        failure = foreseen(error)
        if failure is None:
            raise
        return refused(request, failure)
