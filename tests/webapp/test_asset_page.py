"""The page of an asset, uploads and the trash."""

import html
import io
import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from PIL import Image

from assetdb import lifecycle, tagging
from assetdb.models import (
    Asset,
    AssetTag,
    Collection,
    CollectionItem,
    Grant,
    Origin,
    Review,
    Share,
    State,
    Tag,
    Visibility,
)
from generators.models import Parent, Provenance, Run
from tests.conftest import svg
from tests.webapp.readers import HTMX, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder")]


def test_titles_and_tags_are_chinese_for_who_reads_chinese(clients, people, indexed):
    (asset,) = indexed("black cat", title_zh="黑猫")
    Tag.objects.create(slug="animal", group="thing", name="animal", name_zh="动物")
    tagging.add_tag(people["editor"], asset.pk, "animal")
    with translation.override("zh-hans"):
        page = clients["viewer"].get(f"/assets/{asset.pk}/", headers={"accept-language": "zh-hans"})
    assert "黑猫" in text(page) and "动物" in text(page)
    assert "black cat" in text(clients["viewer"].get(f"/assets/{asset.pk}/"))


def test_a_tag_is_accepted_rejected_and_added_in_place(clients, people, indexed):
    (asset,) = indexed("a lamp", owner=people["editor"])
    for slug in ("light", "animal", "house"):
        Tag.objects.create(slug=slug, group="thing", name=f"the {slug}")
    for slug in ("light", "animal"):
        AssetTag.objects.create(asset=asset, tag=Tag.objects.get(slug=slug), source="zero_shot", score=0.8)
    assert "the light" not in text(clients["viewer"].get(f"/assets/{asset.pk}/"))
    assert "80 %" in text(clients["editor"].get(f"/assets/{asset.pk}/"))
    answer = clients["editor"].post(f"/assets/{asset.pk}/tags/light/", {"accept": "1"}, headers=HTMX)
    assert b"<html" not in answer.content and "the light" in text(answer)
    clients["editor"].post(f"/assets/{asset.pk}/tags/animal/", {"accept": "0"})
    clients["editor"].post(f"/assets/{asset.pk}/tags/", {"tag": "The House"})
    states = dict(AssetTag.objects.values_list("tag__slug", "state"))
    assert states == {"light": "accepted", "animal": "rejected", "house": "accepted"}
    unknown = clients["editor"].post(f"/assets/{asset.pk}/tags/", {"tag": "never heard"}, headers=HTMX)
    assert unknown.status_code == 400 and "not in the vocabulary" in text(unknown)
    assert (unknown["HX-Retarget"], unknown["HX-Reswap"]) == ("#notices", "innerHTML")
    assert clients["viewer"].post(f"/assets/{asset.pk}/tags/light/", {"accept": "0"}).status_code == 403


def test_editing_changes_what_it_may_and_says_what_was_wrong(clients, people, indexed):
    (asset,) = indexed("a lamp", owner=people["editor"])
    path = f"/assets/{asset.pk}/edit/"
    fields = {"title": "a red lamp", "licence": "CC-BY-4.0", "visibility": "private", "derivatives_shown": "1"}
    assert clients["editor"].post(path, fields)["Location"] == f"/assets/{asset.pk}/"
    asset.refresh_from_db()
    assert (asset.title, asset.licence, asset.visibility) == ("a red lamp", "CC-BY-4.0", "private")
    assert asset.derivatives_allowed is False
    refused = clients["editor"].post(path, {"source_url": "javascript:alert(1)"})
    assert refused.status_code == 400 and "http://" in text(refused)
    assert clients["viewer"].post(path, {"title": "mine now"}).status_code == 404


