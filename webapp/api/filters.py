"""What lists may be narrowed and ordered by: named one by one, anything else is refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework.filters import OrderingFilter
from rest_framework.request import Request

from assetdb.access import collections_of, visible_to
from assetdb.errors import DamError
from assetdb.models import (
    Ai,
    Asset,
    AssetTag,
    Collection,
    Grant,
    ImportRun,
    Kind,
    Origin,
    Review,
    Role,
    Share,
    State,
    Tag,
    User,
    Visibility,
)
from generators.models import Run
from indexer.models import Failure
from webapp.models import ApiToken

PAGING = ("limit", "cursor", "ordering", "format")


def refuse_unknown(given: Iterable[str], *, known: Iterable[str]) -> None:
    """Refuse parameters that mean nothing here: a misspelt filter must not look like a wide answer.

    Raises:
        DamError: ``unknown_filter``.
    """
    known = sorted(known)
    if unknown := sorted(set(given) - set(known)):
        raise DamError(
            "unknown_filter",
            f"“{unknown[0][:80]}” is no parameter here. Known: {', '.join(known)}.",
            extra={"unknown": [name[:80] for name in unknown[:10]], "known": known},
        )


def slugs_of(said: str) -> tuple[str, ...]:
    """Return the slugs that stand in ``said``, separated by commas."""
    return tuple(slug.strip() for slug in said.split(",") if slug.strip())


class StrictFilters(DjangoFilterBackend):
    """django-filter that refuses what a view's filter set does not name."""

    def filter_queryset(self, request: Request, queryset: QuerySet, view: Any) -> QuerySet:
        filterset = self.get_filterset_class(view, queryset)
        named = filterset.base_filters if filterset else {}
        refuse_unknown(request.query_params, known=[*named, *PAGING])
        return super().filter_queryset(request, queryset, view)


class StrictOrdering(OrderingFilter):
    """Ordering by the view's ``ordering_fields`` only, ties broken by the key."""

    def get_ordering(self, request: Request, queryset: QuerySet, view: Any) -> Sequence[str]:
        asked = request.query_params.get(self.ordering_param, "")
        terms = [term.strip() for term in asked.split(",") if term.strip()]
        for term in terms:
            if term.lstrip("-") not in view.ordering_fields:
                known = list(view.ordering_fields)
                raise DamError(
                    "unknown_ordering",
                    f"Nothing here can be ordered by “{term[:80]}”. Known: {', '.join(known)}; “-” turns it round.",
                    extra={"known": known},
                )
        return [*(terms or view.ordering), "pk"]


class AssetFilters(filters.FilterSet):
    """Narrows a list of assets; every condition must hold."""

    kind = filters.ChoiceFilter(choices=Kind.choices)
    state = filters.ChoiceFilter(choices=State.choices)
    origin = filters.ChoiceFilter(choices=Origin.choices)
    review = filters.ChoiceFilter(choices=Review.choices)
    visibility = filters.ChoiceFilter(choices=Visibility.choices)
    licence = filters.CharFilter(help_text="a licence code, such as CC-BY-SA-4.0")
    owner = filters.CharFilter(field_name="owner__username", help_text="a username")
    tag = filters.CharFilter(
        method="carrying", help_text="slugs of accepted tags, separated by commas; all must be there"
    )
    collection = filters.UUIDFilter(method="within")
    made_from = filters.UUIDFilter(method="descended", help_text="an asset that they were made from")
    ai = filters.ChoiceFilter(choices=Ai.choices, method="generated", help_text="of generated assets")
    created_from = filters.IsoDateTimeFilter(field_name="created", lookup_expr="gte")
    created_to = filters.IsoDateTimeFilter(field_name="created", lookup_expr="lte")

    class Meta:
        model = Asset
        fields: list[str] = []

    def carrying(self, queryset: QuerySet[Asset], name: str, value: str) -> QuerySet[Asset]:
        """Keep assets on which every named tag was accepted."""
        for slug in slugs_of(value):
            accepted = AssetTag.objects.filter(tag__slug=slug, state=AssetTag.State.ACCEPTED)
            queryset = queryset.filter(pk__in=accepted.values("asset"))
        return queryset

    @extend_schema_field(OpenApiTypes.UUID)
    def within(self, queryset: QuerySet[Asset], name: str, value: Any) -> QuerySet[Asset]:
        """Keep the assets of one collection that is open to the caller."""
        mine = collections_of(self.request.user).filter(pk=value)
        return queryset.filter(collection_items__collection__in=mine)

    @extend_schema_field(OpenApiTypes.UUID)
    def descended(self, queryset: QuerySet[Asset], name: str, value: Any) -> QuerySet[Asset]:
        """Keep what was made from one asset that the caller may see."""
        seen = visible_to(self.request.user).filter(pk=value)
        return queryset.filter(pk__in=Asset.objects.filter(parents__parent__in=seen).values("pk"))

    def generated(self, queryset: QuerySet[Asset], name: str, value: str) -> QuerySet[Asset]:
        """Show generated assets, hide them, or show nothing else."""
        if value == Ai.SHOW:
            return queryset
        made = queryset.model.objects.filter(origin=Origin.GENERATED).values("pk")
        return queryset.filter(pk__in=made) if value == Ai.ONLY else queryset.exclude(pk__in=made)


