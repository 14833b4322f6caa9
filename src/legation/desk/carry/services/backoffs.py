"""How long to wait before the next attempt, and which errors are nobody's fault."""

from __future__ import annotations

import errno
import random
from datetime import timedelta

from django.db import InterfaceError, OperationalError

FIRST_DELAY_SECONDS = 5.0  # most hiccups (a locked file, a restarting server) are over by then
LONGEST_DELAY_SECONDS = 900.0  # a person who mends something at seven sees it taken up by a quarter past
JITTER = 0.2  # spreads what failed together
QUICK_LOSSES = 10  # so many workers may die over a job before its restarts are slowed
MAX_LOSSES = 20  # then the job itself is what kills them

# The result codes after which the same statement may succeed later: https://www.sqlite.org/rescode.html
TRANSIENT_SQLITE = ("BUSY", "LOCKED", "FULL", "IOERR", "CANTOPEN", "NOMEM", "PROTOCOL", "READONLY")
TRANSIENT_ERRNO = {errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.ENOMEM}


def retry_delay(failures: int, *, first_seconds: float = FIRST_DELAY_SECONDS) -> timedelta:
    """Return the wait before the next attempt: doubling from first_seconds, bounded, with jitter.

    failures: how many attempts have failed, at least 1.
    """
    seconds = min(first_seconds * 2.0 ** (min(failures, 30) - 1), LONGEST_DELAY_SECONDS)
    return timedelta(seconds=seconds * random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311  no secret


def loss_delay(losses: int) -> timedelta:
    """Return the wait after a worker died: none at first, for most deaths are not the job's doing."""
    return timedelta(0) if losses <= QUICK_LOSSES else retry_delay(losses - QUICK_LOSSES, first_seconds=1.0)


def is_transient(problem: BaseException) -> bool:
    """Tell whether an error says that the machine is short of something, not that the work is wrong."""
    if isinstance(problem, OSError):
        return problem.errno in TRANSIENT_ERRNO
    if not isinstance(problem, OperationalError | InterfaceError):
        return False
    code = getattr(problem.__cause__, "sqlite_errorname", None)
    if code is not None:
        return code.removeprefix("SQLITE_").startswith(TRANSIENT_SQLITE)
    words = str(problem).lower()
    return "no such" not in words and "syntax" not in words
