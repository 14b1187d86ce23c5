"""Django's admin. People sign in to it where they sign in to everything else."""

from __future__ import annotations

import allauth.account.admin  # registers what is taken out below
import auditlog.admin  # registers what ``audit`` replaces
from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from django.contrib import admin

from webapp.dashboards import accounts, audit, indexing, library, runs, vocabulary

__all__ = ["accounts", "allauth", "audit", "auditlog", "indexing", "library", "runs", "vocabulary"]

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.unregister(EmailAddress)
