"""Names the process that holds a lease, and tells whether such a process still lives on this machine."""

from __future__ import annotations

import os
import socket
from pathlib import Path


def current_owner() -> str:
    """Return "host:pid:start", where start tells this process from an earlier one with the same number."""
    pid = os.getpid()
    return f"{socket.gethostname()[:60]}:{pid}:{_start_of(pid) or 0}"


def is_certainly_dead(owner: str) -> bool:
    """Tell whether the owner ran on this machine and is gone; owners on other machines are never certain."""
    host, _, rest = owner.partition(":")
    pid, _, start = rest.partition(":")
    if host != socket.gethostname()[:60] or not pid.isdigit():
        return False
    if not Path("/proc/self/stat").exists():  # not Linux: only the number can be asked for
        return not _answers(int(pid))
    return _start_of(int(pid)) != start


def _start_of(pid: int) -> str | None:
    """Return the moment a process started, in clock ticks since boot; None for the dead and for zombies."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()  # proc(5): the name, field 2, may hold spaces and brackets
    return None if fields[0] in "ZX" else fields[19]  # field 3 is the state, field 22 the start


def _answers(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
