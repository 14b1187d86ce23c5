"""What the parts of the command share: how each offers itself, and how it reaches the library."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TypeAlias

from lacuna import config
from lacuna.command.show import Voice
from lacuna.library import Lacuna

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
Do = Callable[[argparse.Namespace, Voice], int]


def command(
    commands: Commands, common: argparse.ArgumentParser, name: str, do: Do, *, help: str
) -> argparse.ArgumentParser:
    """Add a command called ``name`` that ``do`` carries out, and return its parser."""
    parser = commands.add_parser(name, parents=[common], help=help, description=help[0].upper() + help[1:] + ".")
    parser.set_defaults(do=do)
    return parser


def library(given: argparse.Namespace) -> Lacuna:
    """Return the library that the environment or the last login names."""
    account = config.current(insecure=given.insecure)
    return Lacuna(account.url, account.token, insecure=account.insecure)
