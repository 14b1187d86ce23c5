"""Accounts: nobody signs up by themselves; an admin makes accounts."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.urls import reverse


class ClosedAccounts(DefaultAccountAdapter):
    """allauth's adapter with sign-up closed; a changed password leads back to the account's page."""

    def is_open_for_signup(self, request: Any) -> bool:
        return False

    def get_password_change_redirect_url(self, request: Any) -> str:
        return reverse("account")
