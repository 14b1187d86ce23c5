"""Scenes laid out from drawings: one figure, recoloured ones, several alike, two in a relation."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from indexer import colours
from indexer.training.captions import RELATIONS, Caption, Lexicon, truth_of
from indexer.training.model import SIZE

if TYPE_CHECKING:
    import torch


PLAIN, RECOLOURED, SEVERAL, PAIR = range(4)


@dataclass
class Place:
    """One figure on the canvas: which drawing, centre and half-size in units of half the canvas."""

    drawing: int
    x: float
    y: float
    half: float
    colour: int = -1
    mirrored: bool = False


@dataclass
class Scene:
    """What is shown, for drawing and for deciding which captions are true."""

    places: list[Place]
    concept: int
    caption: Caption
    colour: int = -1
    count: int = 1
    other: int = -1
    relation: int = -1


EMOJI_SHARE = 0.75
_DIRECTED = ("left", "right", "clockwise", "east", "west", "flag", "forward", "back", "letter", "clock", "button")
"""Words in names of drawings that are never mirrored."""


class Composer:
    """Draws batches of scenes and says which caption is true of which.

    Args:
        table: ``pixels`` (n, side, side, 4), ``concept`` (n,) and ``colour`` (n,) of every drawing.
        icons: numbers of the concepts that are icons, shown less often and in any colour.
        varied: whether grounds, colours and angles vary, as for training; otherwise all is plain on white.
    """

    def __init__(
        self,
        table: dict[str, np.ndarray],
        lexicon: Lexicon,
        *,
        seed: int,
        icons: frozenset[int] = frozenset(),
        varied: bool = True,
    ) -> None:
        import torch

        self.varied = varied
        self.dice = random.Random(seed)
        self.lexicon = lexicon
        self.colour = table["colour"]
        self.drawings: dict[int, list[int]] = {}
        trained = set(lexicon.trained)
        for n, concept in enumerate(table["concept"].tolist()):
            if concept in trained:
                self.drawings.setdefault(concept, []).append(n)
        self.concepts = sorted(self.drawings.keys() - icons)
        self.icons = sorted(self.drawings.keys() & icons)
        names = {n: " ".join(lexicon.keys[key] for key in lexicon.names[n]) for n in self.drawings}
        self.directed = {n for n, name in names.items() if any(word in name for word in _DIRECTED)}
        self.pixels = torch.from_numpy(table["pixels"])

    def scenes(self, count: int) -> list[Scene]:
        """Return ``count`` new scenes, each concept about equally often."""
        kinds = self.dice.choices((PLAIN, RECOLOURED, SEVERAL, PAIR), (60, 17, 8, 15), k=count)
        return [self.scene(kind) for kind in kinds]

    def scene(self, kind: int) -> Scene:
        """Return one new scene of ``kind``."""
        dice = self.dice
        icon = bool(self.icons) and kind == PLAIN and dice.random() > EMOJI_SHARE - 0.08
        concept = dice.choice(self.icons if icon else self.concepts)
        drawing = dice.choice(self.drawings[concept])
        natural = int(self.colour[drawing])
        if kind == PAIR:
            return self._pair(concept, drawing)
        colour, painted = natural, -1
        if kind == RECOLOURED or dice.random() < (0.5 if icon else 0.15):
            colour = painted = dice.randrange(len(colours.COLOURS))
        count = dice.randint(2, 6) if kind == SEVERAL else 1
        say = {"colour": colour if painted >= 0 or dice.random() < 0.15 else -1, "count": count}
        if dice.random() < 0.3:
            say = {}
        caption = self.lexicon.write(concept, dice, **say)
        places = self._row(drawing, count, painted)
        if concept not in self.directed and dice.random() < 0.3:
            for place in places:
                place.mirrored = True
        return Scene(places, concept, caption, colour, count)

    def _row(self, drawing: int, count: int, painted: int) -> list[Place]:
        dice = self.dice
        if count == 1:
            half = dice.uniform(0.62, 1.1)
            slack = max(0.05, 1 - half)
            return [Place(drawing, dice.uniform(-slack, slack), dice.uniform(-slack, slack), half, painted)]
        columns = dice.choice([c for c in (2, 3) if c <= count])
        rows = -(-count // columns)
        half = min(1 / columns, 1 / rows) * dice.uniform(0.8, 1.0)
        places = []
        for n in range(count):
            row, column = divmod(n, columns)
            here = min(columns, count - row * columns)
            x = (column - (here - 1) / 2) * 2 / columns + dice.uniform(-0.04, 0.04)
            y = (row - (rows - 1) / 2) * 2 / max(rows, columns) + dice.uniform(-0.04, 0.04)
            places.append(Place(drawing, x, y, half, painted))
        return places

    def _pair(self, concept: int, drawing: int) -> Scene:
        dice = self.dice
        other = dice.choice(self.concepts)
        mate = dice.choice(self.drawings[other])
        relation = dice.randrange(len(RELATIONS))
        painted = dice.randrange(len(colours.COLOURS)) if dice.random() < 0.3 else -1
        a, b = dice.uniform(0.42, 0.56), dice.uniform(0.45, 0.6)
        side = dice.choice((-1, 1))
        first, second = {
            "on": (Place(drawing, dice.uniform(-0.2, 0.2), -0.42, a), Place(mate, 0, 0.45, b)),
            "above": (Place(drawing, dice.uniform(-0.2, 0.2), -0.55, a * 0.8), Place(mate, 0, 0.5, b * 0.8)),
            "beside": (Place(drawing, -0.48 * side, 0.1, a), Place(mate, 0.48 * side, 0.1, b)),
            "behind": (Place(drawing, -0.3 * side, -0.25, a), Place(mate, 0.25 * side, 0.25, b)),
        }[RELATIONS[relation]]
        first.colour = painted
        places = [first, second] if RELATIONS[relation] == "behind" else [second, first]
        told, about = dice.random(), {"other": other, "relation": relation, "colour": painted}
        if told < 0.55:
            caption = self.lexicon.write(concept, dice, **about)
        else:
            subject = concept if told < 0.8 else other
            caption = self.lexicon.write(subject, dice)
        return Scene(places, concept, caption, painted, -1, other, relation)

    def draw(self, scenes: list[Scene]) -> torch.Tensor:
        """Return the scenes as pictures, shape (n, 3, SIZE, SIZE), 0 to 1."""
        import torch

        canvas = self._grounds(len(scenes))
        for slot in range(max(len(scene.places) for scene in scenes)):
            rows = [n for n, scene in enumerate(scenes) if len(scene.places) > slot]
            places = [scenes[n].places[slot] for n in rows]
            figure = self.pixels[[place.drawing for place in places]].permute(0, 3, 1, 2).float() / 255
            figure[:, :3] = self._paint(figure, places)
            figure[:, :3] *= figure[:, 3:]
            theta = torch.zeros(len(rows), 2, 3)
            for k, place in enumerate(places):
                lean = self.dice.gauss(0, 0.11) if self.varied else 0.0
                stretch = self.dice.uniform(0.92, 1.08) if self.varied else 1.0
                turned = -1 if place.mirrored else 1
                theta[k, 0] = torch.tensor([turned / (place.half * stretch), lean, 0])
                theta[k, 1] = torch.tensor([-lean, 1 / place.half, 0])
                theta[k, :, 2] = -theta[k, :, :2] @ torch.tensor([place.x, place.y])
            grid = torch.nn.functional.affine_grid(theta, [len(rows), 4, SIZE, SIZE], align_corners=False)
            layer = torch.nn.functional.grid_sample(figure, grid, align_corners=False)
            canvas[rows] = canvas[rows] * (1 - layer[:, 3:]) + layer[:, :3]
        if self.varied and self.dice.random() < 0.2:
            small = self.dice.choice((32, 40, 48))
            canvas = torch.nn.functional.interpolate(canvas, size=small, mode="area")
            canvas = torch.nn.functional.interpolate(canvas, size=SIZE, mode="bilinear")
        return canvas.clamp(0, 1)

    def _grounds(self, count: int) -> torch.Tensor:
        import torch

        canvas = torch.ones(count, 3, SIZE, SIZE)
        for n in range(count):
            draw = self.dice.random()
            if self.varied and draw > 0.6:
                low, high = ((0.85, 1.0), (0.0, 0.2), (0.2, 0.9))[int((draw - 0.6) / 0.4 * 3)]
                canvas[n] = torch.tensor([self.dice.uniform(low, high) for _ in range(3)]).view(3, 1, 1)
        return canvas

    def _paint(self, figure: torch.Tensor, places: list[Place]) -> torch.Tensor:
        """Repaint the main surfaces of figures that ask for it; outlines and small highlights stay."""
        import torch

        rgb, alpha = figure[:, :3], figure[:, 3:]
        spread = float(self.varied)
        gain = 1 + spread * 0.12 * torch.randn(len(places), 3, 1, 1)
        gamma = torch.exp(spread * 0.25 * torch.randn(len(places), 1, 1, 1))
        result = (rgb.clamp(min=1e-4) ** gamma * gain).clamp(0, 1)
        chosen = [k for k, place in enumerate(places) if place.colour >= 0]
        if not chosen:
            return result
        part, solid = rgb[chosen], alpha[chosen]
        light = (part * torch.tensor([0.3, 0.59, 0.11]).view(1, 3, 1, 1)).sum(1, keepdim=True)
        mean = (light * solid).sum((2, 3), keepdim=True) / solid.sum((2, 3), keepdim=True).clamp(min=1)
        names = [colours.COLOURS[places[k].colour] for k in chosen]
        target = torch.tensor([colours._TYPICAL[name] for name in names]).float().view(-1, 3, 1, 1) / 255
        target = (target + torch.randn_like(target) * 0.04).clamp(0, 1)
        shade = 0.75 + 0.5 * (light - mean)
        painted = target * (shade / 0.75)
        painted = torch.where(painted > 1, 1 - (1 - painted.clamp(max=1)) * 0.5, painted).clamp(0, 1)
        drawn_in_lines = ((light < 0.18) * solid).sum((2, 3), keepdim=True) > 0.85 * solid.sum((2, 3), keepdim=True)
        keep = ((light < 0.18) & ~drawn_in_lines) | ((light > 0.93) & (torch.tensor([[[[self.dice.random() < 0.5]]]])))
        result[chosen] = torch.where(keep, part, painted)
        return result

    def captions(self, scenes: list[Scene]) -> list[Caption]:
        """Return each scene's caption; then, for each that says more than a name, one that differs in one thing."""
        own, lexicon = [scene.caption for scene in scenes], self.lexicon
        contrasts = []
        for caption in own:
            said = lexicon.said_by(caption)
            if len(said) > 1:
                contrasts.append(lexicon.differ(caption, self.dice.choice(said), self.dice, concepts=self.concepts))
        return own + contrasts

    def targets(self, scenes: list[Scene], captions: list[Caption]) -> NDArray[np.float32]:
        """Return which caption (column) is true of which scene (row); 0.5 for half truths."""
        shown = {
            name: np.array([getattr(scene, name) for scene in scenes])
            for name in ("concept", "other", "colour", "count", "relation")
        }
        return truth_of(captions, self.lexicon.truth, **shown)
