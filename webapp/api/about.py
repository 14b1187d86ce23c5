"""What can be asked about one asset beside itself: its likes, credit, files, origin, use and versions."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from assetdb import versions
from assetdb.access import get_visible
from assetdb.models import Asset, AssetFile, Rendition
from generators.lineage import holding, lineage_of, made_from, shared_by
from indexer.search import similar
from webapp.answers import hit_json
from webapp.api.filters import refuse_unknown
from webapp.api.serializers import AssetSerializer, HitSerializer, body
from webapp.api.serializers.about import (
    CreditSerializer,
    ExportRequest,
    ExportSerializer,
    FileSerializer,
    ProvenanceSerializer,
    Replacement,
    UseSerializer,
    VersionSerializer,
)
from webapp.api.written import written
from webapp.library import files, renders
from webapp.library.credit import credit_of
from webapp.library.reach import get_shown

MOST_USES = 50
_BINARY = {(200, "*/*"): OpenApiTypes.BINARY}


class Nearest(serializers.Serializer):
    """How many are wanted."""

    limit = serializers.IntegerField(min_value=1, max_value=100, default=12)


class AboutAsset:
    """Operations on one asset that only tell."""

    @extend_schema(
        summary="The assets that look most like one",
        parameters=[Nearest],
        filters=False,
        responses=HitSerializer(many=True),
    )
    @action(detail=True, pagination_class=None)
    def similar(self, request: Request, pk: UUID) -> Response:
        asset = get_visible(request.user, pk)
        wanted = Nearest(data=request.query_params)
        refuse_unknown(request.query_params, known=["limit", "format"])
        wanted.is_valid(raise_exception=True)
        found = similar(asset, user=request.user, limit=wanted.validated_data["limit"])
        return Response([hit_json(hit) for hit in found])

    @extend_schema(summary="What to write beside an asset that is used", responses=CreditSerializer)
    @action(detail=True)
    def credit(self, request: Request, pk: UUID) -> Response:
        return Response(credit_json(get_visible(request.user, pk)))

    @extend_schema(summary="What led to an asset", responses=ProvenanceSerializer)
    @action(detail=True)
    def provenance(self, request: Request, pk: UUID) -> Response:
        asset = get_shown(request.user, pk)
        found = lineage_of(asset, user=request.user)
        row = found.provenance
        run = row.run if row else None
        return Response(
            {
                "asset": str(asset.pk),
                "origin": asset.origin,
                "owner": asset.owner.get_username(),
                "created": asset.created,
                "query": row.query if row else "",
                "verdict": row.verdict if row else {},
                "recipe": row.recipe if row else {},
                "checks": row.checks if row else [],
                "run": str(found.run.pk) if found.run else None,
                "reviewer": run.reviewer.get_username() if run and run.reviewer else None,
                "verdict_after": (run.verdict_after if run else None) or {},
                "parents": [
                    {
                        "asset": str(seen.pk) if seen else None,
                        "title": part.title,
                        "licence": part.licence,
                        "credit": part.credit,
                        "source_url": part.source_url,
                    }
                    for part, seen in found.parents
                ],
            }
        )

    @extend_schema(summary="Where an asset is used", responses=UseSerializer)
    @action(detail=True)
    def uses(self, request: Request, pk: UUID) -> Response:
        asset = get_shown(request.user, pk)
        held, made = holding(asset, user=request.user), made_from(asset, user=request.user)
        told = {
            "collections": held[:MOST_USES],
            "collections_count": held.count(),
            "made": made[:MOST_USES],
            "made_count": made.count(),
            "shares": shared_by(asset, user=request.user),
        }
        return Response(UseSerializer(told).data)

    @extend_schema(summary="Every file there is of an asset", filters=False, responses=FileSerializer(many=True))
    @action(detail=True, pagination_class=None)
    def files(self, request: Request, pk: UUID) -> Response:
        return Response(_files(get_visible(request.user, pk)))

    @extend_schema(summary="The raster copy that goes with a drawing", responses=_BINARY)
    @action(detail=True)
    def raster(self, request: Request, pk: UUID) -> HttpResponseBase:
        return files.raster(request._request, pk)

    @extend_schema(
        summary="The sizes and formats that are offered to take away",
        filters=False,
        responses=ExportSerializer(many=True),
    )
    @action(detail=True, pagination_class=None, parser_classes=[JSONParser])
    def exports(self, request: Request, pk: UUID) -> Response:
        asset = get_visible(request.user, pk)
        return Response([_export(asset, side, form, label) for label, side, form in renders.offered(asset)])

    @extend_schema(
        summary="Get the address of an export of your own size and format",
        request=ExportRequest,
        responses=ExportSerializer,
    )
    @exports.mapping.post
    def sign_export(self, request: Request, pk: UUID) -> Response:
        asset = get_visible(request.user, pk)
        sent = body(ExportRequest, request)
        side = renders.rung(sent["side"])
        return Response(_export(asset, side, sent["form"]))

    @extend_schema(
        summary="Download an export",
        description="At an address had from “exports”; one that was altered is refused.",
        parameters=[OpenApiParameter("spec", str, OpenApiParameter.PATH, description="size, format and our signature")],
        responses={(200, media): OpenApiTypes.BINARY for media in ("image/png", "image/jpeg", "image/webp")},
    )
    @action(detail=True, url_path="exports/<str:spec>")
    def export(self, request: Request, pk: UUID, spec: str) -> HttpResponseBase:
        return renders.rendered(request._request, pk, spec)


class AssetVersions:
    """Operations on the earlier files of an asset."""

    @extend_schema(
        summary="The earlier files of an asset, newest first", filters=False, responses=VersionSerializer(many=True)
    )
    @action(detail=True, pagination_class=None, parser_classes=[MultiPartParser])
    def versions(self, request: Request, pk: UUID) -> Response:
        return Response(VersionSerializer(versions.versions_of(request.user, pk), many=True).data)

    @extend_schema(
        summary="Give an asset another file",
        description="The one it had is kept as a version. What cannot be read is refused, and nothing changes.",
        request={"multipart/form-data": Replacement},
        responses=AssetSerializer,
    )
    @versions.mapping.post
    def replace_file(self, request: Request, pk: UUID) -> Response:
        versions.versions_of(request.user, pk)
        sent = body(Replacement, request)
        file, note = sent["file"], sent["note"]
        versions.replace(
            request.user, pk, file, file_name=file.name or "", declared_type=file.content_type or "", note=note
        )
        return Response(written(pk))

    @extend_schema(summary="Download an earlier file", responses=_BINARY)
    @action(detail=True, url_path="versions/<int:number>")
    def version_file(self, request: Request, pk: UUID, number: int) -> HttpResponseBase:
        return files.version(request._request, pk, number)

    @extend_schema(summary="Make an earlier file the current one again", request=None, responses=AssetSerializer)
    @action(detail=True, methods=["post"], url_path="versions/<int:number>/back")
    def bring_back(self, request: Request, pk: UUID, number: int) -> Response:
        versions.bring_back(request.user, pk, number)
        return Response(written(pk))


def credit_json(asset: Asset) -> dict[str, Any]:
    """Return the credit line of an asset as plain JSON values."""
    found = asdict(credit_of(asset))
    licence = found.pop("licence")
    named = {"licence": licence["code"], "licence_name": licence["name"], "licence_url": licence["url"]}
    return {"asset": str(asset.pk)} | named | found


def _export(asset: Asset, side: int, form: str, label: str = "") -> dict[str, Any]:
    width, height = renders.fitted(asset, side)
    url = reverse("api:asset-export", args=[asset.pk, renders.signed(asset.pk, side, form)])
    return {"label": label, "form": form, "width": width, "height": height, "url": url}


def _files(asset: Asset) -> list[dict[str, Any]]:
    copies = asset.files.filter(role=AssetFile.Role.RASTER).select_related("blob")
    made = Rendition.objects.filter(blob_id=asset.blob_id).order_by("width")
    return [
        _file(asset, "original", asset.blob.media_type, asset.blob.size, asset.width, asset.height),
        *(_file(asset, "raster", copy.blob.media_type, copy.blob.size, None, None) for copy in copies),
        *(_file(asset, one.preset, Rendition.MEDIA_TYPE, one.size, one.width, one.height) for one in made),
    ]


def _file(asset: Asset, name: str, media_type: str, size: int, width: int | None, height: int | None) -> dict[str, Any]:
    url = reverse(f"api:asset-{name}", args=[asset.pk])
    return {"name": name, "media_type": media_type, "size": size, "width": width, "height": height, "url": url}
