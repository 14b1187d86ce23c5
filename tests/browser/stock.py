"""Run by test_journey: put a few dozen of the sample's illustrations into a library, as admin."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")

import django

django.setup()

from assetdb import openmoji, sources  # noqa: E402
from assetdb.models import Role, User  # noqa: E402

WANTED = {
    "elephant", "birthday cake", "cat", "dog", "red apple", "automobile", "house", "sun", "rocket", "bicycle", "guitar",
    "rose", "fish", "pizza", "airplane", "umbrella", "key", "books", "crown", "snowman", "whale", "penguin", "banana",
    "shortcake", "cupcake", "moon cake", "custard", "doughnut", "lion", "mouse", "rabbit", "bear", "koala", "violin",
    "trumpet", "drum", "train", "bus", "ambulance", "tractor", "sailboat", "anchor", "volcano", "castle", "tent",
    "evergreen tree", "cactus", "tulip", "sunflower", "mushroom", "cherries", "grapes", "watermelon", "strawberry",
}  # fmt: skip

admin = User.objects.create_user("admin", role=Role.ADMIN)
for item in openmoji.items():
    if item.title in WANTED:
        sources.ingest_item(item, owner=admin)
