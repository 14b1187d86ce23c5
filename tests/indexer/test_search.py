"""Search: access and filters apply inside, every answer carries an honest verdict."""

import io
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from PIL import Image

from assetdb import lifecycle, tagging
from assetdb.errors import NotFoundError
from assetdb.models import Asset, Collection, CollectionItem, Origin, Review, Tag, Visibility
from assetdb.renditions import preview_image
from indexer import embed, words
from indexer.models import SearchEvent
from indexer.search import Filters, Query, facets, search, similar
from tests.indexer.conftest import drawing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder")]


def catch_up():
    while embed.catch_up():
        pass
    while words.catch_up():
        pass


@pytest.fixture
def library(make_asset):
    named = {
        "Elephant": ("#9b9b9a", "大象"),
        "Birthday cake": ("#fcea2b", "生日蛋糕"),
        "Black cat": ("#222222", "黑猫"),
        "Red apple": ("#ea5a47", "红苹果"),
        "Green apple": ("#5c9e31", "青苹果"),
    }
    assets = {title: make_asset(title, data=drawing(colour), title_zh=zh) for title, (colour, zh) in named.items()}
    catch_up()
    return assets


def ask(text, user, **options):
    return search(Query(text=text), user=user, **options)


def titles(results):
    return [hit.asset.title for hit in results.hits]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("birthday cake", "Birthday cake"),
        ("a birthday cake", "Birthday cake"),
        ("elephants", "Elephant"),
        ("猫", "Black cat"),
        ("大象", "Elephant"),
        ("red apple", "Red apple"),
        ("a green apple", "Green apple"),
    ],
)
def test_what_is_there_is_a_hit_and_comes_first(library, people, text, title):
    results = ask(text, people["viewer"])
    assert results.verdict.kind == "hit", results.verdict
    assert titles(results)[0] == title
    assert results.hits[0].probability == pytest.approx(results.verdict.probability)
    assert "words" in results.hits[0].why


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("purple elephant", "purple elephant"),
        ("xylophone", "xylophone"),
        ("blue apple", "blue apple"),
        ("three elephants", "3 × elephant"),
        ("an elephant on a xylophone", "xylophone"),
        ("紫色的大象", "purple 大象"),
    ],
)
def test_what_is_not_covered_by_one_asset_is_no_hit(library, people, text, missing):
    verdict = ask(text, people["viewer"]).verdict
    assert verdict.kind in {"miss", "weak"}
    assert missing in verdict.missing
    assert verdict.message
    assert verdict.calibration == "prior"


def test_a_colour_is_seen_in_the_picture_not_only_read(make_asset, people, library):
    make_asset("Elephant", data=drawing("#8949be", radius=25))
    catch_up()
    results = ask("purple elephant", people["viewer"])
    assert results.verdict.kind == "hit"
    assert titles(results)[0] == "Elephant"


def test_the_nearest_are_shown_beside_a_miss(library, people):
    results = ask("purple elephant", people["viewer"])
    assert titles(results)[0] == "Elephant"
    assert results.total == 0


def test_nobody_finds_what_they_may_not_see(library, make_asset, people):
    mine = make_asset("Secret xylophone", owner=people["other"], visibility=Visibility.PRIVATE)
    catch_up()
    for name in ("viewer", "editor", "reviewer"):
        results = ask("xylophone", people[name])
        assert results.verdict.kind == "miss"
        assert mine not in [hit.asset for hit in results.hits]
        assert results.total == 0
    assert ask("xylophone", AnonymousUser()).hits == []
    assert ask("xylophone", people["other"]).verdict.kind == "hit"
    assert titles(search(Query(asset=library["Elephant"].pk), user=people["viewer"]))
    with pytest.raises(NotFoundError):
        search(Query(asset=mine.pk), user=people["viewer"])


def test_a_private_asset_changes_no_number_another_user_sees(library, make_asset, people):
    before = ask("apple", people["viewer"]), facets(people["viewer"])
    make_asset("Apple", owner=people["other"], visibility=Visibility.PRIVATE, licence="MIT")
    catch_up()
    after = ask("apple", people["viewer"]), facets(people["viewer"])
    assert titles(after[0]) == titles(before[0])
    assert after[0].total == before[0].total
    assert after[1] == before[1]


def test_filters_apply_inside_the_search(library, make_asset, people):
    Asset.objects.filter(title="Red apple").update(licence="MIT", origin=Origin.IMPORTED)
    Tag.objects.create(slug="fruit", group="food", name="fruit")
    tagging.add_tag(people["editor"], library["Green apple"].pk, "fruit")
    own = Collection.objects.create(name="mine", owner=people["viewer"])
    CollectionItem.objects.create(collection=own, asset=library["Red apple"])
    foreign = Collection.objects.create(name="theirs", owner=people["other"])
    CollectionItem.objects.create(collection=foreign, asset=library["Red apple"])
    tomorrow = timezone.now() + timedelta(days=1)
    catch_up()
    expected = {
        Filters(licence="MIT"): {"Red apple"},
        Filters(origin="imported"): {"Red apple"},
        Filters(tag=("fruit",)): {"Green apple"},
        Filters(collection=own.pk): {"Red apple"},
        Filters(collection=foreign.pk): set(),
        Filters(owner="other"): set(),
        Filters(created_from=tomorrow): set(),
        Filters(kind="image", created_to=tomorrow): set(library),
    }
    for filters, allowed in expected.items():
        found = ask("apple", people["viewer"], filters=filters, limit=50)
        assert set(titles(found)) <= allowed, filters
        browsed = search(Query(), user=people["viewer"], filters=filters)
        assert set(titles(browsed)) == allowed, filters


