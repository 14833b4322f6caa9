"""One parent restarts what dies, stops everybody in order, and says why it cannot start."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

from legation.cli.installations import Refused
from legation.cli.supervisors import check_port

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 60.0
PROGRAM = """
import django; django.setup()
from legation.cli.supervisors import run_supervisor
raise SystemExit(run_supervisor())
"""


def free_port():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_taken_port_is_refused_with_advice():
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(Refused, match="--port"):
            check_port("127.0.0.1", taken.getsockname()[1])


def children_of(pid):
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(part) for part in text.split()]


def wait_for(condition):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("waited in vain")


def answers(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/static/none.css", timeout=5):
            return True
    except urllib.error.HTTPError as answer:
        answer.close()
        return answer.code == 404
    except OSError:
        return False


@pytest.mark.slow
def test_web_and_worker_start_are_started_again_and_stop_together(tmp_path):
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LEGATION_")} | {
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONWARNINGS": "ignore",
        "DJANGO_SETTINGS_MODULE": "legation.config.testing",
        "LEGATION_DATA_DIR": str(tmp_path),
        "LEGATION_PORT": str(port),
        "LEGATION_WEB_WORKERS": "1",
    }
    with (tmp_path / "log").open("wb") as log:
        parent = subprocess.Popen([sys.executable, "-c", PROGRAM], env=environment, cwd=ROOT, stderr=log)
    try:
        wait_for(lambda: answers(port))
        web, worker = wait_for(lambda: len(found := children_of(parent.pid)) == 2 and found)
        os.kill(worker, signal.SIGKILL)
        wait_for(lambda: len(found := children_of(parent.pid)) == 2 and worker not in found)
        assert web in children_of(parent.pid)
        assert answers(port)
        everybody = [pid for child in children_of(parent.pid) for pid in [child, *children_of(child)]]
        parent.send_signal(signal.SIGINT)
        assert parent.wait(timeout=15) == 0
    finally:
        parent.kill()
        parent.wait()
    assert not answers(port)
    assert not [pid for pid in everybody if Path(f"/proc/{pid}").exists()]
    assert "worker ended (-9) and is started again" in (tmp_path / "log").read_text()
