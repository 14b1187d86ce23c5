"""The Chinese of the pages: complete, compiled, in step with what the sources say, and shown."""

import ast
import gettext
import re
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils import translation
from django.utils.translation.template import templatize

import webapp
from assetdb import models as assets
from assetdb.errors import DamError
from assetdb.rights import LICENCES
from generators.models import Candidate, Provenance, Run
from indexer.search.verdict import _in_words
from tests.webapp.readers import HTMX, text
from webapp.library import search as search_page
from webapp.library import sentences
from webapp.library.wording import translated

HERE = Path(webapp.__file__).parent
ROOT = HERE.parent
CATALOG = HERE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django"
CALLS = {"_", "gettext", "gettext_noop", "gettext_lazy", "ngettext", "pgettext"}
RENEW = "renew the catalog: the command is in the first lines of django.po"

Key = tuple[str | None, str]


def entries() -> dict[Key, tuple[str, bool]]:
    """Read the .po: what is said, by context and English, and whether it is doubtful."""
    found = {}
    for block in CATALOG.with_suffix(".po").read_text(encoding="utf-8").split("\n\n"):
        lines = [line for line in block.splitlines() if not line.startswith("#~")]
        fields: dict[str, str] = {}
        name = ""
        for line in lines:
            if match := re.match(r'(msg\w+(?:\[0\])?) (".*")$', line):
                name = match[1]
                fields[name] = ast.literal_eval(match[2])
            elif line.startswith('"'):
                fields[name] += ast.literal_eval(line)
        if fields.get("msgid"):
            doubtful = any(line.startswith("#,") and "fuzzy" in line for line in lines)
            said = fields.get("msgstr", fields.get("msgstr[0]", ""))
            found[fields.get("msgctxt"), fields["msgid"]] = (said, doubtful)
    return found


def marked(source: str) -> set[Key]:
    """Return what a Python source marks for translation, as makemessages would find it."""
    found: set[Key] = set()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in CALLS:
            continue
        words = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        if words:
            found.add((words[0], words[1]) if node.func.id == "pgettext" else (None, words[0]))
    return found


def in_template(path: Path) -> set[Key]:
    """Return what a template marks; templatize is what makemessages reads templates with."""
    code = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    calls = re.findall(
        r"""\b(?:_|n?p?gettext)\((?:u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")(?:, *\w+)?,? *)+\)""", code
    )
    return set().union(*(marked(call) for call in calls)) if calls else set()


def all_marked() -> set[Key]:
    python = [path for path in HERE.rglob("*.py") if "gettext" in path.read_text(encoding="utf-8")]
    found = [marked(path.read_text(encoding="utf-8")) for path in python]
    return set().union(*found, *(in_template(path) for path in HERE.rglob("templates/**/*.html")))


def test_the_scan_sees_each_way_of_marking(tmp_path):
    page = tmp_path / "page.html"
    page.write_text(
        "{% load i18n %}{% trans 'One' %}{% translate \"Two’s\" as x %}{% trans 'Three' context 'there' %}"
        "{% blocktrans with n=1 %}Four {{ n }}{% endblocktrans %}"
        '{% blocktrans count n=2 %}Five{% plural %}Fives{% endblocktrans %}<a title="{% trans \'Six "6"\' %}">'
    )
    expected = {"One", "Two’s", "Four %(n)s", "Five", 'Six "6"'}
    assert in_template(page) == {(None, one) for one in expected} | {("there", "Three")}


def test_everything_marked_is_translated_and_nothing_else_is_kept():
    catalog = entries()
    wanted = all_marked()
    assert len(wanted) > 300
    assert wanted - catalog.keys() == set(), RENEW
    assert catalog.keys() - wanted == set(), RENEW
    assert [key for key, (said, doubtful) in catalog.items() if not said or doubtful] == []


def test_a_translation_keeps_the_insertions_and_is_chinese():
    for (_, english), (said, _) in entries().items():
        assert set(re.findall(r"%\(\w+\)s", english)) == set(re.findall(r"%\(\w+\)s", said)), english
        assert re.findall(r"</?kbd>", english) == re.findall(r"</?kbd>", said), english
        if re.search("[A-Za-z]{3}", re.sub(r"%\(\w+\)s", "", english)):
            assert re.search("[\u4e00-\u9fff]", said), english
        assert not re.search(r"[\u4e00-\u9fff][,.;:?!](?!\w)", said), f"ASCII punctuation: {said}"


def test_the_compiled_catalog_says_what_the_readable_one_says():
    with CATALOG.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for (context, english), (said, _) in entries().items():
        key = f"{context}\x04{english}" if context else english
        assert said in (compiled._catalog.get(key), compiled._catalog.get((key, 0))), f"{english}: {RENEW}"
    assert len([key for key in compiled._catalog if key]) == len(entries())


