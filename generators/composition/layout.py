"""How the things of a scene stand: from an arrangement to boxes, standing on a floor at 0, y going down."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from generators.composition.figure import Box, Figure
from generators.composition.pieces import Piece, Pieces, bounds, moved, scaled, standing, within
from generators.composition.settle import plateau, settle
from generators.composition.sizes import Nature
from indexer.search.query import Arrangement

GAP = 0.14
ABREAST, ABREAST_ON_GROUND = 3, 5
"""So many of a thing stand side by side in one row, among others and alone on a ground."""
Node = int | Arrangement[int]


@dataclass(frozen=True)
class Thing:
    """What is drawn ``count`` times."""

    figure: Figure
    nature: Nature
    count: int


@dataclass
class Layout:
    """One way to arrange ``things``; ``touching`` are the pairs of them that may overlap."""

    things: Sequence[Thing]
    dice: random.Random
    touching: set[frozenset[int]] = field(default_factory=set)

    def whole(self, node: Node, *, grounded: bool = False) -> Pieces:
        """Return the pieces of a whole picture; one thing alone fills it in rows, a few in one if ``grounded``."""
        if isinstance(node, int) and grounded and self.things[node].count <= ABREAST_ON_GROUND:
            return standing(self._several(node, aspect=99.0))
        if isinstance(node, int) and self.things[node].count > 2:
            return standing(self._several(node, aspect=1.1))
        return self.place(node)

    def place(self, node: Node) -> Pieces:
        """Return the pieces of ``node``, standing on the floor around the middle."""
        if isinstance(node, int):
            return standing(self._several(node, aspect=9.0 if self.things[node].count <= ABREAST else 1.5))
        arrange = {
            "on": self._on,
            "in": self._in,
            "beside": self._beside,
            "above": self._above,
            "behind": self._behind,
            "between": self._between,
            "around": self._around,
        }[node.relation]
        return standing(arrange(node))

    def _several(self, n: int, *, aspect: float) -> Pieces:
        """Return the copies of one thing in rows, ``aspect`` times as wide as high if their number allows."""
        thing = self.things[n]
        count = thing.count
        drawn = thing.figure.drawn
        scale = thing.nature.extent / max(drawn.width, drawn.height)
        width, height = drawn.width * scale, drawn.height * scale
        gap = GAP * min(width, height)
        columns = min(
            range(1, count + 1),
            key=lambda c: (
                abs(math.log(c * (width + gap) / (math.ceil(count / c) * (height + gap)) / aspect))
                + 2 * (-count % c) / c
                + (c == 1 < count)
            ),
        )
        rows = math.ceil(count / columns)
        pieces = []
        for k in range(count):
            row, column = divmod(k, columns)
            here = min(columns, count - row * columns)
            x = (column - here / 2) * (width + gap) + self.dice.uniform(-0.2, 0.2) * gap
            y = -(rows - row) * (height + gap) + self.dice.uniform(-0.2, 0.2) * gap * (count > 3)
            pieces.append(Piece(n, Box(x, y, width, height)))
        return pieces

    def _pair(self, node: Arrangement[int]) -> tuple[Pieces, Pieces]:
        first, second = node.members[:2]
        return self.place(first), self.place(second)

    def _touch(self, first: Sequence[Piece], second: Sequence[Piece]) -> None:
        self.touching |= {frozenset((a.thing, b.thing)) for a in first for b in second}

    def _anchor(self, node: Node, pieces: Pieces) -> Pieces:
        """Return the pieces of the thing that is meant where ``node`` is: of a cat on a table, the cat."""
        while not isinstance(node, int):
            node = node.members[-1 if node.reverse else 0]
        return [piece for piece in pieces if piece.thing == node]

    def _on(self, node: Arrangement[int]) -> Pieces:
        upper, lower = self._pair(node)
        base = self._anchor(node.members[1], lower)
        under = bounds(base)
        nature = self.things[base[0].thing].nature
        if isinstance(node.members[0], int) and len(upper) > 1:
            upper = self._several(node.members[0], aspect=2.5 if len(upper) > 6 else 99.0)
            upper = within(upper, width=under.width * 1.02, height=under.height * 1.2)
            middle, level = under.x + under.width / 2, under.y
        else:
            upper, middle, level = self._seat(upper, base)
        self._touch(upper, base)
        if nature.mount and len(upper) == 1 and nature.wheeled:
            upper = within(scaled(upper, 9), width=under.width * 0.72, height=under.height * 1.1)
            return [*lower, *standing(upper, middle=under.x + under.width * 0.5, floor=under.y + under.height * 0.5)]
        upper = standing(upper, middle=middle, floor=level)
        onto = [(piece.box, self.things[piece.thing].figure.seen(piece.flipped)) for piece in base]
        lowest = max(piece.box.y + piece.box.height for piece in upper)
        feet = [p for p in upper if p.box.y + p.box.height > lowest - 0.3 * p.box.height]
        worn = self.things[upper[0].thing].nature.worn
        sink = bounds(feet).height * (0.2 if worn else 0.09 if nature.mount else 0.03)
        down = [settle(p.box, self.things[p.thing].figure.seen(p.flipped), onto, sink=sink).y - p.box.y for p in feet]
        if len(feet) == len(upper) and isinstance(node.members[0], int):
            return [*lower, *(moved([p], 0, d)[0] for p, d in zip(upper, down, strict=True))]
        return [*lower, *moved(upper, 0, min(down))]

    def _seat(self, upper: Pieces, base: Pieces) -> tuple[Pieces, float, float]:
        """Return ``upper``, where its middle goes and how high: over a chair's seat, anywhere along a roof."""
        under = bounds(base)
        if len(base) == 1:
            start, end = base[0].box.x, base[0].box.x + base[0].box.width
            left, right, level = plateau(self.things[base[0].thing].figure.seen(base[0].flipped))
            left, right = start + left * (end - start), start + right * (end - start)
            if 0.4 * under.width <= right - left:
                width = bounds(upper).width
                upper = scaled(upper, min(1.0, max(0.55, 1.05 * (right - left) / width)))
                slack = max(0.0, right - left - bounds(upper).width) * 0.3
                middle = (left + right) / 2 + self.dice.uniform(-slack, slack)
                return upper, middle, under.y + level * under.height
        slack = max(0.0, under.width - bounds(upper).width) * 0.3 * (len(base) == 1)
        return upper, under.x + under.width / 2 + self.dice.uniform(-slack, slack), under.y

    def _in(self, node: Arrangement[int]) -> Pieces:
        inner, outer = self._pair(node)
        base = self._anchor(node.members[1], outer)
        nature = self.things[base[0].thing].nature
        if nature.seat:
            return self._on(node)
        self._touch(inner, base)
        box = bounds(base)
        if nature.room or nature.within:
            share = 0.44 if nature.room else 0.5
            inner = within(scaled(inner, 9), width=box.width * share, height=box.height * share)
            size = bounds(inner)
            down = box.height * 0.03 if nature.room else (box.height - size.height) * 0.5
            if self.things[base[0].thing].nature.shelter:
                down = box.height * 0.42
            floor = box.y + box.height - down
            return [*outer, *standing(inner, middle=box.x + box.width / 2, floor=floor)]
        inner = within(inner, width=box.width * 0.74, height=box.height * 1.3)
        if bounds(inner).width < 0.58 * box.width:
            inner = scaled(inner, 0.58 * box.width / bounds(inner).width)
        size = bounds(inner)
        tops = self.things[base[0].thing].figure.measured.tops
        rim = box.y + box.height * float(sorted(tops[len(tops) // 4 : -len(tops) // 4 or None])[len(tops) // 4])
        floor = min(rim + 0.36 * size.height, box.y + box.height * 0.85)
        inside = standing(inner, middle=box.x + box.width / 2, floor=floor)
        first = outer.index(base[0])
        return [*outer[:first], *inside, *outer[first:]]

    def _beside(self, node: Arrangement[int]) -> Pieces:
        groups = [self.place(member) for member in node.members]
        if len(groups) == 2 and self.dice.random() < 0.35:
            groups.reverse()
        if len(groups) == 2:
            groups = [self._facing(groups[0], 1), self._facing(groups[1], -1)]
        wide = bounds(self._row(groups))
        if len(groups) > 3 or (len(groups) == 3 and wide.width > 2.2 * wide.height):
            half = math.ceil(len(groups) / 2)
            front, back = self._row(groups[half:]), self._row(groups[:half])
            gap = GAP * bounds(front).height
            return [*standing(back, floor=bounds(front).y - gap), *front]
        return self._row(groups)

    def _row(self, groups: Sequence[Pieces]) -> Pieces:
        tallest = max(bounds(group).height for group in groups)
        row: Pieces = []
        right = 0.0
        for group in groups:
            box = bounds(group)
            sky = all(self.things[piece.thing].nature.sky for piece in group)
            lift = (tallest - box.height) * 0.5 if sky and len(groups) > 1 else 0.0
            row += moved(group, right - box.x, -lift - box.y - box.height)
            right += box.width + GAP * min(tallest, box.width)
        return standing(row)

    def _facing(self, group: Pieces, way: int) -> Pieces:
        """Return a lone thing turned to look left (-1) or right (1), if it looks anywhere."""
        faces = self.things[group[0].thing].nature.faces
        alone = all(piece.thing == group[0].thing for piece in group)
        return [replace(p, flipped=True) for p in group] if alone and faces == -way else group

    def _above(self, node: Arrangement[int]) -> Pieces:
        upper, lower = self._pair(node)
        over = self._anchor(node.members[0], upper) if isinstance(node.members[0], int) else []
        if node.reverse and len(over) == 1 and self.things[over[0].thing].nature.shelter:
            self._touch(over, lower)
            box = over[0].box
            wide = box.width > 1.15 * box.height
            lower = within(lower, width=box.width * 0.62, height=box.height * (0.62 if wide else 0.34))
            if len({piece.thing for piece in lower}) > 1:
                lower = scaled(lower, 1.4)
            aside = 0.0 if wide or len(lower) > 1 else self.dice.choice((-1, 1)) * 0.23 * box.width
            return [*upper, *standing(lower, middle=box.x + box.width / 2 + aside, floor=0.02 * box.height)]
        top, low = bounds(upper), bounds(lower)
        upper = within(upper, width=low.width * 1.4, height=low.height * 1.2) if top.width > top.height * 2 else upper
        top = bounds(upper)
        slack = max(0.0, low.width - top.width) * 0.45 + 0.15 * top.width
        gap = self.dice.uniform(0.14, 0.3) * min(top.height, low.height) + 0.05
        middle = self.dice.uniform(-slack, slack)
        return [*lower, *standing(upper, middle=low.x + low.width / 2 + middle, floor=low.y - gap)]

    def _behind(self, node: Arrangement[int]) -> Pieces:
        back, front = self._pair(node)
        base = self._anchor(node.members[1], front)
        self._touch(back, front)
        near = bounds(base)
        far = bounds(back)
        if far.height < 0.5 * near.height:
            back = scaled(back, 0.5 * near.height / far.height)
        far = bounds(back)
        side = self.dice.choice((-1, 1))
        shown = 0.62 if far.height < 1.5 * near.height else self.dice.uniform(0.3, 0.5)
        edge = near.x if side < 0 else near.x + near.width
        middle = edge + side * far.width * (shown - 0.5)
        if far.width > 1.6 * near.width:
            middle = near.x + near.width / 2 - side * far.width * self.dice.uniform(0.08, 0.22)
        return [*standing(back, middle=middle, floor=-self.dice.uniform(0.08, 0.16) * near.height), *front]

    def _between(self, node: Arrangement[int]) -> Pieces:
        first, second = node.members[0], node.members[1]
        inner = self.place(first)
        if len(node.members) > 2:
            left, right = self.place(second), self.place(node.members[2])
        else:
            both = sorted(self.place(second), key=lambda piece: piece.box.x)
            half = max(1, len(both) // 2)
            left, right = (standing(self._row([[piece] for piece in side])) for side in (both[:half], both[half:]))
        if isinstance(second, int):
            left, right = self._facing(left, 1), self._facing(right, -1)
        return self._row([left, inner, right])

    def _around(self, node: Arrangement[int]) -> Pieces:
        ring, centre = self._pair(node)
        box = bounds(centre)
        count, one = len(ring), ring[0]
        factor = min(1.0, 0.42 * max(box.width, box.height) / max(one.box.width, one.box.height))
        width, height = one.box.width * factor, one.box.height * factor
        start = -math.pi / 2 + (math.pi / count if count % 2 == 0 else 0)
        spread = 1.0
        while True:
            across, down = (box.width / 2 + width * 0.6) * spread, (box.height / 2 + height * 0.6) * spread
            placed = []
            for k in range(count):
                angle = start + 2 * math.pi * k / count
                x = box.x + box.width / 2 + across * math.cos(angle) - width / 2
                y = box.y + box.height / 2 + down * math.sin(angle) - height / 2
                placed.append(Piece(one.thing, Box(x, y, width, height)))
            others = [piece.box for piece in [*placed, *centre]]
            if all(p.box.overlap(o) == 0 for p in placed for o in others if o is not p.box):
                return [*centre, *placed]
            spread *= 1.04
