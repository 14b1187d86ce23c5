"""Webhooks and what was sent."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from webapp.api.serializers.common import Strict
from webapp.webhooks.events import EVENTS
from webapp.webhooks.models import Delivery, Webhook


class WebhookSerializer(serializers.ModelSerializer):
    """An address that is told of events. ``stopped`` says why the library switched it off by itself."""

    owner = serializers.CharField(source="owner.username")
    events = serializers.ListField(child=serializers.ChoiceField(choices=EVENTS))
    stopped = serializers.ChoiceField(choices=Webhook.Stopped.choices, allow_blank=True)

    class Meta:
        model = Webhook
        fields: tuple[str, ...] = ("id", "url", "events", "owner", "active", "stopped", "failing_since", "created")
        read_only_fields = fields


class WebhookSecret(WebhookSerializer):
    """A webhook with its secret, which is shown this once."""

    secret = serializers.CharField(help_text="whsec_…; see the Standard Webhooks specification")

    class Meta(WebhookSerializer.Meta):
        fields = (*WebhookSerializer.Meta.fields, "secret")


class WebhookRequest(Strict):
    """Where a new webhook goes and what it is told."""

    url = serializers.CharField(max_length=1000)
    events = serializers.ListField(child=serializers.ChoiceField(choices=EVENTS), min_length=1)


class WebhookChange(Strict):
    """What may be changed; switched on again, a webhook is told what it missed."""

    url = serializers.CharField(max_length=1000, required=False)
    events = serializers.ListField(child=serializers.ChoiceField(choices=EVENTS), min_length=1, required=False)
    active = serializers.BooleanField(required=False)


class DeliverySerializer(serializers.ModelSerializer):
    """One message of a webhook, and what became of it."""

    events = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Delivery
        fields: tuple[str, ...] = (
            *("id", "events", "count", "state", "attempts", "next_try", "status", "trouble", "duration"),
            *("created", "delivered"),
        )
        read_only_fields = fields

    def to_representation(self, delivery: Delivery) -> dict[str, Any]:
        written = super().to_representation(delivery)
        if delivery.state != Delivery.State.WAITING:
            written["next_try"] = None
        return written


class DeliveryDetail(DeliverySerializer):
    """A message with its body and the beginning of the last answer."""

    class Meta(DeliverySerializer.Meta):
        fields = (*DeliverySerializer.Meta.fields, "body", "response")
        read_only_fields = fields