def test_what_is_thrown_away_can_be_restored_or_deleted(clients, people, indexed):
    lamp, chair = indexed("a lamp", "a chair", owner=people["editor"])
    for asset in (lamp, chair):
        clients["editor"].post(f"/assets/{asset.pk}/trash/")
    assert clients["viewer"].get(f"/assets/{lamp.pk}/").status_code == 404
    assert "in the trash" in text(clients["editor"].get(f"/assets/{lamp.pk}/"))
    assert "a chair" in text(clients["editor"].get("/trash/"))
    clients["editor"].post(f"/assets/{lamp.pk}/restore/")
    assert "a lamp" in text(clients["viewer"].get("/"))
    assert clients["other"].post(f"/assets/{chair.pk}/purge/").status_code == 403
    assert clients["editor"].post(f"/assets/{lamp.pk}/purge/").status_code == 409
    clients["editor"].post("/trash/empty/")
    assert list(Asset.objects.all()) == [lamp]


def test_emptying_the_trash_takes_only_ones_own(clients, people, indexed):
    (mine,) = indexed("mine", owner=people["admin"])
    (theirs,) = indexed("theirs", owner=people["editor"])
    lifecycle.trash(people["admin"], [mine.pk, theirs.pk])
    clients["admin"].post("/trash/empty/")
    assert list(Asset.objects.all()) == [theirs]


def test_uploads_are_answered_file_by_file(clients, people):
    def sent(data, name, kind="image/svg+xml"):
        return SimpleUploadedFile(name, data, content_type=kind)

    files = [sent(svg(), "disc.svg"), sent(svg(), "again.svg"), sent(b"", "nothing.png", "image/png")]
    form = {"file": files, "licence": "CC0-1.0", "credit": "Ann", "visibility": "private"}
    answer = clients["editor"].post("/upload/", form, headers={"accept": "application/json"})
    told = json.loads(answer.content)["files"]
    assert [one["state"] for one in told] == ["added", "there", "failed"]
    assert told[0]["url"] == told[1]["url"] and told[0]["thumb"]
    assert "no content" in told[2]["message"]
    asset = Asset.objects.get(state=State.READY)
    assert (asset.owner, asset.licence, asset.credit) == (people["editor"], "CC0-1.0", "Ann")
    assert asset.visibility == Visibility.PRIVATE
    assert clients["viewer"].post("/upload/", {"file": sent(svg(), "x.svg")}).status_code == 403


def test_the_upload_form_works_without_a_script(clients):
    page = clients["editor"].post("/upload/", {"file": SimpleUploadedFile("disc.svg", svg(), "image/svg+xml")})
    asset = Asset.objects.get()
    assert f'href="/assets/{asset.pk}/"' in page.content.decode() and "Added." in text(page)
    assert "Choose at least one file" in text(clients["editor"].post("/upload/", {}))


def test_an_unreadable_file_is_listed_with_its_reason(clients, people, make_asset):
    asset = make_asset("broken", owner=people["editor"], data=b"\x89PNG\r\n\x1a\n", file_name="broken.png")
    page = clients["editor"].get(f"/assets/{asset.pk}/")
    assert asset.error_message in text(page) and asset.error_code in text(page)
    assert asset.state == State.UNREADABLE
    for useless in ("Add a tag", "Download", "Other sizes", "Copy credit line", "Similar"):
        assert useless not in text(page)
    assert "Move to the trash" in text(page)
    assert "broken.png" in text(clients["editor"].get("/jobs/"))
    assert "broken.png" not in text(clients["viewer"].get("/jobs/"))


def test_a_photograph_is_said_to_be_unknown(clients, people, indexed):
    from indexer.models import Embedding

    (asset,) = indexed("a photo", owner=people["editor"])
    assert "does not know" not in text(clients["editor"].get(f"/assets/{asset.pk}/"))
    Embedding.objects.filter(asset_id=asset.pk, segment="image").update(known=False)
    assert "does not know" in text(clients["editor"].get(f"/assets/{asset.pk}/"))
    assert "use_encoder" in text(clients["admin"].get(f"/assets/{asset.pk}/"))