def test_nothing_is_written_into_a_template_without_a_mark():
    """Words between tags, and in attributes that people read, belong into {% trans %}."""
    bare = []
    for path in [*(HERE / "templates" / "library").glob("*.html"), *(HERE / "templates").glob("*.html")]:
        source = path.read_text(encoding="utf-8")
        source = re.sub(r"\{% blocktrans.*?endblocktrans %\}|\{% block width %\}\w+", "", source, flags=re.DOTALL)
        source = re.sub(r"\{[{%#].*?[%}#]\}", "", source)
        read = re.findall(r'(?:title|alt|placeholder|aria-label|data-\w+)="([^"]*)"', source)
        read += re.sub(r"<(svg|code)\b.*?</\1>|<[^>]*>", "|", source).split("|")
        bare += [(path.name, one.strip(" ·\n")) for one in read if re.search("^(?!#)(?=.*[A-Za-z]{2})", one)]
    assert [one for one in bare if one[1] not in {"PNG", "Lacuna"}] == []


# What the lower floors say


def _shape(node: ast.AST) -> str:
    """Return the text that an expression builds, with what it inserts as \\0."""
    match node:
        case ast.Constant(value=str(words)):
            return words
        case ast.JoinedStr(values=parts):
            return "".join(_shape(part) for part in parts)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _shape(left) + _shape(right)
        case _:
            return "\0"


@pytest.fixture(scope="module")
def said_below() -> tuple[set[str], list[re.Pattern]]:
    shapes = set()
    for floor in ("assetdb", "indexer", "generators", "webapp/library", "webapp/webhooks"):
        for path in (ROOT / floor).rglob("*.py"):
            if path.name != "sentences.py" and "migrations" not in path.parts:
                shapes |= {_shape(node) for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))}
    loose = [one for one in shapes if "\0" in one and len(re.sub("[^a-z]", "", one)) > 15]
    patterns = [re.compile(".+".join(map(re.escape, one.split("\0"))), re.DOTALL) for one in loose]
    return {one.strip() for one in shapes}, patterns


@pytest.mark.parametrize("listed", ["LABELS", "COLOURS", "PHRASES", "SENTENCES"])
def test_every_sentence_listed_is_still_said_below(listed, said_below):
    plain, patterns = said_below
    for sentence in getattr(sentences, listed):
        shape = re.sub(r"%\(\w+\)s", "\0", sentence)
        assert shape in plain or any(one.fullmatch(shape) for one in patterns), f"no source says: {sentence}"


def test_every_choice_a_page_shows_has_a_label_in_chinese():
    choices = [assets.Kind, assets.State, assets.Review, assets.Visibility, assets.Origin, assets.Role]
    choices += [assets.ImportRun.State, Run.State, Candidate.State]
    labels = {str(label) for one in choices for label in one.labels}
    assert labels <= set(sentences.LABELS)
    readable = {one.name for one in LICENCES.values() if " " in one.name and not re.match(r"CC BY|Apache", one.name)}
    assert readable <= set(sentences.LABELS)


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        (_in_words("hit", (), 1), "命中：素材库里有符合的图片。"),
        (
            _in_words("weak", ("elephant", "purple elephant"), 2),
            "接近：有相近的图片，但不确定是否有“purple elephant”。",
        ),
        (_in_words("weak", (), 1), "接近：有相近的图片。"),
        (_in_words("miss", ("purple 大象",), 2), "未命中：没有图片符合全部要求，最接近的缺少“紫色大象”。"),
        (_in_words("miss", ("大象",), 1), "未命中：素材库里没有“大象”。"),
        (_in_words("miss", (), 1), "未命中：素材库里没有符合的图片。"),
        ("It takes the role “Editor” to have something made.", "需要“编辑者”角色才能发起生成。"),
        (
            "The file is of no known kind. Pictures may be JPEG, PNG, WebP, GIF or SVG.",
            "文件格式：未知。图片可以是 JPEG、PNG、WebP、GIF 或 SVG。",
        ),
        (
            "The content is text/html, but the file is named “a.png”. Give it its true name and upload it again.",
            "内容是 text/html，但文件名为“a.png”。请改用真实的文件名后重新上传。",
        ),
        ("Nothing made was good enough. It is blank. Kaput: 7.", "生成的图片都不够好。画面是空白的。Kaput: 7."),
        ("Said by a person. Never mind.", "Said by a person. Never mind."),
        ("", ""),
    ],
)
def test_what_lower_floors_say_is_read_in_chinese_on_pages_and_left_alone_in_english(english, chinese):
    with translation.override("zh-hans"):
        assert translated(english) == chinese
    with translation.override("en"):
        assert translated(english) == english


def test_a_translated_sentence_carries_nothing_that_runs():
    with translation.override("zh-hans"):
        page = Template("{% load lacuna %}{{ said|translated }}").render(
            Context({"said": "Nothing here shows “<script>alert(1)</script> %(x)s %”."})
        )
    assert page == "未命中：素材库里没有“&lt;script&gt;alert(1)&lt;/script&gt; %(x)s %”。"


# Pages


@pytest.fixture
def chinese(clients):
    for client in clients.values():
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh-CN,zh;q=0.9"
    return clients


