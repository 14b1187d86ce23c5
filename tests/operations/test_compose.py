"""The compose file: not run here, but everything it names exists, and everything it reads is explained."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands

from webapp.supervisor import COMMANDS, STOP_BY

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "compose.yaml").read_text()
FILE = yaml.safe_load(TEXT)
SERVICES = FILE["services"]
OURS = {"setup", "web", "quick", "slow", "beat"}
KNOWN = {
    *("image", "build", "restart", "init", "read_only", "tmpfs", "cap_drop", "security_opt", "volumes", "environment"),
    *("depends_on", "command", "ports", "healthcheck", "stop_signal"),
}
BY_OTHERS = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION", "QUEUE"}
"""What S3's client reads, and what a health check of the file itself does."""


def documented() -> set[str]:
    page = (ROOT / "docs/reference/settings.md").read_text()
    return set(re.findall(r"^\| `([A-Z][A-Z0-9_]+)` \|", page, re.MULTILINE))


def test_only_keys_of_the_compose_specification_are_used():
    assert {key for key in FILE if not key.startswith("x-")} == {"name", "services", "volumes"}
    assert set(SERVICES) > OURS
    for name, service in SERVICES.items():
        assert set(service) <= KNOWN, name
        assert set(service.get("healthcheck", {})) <= {"test", "interval", "timeout", "start_period"}, name


@pytest.mark.parametrize("name", sorted(OURS - {"setup"}))
def test_each_process_is_started_as_the_supervisor_starts_it(name):
    assert SERVICES[name]["command"] == ["python", *COMMANDS[name]]
    assert SERVICES[name].get("stop_signal") == (STOP_BY[name].name if name in STOP_BY else None)


def test_every_command_exists():
    assert SERVICES["setup"]["command"] == ["python", "manage.py", "setup"]
    assert "setup" in get_commands()
    for module in (command[1] for command in COMMANDS.values()):
        assert find_spec(module), module
    for service in SERVICES.values():
        kind, *check = service.get("healthcheck", {"test": ["CMD"]})["test"]
        assert kind in ("CMD", "CMD-SHELL")
        if check[:2] == ["python", "-c"]:
            compile(check[2], "healthcheck", "exec")


def test_every_service_that_stays_is_watched_and_waited_for():
    for name, service in SERVICES.items():
        assert ("healthcheck" in service) == (name != "setup"), name
        for other, wait in service.get("depends_on", {}).items():
            healthy = {"setup": "service_completed_successfully"}.get(other, "service_healthy")
            assert wait == {"condition": healthy}, (name, other)
    assert set(SERVICES["web"]["depends_on"]) == {"setup", "database", "broker", "store"}


def test_our_containers_can_write_only_where_their_state_is():
    for name in OURS:
        service = SERVICES[name]
        assert service["read_only"] and service["cap_drop"] == ["ALL"], name
        assert service["volumes"] == ["state:/data"], name
    assert {volume.partition(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])} == set(
        FILE["volumes"]
    )
    image = (ROOT / "Dockerfile").read_text()
    assert re.search(r"^USER lacuna$", image, re.MULTILINE)
    uid = re.search(r"--uid (\d+)", image)[1]
    assert f"uid={uid}," in SERVICES["web"]["tmpfs"][1]


def test_every_variable_is_read_by_the_library_and_explained():
    for name in OURS:
        given = set(SERVICES[name]["environment"])
        assert given - BY_OTHERS <= documented(), name
    assert {"DATABASE_URL", "CELERY_BROKER_URL", "LACUNA_S3_BUCKET"} <= set(SERVICES["web"]["environment"])


def test_everything_to_be_chosen_is_in_the_example_and_no_secret_has_a_default():
    asked = dict(re.findall(r"\$\{([A-Z_]+)(:[-?])", TEXT))
    example = dict(re.findall(r"^([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert set(asked) == set(example)
    secrets = {name for name, kind in asked.items() if kind == ":?"}
    assert secrets == {"LACUNA_SECRET_KEY", "LACUNA_METRICS_TOKEN", "POSTGRES_PASSWORD", "STORE_PASSWORD"}
    assert not any(example[name] for name in secrets)


def test_the_image_holds_every_floor_and_nothing_else():
    copied = set(re.findall(r"^COPY (?!--)(\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE))
    assert copied == {"requirements.txt", "manage.py", "assetdb", "indexer", "generators", "webapp"}
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert ignored[0] == "*"
    assert {line[1:] for line in ignored if line.startswith("!")} == copied
    assert all((ROOT / name).exists() for name in copied)


def test_secrets_are_kept_out_of_version_control():
    assert ".env" in (ROOT / ".gitignore").read_text().split()
