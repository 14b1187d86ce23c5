"""The vocabulary editor: every word with its counts, and what a threshold would do before it is saved."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from assetdb import tagging
from assetdb.errors import NotFoundError
from assetdb.models import Tag
from indexer.tagging import measured, suggest
from indexer.tagging.thresholds import outlook
from webapp.dashboards import figures
from webapp.library.door import caller, page

MOST_PROMPTS = 5


class WordForm(forms.ModelForm):
    """A word of the vocabulary, its prompts one a line."""

    prompts = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        label=gettext_lazy("Prompts, one a line"),
        help_text=gettext_lazy("What a fitting picture would be described by. Empty: the name itself."),
    )
    threshold = forms.FloatField(
        required=False,
        min_value=0,
        max_value=1,
        label=gettext_lazy("Threshold"),
        widget=forms.NumberInput(attrs={"step": "0.01", "placeholder": f"{suggest.THRESHOLD:.2f}"}),
        help_text=gettext_lazy("Least probability for a suggestion. Empty: 0.50; 1 leaves the word to people."),
    )

    class Meta:
        model = Tag
        fields = ("name", "name_zh", "group", "prompts", "threshold", "suggest")
        labels = {
            "name": gettext_lazy("English name"),
            "name_zh": gettext_lazy("Chinese name"),
            "group": gettext_lazy("Group"),
            "suggest": gettext_lazy("Suggest it at all"),
        }
        help_texts = dict.fromkeys(("name", "name_zh", "group", "suggest"), "")
        widgets = {"group": forms.TextInput(attrs={"list": "groups", "autocomplete": "off"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["prompts"] = "\n".join(self.instance.prompts)

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if self.instance.pk is None:
            self.instance.slug = slugify(name)
            if not self.instance.slug:
                raise forms.ValidationError(gettext("An English name has letters or digits."))
            if Tag.objects.filter(slug=self.instance.slug).exists():
                raise forms.ValidationError(gettext("This word is in the vocabulary already."))
        return name

    def clean_prompts(self) -> list[str]:
        prompts = [line.strip() for line in self.cleaned_data["prompts"].splitlines() if line.strip()]
        if len(prompts) > MOST_PROMPTS:
            raise forms.ValidationError(gettext("Five prompts are the most; more make a word fit everything a little."))
        return prompts


@page
@require_http_methods(["GET", "POST"])
def vocabulary(request: HttpRequest) -> HttpResponse:
    """Show the vocabulary and, beside it, the word named by ``tag``; a post saves that word or a new one."""
    slug = request.GET.get("tag", "")
    tag = _word(slug) if slug else None
    form = WordForm(request.POST or None, instance=tag or Tag())
    if request.method == "POST" and form.is_valid():
        saved = tagging.save_tag(caller(request), form.save(commit=False))
        figures.forget_tags(caller(request))
        messages.success(request, gettext("Saved. Suggestions are made anew."))
        return redirect(f"{reverse('admin:vocabulary')}?tag={saved.slug}")
    opened = tag is not None or "new" in request.GET or request.method == "POST"
    return render(request, "admin/vocabulary/vocabulary.html", _page(request, tag, form if opened else None))


@page
@require_GET
def at(request: HttpRequest, slug: str) -> HttpResponse:
    """Tell for how many pictures a word would be suggested at ``threshold``, and which are nearest to it."""
    tag = _word(slug)
    threshold = _threshold(request.GET.get("threshold", ""), suggest.threshold_of(tag))
    found = outlook(caller(request), tag, threshold=threshold)
    return render(request, "admin/vocabulary/_outlook.html", {"tag": tag, "outlook": found})


def _page(request: HttpRequest, tag: Tag | None, form: WordForm | None) -> dict[str, Any]:
    counts = figures.tags(caller(request))
    words = list(Tag.objects.order_by("group", "name"))
    for word in words:
        word.counts = counts.get(word.pk, {})  # type: ignore[attr-defined]
    request.current_app = admin.site.name
    return admin.site.each_context(request) | {
        "title": gettext("Vocabulary"),
        "groups": [(name, list(held)) for name, held in groupby(words, key=lambda word: word.group)],
        "tag": tag,
        "form": form,
        "least": suggest.threshold_of(tag) if tag else suggest.THRESHOLD,
        "usual": suggest.THRESHOLD,
        "measured": tag is not None and measured.rule_of(tag) is not None,
        "total": len(words),
    }


def _word(slug: str) -> Tag:
    tag = Tag.objects.filter(slug=slug).first()
    if tag is None:
        raise NotFoundError("tag")
    return tag


def _threshold(text: str, usual: float) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return usual