@pytest.fixture
def made(people, make_asset) -> tuple[Run, assets.Asset]:
    asset = make_asset(
        "purple elephant", title_zh="紫色大象", owner=people["editor"], origin="generated", review="pending"
    )
    checks = [
        {"name": "technical", "passed": True, "score": 1, "message": "It can be read, 72 × 72 px."},
        {"name": "fidelity", "passed": False, "score": 0.2, "message": "The picture does not clearly show “大象”."},
    ]
    run = Run.objects.create(
        query="紫色大象",
        meaning="m",
        generator="composer",
        asker=people["editor"],
        state="review",
        asset=asset,
        verdict_before={"verdict": "miss", "probability": 0.12},
    )
    Candidate.objects.create(run=run, number=0, recipe={}, asset=asset, state="chosen", checks=checks, score=0.9)
    Provenance.objects.create(asset=asset, run=run, query="紫色大象", verdict={}, recipe={"seed": 1}, checks=checks)
    return run, asset


PASSED_BY = {
    "API",
    "Authorization",
    "Bearer",
    "HTML",
    "webp",
    "CPU",
    "quick",
    "slow",
    "AI",
    *("Lacuna", "PNG", "SVG", "JPEG", "GIF", "WebP", "English", "CC", "BY", "SA", "NC", "ND", "MIT", "Apache", "CLIP"),
    *("viewer", "editor", "reviewer", "admin", "composer", "px", "image", "svg", "xml", "bytes", "KB", "seed"),
}


@pytest.mark.django_db
@pytest.mark.usefixtures("encoder")
def test_the_pages_are_in_chinese_throughout(chinese, made, indexed):
    run, asset = made
    Run.objects.create(
        query="缺口", meaning="g", generator="composer", asker=run.asker, state="failed", error_message="It is blank."
    )
    (lamp,) = indexed("灯", title_zh="灯", file_name="灯.svg", licence="CC0-1.0", credit="谁")
    lamp.refresh_from_db()
    paths = ["/", "/?q=大象", f"/?like={lamp.pk}", f"/assets/{lamp.pk}/", f"/assets/{asset.pk}/", "/upload/", "/jobs/"]
    paths += [
        "/review/",
        f"/runs/{run.pk}/",
        "/trash/",
        "/shelf/",
        "/collections/",
        "/account/",
        "/?kind=other",
        "/nowhere/",
        "/accounts/logout/",
    ]
    for path in paths:
        page = chinese["admin"].get(path)
        assert 'lang="zh-hans"' in page.content.decode(), path
        body = re.sub(
            r"<(code|title|script|kbd|textarea)\b.*?</\1>|https?://[^\s)<]+",
            "",
            page.content.decode(),
            flags=re.S,
        )
        words = set(re.findall(r"[A-Za-z]{2,}", re.sub(r"<[^>]+>|&\w+;|&#\w+;", " ", body)))
        assert words - PASSED_BY - {"purple", "elephant"} == set(), path


@pytest.mark.django_db
@pytest.mark.usefixtures("encoder")
def test_a_search_is_answered_in_chinese(chinese, indexed):
    indexed("elephant", title_zh="大象")
    page = text(chinese["editor"].get("/?q=zebra"))
    for said in (
        "上传",
        "我的素材",
        "未采用",
        "回收站",
        "退出登录",
        "搜索",
        "未命中：",
        "“zebra”",
        "生成一张？",
        "大象",
    ):
        assert said in page, said
    assert "Nothing here" not in page
    part = text(chinese["viewer"].get("/?q=zebra", headers=HTMX))
    assert "未命中：" in part and "编辑者可以发起生成。" in part


@pytest.mark.django_db
@pytest.mark.usefixtures("encoder")
def test_a_refusal_is_in_chinese_and_names_assets_in_chinese(chinese, indexed, monkeypatch):
    assert "需要“编辑者”角色才能发起生成。" in text(chinese["viewer"].post("/make/", {"q": "zebra"}))
    (there,) = indexed("elephant", title_zh="大象")

    def refuse(query, **_):
        hits = [{"id": str(there.pk), "title": there.title}]
        raise DamError("already_there", "The library has this already.", status=409, extra={"hits": hits})

    monkeypatch.setattr(search_page, "open_run", refuse)
    for headers in ({}, HTMX):
        page = text(chinese["editor"].post("/make/", {"q": "elephant"}, headers=headers))
        assert "素材库里已经有了。" in page and "大象" in page and "elephant" not in page


@pytest.mark.django_db
@pytest.mark.usefixtures("encoder")
def test_the_interface_for_programs_says_the_librarys_words_in_english(chinese, indexed):
    indexed("elephant", title_zh="大象")
    answer = chinese["editor"].get("/api/v1/search/?q=zebra").json()
    assert answer["verdict"] == "miss" and answer["message"] == "Nothing here shows “zebra”."
    refused = chinese["viewer"].post("/api/v1/generations/", {"query": "zebra"}, content_type="application/json")
    assert refused.status_code == 403 and refused.json()["detail"].startswith("It takes the role “Editor”")
