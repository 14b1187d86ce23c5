"""Queries are read in English and Chinese."""

import pytest

from indexer.search.query import Arrangement, Background, Concept, count_in, names_colour, parse, plural, singular


@pytest.mark.parametrize(
    ("text", "concepts", "relation"),
    [
        ("purple elephant", [("elephant", "purple", None)], None),
        ("a birthday cake", [("birthday cake", None, None)], None),
        ("three purple elephants", [("elephant", "purple", 3)], None),
        ("please draw me a purple elephant", [("elephant", "purple", None)], None),
        ("an elephant which is purple", [("elephant", "purple", None)], None),
        ("cat on a box", [("cat", None, None), ("box", None, None)], "on"),
        ("cat sits on a box", [("cat", None, None), ("box", None, None)], "on"),
        ("a cat riding a bicycle", [("cat", None, None), ("bicycle", None, None)], "on"),
        ("two red cats beside a house", [("cat", "red", 2), ("house", None, None)], "beside"),
        ("cat & dog", [("cat", None, None), ("dog", None, None)], "beside"),
        ("a cat, a dog and a mouse", [("cat", None, None), ("dog", None, None), ("mouse", None, None)], "beside"),
        ("a moon over a house", [("moon", None, None), ("house", None, None)], "above"),
        ("bird flying over a house", [("bird", None, None), ("house", None, None)], "above"),
        ("dog standing behind the tree", [("dog", None, None), ("tree", None, None)], "behind"),
        ("", [], None),
        ("the of a", [], None),
    ],
)
def test_things_and_how_they_stand(text, concepts, relation):
    parsed = parse(text)
    assert parsed.concepts == tuple(Concept(*concept) for concept in concepts)
    assert parsed.relation == relation


@pytest.mark.parametrize(
    ("text", "first", "second", "relation"),
    [
        ("a cat under the moon", "moon", "cat", "above"),
        ("three balls in front of a house", "house", "ball", "behind"),
        ("猫在树下面", "树", "猫", "above"),
        ("房子前面的猫", "房子", "猫", "behind"),
    ],
)
def test_under_and_in_front_of_are_above_and_behind_the_other_way_round(text, first, second, relation):
    parsed = parse(text)
    assert [concept.words for concept in parsed.concepts] == [first, second]
    assert parsed.relation == relation


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("orange", ("orange", None, None)),
        ("two oranges", ("orange", None, 2)),
        ("orange cat", ("cat", "orange", None)),
        ("orange orange", ("orange", "orange", None)),
        ("rose", ("rose", None, None)),
        ("violets", ("violet", None, None, None, True)),
        ("red heart", ("heart", "red", None)),
        ("a golden dog", ("dog", "yellow", None)),
        ("gray cat", ("cat", "grey", None)),
        ("dark green tree", ("tree", "green", None)),
        ("navy blue car", ("car", "blue", None)),
        ("purple-coloured elephant", ("elephant", "purple", None)),
        ("red panda", ("red panda", None, None)),
        ("orange juice", ("orange juice", None, None)),
        ("black and white cat", ("black and white cat", None, None)),
        ("黑猫", ("猫", "black", None)),
        ("紫色的大象", ("大象", "purple", None)),
        ("深蓝色的车", ("车", "blue", None)),
        ("橙子", ("橙子", None, None)),
        ("绿色的黄瓜", ("黄瓜", "green", None)),
        ("黑白猫", ("黑白猫", None, None)),
        ("purple 大象", ("大象", "purple", None)),
        ("红色 cats", ("cat", "red", None, None, True)),
    ],
)
def test_colours_are_told_from_names(text, concept):
    assert parse(text).concepts == (Concept(*concept),)


@pytest.mark.parametrize(
    ("text", "words", "count"),
    [
        ("a pair of shoes", "shoe", 2),
        ("a pair of glasses", "glasses", None),
        ("two pairs of shoes", "shoe", 4),
        ("a dozen eggs", "egg", 12),
        ("7 cats", "cat", 7),
        ("twenty cats", "cat", 20),
        ("1984 novel", "1984 novel", None),
        ("six o'clock", "six o'clock", None),
        ("number one", "number one", None),
        ("三只紫色大象", "大象", 3),
        ("十三只猫", "猫", 13),
        ("２0只猫", "猫", 20),
        ("一双鞋", "鞋", 2),
        ("三明治", "三明治", None),
    ],
)
def test_counts_are_told_from_names(text, words, count):
    (concept,) = parse(text).concepts
    assert (concept.words, concept.count) == (words, count)


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("两只红色的鸟在树上", "on"),
        ("树上的两只红色的鸟", "on"),
        ("在树上的两只红色的鸟", "on"),
        ("两只红色的鸟坐在树上面", "on"),
        ("树上有两只红色的鸟", "on"),
        ("两只红色的鸟在树旁边", "beside"),
        ("两只红色的鸟和树", "beside"),
        ("树旁边的两只红色的鸟", "beside"),
        ("两只红色的鸟在树上方", "above"),
        ("两只红色的鸟在树后面", "behind"),
        ("两只红色的鸟骑着树", "on"),
        ("骑树的两只红色的鸟", "on"),
    ],
)
def test_places_in_chinese(text, relation):
    parsed = parse(text)
    assert parsed.concepts == (Concept("鸟", "red", 2), Concept("树", None, None))
    assert parsed.relation == relation


@pytest.mark.parametrize("text", ["和平", "高跟鞋", "上海", "后院", "共和国", "最后的晚餐", "跪下的女人"])
def test_chinese_names_are_not_taken_apart(text):
    (concept,) = parse(text).concepts
    assert concept.words == text


