"""Accounts are made by invitation only; allauth's own sign-up is closed."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedAccountAdapter(DefaultAccountAdapter):
    """Refuses sign-up: a person needs an invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False always."""
        return False
