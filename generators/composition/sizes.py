"""How large things are, and what one can do with them: stand on, get into, find shelter under."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from indexer.search.query import Size

_METRES: dict[float, str] = {
    0.01: "ant ladybug lady beetle mosquito fly worm microbe button pill tooth",
    0.03: "bee honeybee beetle cricket bug spider cherry strawberry coin ring gem key egg snail acorn "
    "chestnut cookie die",
    0.08: "mouse apple orange tangerine lemon peach pear tomato kiwi butterfly candy mushroom leaf frog hatchling "
    "chick shrimp cupcake lollipop star heart spoon fork egg onion potato watch",
    0.2: "bird fish rat hamster chipmunk hedgehog cup mug glass bottle book banana bat lizard carrot corn ball crab "
    "flower tulip rose blossom sunflower hibiscus crown hat cap shoe boot bell clock phone telephone squirrel "
    "hamburger pizza sandwich doughnut dove parrot rooster bowl nest lobster teapot bulb camera squid",
    0.4: "cat rabbit duck chicken hen owl turtle pumpkin melon watermelon pineapple cake box package basket bucket "
    "gift backpack handbag bag kite skateboard raccoon skunk beaver otter octopus vase pot laptop fox koala",
    0.8: "dog goose turkey swan snake sheep ewe goat penguin monkey pig boar child baby guitar violin chair umbrella "
    "balloon wolf badger peacock flamingo eagle robot luggage dolphin sled kangaroo poodle television",
    1.5: "person man woman boy girl table desk bed sofa couch bathtub bicycle scooter motorcycle deer ram seal door "
    "window tiger lion leopard panda bear gorilla orangutan ghost snowman moon sun canoe ox bench drum "
    "piano llama zebra",
    2.4: "horse cow camel buffalo bison moose crocodile shark unicorn automobile car tent palm plant rhinoceros "
    "hippopotamus cactus fountain tractor taxi dragon",
    4.0: "elephant mammoth giraffe t-rex dinosaur sauropod truck van bus sailboat boat tree whale ambulance engine "
    "helicopter saucer rainbow cloud ufo",
    7.0: "house home rocket airplane ship train locomotive ferry planet globe earth hut",
    12.0: "castle church mosque factory hospital school hotel building tower mountain volcano bridge island ferris "
    "roller stadium skyscraper",
}
_SKY = (
    "moon sun cloud star airplane rocket balloon saucer planet globe rainbow bee honeybee butterfly helicopter kite bat"
)
_SHELTERS = "tree umbrella table desk bridge mushroom bed"
_MOUNTS = "bicycle motorcycle scooter horse camel elephant unicorn"
_ROOMS = "house home castle church tent hut school hospital hotel building factory garden"
_WITHIN = "cloud moon sun heart star window door television globe tree circle square ball planet frame mirror"
_SEATS = "bed chair sofa couch bench field island sled skateboard"
_SWIMS = "fish shark whale dolphin octopus squid crab lobster shrimp seal turtle blowfish jellyfish coral shell"
_FLOATS = "sailboat boat ship ferry canoe speedboat duck swan"
_LEFT = (
    "cat dog elephant horse pig cow goat ewe sheep ram ox buffalo whale camel tiger leopard rhinoceros hippopotamus "
    "crocodile t-rex sauropod dinosaur turtle rooster monkey bicycle automobile car fish kangaroo"
)
_RIGHT = "bird duck mouse snail honeybee bee shark rat motorcycle"
_DEFAULT = 0.5
_FACTORS: dict[Size | None, float] = {"tiny": 0.42, "small": 0.66, None: 1.0, "big": 1.45, "huge": 2.0}
_LEAST = 0.22
_FELT = 0.3
"""Sizes are drawn as their power: an elephant is 200 ants long and is drawn as five."""


@dataclass(frozen=True)
class Nature:
    """What a layout has to know of a thing; ``extent`` is its longer side, comparable between things.

    ``faces`` is -1 for a drawing that looks left, 1 for right, 0 if neither.
    """

    extent: float
    sky: bool
    shelter: bool
    mount: bool
    wheeled: bool
    room: bool
    within: bool
    seat: bool
    worn: bool
    swims: bool
    floats: bool
    faces: int


def natures_of(names: Sequence[str], sizes: Sequence[Size | None] = ()) -> list[Nature]:
    """Return what is known of things that are drawn together: none is too small to be seen beside the largest."""
    natures = [nature_of(name, sizes[n] if sizes else None) for n, name in enumerate(names)]
    largest = max(nature.extent for nature in natures)
    return [replace(nature, extent=max(nature.extent, largest * _LEAST)) for nature in natures]


def nature_of(name: str, size: Size | None = None) -> Nature:
    """Return what is known of the thing a part's title names; of an unknown one, what fits most things."""
    noun = name.lower()
    metres = next((known[word] for word in _nouns(noun) if word in (known := _metres())), _DEFAULT)
    extent = max(metres, 0.02) ** _FELT * _FACTORS[size]

    def among(kinds: str) -> bool:
        return any(word in kinds.split() for word in _nouns(noun))

    return Nature(
        extent=extent,
        sky=among(_SKY),
        shelter=among(_SHELTERS),
        mount=among(_MOUNTS),
        wheeled=among("bicycle motorcycle scooter"),
        room=among(_ROOMS),
        within=among(_WITHIN),
        seat=among(_SEATS),
        worn=among("crown hat cap"),
        swims=among(_SWIMS),
        floats=among(_FLOATS),
        faces=-1 if among(_LEFT) else 1 if among(_RIGHT) else 0,
    )


def _nouns(name: str) -> list[str]:
    """Return the name, its head and its other words: a full moon is a moon."""
    words = name.replace("-", " ").split()
    if len(words) > 1 and words[-1] in ("face", "head"):
        return [name, *words[:-1][::-1]]
    return [name, *words[::-1]]


@lru_cache(maxsize=1)
def _metres() -> dict[str, float]:
    return {word: metres for metres, words in _METRES.items() for word in words.split()}