class LibraryFilters(AssetFilters):
    """The same, and what the account asks of generated assets holds where the request says nothing."""

    ai = filters.ChoiceFilter(
        choices=Ai.choices, method="generated", help_text="of generated assets; without it, as the account is set"
    )

    def filter_queryset(self, queryset: QuerySet[Asset]) -> QuerySet[Asset]:
        if not self.form.cleaned_data.get("ai") and isinstance(self.request.user, User):
            self.form.cleaned_data["ai"] = self.request.user.ai
        return super().filter_queryset(queryset)


class TagFilters(filters.FilterSet):
    """Narrows the vocabulary."""

    group = filters.CharFilter()

    class Meta:
        model = Tag
        fields: list[str] = []


class RunFilters(filters.FilterSet):
    """Narrows the list of runs."""

    state = filters.ChoiceFilter(choices=Run.State.choices)
    asker = filters.CharFilter(field_name="asker__username", help_text="a username")

    class Meta:
        model = Run
        fields: list[str] = []


class CollectionFilters(filters.FilterSet):
    """Narrows the list of collections."""

    parent = filters.UUIDFilter(field_name="parent", help_text="those that stand in this one")
    owner = filters.CharFilter(field_name="owner__username", help_text="a username")
    holding = filters.UUIDFilter(field_name="items__asset", help_text="an asset they hold")
    smart = filters.BooleanFilter(method="saved", help_text="saved searches, or those kept by hand")
    may_edit = filters.BooleanFilter(help_text="what you may change")

    class Meta:
        model = Collection
        fields: list[str] = []

    def saved(self, queryset: QuerySet[Collection], name: str, value: bool) -> QuerySet[Collection]:
        """Keep saved searches, or what is kept by hand."""
        return queryset.exclude(search="") if value else queryset.filter(search="")


class SavedFilters(filters.FilterSet):
    """Narrows the list of saved searches."""

    owner = filters.CharFilter(field_name="owner__username", help_text="a username")

    class Meta:
        model = Collection
        fields: list[str] = []


class ShareFilters(filters.FilterSet):
    """Narrows the list of share links."""

    collection = filters.UUIDFilter(field_name="collection")
    revoked = filters.BooleanFilter(field_name="revoked", lookup_expr="isnull", exclude=True)

    class Meta:
        model = Share
        fields: list[str] = []


class GrantFilters(filters.FilterSet):
    """Narrows the list of grants."""

    level = filters.ChoiceFilter(choices=Grant.Level.choices)

    class Meta:
        model = Grant
        fields: list[str] = []


class SuggestionFilters(filters.FilterSet):
    """Narrows the tags that wait for a word."""

    tag = filters.CharFilter(field_name="tag__slug", help_text="a slug")
    group = filters.CharFilter(field_name="tag__group")
    asset = filters.UUIDFilter(field_name="asset")
    least = filters.NumberFilter(field_name="score", lookup_expr="gte", help_text="least probability, 0 to 1")

    class Meta:
        model = AssetTag
        fields: list[str] = []


class ImportFilters(filters.FilterSet):
    """Narrows the list of imports."""

    state = filters.ChoiceFilter(choices=ImportRun.State.choices)
    owner = filters.CharFilter(field_name="owner__username", help_text="a username")

    class Meta:
        model = ImportRun
        fields: list[str] = []


class FailureFilters(filters.FilterSet):
    """Narrows the list of what the index could not take in."""

    code = filters.CharFilter()
    asset = filters.UUIDFilter(field_name="asset_id")

    class Meta:
        model = Failure
        fields: list[str] = []


class PersonFilters(filters.FilterSet):
    """Narrows the list of accounts."""

    role = filters.ChoiceFilter(choices=Role.choices)
    active = filters.BooleanFilter(field_name="is_active")

    class Meta:
        model = User
        fields: list[str] = []


class OwnTokenFilters(filters.FilterSet):
    """Narrows the list of one's own tokens."""

    revoked = filters.BooleanFilter(field_name="revoked", lookup_expr="isnull", exclude=True)

    class Meta:
        model = ApiToken
        fields: list[str] = []


class TokenFilters(OwnTokenFilters):
    """Narrows the list of everybody's tokens."""

    user = filters.CharFilter(field_name="user__username", help_text="a username")
