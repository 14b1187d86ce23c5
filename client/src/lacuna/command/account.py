"""``lacuna login`` and ``lacuna logout``."""

from __future__ import annotations

import argparse
import getpass
import os
import sys

from lacuna import config
from lacuna.command.offer import Commands, command
from lacuna.command.show import Voice, plain
from lacuna.library import Lacuna
from lacuna.wire import checked_address


def offer(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the commands."""
    parser = command(commands, common, "login", login, help="keep a library's address and a token for what follows")
    parser.add_argument("url", metavar="URL", help="such as https://library.example")
    command(commands, common, "logout", logout, help="forget the address and the token")


def login(given: argparse.Namespace, voice: Voice) -> int:
    """Ask for the token, try it, and keep it."""
    url = checked_address(given.url, insecure=given.insecure)
    account = config.Account(url=url, token=_token(), insecure=given.insecure)
    with Lacuna(account.url, account.token, insecure=account.insecure) as library:
        # A public library knows nobody without a token; that it answers is enough.
        known = library.account() if account.token else library.search(limit=1) and None
    path = config.remember(account)
    who = f"as {known.username} ({known.role}), for: {', '.join(known.scopes)}" if known else "without an account"
    voice.say(plain(f"{url} lets you in {who}. Kept in {path}."))
    voice.give({"url": url, "account": known})
    return 0


def logout(given: argparse.Namespace, voice: Voice) -> int:
    """Drop what login kept; the token itself stays valid until it is revoked."""
    there = config.forget()
    voice.say("Forgotten. The token stays valid until it is revoked in the library." if there else "Nothing was kept.")
    voice.give({"forgotten": there})
    return 0


def _token() -> str:
    """Return the token from LACUNA_TOKEN, a prompt that shows nothing, or a pipe."""
    if given := os.environ.get("LACUNA_TOKEN"):
        return given
    if sys.stdin.isatty():
        return getpass.getpass("Token (it is not shown; empty for a public library): ").strip()
    return sys.stdin.readline().strip()
