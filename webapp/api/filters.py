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

from assetdb.access import collections_of
from assetdb.errors import DamError
from assetdb.models import Asset, AssetTag, Kind, Origin, Review, State, Tag, Visibility
from generators.models import Run

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
    created_from = filters.IsoDateTimeFilter(field_name="created", lookup_expr="gte")
    created_to = filters.IsoDateTimeFilter(field_name="created", lookup_expr="lte")

    class Meta:
        model = Asset
        fields: list[str] = []

    def carrying(self, queryset: QuerySet[Asset], name: str, value: str) -> QuerySet[Asset]:
        """Keep assets on which every named tag was accepted."""
        for slug in filter(None, value.split(",")):
            accepted = AssetTag.objects.filter(tag__slug=slug.strip(), state=AssetTag.State.ACCEPTED)
            queryset = queryset.filter(pk__in=accepted.values("asset"))
        return queryset

    @extend_schema_field(OpenApiTypes.UUID)
    def within(self, queryset: QuerySet[Asset], name: str, value: Any) -> QuerySet[Asset]:
        """Keep the assets of one collection that is open to the caller."""
        mine = collections_of(self.request.user).filter(pk=value)
        return queryset.filter(collection_items__collection__in=mine)


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
