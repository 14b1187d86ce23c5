"""Run by test_backup: a small library in LACUNA_HOME, and somebody who writes into it without end.

``python -m tests.operations.library fill`` makes it; ``... write`` prints a line for each round of writing.
"""

from __future__ import annotations

import io
import os
import sys
from itertools import count, islice

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")

import django

django.setup()

from assetdb import ingest, lifecycle, openmoji, sources, tagging  # noqa: E402
from assetdb.models import AssetTag, User  # noqa: E402
from webapp import duties  # noqa: E402
from webapp.management.base import administrator, migrate  # noqa: E402

NEEDED = {"birthday cake", "cat", "elephant"}


def fill() -> None:
    """Take a dozen illustrations in, let everything catch up, and accept a tag."""
    migrate()
    admin = administrator()
    for item in islice(sorted(openmoji.items(), key=lambda item: item.title not in NEEDED), 12):
        made = sources.ingest_item(item, owner=admin)
        if item.title == "cat":
            tagging.add_tag(admin, made.asset.pk, "cat")
    while any(duty.catch_up() for duty in duties.DUTIES.values()):
        pass
    assert AssetTag.objects.filter(state=AssetTag.State.ACCEPTED).exists()


def write() -> None:
    """Add a file in each round, and delete the one before for good. They are no pictures: no search finds them."""
    admin, before = User.objects.get(username="admin"), None
    for number in count():
        made = ingest.ingest(io.BytesIO(b"line %d" % number), owner=admin, file_name=f"{number}.txt").asset
        if before is not None:
            lifecycle.trash(admin, [before.pk])
            lifecycle.purge(admin, [before.pk])
        before = made
        print(number, flush=True)


{"fill": fill, "write": write}[sys.argv[1]]()
