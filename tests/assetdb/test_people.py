"""Accounts: roles change, and the library always keeps an admin."""

from __future__ import annotations

import pytest

from assetdb import people as accounts
from assetdb.errors import DamError, ForbiddenError, NotFoundError
from assetdb.models import Ai, Role, User


def test_an_account_is_made_without_a_password_and_in_its_role(people):
    made = accounts.add(people["admin"], username=" mia.chen ", role="reviewer")
    assert (made.username, made.role, made.is_staff) == ("mia.chen", Role.REVIEWER, False)
    assert not made.has_usable_password()


@pytest.mark.parametrize(
    ("username", "role", "code"),
    [
        ("", "viewer", "bad_username"),
        ("mia chen", "viewer", "bad_username"),
        ("x" * 151, "viewer", "bad_username"),
        ("EDITOR", "viewer", "name_taken"),
        ("mia", "emperor", "no_such_role"),
    ],
)
def test_a_bad_wish_makes_no_account(people, username, role, code):
    before = User.objects.count()
    with pytest.raises(DamError) as refused:
        accounts.add(people["admin"], username=username, role=role)
    assert refused.value.code == code and User.objects.count() == before


def test_only_admins_change_accounts(people):
    target = people["viewer"].pk
    for name in ("viewer", "editor", "reviewer"):
        for attempt in (
            lambda by: accounts.add(by, username="new", role="admin"),
            lambda by: accounts.change_role(by, target, "admin"),
            lambda by: accounts.set_active(by, target, False),
            lambda by: accounts.get(by, target),
        ):
            with pytest.raises(ForbiddenError):
                attempt(people[name])
    with pytest.raises(NotFoundError):
        accounts.change_role(people["admin"], 10**6, "viewer")


def test_a_role_decides_on_the_administration_too(people):
    raised = accounts.change_role(people["admin"], people["viewer"].pk, "admin")
    raised.refresh_from_db()
    assert raised.is_superuser and raised.is_staff
    lowered = accounts.change_role(people["admin"], raised.pk, "viewer")
    lowered.refresh_from_db()
    assert not lowered.is_superuser and not lowered.is_staff


def test_the_last_admin_can_neither_step_down_nor_be_shut_out(people):
    admin = people["admin"]
    for attempt in (
        lambda: accounts.change_role(admin, admin.pk, "editor"),
        lambda: accounts.set_active(admin, admin.pk, False),
    ):
        with pytest.raises(DamError) as refused:
            attempt()
        assert (refused.value.code, refused.value.status) == ("last_admin", 409)
    admin.refresh_from_db()
    assert admin.at_least(Role.ADMIN)
    accounts.change_role(admin, people["editor"].pk, "admin")
    assert accounts.change_role(admin, admin.pk, "editor").role == Role.EDITOR


def test_an_admin_who_is_shut_out_does_not_count(people):
    accounts.change_role(people["admin"], people["editor"].pk, "admin")
    accounts.set_active(people["admin"], people["editor"].pk, False)
    with pytest.raises(DamError, match="only admin"):
        accounts.change_role(people["admin"], people["admin"].pk, "viewer")


def test_the_wish_about_generated_assets_is_one_of_three(people):
    accounts.set_ai(people["viewer"], "hide")
    assert User.objects.get(username="viewer").ai == Ai.HIDE
    with pytest.raises(DamError, match="show, hide, only"):
        accounts.set_ai(people["viewer"], "sometimes")
