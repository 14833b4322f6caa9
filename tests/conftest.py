"""What every test run needs before its first test, and which tests one process runs together."""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadGroupScheduling

from legation.desk.shell.messages import compile_messages

compile_messages()  # before Django reads its first translation, which it then keeps

# A run that decides over a landing tries the same examples every time; at a desk each run tries new ones. A
# shared machine may take any time for one of them.
settings.register_profile("landing", derandomize=True, deadline=None)
settings.register_profile("desk", deadline=None)
settings.load_profile("landing" if os.environ.get("CI") else "desk")

# One process each: their tests share a running demo, or a furnished desk.
TOGETHER = ("tests/journeys/", "tests/cli/")


class FolderScheduling(LoadGroupScheduling):
    """Keeps some folders' tests in one process.

    The marks that xdist knows for this do nothing under pytest 9.2, whose identifiers it cannot lengthen.
    """

    def _split_scope(self, nodeid: str) -> str:
        folder = next((folder for folder in TOGETHER if nodeid.startswith(folder)), None)
        return folder or super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> FolderScheduling | None:
    """Schedule bin/test's processes by folder; leave other ways of sharing to xdist."""
    return FolderScheduling(config, log) if config.getvalue("dist") == "loadgroup" else None
