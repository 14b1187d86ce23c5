"""Run by test_kill: ask for something, or carry runs out slowly until killed or done."""

import os
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")

import django

django.setup()

from assetdb.models import Role, User  # noqa: E402
from generators import checks, gaps, runs  # noqa: E402
from indexer import spaces  # noqa: E402
from indexer.search import Judgement  # noqa: E402
from tests.fakes import ColourEncoder  # noqa: E402

encoder = ColourEncoder()
spaces.encoder_for = lambda reference, **_: encoder
shelve, judge = runs._shelve, checks.judge


def slowly(*arguments):
    time.sleep(0.1)
    shelve(*arguments)
    time.sleep(0.1)


def judged(query, *, image):
    time.sleep(0.1)
    return Judgement(0.9, {query: True})


runs._shelve, checks.judge = slowly, judged
if sys.argv[1] == "ask":
    user = User.objects.create_user("asker", role=Role.EDITOR)
    gaps.open_run("purple elephant", user=user)
else:
    print("ready", flush=True)
    runs.catch_up()
    print("done", flush=True)
