"""The admin: every list opens, and what is done there goes the same ways as everywhere else."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assetdb import tagging
from assetdb.models import Asset, AssetTag, Collection, Grant, Role, State, Tag, User
from generators.models import Candidate, Run
from indexer import views, words
from indexer.models import Cursor, EmbeddingSpace, Failure, SearchEvent
from webapp.api import tokens
from webapp.models import ApiToken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh")]

MODELS = sorted(model._meta.label_lower for model in admin.site._registry)


def address(model, page="changelist", *args):
    return reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_{page}", args=args)


def act(client, rows, action):
    """Do ``action`` to ``rows`` as from the list and return the page that follows."""
    chosen = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(address(type(rows[0])), chosen, follow=True).content.decode()


@pytest.fixture
def full(people, make_asset):
    """One row of everything."""
    cat = make_asset("<script>alert(1)</script>")
    tag = Tag.objects.create(slug="red", group="colour", name="<b>red</b>")
    AssetTag.objects.create(asset=cat, tag=tag, source="zero_shot", score=0.9, model="m")
    EmbeddingSpace.objects.create(name="s", encoder="builtin", fingerprint="f", dim=8, active=True)
    Cursor.objects.get_or_create(name="words")
    Failure.objects.create(view="embed", asset_id=cat.pk, code="poison", message="<i>no</i>")
    SearchEvent.objects.create(query="<u>cat</u>", verdict="miss", hits=0)
    run = Run.objects.create(query="<s>q</s>", meaning="q", generator="composer", asker=people["editor"])
    Candidate.objects.create(run=run, number=0, recipe={}, asset=cat)
    group = Grant.objects.create(
        collection=Collection.objects.create(name="c", owner=people["editor"]), user=people["viewer"]
    )
    tokens.create(people["viewer"], name="<em>t</em>")
    return {"asset": cat, "tag": tag, "run": run, "grant": group}


def test_the_registry_covers_what_is_looked_after():
    wanted = {
        "assetdb.asset",
        "assetdb.assettag",
        "assetdb.tag",
        "assetdb.collection",
        "assetdb.user",
        "assetdb.importrun",
    }
    wanted |= {"generators.run", "indexer.failure", "indexer.embeddingspace", "indexer.cursor", "indexer.searchevent"}
    assert set(MODELS) == wanted | {"webapp.apitoken", "auth.group", "auditlog.logentry"}


@pytest.mark.parametrize("label", MODELS)
def test_every_list_and_page_opens_and_escapes(desk, full, label):
    model = next(model for model in admin.site._registry if model._meta.label_lower == label)
    page = desk.get(address(model), {"q": "a"} if admin.site._registry[model].search_fields else {})
    assert page.status_code == 200
    pages = [desk.get(address(model))]
    first = model._default_manager.first()
    if first is not None:
        pages.append(desk.get(address(model, "change", first.pk)))
    if admin.site._registry[model].has_add_permission(pages[0].wsgi_request):
        pages.append(desk.get(address(model, "add")))
    for page in pages:
        assert page.status_code == 200, page.request["PATH_INFO"]
        for markup in (b"<script>alert(1)", b"<b>red", b"<i>no", b"<u>cat", b"<s>q", b"<em>t"):
            assert markup not in page.content


def test_lists_cost_the_same_whatever_their_length(desk, full, make_asset):
    for model in (Asset, AssetTag, Run, ApiToken):
        counts = []
        for n in range(3):
            with CaptureQueriesContext(connection) as queries:
                assert desk.get(address(model)).status_code == 200
            counts.append(len(queries))
            cat = make_asset(f"Cat {model.__name__} {n}")
            AssetTag.objects.create(asset=cat, tag=full["tag"], source="zero_shot", score=0.5)
            Run.objects.create(query=f"{model} {n}", meaning=f"{model} {n}", generator="c", asker=User.objects.first())
            tokens.create(User.objects.first())
        assert counts[1] == counts[2], model


@pytest.mark.parametrize("name", ["viewer", "editor", "reviewer"])
def test_only_admins_come_in(client, people, name):
    client.force_login(people[name])
    for url in (reverse("admin:index"), address(Asset), address(ApiToken, "add")):
        assert client.get(url).status_code in (302, 403)
        assert client.get(url, follow=True).status_code == 403


def test_strangers_are_sent_to_the_one_place_to_sign_in(client, people):
    response = client.get(reverse("admin:index"), follow=True)
    assert response.redirect_chain[-1][0].startswith(reverse("account_login"))
    direct = client.post(reverse("admin:login"), {"username": "admin", "password": "admin-pass-word"})
    assert direct.status_code == 302
    assert "_auth_user_id" not in client.session


def test_the_laxer_policy_is_the_admins_alone(desk):
    lax = desk.get(reverse("admin:index"))["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval';" in lax + ";"
    assert "style-src 'self' 'unsafe-inline'" in lax
    assert "frame-ancestors 'none'" in lax
    for url in ("/", "/api/v1/docs/", "/administrator/", "/api/v1/assets/"):
        assert "unsafe" not in desk.get(url)["Content-Security-Policy"], url


def test_the_first_page_tells_what_needs_a_person(desk, full, make_asset):
    make_asset("Broken", data=b"no picture", file_name="x.bin")
    Run.objects.create(query="f", meaning="f", generator="c", asker=User.objects.first(), state=Run.State.FAILED)
    page = desk.get(reverse("admin:index"))
    figures = {figure["title"]: (figure["value"], figure["more"]) for figure in page.context["figures"]}
    assert figures == {
        "Assets": ("1", "1 unreadable"),
        "Suggestions to decide": ("1", ""),
        "Without any tag": ("1", "100%"),
        "Miss rate": ("100 %", "of 1 searches in 30 days"),
        "To review": ("0", ""),
        "Failed runs": ("1", ""),
    }
    waiting = {row["title"]: row["count"] for row in page.context["queue"]}
    assert waiting["Could not be indexed"] == 1
    for row in [*page.context["figures"], *page.context["queue"], *page.context["runs"]]:
        assert desk.get(row["href"], follow=True).status_code == 200, row


def test_suggestions_are_decided_in_the_admins_name(desk, people, full, make_asset):
    other = AssetTag.objects.create(asset=make_asset("Dog"), tag=full["tag"], source="zero_shot", score=0.2)
    row = full["asset"].asset_tags.get()
    assert "Accepted: 1." in act(desk, [row], "accept")
    assert "Rejected: 1." in act(desk, [other], "reject")
    for kept, state in ((row, "accepted"), (other, "rejected")):
        kept.refresh_from_db()
        assert (kept.state, kept.decided_by) == (state, people["admin"])
    words.catch_up()
    assert words.match(["red"])


def test_words_of_the_vocabulary_are_changed_and_dropped_everywhere(desk, people, full):
    tagging.add_tag(people["admin"], full["asset"].pk, "red")
    words.catch_up()
    form = {"name": "crimson", "name_zh": "", "slug": "red", "group": "colour", "prompts": '["x"]', "threshold": "0.4"}
    page = address(Tag, "change", full["tag"].pk)
    assert "list of texts" in desk.post(page, form | {"prompts": '{"a": 1}'}).content.decode()
    assert "from 0 to 1" in desk.post(page, form | {"threshold": "40"}).content.decode()
    assert desk.post(page, form).status_code == 302
    words.catch_up()
    assert words.match(["crimson"])
    assert desk.post(address(Tag, "delete", full["tag"].pk), {"post": "yes"}).status_code == 302
    words.catch_up()
    assert not words.match(["crimson"])
    assert not Tag.objects.exists()


def test_assets_are_changed_trashed_and_restored_through_the_one_way(desk, full):
    cat = full["asset"]
    form = {"title": "Tom", "title_zh": "", "description": "", "visibility": "private", "credit": "Ann"}
    form |= {"licence": "CC-BY-ND-4.0", "source_url": "", "derivatives_allowed": "on"}
    page = address(Asset, "change", cat.pk)
    assert "no licence known" in desk.post(page, form | {"licence": "WTFPL"}).content.decode()
    assert "http" in desk.post(page, form | {"source_url": "ftp://example.org/x"}).content.decode()
    before = views.position_of("words")
    assert desk.post(page, form).status_code == 302
    cat.refresh_from_db()
    assert (cat.title, cat.visibility, cat.credit) == ("Tom", "private", "Ann")
    assert not cat.derivatives_allowed
    assert cat.changed > before
    act(desk, [cat], "trash")
    cat.refresh_from_db()
    assert cat.trashed is not None
    act(desk, [cat], "restore")
    cat.refresh_from_db()
    assert cat.trashed is None
    assert desk.post(address(Asset, "delete", cat.pk), {"post": "yes"}).status_code == 403


def test_what_a_view_could_not_take_in_is_read_again(desk, full):
    before = full["asset"].changed
    act(desk, [Failure.objects.get()], "read_again")
    assert not Failure.objects.exists()
    assert Asset.objects.get().changed > before
    assert Asset.objects.get().state == State.READY


def test_runs_are_cancelled_and_tried_again(desk, full):
    run = full["run"]
    assert "Cancelled: 1." in act(desk, [run], "cancel")
    assert "not under way" in act(desk, [run], "cancel")
    assert "Queued again: 1." in act(desk, [run], "retry")


def test_a_token_is_shown_once_and_revoked(desk, people):
    form = {"user": people["viewer"].pk, "name": "nightly"}
    page = desk.post(address(ApiToken, "add"), form, follow=True).content.decode()
    clear = page.partition("not shown again: ")[2].partition("<")[0].split()[0]
    token = ApiToken.objects.get(name="nightly")
    assert tokens.find(clear) == token
    assert clear not in desk.get(address(ApiToken)).content.decode()
    act(desk, [token], "revoke")
    assert tokens.find(clear) is None


def test_an_account_is_made_with_a_role(desk):
    form = {"username": "newcomer", "role": "editor", "password1": "a-long-pass-word", "password2": "a-long-pass-word"}
    assert desk.post(address(User, "add"), form | {"usable_password": "true"}).status_code == 302
    made = User.objects.get(username="newcomer")
    assert (made.role, made.is_staff) == (Role.EDITOR, False)
    assert made.check_password("a-long-pass-word")
    desk.post(address(User, "change", made.pk), {"username": "newcomer", "role": "admin", "is_active": "on"})
    made.refresh_from_db()
    assert made.is_superuser
