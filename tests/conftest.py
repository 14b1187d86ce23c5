"""Fixtures for every floor."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


def svg(*shapes: str, size: int = 72) -> bytes:
    """Return a small SVG drawing made of the given shapes."""
    body = "".join(shapes) or '<circle cx="36" cy="36" r="28" fill="#ea5a47"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">{body}</svg>'.encode()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings) -> Iterator[Path]:
    """Give each test storages of its own."""
    from django.core.files.storage import storages

    def local(name: str) -> dict:
        return {"BACKEND": "assetdb.storage.DurableStorage", "OPTIONS": {"location": tmp_path / name}}

    settings.LACUNA_HOME = tmp_path
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "incoming"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()
    settings.STORAGES = settings.STORAGES | {
        "originals": local("originals"),
        "renditions": local("renditions"),
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    yield tmp_path
    storages._storages.clear() if hasattr(storages, "_storages") else None


@pytest.fixture
def people(db) -> dict:
    """One account of each role, and another editor who owns nothing."""
    from assetdb.models import Role, User

    names = {
        "viewer": Role.VIEWER,
        "editor": Role.EDITOR,
        "reviewer": Role.REVIEWER,
        "admin": Role.ADMIN,
        "other": Role.EDITOR,
    }
    return {
        name: User.objects.create_user(name, password=f"{name}-pass-word", role=role) for name, role in names.items()
    }


@pytest.fixture
def make_asset(db, people) -> Callable:
    """Return a function that puts a picture into the library the way an upload does."""
    from assetdb import ingest, prepare
    from assetdb.models import Asset

    serial = iter(range(10_000))

    def make(title: str, *, owner=None, data: bytes | None = None, file_name: str = "", **fields) -> Asset:
        number = next(serial)
        data = data or svg(f'<circle cx="36" cy="36" r="{20 + number / 1000}" fill="#ea5a47"/>')
        created = ingest.ingest(
            io.BytesIO(data),
            owner=owner or people["editor"],
            file_name=file_name or f"{title or number}.svg",
            title=title,
            **fields,
        ).asset
        prepare.catch_up(ids=[created.pk])
        created.refresh_from_db()
        return created

    return make
