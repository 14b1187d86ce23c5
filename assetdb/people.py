"""Accounts and their roles: who may come in, as what, and what they want to see."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction

from assetdb.access import Caller, require
from assetdb.errors import DamError, NotFoundError
from assetdb.models import Ai, Role, User


def add(by: Caller, *, username: str, role: str) -> User:
    """Make an account without a password; a one-time link lets its owner in.

    Raises:
        ForbiddenError: it takes an admin.
        DamError: ``bad_username``, ``name_taken`` or ``no_such_role``.
    """
    require(by, Role.ADMIN, to="make accounts")
    username, wanted = username.strip(), _role(role)
    try:
        User._meta.get_field("username").clean(username, None)
    except ValidationError:
        raise DamError(
            "bad_username", "A username has 1 to 150 characters: letters, digits and @ . + - _ only."
        ) from None
    with transaction.atomic():
        if User.objects.filter(username__iexact=username).exists():
            raise DamError(
                "name_taken", f"There is an account “{username}” already. Choose another username.", status=409
            )
        return User.objects.create_user(username, role=wanted)


def change_role(by: Caller, user_id: int, role: str) -> User:
    """Give an account another role.

    Raises:
        ForbiddenError: it takes an admin.
        NotFoundError: there is no such account.
        DamError: ``no_such_role``, or ``last_admin`` when nobody could administer the library afterwards.
    """
    require(by, Role.ADMIN, to="change what others may do")
    wanted = _role(role)
    with transaction.atomic():
        person = _locked(user_id)
        if wanted != Role.ADMIN:
            _keep_an_admin(person)
        person.role = wanted
        person.save(update_fields=["role", "is_staff", "is_superuser"])
    return person


def set_active(by: Caller, user_id: int, active: bool) -> User:
    """Let an account in, or shut it out; what it owns stays.

    Raises:
        ForbiddenError: it takes an admin.
        NotFoundError: there is no such account.
        DamError: ``last_admin``, when nobody could administer the library afterwards.
    """
    require(by, Role.ADMIN, to="shut accounts out")
    with transaction.atomic():
        person = _locked(user_id)
        if not active:
            _keep_an_admin(person)
        person.is_active = active
        person.save(update_fields=["is_active"])
    return person


def get(by: Caller, user_id: int) -> User:
    """Return one account, for an admin.

    Raises:
        ForbiddenError: it takes an admin.
        NotFoundError: there is no such account.
    """
    require(by, Role.ADMIN, to="look at accounts")
    person = User.objects.filter(pk=user_id).first()
    if person is None:
        raise NotFoundError("account")
    return person


def get_invitable(by: Caller, user_id: int) -> User:
    """Return an account that may be given a link to sign in with.

    Raises:
        ForbiddenError, NotFoundError: see ``get``.
        DamError: ``shut_out``.
    """
    person = get(by, user_id)
    if not person.is_active:
        raise DamError("shut_out", "This account is shut out. Let it in first.", status=409)
    return person


def set_ai(user: User, wish: str) -> None:
    """Record what someone wants to see of generated assets.

    Raises:
        DamError: ``bad_value``.
    """
    if wish not in Ai.values:
        raise DamError("bad_value", f"Generated assets can be {', '.join(Ai.values)}.")
    user.ai = wish
    user.save(update_fields=["ai"])


def _role(name: str) -> Role:
    if name not in Role.values:
        raise DamError("no_such_role", f"A role is one of {', '.join(Role.values)}.")
    return Role(name)


def _locked(user_id: int) -> User:
    """Return the account, with all admins locked: two admins who demote each other do not both succeed."""
    list(User.objects.select_for_update().filter(role=Role.ADMIN).order_by("pk").values_list("pk"))
    person = User.objects.select_for_update().filter(pk=user_id).first()
    if person is None:
        raise NotFoundError("account")
    return person


def _keep_an_admin(person: User) -> None:
    if not person.at_least(Role.ADMIN):
        return
    if not User.objects.filter(role=Role.ADMIN, is_active=True).exclude(pk=person.pk).exists():
        raise DamError(
            "last_admin",
            "This is the only admin. Make somebody else an admin first, or nobody could administer the library.",
            status=409,
        )