def said(text):
    """Return the arrangement with names in the places of numbers, as nested lists."""
    parsed = parse(text)

    def named(node):
        if not isinstance(node, Arrangement):
            return parsed.concepts[node].words
        return [node.relation, *(named(member) for member in node.members)]

    return named(parsed.arrangement)


@pytest.mark.parametrize(
    ("text", "arrangement"),
    [
        ("a cat on a table beside a dog", ["beside", ["on", "cat", "table"], "dog"]),
        ("a dog beside a cat on a table", ["beside", "dog", ["on", "cat", "table"]]),
        ("a cat beside a dog under a moon", ["above", "moon", ["beside", "cat", "dog"]]),
        ("a cat and a dog under a tree", ["above", "tree", ["beside", "cat", "dog"]]),
        ("a moon over a cat and a dog", ["above", "moon", ["beside", "cat", "dog"]]),
        ("a bird on a tree and a cat", ["beside", ["on", "bird", "tree"], "cat"]),
        ("a cat on a box and a dog in a house", ["beside", ["on", "cat", "box"], ["in", "dog", "house"]]),
        ("a cat between a dog and a tree", ["between", "cat", "dog", "tree"]),
        ("a cat between two trees", ["between", "cat", "tree"]),
        ("six birds around a tree", ["around", "bird", "tree"]),
        ("a bird on a tree behind a house", ["behind", ["on", "bird", "tree"], "house"]),
        ("in the box", "box"),
        ("桌子上的猫旁边有一只狗", ["beside", "狗", ["on", "猫", "桌子"]]),
        ("猫在桌子上的盒子里", ["in", "猫", ["on", "盒子", "桌子"]]),
        ("猫在桌子上,狗在树下", ["beside", ["on", "猫", "桌子"], ["above", "树", "狗"]]),
        ("猫在狗和树之间", ["between", "猫", "狗", "树"]),
        ("六朵花围着房子", ["around", "花", "房子"]),
        ("碗里的鱼", ["in", "鱼", "碗"]),
    ],
)
def test_places_within_places(text, arrangement):
    assert said(text) == arrangement


@pytest.mark.parametrize(
    ("text", "words", "background"),
    [
        ("moon at night", ["moon"], Background("night")),
        ("a bird flying in the sky", ["bird"], Background("sky")),
        ("a sailboat on the sea", ["sailboat"], Background("sea")),
        ("fish under water", ["fish"], Background("underwater")),
        ("purple elephant on a blue background", ["elephant"], Background(colour="blue")),
        ("purple elephant, blue background", ["elephant"], Background(colour="blue")),
        ("夜空中的火箭", ["火箭"], Background("night")),
        ("海里的鱼", ["鱼"], Background("sea")),
        ("鸟在天空中", ["鸟"], Background("sky")),
        ("蓝色背景上的鸭子", ["鸭子"], Background(colour="blue")),
        ("night sky", ["night sky"], None),
        ("sky", ["sky"], None),
        ("sea", ["sea"], None),
        ("rock and roll", ["rock", "roll"], None),
        ("夜空", ["夜空"], None),
        ("上海", ["上海"], None),
    ],
)
def test_a_background_is_no_concept_unless_it_is_all_there_is(text, words, background):
    parsed = parse(text)
    assert [concept.words for concept in parsed.concepts] == words
    assert parsed.background == background


def test_at_night_alone_stays_a_concept():
    assert [concept.words for concept in parse("at night").concepts] == ["night"]


@pytest.mark.parametrize(
    ("text", "words", "size"),
    [
        ("a big dog", "dog", "big"),
        ("two tiny red cats", "cat", "tiny"),
        ("big ben", "big ben", None),
        ("big", "big", None),
        ("巨大的猫", "猫", "huge"),
        ("大象", "大象", None),
        ("小提琴", "小提琴", None),
        ("两只小的红色的猫", "猫", "small"),
    ],
)
def test_sizes_are_told_from_names(text, words, size):
    (concept,) = parse(text).concepts
    assert (concept.words, concept.size) == (words, size)


def test_quoted_phrases_stay_as_they_are():
    parsed = parse('"red heart" beside “cats on the roof”')
    assert [concept.words for concept in parsed.concepts] == ["red heart", "cats on the roof"]
    assert [concept.colour for concept in parsed.concepts] == [None, None]


@pytest.mark.parametrize(
    ("text", "language"),
    [("cat", "en"), ("猫", "zh"), ("红色 cat", "zh"), ("черный кот", "other"), ("ネコ", "other"), ("42", "en")],
)
def test_the_language_is_told(text, language):
    assert parse(text).language == language


@pytest.mark.parametrize(
    ("many", "one"),
    [
        ("mice", "mouse"),
        ("geese", "goose"),
        ("children", "child"),
        ("leaves", "leaf"),
        ("cherries", "cherry"),
        ("cookies", "cookie"),
        ("boxes", "box"),
        ("buses", "bus"),
        ("houses", "house"),
        ("shoes", "shoe"),
        ("heroes", "hero"),
        ("glasses", "glasses"),
        ("sheep", "sheep"),
        ("cats", "cat"),
    ],
)
def test_plurals(many, one):
    assert singular(many) == one
    assert singular(one) == one
    assert plural(one) == many


def test_titles_say_colours_and_counts():
    assert names_colour("Violet flower", "purple")
    assert names_colour("黑猫", "black")
    assert not names_colour("tired dog", "red")
    assert count_in("Three cats") == {3}
    assert count_in("十三只猫") == {13}


@pytest.mark.parametrize(
    ("text", "words"), [("🎂", "birthday cake"), ("purple 🐘", "elephant"), ("☕️", "hot beverage")]
)
def test_emoji_are_read_by_their_names(text, words):
    assert [concept.words for concept in parse(text).concepts] == [words]
