"""Run by test_kill: make a library, or embed it slowly until killed or done."""

import os
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")

import django

django.setup()

from indexer import embed, spaces  # noqa: E402
from tests.fakes import ColourEncoder  # noqa: E402
from tests.indexer.conftest import drawing  # noqa: E402


class SlowEncoder(ColourEncoder):
    def encode_images(self, images):
        time.sleep(0.05)
        return super().encode_images(images)


def fill(count: int) -> None:
    import io

    from assetdb import ingest, prepare
    from assetdb.models import Role, User

    owner = User.objects.create_user("owner", role=Role.EDITOR)
    for n in range(count):
        data = drawing(f"#{n * 37 % 256:02x}{n * 91 % 256:02x}40", radius=20 + n / 10)
        ingest.ingest(io.BytesIO(data), owner=owner, file_name=f"{n}.svg", title=f"disc {n}")
    while prepare.catch_up():
        pass


slow = SlowEncoder()
spaces.encoder_for = lambda reference, **_: slow
if sys.argv[1] == "fill":
    fill(int(sys.argv[2]))
else:
    print("ready", flush=True)
    while embed.catch_up(limit=3):
        pass
    print("done", flush=True)
