"""Single sign-on and a second factor are settings away."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROBE = """
import django; django.setup()
from django.conf import settings
from django.core.management import call_command
from django.test import Client
call_command("migrate", verbosity=0)
page = Client(HTTP_HOST="localhost").get("/accounts/oidc/ministry/login/")
assert page.status_code == 200, page.status_code
assert "https://id.example.org" in page.headers["Content-Security-Policy"]
assert settings.MFA_SUPPORTED_TYPES == ["totp", "recovery_codes"]
assert Client(HTTP_HOST="localhost").get("/accounts/2fa/").status_code == 302
"""


@pytest.mark.slow
def test_both_are_served_once_they_are_set(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "legation.config.testing",
        "LEGATION_DATA_DIR": str(tmp_path),
        "LEGATION_MULTI_FACTOR": "yes",
        "LEGATION_OIDC_SERVER": "https://id.example.org",
        "LEGATION_OIDC_CLIENT": "desk",
        "LEGATION_OIDC_SECRET": "secret",
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROBE], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
