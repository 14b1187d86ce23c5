"""``lacuna search``."""

from __future__ import annotations

import argparse
import webbrowser

from lacuna.command.offer import Commands, command, library
from lacuna.command.show import Voice, plain, verdict
from lacuna.conditions import Conditions
from lacuna.shapes import Answer

NOTHING_FITS = 3
_CONDITIONS = ("kind", "tag", "licence", "origin", "owner", "collection")


def offer(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    parser = command(commands, common, "search", search, help="find assets by describing them, or by a picture")
    parser.add_argument("words", nargs="*", metavar="WORDS", help="what to look for; none lists the newest")
    parser.add_argument("--image", default="", metavar="FILE", help="a picture whose like is wanted")
    parser.add_argument("--limit", type=int, default=24, help="how many hits at most (default: 24)")
    parser.add_argument("--open", action="store_true", help="open the best hit in the browser")
    conditions(parser)


def conditions(parser: argparse.ArgumentParser) -> None:
    """Add what narrows a search."""
    parser.add_argument("--kind", help="such as image")
    parser.add_argument("--tag", action="append", help="the slug of a tag; may be given several times")
    parser.add_argument("--licence", help="such as CC-BY-4.0")
    parser.add_argument("--origin", help="uploaded, imported or generated")
    parser.add_argument("--owner", help="a username")
    parser.add_argument("--collection", help="the id of a collection")


def conditions_of(given: argparse.Namespace) -> Conditions:
    """Return the conditions that were given."""
    said = {name: getattr(given, name) for name in _CONDITIONS}
    return Conditions(**{name: value for name, value in said.items() if value})  # type: ignore[typeddict-item]


def search(given: argparse.Namespace, voice: Voice) -> int:
    """Show the verdict and the hits."""
    with library(given) as lacuna:
        words = " ".join(given.words)
        answer = lacuna.search(words, image=given.image, limit=given.limit, **conditions_of(given))
    voice.give(answer)
    voice.say(verdict(answer))
    if answer.verdict == "miss" and answer.hits:
        voice.say("The nearest, none of which is that:")
    rows = [(hit.title, hit.kind, f"{hit.probability:.0%}", hit.licence, hit.id) for hit in answer.hits]
    voice.show(("title", "kind", "fits", "licence", "id"), rows)
    if answer.verdict == "miss":
        return NOTHING_FITS
    if given.open:
        _open(answer, lacuna.url, voice)
    return 0


def _open(answer: Answer, url: str, voice: Voice) -> None:
    if answer.hits:
        page = f"{url}/assets/{answer.hits[0].id}/"
        voice.aside.print(plain(page))
        webbrowser.open(page)
