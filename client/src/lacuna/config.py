"""Where the command keeps which library it speaks to, and with which token: a file for its owner's eyes."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from lacuna.errors import LacunaError


@dataclass(frozen=True, kw_only=True)
class Account:
    """A library and the key to it."""

    url: str
    token: str = ""
    insecure: bool = False

    def __repr__(self) -> str:
        return f"Account({self.url!r})"


def place() -> Path:
    """Return the file that keeps the account, in the user's configuration folder."""
    if sys.platform == "win32":
        folder = Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    elif sys.platform == "darwin":
        folder = Path.home() / "Library" / "Application Support"
    else:
        folder = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return folder / "lacuna" / "account.json"


def remember(account: Account) -> Path:
    """Keep ``account`` and return the file, which nobody else can read at any moment."""
    path = place()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, part = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(account), file)
    Path(part).replace(path)
    return path


def forget() -> bool:
    """Drop the account that is kept and return whether there was one."""
    there = place().exists()
    place().unlink(missing_ok=True)
    return there


def current(*, insecure: bool = False) -> Account:
    """Return the account to use: LACUNA_URL and LACUNA_TOKEN, else the one kept.

    A token that is kept goes only to the library it was kept for.

    Raises:
        LacunaError: ``not_logged_in``.
    """
    url, token = os.environ.get("LACUNA_URL", "").rstrip("/"), os.environ.get("LACUNA_TOKEN", "")
    kept = _kept()
    if kept and url in ("", kept.url):
        return Account(url=kept.url, token=token or kept.token, insecure=insecure or kept.insecure)
    if not url:
        raise LacunaError("not_logged_in", detail="Say which library first: lacuna login https://library.example")
    return Account(url=url, token=token, insecure=insecure)


def _kept() -> Account | None:
    try:
        return Account(**json.loads(place().read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise LacunaError("not_logged_in", detail=f"{place()} cannot be read. Run lacuna login again.") from error
