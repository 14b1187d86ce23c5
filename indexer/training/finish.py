"""After training: the weights' hash and the verdict's prior."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from indexer.encoders.openclip import WEIGHTS, OpenClipEncoder
from indexer.evaluation import noto
from indexer.training import fetch, pictures, prior


def calibrate(home: Path, target: Path) -> dict[str, Any]:
    """Write ``sha256`` and ``calibration.json`` beside the weights in ``target``; return the curves.

    Raises:
        DamError: Noto's font, the unseen style, is not installed.
    """
    digest = hashlib.sha256((target / WEIGHTS).read_bytes()).hexdigest()
    (target / "sha256").write_text(f"{digest}  {WEIGHTS}\n")
    fetch.fetch(home)
    every = fetch.concepts(home)
    sample = {
        n: Image.fromarray(pictures.render(concept.drawings["openmoji"], side=160))
        for n, concept in enumerate(every)
        if "openmoji" in concept.drawings
    }
    glyphs = noto.glyphs()
    by_code = {"-".join(f"{ord(c):04X}" for c in character): image for character, image in glyphs.items()}
    unseen = {n: by_code[concept.code] for n, concept in enumerate(every) if concept.code in by_code}
    found, grounds = prior.fit(every, [sample, unseen], OpenClipEncoder(str(target)))
    (target / "calibration.json").write_text(json.dumps(found) + "\n")
    np.savez_compressed(target / "ground.npz", **grounds)  # type: ignore[arg-type]
    return {name: found[name] for name in ("picture", "text", "alike")}
