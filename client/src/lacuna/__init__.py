"""Lacuna over HTTP: find assets by describing them, put them in, get them out, have made what is missing."""

from lacuna.assets import Uploaded
from lacuna.errors import LacunaError
from lacuna.library import Lacuna
from lacuna.shapes import (
    Account,
    Answer,
    Asset,
    AssetTag,
    Candidate,
    Collection,
    Delivery,
    Hit,
    Import,
    Jobs,
    Problem,
    Run,
    Tag,
    Webhook,
    Work,
    Workers,
)

__all__ = [
    "Account",
    "Answer",
    "Asset",
    "AssetTag",
    "Candidate",
    "Collection",
    "Delivery",
    "Hit",
    "Import",
    "Jobs",
    "Lacuna",
    "LacunaError",
    "Problem",
    "Run",
    "Tag",
    "Uploaded",
    "Webhook",
    "Work",
    "Workers",
]
