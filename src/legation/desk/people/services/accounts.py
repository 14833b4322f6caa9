"""Accounts are made by invitation only; allauth's own sign-up is closed."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedAccountAdapter(DefaultAccountAdapter):
    """Refuses sign-up: a person needs an invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False always."""
        return False


def name_attempt(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """Return the address that somebody tries to sign in with, folded, so that guesses count per address.

    Without it every attempt would count for the connection alone, and one person's typing errors would lock
    a whole mission out.
    """
    given = credentials or {}
    tried = given.get("email") or given.get("username") or (request.POST.get("login") if request else "")
    return str(tried or "").strip().lower()[:255]
