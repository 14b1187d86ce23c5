"""Many assets at once over the API: what changed, what was refused, and the way back."""

import io
import uuid
import zipfile

import pytest
from django.utils import timezone

from assetdb import tagging
from assetdb.models import Asset, AssetTag, Collection, Tag, Visibility
from tests.webapp.callers import caller, failure

pytestmark = pytest.mark.django_db
BULK = "/api/v1/assets/bulk/"


@pytest.fixture
def three(people, make_asset):
    """Two assets of the editor's and a private one of somebody else's."""
    Tag.objects.create(slug="round", group="shape", name="round")
    hidden = make_asset("Hidden", owner=people["other"], visibility=Visibility.PRIVATE)
    return make_asset("Cat", licence="MIT", credit="Ann"), make_asset("Dog"), hidden


def ids(*assets):
    return [str(asset.pk) for asset in assets]


def send(user, what, assets, **more):
    return caller(user).post(f"{BULK}{what}/", {"assets": ids(*assets)} | more, format="json")


def states():
    return dict(AssetTag.objects.values_list("asset__title", "state"))


def test_tagging_says_what_changed_what_was_so_and_what_was_refused(people, three):
    tagging.add_tag(people["editor"], three[0].pk, "round")
    body = send(people["editor"], "tag", three, tag="round").json()
    assert body == {"changed": ids(three[1]), "unchanged": 1, "refused": 1, "before": {"none": ids(three[1])}}
    assert states() == {"Cat": "accepted", "Dog": "accepted"}
    failure(send(people["editor"], "tag", three, tag="square"), 404, "not_found")


def test_a_tag_comes_off_and_back_to_the_state_it_had(people, three):
    tagging.add_tag(people["editor"], three[0].pk, "round")
    AssetTag.objects.create(asset=three[1], tag=Tag.objects.get(), source="zero_shot", score=0.7)
    body = send(people["editor"], "untag", three, tag="round").json()
    assert (sorted(body["changed"]), body["refused"]) == (sorted(ids(*three[:2])), 1)
    assert body["before"] == {"accepted": ids(three[0]), "suggested": ids(three[1])}
    assert states() == {"Cat": "rejected", "Dog": "rejected"}
    back = {"tag": "round", "before": body["before"]}
    assert caller(people["editor"]).post(f"{BULK}take-back-tag/", back, format="json").json() == {"count": 2}
    assert states() == {"Cat": "accepted", "Dog": "suggested"}


def test_taking_back_a_tag_put_on_leaves_no_trace(people, three):
    body = send(people["editor"], "tag", three, tag="round").json()
    client, back = caller(people["editor"]), {"tag": "round", "before": body["before"]}
    assert client.post(f"{BULK}take-back-tag/", back, format="json").json() == {"count": 2}
    assert states() == {}
    failure(client.post(f"{BULK}take-back-tag/", back | {"before": {"x": []}}, format="json"), 400, "unknown_field")


def test_rights_of_many_and_what_they_were(people, three):
    body = send(people["editor"], "rights", three, licence="CC-BY-4.0").json()
    assert (sorted(body["changed"]), body["refused"]) == (sorted(ids(*three[:2])), 1)
    mit = next(before for before in body["before"] if before["licence"] == "MIT")
    assert mit == {"licence": "MIT", "credit": "Ann", "derivatives_allowed": True, "assets": ids(three[0])}
    assert set(Asset.objects.values_list("title", "licence")) == {
        *(("Cat", "CC-BY-4.0"), ("Dog", "CC-BY-4.0"), ("Hidden", "")),
    }
    failure(send(people["editor"], "rights", three), 400, "bad_value")
    failure(send(people["editor"], "rights", three, licence="mine"), 400, "invalid")


def test_into_the_trash_and_out_and_away(people, three):
    editor = people["editor"]
    failure(send(editor, "trash", []), 400, "invalid")
    assert send(editor, "purge", three).json() == {"changed": [], "unchanged": 0, "refused": 3}
    assert sorted(send(editor, "trash", three).json()["changed"]) == sorted(ids(*three[:2]))
    assert send(editor, "trash", three).json() == {"changed": [], "unchanged": 2, "refused": 1}
    assert send(editor, "restore", three[:1]).json()["changed"] == ids(three[0])
    assert send(people["other"], "purge", three).json()["refused"] == 3
    assert send(editor, "purge", three).json() == {"changed": ids(three[1]), "unchanged": 0, "refused": 2}
    assert set(Asset.objects.values_list("title", flat=True)) == {"Cat", "Hidden"}


def test_the_trash_is_emptied_of_ones_own(people, three):
    Asset.objects.update(trashed=timezone.now())
    assert caller(people["editor"]).post("/api/v1/assets/trash/empty/").json() == {"count": 2}
    assert list(Asset.objects.values_list("title", flat=True)) == ["Hidden"]


def test_collecting_many(people, three):
    mine = Collection.objects.create(name="mine", owner=people["editor"])
    theirs = Collection.objects.create(name="theirs", owner=people["other"])
    mine.items.create(asset=three[0])
    body = send(people["editor"], "collect", three, collection=str(mine.pk)).json()
    assert body == {"changed": ids(three[1]), "unchanged": 1, "refused": 1}
    failure(send(people["editor"], "collect", three, collection=str(theirs.pk)), 404, "not_found")


def test_a_zip_and_a_table_hold_what_the_caller_may_see(people, three):
    response = send(people["viewer"], "zip", three)
    assert response["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as archive:
        assert archive.namelist() == ["Cat.svg", "Dog.svg"]
    rows = b"".join(send(people["viewer"], "csv", three[::-1]).streaming_content).decode().splitlines()
    assert [row.split(",")[1] for row in rows] == ["title", "Dog", "Cat"]
    for what in ("zip", "csv", "credits"):
        failure(send(people["viewer"], what, three[2:]), 404, "not_found")


def test_the_credit_lines_of_a_set(people, three):
    body = send(people["viewer"], "credits", three).json()
    assert [one["asset"] for one in body["credits"]] == ids(*three[:2])
    assert body["credits"][0]["text"] == "“Cat” by Ann, MIT (https://opensource.org/license/mit)"
    assert body["text"].splitlines() == [one["text"] for one in body["credits"]]
    assert body["credits"][1]["warnings"]


def test_a_viewer_changes_nothing_and_nobody_too_much(people, three):
    Tag.objects.filter(slug="round").update(group="g")
    for what, more in {"tag": {"tag": "round"}, "trash": {}, "rights": {"credit": "me"}}.items():
        assert send(people["viewer"], what, three, **more).json()["refused"] == 3
    many = {"assets": [str(uuid.UUID(int=n)) for n in range(10_001)]}
    failure(caller(people["editor"]).post(f"{BULK}trash/", many, format="json"), 400, "invalid")
    failure(send(people["editor"], "trash", three, owner="me"), 400, "unknown_field")
    assert not Asset.objects.filter(trashed__isnull=False).exists() and not AssetTag.objects.exists()
