"""The command ``lacuna``.

Exit codes: 0 done; 1 refused, or not all of it could be done; 2 wrong usage; 3 a search that nothing fits;
130 interrupted.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from lacuna.command import account, collections, download, jobs, make, search, tags, upload
from lacuna.command.show import Voice
from lacuna.errors import LacunaError

_EPILOG = """\
exit codes: 0 done; 1 refused, or not all of it could be done; 2 wrong usage; 3 a search that nothing fits;
130 interrupted

LACUNA_URL and LACUNA_TOKEN stand in for “lacuna login”. With --json, one object is printed on stdout."""


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out one command line and return its exit code."""
    given = _parser().parse_args(argv)
    voice = Voice(as_json=given.json)
    try:
        return int(given.do(given, voice))
    except LacunaError as error:
        voice.fail(error)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="print one JSON object on stdout, progress on stderr")
    common.add_argument("--insecure", action="store_true", help="let the token travel over http:// to another machine")
    parser = argparse.ArgumentParser(
        prog="lacuna",
        description="The asset library that knows what it lacks, from the command line.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for room in (account, search, upload, download, make, tags, collections, jobs):
        room.offer(commands, common)
    return parser
