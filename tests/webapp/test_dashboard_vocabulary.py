"""The vocabulary editor."""

from __future__ import annotations

import pytest
from django.urls import reverse

from assetdb import tagging
from assetdb.models import AssetTag, Tag
from tests.indexer.conftest import drawing
from tests.webapp.readers import index, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh")]
FORM = {"name": "red", "name_zh": "红", "group": "shade", "prompts": "a red thing\n\n scarlet ", "threshold": "0.4"}


@pytest.fixture
def red() -> Tag:
    return Tag.objects.create(slug="red", group="shade", name="red", prompts=["red"])


def editor(query: str = "") -> str:
    return reverse("admin:vocabulary") + query


def test_words_stand_in_their_groups_with_their_counts(desk, people, make_asset, red):
    Tag.objects.create(slug="cat", group="animals", name="cat")
    AssetTag.objects.create(asset=make_asset("one"), tag=red, source="zero_shot", score=0.9)
    tagging.add_tag(people["admin"], make_asset("two").pk, "red")
    groups = desk.get(editor()).context["groups"]
    assert [name for name, _ in groups] == ["animals", "shade"]
    assert groups[1][1][0].counts == {"suggested": 1, "accepted": 1}


def test_an_empty_vocabulary_says_what_to_do(desk):
    assert "has no words yet" in text(desk.get(editor()))


def test_a_word_is_changed_everywhere_it_is_used(desk, red):
    assert desk.post(editor("?tag=red"), FORM | {"suggest": "on"}).status_code == 302
    red.refresh_from_db()
    assert (red.name_zh, red.prompts, red.threshold, red.suggest) == ("红", ["a red thing", "scarlet"], 0.4, True)
    desk.post(editor("?tag=red"), FORM | {"threshold": ""})
    red.refresh_from_db()
    assert (red.threshold, red.suggest) == (None, False)


def test_a_word_is_added_once(desk):
    desk.post(editor("?new=1"), FORM | {"name": "Dark Red"})
    assert Tag.objects.get().slug == "dark-red"
    again = desk.post(editor("?new=1"), FORM | {"name": "Dark red"})
    assert "in the vocabulary already" in text(again)
    assert Tag.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"threshold": "40"}, "less than or equal to 1"),
        ({"prompts": "a\nb\nc\nd\ne\nf"}, "Five prompts are the most"),
        ({"name": ""}, "required"),
    ],
)
def test_what_is_wrong_is_said_beside_the_form_and_not_saved(desk, red, wrong, said):
    page = desk.post(editor("?tag=red"), FORM | wrong)
    assert said in text(page)
    red.refresh_from_db()
    assert red.prompts == ["red"]


def test_only_admins_edit(client, people, red):
    client.force_login(people["reviewer"])
    assert client.get(editor(), follow=True).status_code == 403
    assert client.post(editor("?tag=red"), FORM).status_code in (302, 403)
    red.refresh_from_db()
    assert red.prompts == ["red"]


def test_the_effect_of_a_threshold_is_told_before_it_is_set(desk, encoder, make_asset, red):
    for colour in ("#ff0000", "#00ff00", "#0000ff"):
        make_asset(colour, data=drawing(colour))
    index()
    at = reverse("admin:vocabulary_at", args=["red"])
    every, none = desk.get(at + "?threshold=0"), desk.get(at + "?threshold=1")
    assert "suggested for 3 of 3 assets" in text(every)
    assert "suggested for 0 of 3 assets" in text(none)
    assert "No picture reaches it" in text(none)
    assert every.content.decode().count("<img") == none.content.decode().count("<img") == 3
    assert "At 0.50" in text(desk.get(at + "?threshold=nonsense"))
    assert desk.get(reverse("admin:vocabulary_at", args=["yak"])).status_code == 404
