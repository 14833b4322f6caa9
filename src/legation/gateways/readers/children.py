"""The reading process: takes calls from its parent one by one, under bounds of memory and time."""

from __future__ import annotations

import os
import pickle
import resource
import signal
import sys
from multiprocessing.connection import Connection
from pathlib import Path

from legation.gateways.readers.calls import ReadCall, ReadingTooLarge

# The parent kills after the call's own time; where the parent is dead itself, the alarm does it.
ALARM_GRACE_SECONDS = 5.0
_NICENESS = 5  # the desk's pages come before reading
READY = "ready"


def main(words: list[str]) -> int:
    """Serve calls over the inherited socket until the parent closes it.

    words: the socket's file descriptor, and how many bytes reading may take beyond what the process has at
    its start. Sends READY, then for each pickled ReadCall a pair: whether it went well, and the value or the
    exception. After an exhausted memory the process ends.
    """
    connection, spare_bytes = Connection(int(words[0])), int(words[1])
    # Ctrl-C and a service manager's SIGTERM reach the whole group: the parent decides, and closing ends us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    os.nice(_NICENESS)
    import legation.engine.flow  # noqa: F401 - the slow imports, before the first call's time runs

    _bound_memory(spare_bytes)
    try:
        connection.send(READY)
        while _serve(connection):
            pass
    except (EOFError, ConnectionError):
        return 0
    return 1


def _serve(connection: Connection) -> bool:
    """Answer one call; False where the process had better end."""
    call: ReadCall = connection.recv()
    signal.setitimer(signal.ITIMER_REAL, call.timeout_seconds + ALARM_GRACE_SECONDS)
    answer: tuple[bool, object]
    try:
        answer = True, call.run()
    except MemoryError:
        answer = False, ReadingTooLarge("Reading it takes more memory than it may have.")
    except Exception as error:  # noqa: BLE001 - the process's edge: every failure is the parent's to judge
        answer = False, error
    signal.setitimer(signal.ITIMER_REAL, 0.0)
    try:
        connection.send(answer)
    except (pickle.PicklingError, TypeError, AttributeError):
        connection.send((False, RuntimeError(f"{type(answer[1]).__name__}: {answer[1]}")))
    return not isinstance(answer[1], ReadingTooLarge)


def _bound_memory(spare_bytes: int) -> None:
    """Bound the address space to what it is now and spare_bytes; nothing where the system cannot say."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        return
    limit = pages * resource.getpagesize() + spare_bytes
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
