"""The library's vocabulary: planted once from a starter list, then its owner's.

The list has a row a tag: group, English and Chinese name, prompts with ``|`` between them, and the
least probability for a suggestion where 0.5 suggests too much or too little; 1 leaves a tag to people.
"""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

from django.utils.text import slugify

from assetdb.models import Tag

STARTER = Path(__file__).with_name("starter.csv")


def plant() -> int:
    """Fill an empty vocabulary with the starter tags; return how many were added."""
    if Tag.objects.exists():
        return 0
    with STARTER.open(encoding="utf-8", newline="") as file:
        tags = [
            Tag(
                slug=slugify(row["name"]),
                group=row["group"],
                name=row["name"],
                name_zh=row["name_zh"],
                prompts=row["prompts"].split("|"),
                threshold=float(row["threshold"]) if row["threshold"] else None,
            )
            for row in csv.DictReader(file)
        ]
    return len(Tag.objects.bulk_create(tags, ignore_conflicts=True))


def suggested() -> list[Tag]:
    """Return the tags that may be suggested, in a stable order."""
    return list(Tag.objects.filter(suggest=True).order_by("pk"))


def digest(tags: list[Tag]) -> str:
    """Return what names this state of the vocabulary: it changes when any suggestion could."""
    state = [[tag.pk, tag.group, tag.slug, tag.name, tag.prompts, tag.threshold] for tag in tags]
    return hashlib.sha256(json.dumps(state, ensure_ascii=False).encode()).hexdigest()[:16]
