"""Rows of the ground floor, one file a thing."""

from assetdb.models.asset import Asset, AssetFile, AssetVersion, Kind, Origin, Review, State, Visibility
from assetdb.models.changes import Counter
from assetdb.models.collection import Collection, CollectionItem, Grant
from assetdb.models.file import Blob, Rendition
from assetdb.models.share import Share
from assetdb.models.source import ImportRun
from assetdb.models.tag import AssetTag, Tag
from assetdb.models.user import Ai, Role, User

__all__ = [
    "Ai",
    "Asset",
    "AssetFile",
    "AssetTag",
    "AssetVersion",
    "Blob",
    "Collection",
    "CollectionItem",
    "Counter",
    "Grant",
    "ImportRun",
    "Kind",
    "Origin",
    "Rendition",
    "Review",
    "Role",
    "Share",
    "State",
    "Tag",
    "User",
    "Visibility",
]