def test_provenance_names_every_part_and_links_those_one_may_see(clients, people, indexed):
    shown, hidden = (
        indexed("elephant", owner=people["editor"])[0],
        indexed("hidden part", owner=people["other"], visibility=Visibility.PRIVATE)[0],
    )
    (made,) = indexed("purple elephant", owner=people["editor"], origin="generated", review=Review.APPROVED)
    checks = [{"name": "fidelity", "passed": True, "score": 1, "message": "shows it"}]
    Provenance.objects.create(
        asset=made, query="purple elephant", verdict={}, recipe={"generator": "composer"}, checks=checks
    )
    for part in (shown, hidden):
        Parent.objects.create(asset=made, parent=part, title=part.title, licence="CC-BY-SA-4.0", credit="OpenMoji")
    page = clients["viewer"].get(f"/assets/{made.pk}/")
    for words_shown in ("Searched for “purple elephant”", "shows it", "composer", "hidden part", "OpenMoji"):
        assert words_shown in text(page)
    assert f'href="/assets/{shown.pk}/"' in page.content.decode()
    assert f'href="/assets/{hidden.pk}/"' not in page.content.decode()


def test_a_photo_upload_shows_its_upright_preview(clients, people, make_asset):
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (60, 20), (9, 9, 200)).save(buffer, "JPEG", exif=exif)
    asset = make_asset("turned", data=buffer.getvalue(), file_name="turned.jpg")
    assert "20 × 60" in text(clients["viewer"].get(f"/assets/{asset.pk}/"))


def credit(page) -> tuple[str, str]:
    body = page.content.decode()
    line = re.search(r'id="credit-line"[^>]*>([^<]*)<', body)[1]
    return html.unescape(line), html.unescape(re.search(r'id="credit-html"[^>]*>([^<]*)<', body)[1])


def test_the_credit_line_names_title_author_source_and_licence(clients, make_asset):
    asset = make_asset("fox", licence="CC-BY-SA-4.0", credit="Ann <Fox>", source_url="https://example.org/?a=1&b=2")
    page = clients["viewer"].get(f"/assets/{asset.pk}/")
    url = "https://creativecommons.org/licenses/by-sa/4.0/"
    plain, coded = credit(page)
    assert plain == f"“fox” by Ann <Fox>, CC BY-SA 4.0 ({url}), https://example.org/?a=1&b=2"
    assert coded == (
        f'<a href="https://example.org/?a=1&amp;b=2">“fox”</a> by Ann &lt;Fox&gt;, '
        f'<a href="{url}" rel="license">CC BY-SA 4.0</a>'
    )
    assert f'href="{url}" rel="license' in page.content.decode() and "must carry the same licence" in text(page)


@pytest.mark.parametrize(
    ("licence", "allowed", "said"),
    [
        ("", True, "No licence is stated"),
        ("CC-BY-NC-4.0", True, "Not for commercial use"),
        ("CC-BY-ND-4.0", True, "Not to be changed"),
        ("CC-BY-4.0", False, "Not to be changed"),
        ("all-rights-reserved", True, "takes permission"),
    ],
)
def test_what_a_licence_forbids_is_said(clients, make_asset, licence, allowed, said):
    asset = make_asset("fox", licence=licence, derivatives_allowed=allowed)
    assert said in text(clients["viewer"].get(f"/assets/{asset.pk}/"))


def test_a_free_picture_comes_without_a_warning(clients, make_asset):
    asset = make_asset("fox", licence="CC0-1.0")
    page = text(clients["viewer"].get(f"/assets/{asset.pk}/"))
    assert "No credit is required" in page
    assert not any(said in page for said in ("Not for", "Not to be", "No licence", "permission"))


def boxes(page) -> list[tuple[str, str]]:
    """Return what each box of the drawn chain says and where it leads, from top to bottom."""
    found = re.findall(
        r'<g role="listitem"[^>]*>(?:<a href="([^"]*)"[^>]*>)?<title>([^<]*)</title>', page.content.decode()
    )
    return [(html.unescape(" ".join(said.split())), html.unescape(where)) for where, said in found]


