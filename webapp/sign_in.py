"""A link that signs one account in once, as the first start prints it."""

from __future__ import annotations

from django.contrib.auth import login
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import base36_to_int, int_to_base36
from django.views.decorators.http import require_GET

from assetdb.models import User


class SignInTokens(PasswordResetTokenGenerator):
    """Tokens that the sign-in itself uses up, since the time of the last one is part of them."""

    key_salt = "webapp.sign_in"


tokens = SignInTokens()


def link_for(user: User) -> str:
    """Return the path that signs ``user`` in, once."""
    return reverse("sign_in", args=[int_to_base36(user.pk), tokens.make_token(user)])


@require_GET
def sign_in(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """Sign the holder of a valid link in and go to the library."""
    try:
        user = User.objects.filter(pk=base36_to_int(uid), is_active=True).first()
    except (ValueError, OverflowError):
        user = None
    if user is not None and request.user == user:
        return redirect("/")
    if user is None or not tokens.check_token(user, token):
        return render(request, "sign_in_used.html", status=404)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return redirect("/")
