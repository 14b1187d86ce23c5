"""The environment, read in one place. Every variable is explained in docs/reference/settings.md."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

BASE = Path(__file__).resolve().parent.parent


def flag(name: str, *, default: bool = False) -> bool:
    """Return whether variable ``name`` is switched on (1, true, yes, on)."""
    value = os.environ.get(name, "").strip().lower()
    return value in {"1", "true", "yes", "on"} if value else default


def words(name: str, *, default: str = "") -> list[str]:
    """Return the comma-separated parts of variable ``name``."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def rate(text: str) -> tuple[int, int]:
    """Return “600/minute” as a number and the seconds it is for.

    Raises:
        ImproperlyConfigured: it is no such thing.
    """
    number, _, unit = text.partition("/")
    seconds = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}.get(unit.strip())
    if seconds is None or not number.strip().isdecimal() or int(number) < 1:
        raise ImproperlyConfigured(f"LACUNA_API_RATE is “{text}”. Write a number and a unit, such as 600/minute.")
    return int(number), seconds


def redis_cache(address: str) -> dict[str, object]:
    """Return the cache on the Redis server that is the broker too; one that hangs is given up soon."""
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": address,
        "KEY_PREFIX": "lacuna",
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
    }


def home() -> Path:
    """The folder that holds all state, made if need be."""
    path = Path(os.environ.get("LACUNA_HOME") or BASE / "var").resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"LACUNA_HOME, {path}, cannot be made: {error.strerror}. Choose another.") from error
    return path


def secret_key(state: Path) -> str:
    """Return the signing key: LACUNA_SECRET_KEY, or one made at first start and kept in ``state``.

    Raises:
        ImproperlyConfigured: the key is too short to sign anything with.
    """
    key = os.environ.get("LACUNA_SECRET_KEY", "")
    kept = state / "secret_key"
    if not key:
        if not kept.exists():
            _keep(kept, secrets.token_urlsafe(64))
        key = kept.read_text().strip()
    if len(key) < 40 or key.startswith("django-insecure-"):
        raise ImproperlyConfigured(
            "LACUNA_SECRET_KEY is too weak to sign sessions with. Unset it to have one made, or set at "
            "least 40 random characters."
        )
    return key


def _keep(path: Path, secret: str) -> None:
    """Write ``secret`` for its owner's eyes; a process that came first wins, and nobody reads half of it."""
    descriptor, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "w") as file:
        file.write(secret)
    with contextlib.suppress(FileExistsError):
        os.link(name, path)
    Path(name).unlink()


def storages(state: Path) -> dict[str, dict[str, object]]:
    """Return where files are kept: in ``state``, or in the S3 bucket LACUNA_S3_BUCKET at LACUNA_S3_ENDPOINT.

    The keys of S3 come from the variables that all its clients read, such as AWS_ACCESS_KEY_ID.
    """
    bucket = os.environ.get("LACUNA_S3_BUCKET", "")
    backend = "assetdb.objectstore.ObjectStorage" if bucket else "assetdb.storage.DurableStorage"

    def place(name: str) -> dict[str, object]:
        if not bucket:
            return {"location": state / name}
        endpoint = os.environ.get("LACUNA_S3_ENDPOINT") or None
        return {"bucket_name": bucket, "endpoint_url": endpoint, "location": name}

    return {name: {"BACKEND": backend, "OPTIONS": place(name)} for name in ("originals", "renditions")}


def mailbox(folder: Path) -> dict[str, object]:
    """Return the options of the broker that keeps its messages as files in ``folder``."""
    messages, control = folder / "messages", folder / "control"
    for path in (messages, control):
        path.mkdir(parents=True, exist_ok=True)
    return {
        "data_folder_in": str(messages),
        "data_folder_out": str(messages),
        "control_folder": str(control),
        "polling_interval": 0.03,
    }