def test_the_chain_of_a_generated_asset_is_drawn_with_links(clients, people, indexed):
    part, made = indexed("elephant", "purple elephant", owner=people["editor"])
    Asset.objects.filter(pk=made.pk).update(origin=Origin.GENERATED, review=Review.APPROVED)
    run = Run.objects.create(
        query="purple elephant",
        meaning="x",
        generator="composer",
        asker=people["editor"],
        asset=made,
        state=Run.State.PUBLISHED,
        reviewer=people["reviewer"],
        verdict_after={"verdict": "hit", "probability": 0.93},
    )
    verdict = {"verdict": "miss", "probability": 0.04, "missing": ["elephant", "purple elephant"]}
    checks = [{"name": "fidelity", "passed": True, "score": 1, "message": "shows it"}]
    recipe = {"generator": "composer", "seed": 7}
    Provenance.objects.create(
        asset=made, run=run, query="purple elephant", verdict=verdict, recipe=recipe, checks=checks
    )
    Parent.objects.create(asset=made, parent=part, title="elephant")
    chain = boxes(clients["editor"].get(f"/assets/{made.pk}/"))
    assert chain[:8] == [
        ("Searched for: “purple elephant”", "/?q=purple+elephant"),
        ("Verdict: not found, nearest 4 %: Missing: “purple elephant”", ""),
        (chain[2][0], f"/runs/{run.pk}/"),
        ("Made from: elephant", f"/assets/{part.pk}/"),
        ("Made by: composer · seed 7", ""),
        ("1 of 1 check passed: fidelity", ""),
        ("Approved by: reviewer · found again with 93 %", ""),
        ("Approved: purple elephant", ""),
    ]
    assert chain[2][0].startswith("Run: asked by editor") and chain[8][1] == f"/assets/{made.pk}/thumb"
    assert not any("/runs/" in where for _, where in boxes(clients["viewer"].get(f"/assets/{made.pk}/")))


def test_the_chain_of_an_upload_is_short(clients, make_asset):
    asset = make_asset("fox", file_name="fox.svg")
    chain = [said for said, _ in boxes(clients["viewer"].get(f"/assets/{asset.pk}/"))]
    assert chain[0].startswith("Uploaded by editor") and chain[0].endswith(": fox.svg")
    assert chain[1].startswith("Read: 72 × 72") and chain[2] == "In the library: fox"


def test_where_it_is_used_shows_only_what_one_may_see(clients, people, indexed):
    part, public, secret = indexed("fox", "fox on ice", "fox in secret", owner=people["editor"])
    lifecycle.update_asset(people["editor"], secret.pk, visibility=Visibility.PRIVATE)
    for made in (public, secret):
        Parent.objects.create(asset=made, parent=part, title="fox")
    for name in ("Spring", "Autumn"):
        shelf = Collection.objects.create(name=name, owner=people["editor"])
        CollectionItem.objects.create(collection=shelf, asset=part)
    Grant.objects.create(collection=shelf, user=people["viewer"])
    Share.objects.create(collection=shelf, maker=people["editor"])
    own, others = (text(clients[who].get(f"/assets/{part.pk}/")) for who in ("editor", "viewer"))
    assert "Spring" in own and "Autumn" in own and "2 pictures were made from it" in own and "1 link that you" in own
    assert "Spring" not in others and "Autumn" in others and "link that you" not in others
    assert "1 picture was made from it" in others


def test_every_file_of_an_asset_is_listed(clients, make_asset):
    asset = make_asset("fox")
    page = text(clients["viewer"].get(f"/assets/{asset.pk}/"))
    assert "Original 72 × 72 · image/svg+xml" in page and "Thumbnail 320 × 320 · image/webp" in page


def test_like_this_but_says_so_and_can_be_changed(clients, indexed):
    fox, _wolf = indexed("fox", "wolf")
    page = clients["viewer"].get("/", {"like": str(fox.pk), "but": "blue  <b>"})
    assert "Like fox but “blue &lt;b&gt;”" in text(page)
    assert 'name="but" value="blue &lt;b&gt;"' in page.content.decode()
    assert 'name="but"' in clients["viewer"].get(f"/assets/{fox.pk}/").content.decode()