def test_suggested_tags_neither_filter_nor_count(library, people):
    from assetdb.models import AssetTag

    tag = Tag.objects.create(slug="fruit", group="food", name="fruit")
    AssetTag.objects.create(asset=library["Red apple"], tag=tag, source=AssetTag.Source.ZERO_SHOT)
    assert search(Query(), user=people["viewer"], filters=Filters(tag=("fruit",))).total == 0
    assert facets(people["viewer"])["tag"] == []


def test_every_permitted_asset_is_reached_page_by_page(library, make_asset, people):
    for n in range(30):
        make_asset(f"Apple {n}", data=drawing("#ff0000", radius=10 + n / 3))
    catch_up()
    pages = [ask("apple", people["viewer"], limit=7, offset=7 * n) for n in range(6)]
    seen = [hit.asset.pk for page in pages for hit in page.hits]
    assert len(seen) == len(set(seen)) == 35
    likely = [hit.probability for page in pages for hit in page.hits]
    assert likely == sorted(likely, reverse=True)


def test_assets_with_many_segments_are_one_hit(make_asset, people):
    dots = "".join(f'<circle cx="{x}" cy="36" r="9" fill="#ff0000"/>' for x in (12, 36, 60))
    make_asset("Dots", data=f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 72">{dots}</svg>'.encode())
    make_asset("Disc", data=drawing("#0000ff"))
    catch_up()
    results = ask("red", people["viewer"])
    assert sorted(titles(results)) == ["Disc", "Dots"]


def test_deleted_is_gone_at_the_next_search(library, people):
    assert ask("elephant", people["viewer"]).verdict.kind == "hit"
    lifecycle.trash(people["editor"], [library["Elephant"].pk])
    results = ask("elephant", people["viewer"])
    assert "Elephant" not in titles(results)
    assert results.verdict.kind != "hit"


def test_unreviewed_generations_are_found_by_their_asker_and_reviewers_only(library, make_asset, people):
    made = make_asset("Unicorn", owner=people["editor"], origin=Origin.GENERATED, review=Review.PENDING)
    catch_up()
    for name, kind in {"editor": "hit", "reviewer": "hit", "other": "miss", "viewer": "miss"}.items():
        results = ask("unicorn", people[name])
        assert results.verdict.kind == kind, name
        assert (made in [hit.asset for hit in results.hits]) == (kind == "hit")


def test_own_words_can_be_left_out(library, people):
    elephant = library["Elephant"].pk
    results = ask("elephant", people["viewer"], exclude_own_words=frozenset([elephant]))
    first = {hit.asset.pk: hit for hit in results.hits}.get(elephant)
    assert first is None or ("words" not in first.why and "text" not in first.why)


def test_similar_is_by_picture_and_leaves_the_asset_out(library, make_asset, people):
    twin = make_asset("Twin", data=drawing("#ea5a46"))
    catch_up()
    found = [hit.asset for hit in similar(library["Red apple"], user=people["viewer"], limit=3)]
    assert found[0] == twin
    assert library["Red apple"] not in found


def test_a_picture_can_be_searched_with(library, people):
    image = Image.open(io.BytesIO(_png((234, 90, 71))))
    results = search(Query(image=image), user=people["viewer"])
    assert titles(results)[0] == "Red apple"


def test_a_picture_of_an_unknown_kind_gets_no_verdict(library, people, encoder, monkeypatch):
    monkeypatch.setattr(encoder, "knows", lambda images: [False] * len(images))
    results = search(Query(image=Image.new("RGB", (50, 50), "red")), user=people["viewer"])
    assert results.verdict.kind == "unknown"
    assert "pretrained CLIP" in results.verdict.message
    assert results.hits == []


def test_nothing_asked_is_browsing_newest_first(library, people):
    results = search(Query(), user=people["viewer"], limit=2)
    assert results.verdict is None
    assert titles(results) == ["Green apple", "Red apple"]
    assert results.total == 5


def test_an_empty_library_misses_and_says_what(people):
    results = ask("purple elephant", people["viewer"])
    assert results.verdict.kind == "miss"
    assert results.hits == []
    assert "elephant" in results.verdict.message


def test_only_a_recorded_search_leaves_an_event(library, people):
    ask("elephant", people["viewer"])
    assert not SearchEvent.objects.exists()
    ask("elephant", people["viewer"], record=True)
    event = SearchEvent.objects.get()
    assert (event.query, event.verdict, event.user) == ("elephant", "hit", people["viewer"])


def _png(colour):
    out = io.BytesIO()
    Image.new("RGB", (64, 64), colour).save(out, "PNG")
    return out.getvalue()


def test_the_very_same_picture_is_a_hit(library, people):
    asset = Asset.objects.order_by("created").first()
    results = search(Query(image=preview_image(asset, preset="thumb")), user=people["viewer"])
    assert results.verdict.kind == "hit" and results.hits[0].score > 0.98


def test_what_is_called_something_like_it_comes_before_what_only_looks_like_it(make_asset, people, monkeypatch):
    monkeypatch.setattr("indexer.search.text.alike", lambda word: {"ship": 0.2, "dog": 0.4} if word == "sailor" else {})
    for title, colour in (("Ship", "#222222"), ("Letter by ship", "#333333"), ("Rose", "#ea5a47"), ("Dog", "#444444")):
        make_asset(title, data=drawing(colour))
    catch_up()
    assert titles(ask("sailor", people["viewer"]))[:3] == ["Dog", "Ship", "Letter by ship"]
    assert ask("sailor", people["viewer"]).verdict.kind == "miss"


def test_a_language_nobody_here_reads_is_said_so(library, people):
    results = search(Query(text="кошка"), user=people["viewer"])
    assert (results.verdict.kind, results.hits) == ("unknown", [])
    assert "English and Chinese" in results.verdict.message
