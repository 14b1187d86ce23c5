"""The schema drives the API: no request of its making, right or wrong, is answered otherwise than it says.

``scripts/fuzz_api.py --cases 10000`` runs the same with more and other cases.
"""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from typing import Any

import pytest
import schemathesis
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks

from assetdb.models import Grant
from tests.indexer.conftest import encoder  # noqa: F401
from tests.webapp.test_access_matrix import World
from webapp.api import tokens

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder"), pytest.mark.slow, pytest.mark.timeout(0)]

CASES = int(os.environ.get("FUZZ_CASES", "0"))
"""How many requests to make in all; 0 for few, and the same ones every time."""
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]
CONDITIONS = ("If-Match", "If-None-Match", "Idempotency-Key")
KEPT = ("tokens", "people")
"""Things of which none that exists is named: the caller is one of them."""


@pytest.fixture
def world(people, make_asset) -> World:
    made = World(people, make_asset)
    made.grant = str(Grant.objects.create(collection_id=made.shelf, user=people["viewer"], level="view").pk)
    return made


def existing(world: World, path: str, name: str) -> Any:
    """Return what a part of an address may name so that there is something."""
    if name == "id":
        return str(world.run.pk if "generations" in path else world.asset.pk)
    known = {"collection_id": world.saved if "/searches/" in path else world.shelf, "grant_id": world.grant}
    known |= {"share_id": str(world.share.pk), "slug": "island", "number": 1, "import_id": world.owned[2]}
    return (known | dict(zip(("hook_id", "delivery_id"), world.hook, strict=True))).get(name)


def drive(operation: Any, world: World, headers: dict[str, str], **kind: Any) -> tuple[Counter[int], Counter[str]]:
    """Send up to ``most`` requests of a ``mode`` to one operation, undoing each; count answers, and what is wrong."""
    said, sent = Counter[str](), Counter[int]()

    @settings(
        max_examples=kind["most"],
        phases=[Phase.generate],
        database=None,
        deadline=None,
        derandomize=not CASES,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(kind["mode"]), real=st.integers(0, 3), plain=st.integers(0, 3))
    def send(case: Any, real: int, plain: int) -> None:
        if plain and case.headers:
            for name in CONDITIONS:
                case.headers.pop(name, None)
        if real and not any(f"/{word}/" in operation.path for word in KEPT):
            found = {name: existing(world, operation.path, name) for name in case.path_parameters or {}}
            case.path_parameters |= {name: value for name, value in found.items() if value is not None}
        with transaction.atomic():
            answer = case.call(headers=headers)
            transaction.set_rollback(True)
        sent[answer.status_code] += 1
        try:
            case.validate_response(answer, checks=CHECKS)
        except (Exception, FailureGroup) as failure:
            for part in getattr(failure, "exceptions", [failure]):
                said[f"{operation.label}: {' '.join(str(part).split())[:600]}"] += 1

    with contextlib.suppress(Unsatisfiable):  # nothing can be wrong about what takes nothing
        send()
    return sent, said


def test_every_operation_answers_as_the_schema_says(world, people, wsgi, capsys):
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", wsgi)
    headers = {"Authorization": f"Bearer {tokens.create(people['admin'])}"}
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) > 50
    most = max(2, CASES // (2 * len(operations)))
    answers, wrong = Counter[int](), Counter[str]()
    while answers.total() < max(CASES, 1):
        for operation in operations:
            for mode in GenerationMode:
                sent, said = drive(operation, world, headers, most=most, mode=mode)
                answers, wrong = answers + sent, wrong + said
    with capsys.disabled():
        print(f"\n{answers.total()} requests to {len(operations)} operations: {dict(sorted(answers.items()))}")
        print(f"{wrong.total()} answers not as promised")
    assert not wrong, "\n".join(f"{times} × {what}" for what, times in wrong.most_common())
