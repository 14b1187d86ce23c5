"""People, and the four roles."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models


class Role(models.TextChoices):
    """What an account may do; each role includes those before it."""

    VIEWER = "viewer", "Viewer"
    EDITOR = "editor", "Editor"
    REVIEWER = "reviewer", "Reviewer"
    ADMIN = "admin", "Admin"


class Ai(models.TextChoices):
    """What someone wants to see of generated assets."""

    SHOW = "show", "Show AI content"
    HIDE = "hide", "Hide AI content"
    ONLY = "only", "Only AI content"


_RANK = {Role.VIEWER: 0, Role.EDITOR: 1, Role.REVIEWER: 2, Role.ADMIN: 3}


class Accounts(UserManager["User"]):
    """Django's account creation, with the role that a superuser implies."""

    def create_superuser(
        self, username: str, email: str | None = None, password: str | None = None, **extra: Any
    ) -> User:
        return super().create_superuser(username, email, password, **(extra | {"role": Role.ADMIN}))


class User(AbstractUser):
    """Someone who signs in. ``role`` decides what they may do; staff and superuser follow it."""

    role = models.CharField(max_length=10, choices=Role.choices, default=Role.VIEWER)

    ai = models.CharField(max_length=8, choices=Ai.choices, default=Ai.SHOW, help_text="of generated assets")

    objects = Accounts()  # type: ignore[misc]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.is_staff = self.is_superuser = self.role == Role.ADMIN
        super().save(*args, **kwargs)

    def at_least(self, role: Role) -> bool:
        """Whether this account is active and its role is ``role`` or above."""
        return self.is_active and _RANK[Role(self.role)] >= _RANK[role]
