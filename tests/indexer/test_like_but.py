"""“Like this, but …”: a picture and words together, with the encoder that Lacuna comes with."""

import pytest

from assetdb import openmoji, prepare, sources
from assetdb.errors import NotFoundError
from assetdb.models import Asset, Visibility
from indexer import embed, replica
from indexer.search import Query, search

pytestmark = pytest.mark.django_db

TITLES = set(
    """red apple; green apple; tomato; tangerine; pear; lemon; red heart; blue heart; green heart; broken heart; black
    heart; dog; cat; black cat; horse; lion; pig; house; house with garden; houses; snow-capped mountain; mountain; cat
    face; crying cat; pouting cat; kissing cat; grinning cat; automobile; taxi; police car; bus; blue book; green book;
    orange book; blue circle; red circle; green circle; blue square; red square; green square; cloud; cloud with rain;
    cloud with snow; umbrella; snowman; tulip; rose; sun; full moon; bear; panda; soccer ball; basketball""".replace(
        "\n", " "
    ).split("; ")
)
TITLES = {" ".join(title.split()) for title in TITLES}
CASES = (
    ("red apple", "green", "green apple"),
    ("red heart", "blue", "blue heart"),
    ("red heart", "broken", "broken heart"),
    ("cat face", "crying", "crying cat"),
    ("cat", "black", "black cat"),
    ("blue square", "green", "green square"),
    ("red circle", "blue", "blue circle"),
    ("blue book", "green", "green book"),
    ("cloud", "rain", "cloud with rain"),
    ("mountain", "snow", "snow-capped mountain"),
    ("automobile", "police", "police car"),
    ("bear", "panda", "panda"),
    ("house", "garden", "house with garden"),
    ("soccer ball", "basketball", "basketball"),
)


@pytest.fixture
def stocked(people):
    replica.forget_replicas()
    for item in openmoji.items():
        if item.title in TITLES:
            sources.ingest_item(item, owner=people["admin"])
    while prepare.catch_up() or embed.catch_up():
        pass
    yield {asset.title: asset for asset in Asset.objects.all()}
    replica.forget_replicas()


def found(asset, but, user, limit=60):
    return [hit.asset.title for hit in search(Query(asset=asset.pk, but=but), user=user, limit=limit).hits]


def test_words_move_the_search_away_from_the_picture_and_not_off_it(stocked, people):
    ranks = {}
    for title, but, wanted in CASES:
        plain = found(stocked[title], "", people["viewer"]).index(wanted) + 1
        ranks[f"{title} but {but}"] = found(stocked[title], but, people["viewer"]).index(wanted) + 1, plain
    firsts = sum(rank == 1 for rank, _ in ranks.values())
    assert firsts >= 12, ranks
    assert all(rank <= max(3, plain // 2) for rank, plain in ranks.values()), ranks


def test_the_picture_still_counts(stocked, people):
    blue = found(stocked["red heart"], "blue", people["viewer"], limit=4)
    assert blue[0] == "blue heart" and sum("heart" in title for title in blue) >= 3


def test_the_words_may_be_chinese_and_scores_stay_cosines(stocked, people):
    results = search(Query(asset=stocked["red apple"].pk, but="绿色"), user=people["viewer"], limit=3)
    assert "green apple" in [hit.asset.title for hit in results.hits]
    assert all(-1.0 <= hit.score <= 1.0 for hit in results.hits)


def test_a_hidden_asset_is_found_by_nobody_else(stocked, people):
    hidden = stocked["green apple"]
    Asset.objects.filter(pk=hidden.pk).update(visibility=Visibility.PRIVATE)
    assert "green apple" not in found(stocked["red apple"], "green", people["viewer"])
    assert "green apple" in found(stocked["red apple"], "green", people["admin"])
    with pytest.raises(NotFoundError):
        search(Query(asset=hidden.pk, but="red"), user=people["viewer"])
