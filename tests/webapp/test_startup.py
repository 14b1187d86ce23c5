"""Starting: nothing heavy is loaded before it is needed, and bad settings stop it with a reason."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("torch", "faiss", "diffusers", "transformers", "open_clip", "timm", "scipy")


def python(code: str, home: Path, **environment: str) -> subprocess.CompletedProcess:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("LACUNA", "DATABASE", "DJANGO", "CELERY"))}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=clean | {"LACUNA_HOME": str(home), "DJANGO_SETTINGS_MODULE": "webapp.settings"} | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_check_and_every_module_load_nothing_heavy(tmp_path):
    code = f"""
import sys, django
from django.core.management import call_command
django.setup()
call_command("check", verbosity=0)
import webapp.urls, webapp.tasks, webapp.duties, webapp.celery
print(sorted(name for name in {HEAVY!r} if name in sys.modules))
"""
    done = python(code, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[-2] == "[]"


@pytest.mark.parametrize("key", ["short", "django-insecure-" + "x" * 60])
def test_a_weak_secret_key_refuses_to_start(tmp_path, key):
    done = python("import django; django.setup()", tmp_path, LACUNA_SECRET_KEY=key)
    assert done.returncode != 0
    assert "LACUNA_SECRET_KEY is too weak" in done.stderr


def test_a_key_is_made_once_and_only_its_owner_may_read_it(tmp_path):
    code = "from django.conf import settings; print(settings.SECRET_KEY)"
    first, second = python(code, tmp_path), python(code, tmp_path)
    assert first.stdout == second.stdout
    assert len(first.stdout.strip()) >= 40
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_a_database_url_is_used_as_it_stands(tmp_path):
    code = "from django.conf import settings; d = settings.DATABASES['default']"
    code += "; print(d['ENGINE'], d['NAME'], d['HOST'])"
    done = python(code, tmp_path, DATABASE_URL="postgres://u:p@db.example/lacuna")
    assert done.stdout.split() == ["django.db.backends.postgresql", "lacuna", "db.example"]


@pytest.mark.parametrize("port", ["http", "0", "70000"])
def test_a_port_that_is_none_is_refused_in_words(tmp_path, port):
    code = "from django.core.management import execute_from_command_line as run; run(['manage.py', 'serve'])"
    done = python(code, tmp_path, PORT=port)
    assert done.returncode == 1
    assert f"PORT is “{port}”" in done.stderr and "Traceback" not in done.stderr


def test_a_state_folder_that_cannot_be_is_refused_in_words(tmp_path):
    (tmp_path / "file").write_text("in the way")
    done = python("import django; django.setup()", tmp_path / "file" / "home")
    assert done.returncode != 0
    assert "cannot be made: Not a directory. Choose another." in done.stderr


def test_a_command_sets_up_the_library_it_finds_missing(tmp_path):
    code = "from django.core.management import execute_from_command_line as run; run(['manage.py', 'token', 'admin'])"
    first, second = python(code, tmp_path), python(code, tmp_path)
    assert first.returncode == second.returncode == 0, first.stderr + second.stderr
    assert "setting up the library" in first.stderr
    assert "setting up" not in second.stderr


def test_a_database_that_does_not_answer_is_said_in_words(tmp_path):
    code = "from django.core.management import execute_from_command_line as run; run(['manage.py', 'doctor'])"
    done = python(code, tmp_path, DATABASE_URL="postgres://nobody:x@127.0.0.1:1/none")
    assert done.returncode == 1
    assert "The database cannot be used" in done.stderr and "Traceback" not in done.stderr
