"""``/api/v1/webhooks/``: who is told of what, for admins."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from webapp.api.filters import StrictFilters, StrictOrdering
from webapp.api.permissions import SignedIn
from webapp.api.serializers import body
from webapp.api.serializers.webhooks import (
    DeliveryDetail,
    DeliverySerializer,
    WebhookChange,
    WebhookRequest,
    WebhookSecret,
    WebhookSerializer,
)
from webapp.webhooks import hooks
from webapp.webhooks.models import Webhook

_MESSAGES = (
    "Messages are signed after the Standard Webhooks specification (headers webhook-id, webhook-timestamp and "
    "webhook-signature). One tells of many changes: `data` lists things by event, as they are now. A message is sent "
    "at least once, and again under the same webhook-id until it is answered with 2xx within 15 seconds."
)


@extend_schema_view(list=extend_schema(summary="List the webhooks, newest first"))
class WebhookViewSet(ListModelMixin, GenericViewSet):
    """Addresses that are told what changes in the library, as far as their owners may see it."""

    queryset = Webhook.objects.none()
    serializer_class = WebhookSerializer
    permission_classes = [SignedIn]
    parser_classes = [JSONParser]
    filter_backends = [StrictFilters, StrictOrdering]
    ordering = ("-created",)
    ordering_fields = ("created",)
    lookup_url_kwarg = "hook_id"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Webhook]:
        return hooks.hooks_of(self.request.user)

    @extend_schema(summary="Get one webhook")
    def retrieve(self, request: Request, hook_id: UUID) -> Response:
        return Response(WebhookSerializer(hooks.get_hook(request.user, hook_id)).data)

    @extend_schema(
        summary="Make a webhook",
        description=f"The answer holds its secret, this once. {_MESSAGES}",
        request=WebhookRequest,
        responses={201: WebhookSecret},
    )
    def create(self, request: Request) -> Response:
        hooks.hooks_of(request.user)
        sent = body(WebhookRequest, request)
        return _with_secret(hooks.create(request.user, **sent), status.HTTP_201_CREATED)

    @extend_schema(summary="Change a webhook, pause it or go on", request=WebhookChange, responses=WebhookSerializer)
    def partial_update(self, request: Request, hook_id: UUID) -> Response:
        hooks.get_hook(request.user, hook_id)
        sent = body(WebhookChange, request)
        return Response(WebhookSerializer(hooks.change(request.user, hook_id, **sent)).data)

    @extend_schema(summary="Delete a webhook, with the log of what was sent", responses={204: None})
    def destroy(self, request: Request, hook_id: UUID) -> Response:
        hooks.delete(request.user, hook_id)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        summary="Give a webhook another secret",
        description="For a day messages are signed with the old secret too.",
        request=None,
        responses=WebhookSecret,
    )
    @action(detail=True, methods=["post"])
    def rotate(self, request: Request, hook_id: UUID) -> Response:
        return _with_secret(hooks.rotate(request.user, hook_id), status.HTTP_200_OK)

    @extend_schema(summary="Send a test message, once", request=None, responses={202: DeliveryDetail})
    @action(detail=True, methods=["post"])
    def ping(self, request: Request, hook_id: UUID) -> Response:
        return Response(DeliveryDetail(hooks.ping(request.user, hook_id)).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(summary="List what a webhook was sent, newest first", responses=DeliverySerializer(many=True))
    @action(detail=True)
    def deliveries(self, request: Request, hook_id: UUID) -> Response:
        sent = hooks.get_hook(request.user, hook_id).deliveries.defer("body", "response")
        page = self.paginate_queryset(self.filter_queryset(sent))
        return self.get_paginated_response(DeliverySerializer(page, many=True).data)

    @extend_schema(summary="Get one message, with its body and the last answer", responses=DeliveryDetail)
    @action(detail=True, url_path="deliveries/<uuid:delivery_id>", filter_backends=[], pagination_class=None)
    def delivery(self, request: Request, hook_id: UUID, delivery_id: UUID) -> Response:
        return Response(DeliveryDetail(hooks.get_delivery(request.user, hook_id, delivery_id)).data)

    @extend_schema(
        summary="Send a message again, under the same id", request=None, responses={202: DeliveryDetail}, filters=False
    )
    @action(detail=True, methods=["post"], url_path="deliveries/<uuid:delivery_id>/redeliver")
    def redeliver(self, request: Request, hook_id: UUID, delivery_id: UUID) -> Response:
        again = hooks.redeliver(request.user, hook_id, delivery_id)
        return Response(DeliveryDetail(again).data, status=status.HTTP_202_ACCEPTED)


def _with_secret(made: tuple[Webhook, str], code: int) -> Response:
    hook, secret = made
    written: dict[str, Any] = WebhookSerializer(hook).data | {"secret": secret}
    return Response(written, status=code, headers={"Cache-Control": "no-store"})
