"""The product's settings over a temporary folder, whatever the machine's environment says."""

import os
import tempfile

for _name in [name for name in os.environ if name.startswith("LACUNA_") and name != "LACUNA_TEST_DATABASE_URL"]:
    del os.environ[_name]
os.environ.pop("CELERY_BROKER_URL", None)
os.environ.pop("DATABASE_URL", None)
os.environ["LACUNA_HOME"] = tempfile.mkdtemp(prefix="lacuna-tests-")
if "LACUNA_TEST_DATABASE_URL" in os.environ:
    os.environ["DATABASE_URL"] = os.environ["LACUNA_TEST_DATABASE_URL"]

from webapp.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LACUNA_DOORBELL = False
LACUNA_API_RATE = (1_000_000, 60)
