"""Runs, what they tried, and where a generated asset comes from."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from assetdb.models import Asset


class Run(models.Model):
    """A missed meaning being filled. At most one open run a meaning; others who ask join it."""

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        GENERATING = "generating", "Generating"
        CHECKING = "checking", "Checking"
        REVIEW = "review", "Waiting for review"
        PUBLISHED = "published", "Published"
        REJECTED = "rejected", "Rejected"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    OPEN = (State.QUEUED, State.GENERATING, State.CHECKING, State.REVIEW)
    WORK = (State.QUEUED, State.GENERATING, State.CHECKING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    query = models.CharField(max_length=500)
    meaning = models.CharField(max_length=500, help_text="the query, read and put in order")
    kind = models.CharField(max_length=16, default="image")
    generator = models.CharField(max_length=80)
    asker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="runs")
    state = models.CharField(max_length=16, choices=State.choices, default=State.QUEUED)
    progress = models.FloatField(default=0.0, help_text="of the current step, 0 to 1")
    detail = models.CharField(max_length=300, blank=True)
    steps = models.JSONField(default=list, help_text="each step with when it began")
    round = models.PositiveSmallIntegerField(default=0, help_text="how often new seeds were tried")
    verdict_before = models.JSONField(null=True, blank=True)
    verdict_after = models.JSONField(null=True, blank=True)
    asset = models.ForeignKey(Asset, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reason = models.TextField(blank=True, help_text="why it was rejected or reopened")
    error_code = models.CharField(max_length=64, blank=True)
    error_message = models.TextField(blank=True)
    holder = models.CharField(max_length=64, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    changed = models.BigIntegerField(default=0, editable=False, help_text="position in the log of work")
    created = models.DateTimeField(auto_now_add=True)
    finished = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created"]
        indexes = [
            models.Index(fields=["state", "created"], name="run_by_state"),
            models.Index(fields=["changed"], name="run_changed"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "meaning"],
                condition=Q(state__in=["queued", "generating", "checking", "review"]),
                name="one_open_run_a_meaning",
            )
        ]

    def __str__(self) -> str:
        return f"{self.query} ({self.state})"


class RunAsker(models.Model):
    """Someone who asked for a run; ``told`` once they have seen how it ended."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="askers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    joined = models.DateTimeField(auto_now_add=True)
    told = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "user"], name="asked_once")]


class Candidate(models.Model):
    """One attempt of a run. Those not chosen stay on the shelf with their checks."""

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        MADE = "made", "Made"
        PASSED = "passed", "Passed its checks"
        FAILED = "failed", "Failed a check"
        CHOSEN = "chosen", "Chosen"

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="candidates")
    number = models.PositiveIntegerField()
    recipe = models.JSONField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.PLANNED)
    asset = models.ForeignKey(Asset, on_delete=models.SET_NULL, null=True, blank=True, related_name="candidates")
    checks = models.JSONField(default=list, help_text="name, passed, score and message of each check")
    score = models.FloatField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="candidate_number")]


class Provenance(models.Model):
    """Where a generated asset comes from: the query, its verdict, the recipe and the checks."""

    asset = models.OneToOneField(Asset, on_delete=models.CASCADE, related_name="provenance")
    run = models.ForeignKey(Run, on_delete=models.SET_NULL, null=True, related_name="+")
    query = models.CharField(max_length=500)
    verdict = models.JSONField()
    recipe = models.JSONField()
    checks = models.JSONField()


class Parent(models.Model):
    """An illustration that a generated asset was made from, in the library or outside it."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="parents")
    parent = models.ForeignKey(Asset, on_delete=models.SET_NULL, null=True, blank=True, related_name="children")
    title = models.CharField(max_length=300)
    licence = models.CharField(max_length=40, blank=True)
    credit = models.CharField(max_length=500, blank=True)
    source_url = models.URLField(max_length=1000, blank=True)
