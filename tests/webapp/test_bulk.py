"""Acts on many pictures: what is done, what is passed over, and how it is undone."""

import io
import zipfile

import pytest

from assetdb.models import Asset, AssetTag, Tag, Visibility

pytestmark = pytest.mark.django_db
JSON = {"accept": "application/json"}


@pytest.fixture
def three(client, people, make_asset):
    client.force_login(people["editor"])
    return [make_asset(title, licence="MIT", credit=f"by {title}") for title in "abc"]


def act(client, name, assets, **fields):
    sent = {"assets": ",".join(str(asset.pk) for asset in assets), **fields}
    answer = client.post(f"/bulk/{name}/", sent, headers=JSON)
    assert answer.status_code == 200, answer.content
    return answer.json()


def undo(client, answer):
    return client.post(answer["undo"]["url"], answer["undo"]["fields"], headers=JSON).json()


def test_the_trash_and_back(client, three):
    answer = act(client, "trash", three[:2])
    assert (answer["message"], answer["done"], answer["refused"]) == ("2 pictures moved to the trash.", 2, 0)
    assert Asset.objects.filter(trashed__isnull=False).count() == 2
    assert undo(client, answer)["message"] == "2 pictures restored."
    assert not Asset.objects.filter(trashed__isnull=False).exists()


def test_a_tag_is_put_on_and_only_where_it_was_new_taken_off_again(client, people, three):
    tag = Tag.objects.create(slug="light", name="Light", group="mood")
    AssetTag.objects.create(asset=three[0], tag=tag, state="accepted", source="person")
    AssetTag.objects.create(asset=three[1], tag=tag, state="suggested", source="zero_shot", score=0.7)
    answer = act(client, "tag", three, tag="light")
    assert answer["done"] == 2
    rows = AssetTag.objects.filter(state="accepted")
    assert rows.count() == 3 and rows.get(asset=three[2]).decided_by == people["editor"]
    undo(client, answer)
    assert [row.asset for row in AssetTag.objects.filter(state="accepted")] == [three[0]]


def test_rights_are_given_and_put_back_as_each_had_them(client, three):
    answer = act(client, "rights", three, licence="CC-BY-4.0", credit="The studio")
    assert set(Asset.objects.values_list("licence", "credit")) == {("CC-BY-4.0", "The studio")}
    undo(client, answer)
    assert set(Asset.objects.values_list("licence", "credit")) == {("MIT", f"by {t}") for t in "abc"}


def test_what_is_left_open_stays(client, three):
    act(client, "rights", three, licence="keep", credit="The studio")
    assert set(Asset.objects.values_list("licence", "credit")) == {("MIT", "The studio")}


def test_what_the_caller_may_not_change_is_passed_over_and_counted(client, people, three, make_asset):
    private = make_asset("d", owner=people["other"], visibility=Visibility.PRIVATE)
    answer = act(client, "trash", [three[0], private])
    assert (answer["done"], answer["refused"]) == (1, 1)
    assert "1 may not be changed by you" in answer["message"]
    private.refresh_from_db()
    assert private.trashed is None


def test_the_chosen_files_come_as_one_zip_under_names_that_differ(client, people, three, make_asset):
    Asset.objects.update(file_name="same.svg")
    private = make_asset("d", owner=people["other"], visibility=Visibility.PRIVATE)
    named = ",".join(str(asset.pk) for asset in (*three, private))
    answer = client.post("/bulk/download/", {"assets": named})
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["same.svg", "same (2).svg", "same (3).svg"]
        assert archive.read("same.svg").startswith(b"<svg")


@pytest.mark.parametrize(("sent", "code"), [({"assets": "x"}, 404), ({"assets": "," * 3}, 400)])
def test_nothing_chosen_is_said(client, three, sent, code):
    assert client.post("/bulk/download/", sent).status_code == code


def test_an_unknown_tag_changes_nothing(client, three):
    refused = client.post("/bulk/tag/", {"assets": str(three[0].pk), "tag": "x"}, headers=JSON)
    assert refused.status_code == 400 and not AssetTag.objects.exists()


def test_ten_thousand_can_be_named(client, three):
    named = ",".join([str(three[0].pk)] * 9_999 + [str(three[1].pk)])
    assert client.post("/bulk/trash/", {"assets": named}, headers=JSON).json()["done"] == 2
    assert client.post("/bulk/trash/", {"assets": named + ",x,y"}, headers=JSON).status_code == 400


def test_the_chosen_come_as_a_table_in_the_order_they_were_chosen(client, people, three, make_asset):
    private = make_asset("d", owner=people["other"], visibility=Visibility.PRIVATE)
    Asset.objects.filter(pk=three[0].pk).update(title="=1+1")
    named = ",".join(str(asset.pk) for asset in (three[2], private, three[0]))
    answer = client.post("/bulk/table/", {"assets": named})
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert answer["Content-Disposition"] == 'attachment; filename="lacuna.csv"'
    assert [line.split(",")[1] for line in lines] == ["title", "c", "'=1+1"]
