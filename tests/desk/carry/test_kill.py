"""kill -9 of the worker at any moment loses nothing and doubles nothing."""

from __future__ import annotations

import email
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from django.db import connection
from tests.desk.carry import kill_handlers

KILLS = 15
JOBS = 16
PATIENCE_SECONDS = 90.0
ROOT = Path(__file__).parents[3]


class Mailbox:
    """A mail server's handler that keeps what it accepted."""

    def __init__(self):
        self.contents = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  aiosmtpd's name
        self.contents.append(envelope.content)
        return "250 kept"


@pytest.fixture
def mail_server():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(Mailbox(), hostname="127.0.0.1", port=port)
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def installation(tmp_path, db, mail_server):
    """A data folder with a migrated database of its own, and the environment of its workers."""
    source = connection.settings_dict["NAME"]
    with (
        closing(sqlite3.connect(source)) as template,
        closing(sqlite3.connect(tmp_path / "kill.sqlite3")) as own,
    ):
        template.backup(own)
        own.execute(kill_handlers.TABLE)
        own.commit()
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("LEGATION_")},
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "PYTHONWARNINGS": "ignore",
        "DJANGO_SETTINGS_MODULE": "legation.config.testing",
        "LEGATION_DATA_DIR": str(tmp_path),
        "LEGATION_DATABASE_URL": f"sqlite:///{tmp_path / 'kill.sqlite3'}",
        "LEGATION_SMTP_HOST": "127.0.0.1",
        "LEGATION_SMTP_PORT": str(mail_server.port),
        "LEGATION_SMTP_SECURITY": "none",
        "LEGATION_MAIL_FROM": "desk@example.org",
        "LEGATION_LEASE_SECONDS": "5",
        "LEGATION_WORKER_THREADS": "3",
    }


def query(tmp_path, sql):
    with closing(sqlite3.connect(tmp_path / "kill.sqlite3", timeout=30)) as db:
        rows = db.execute(sql).fetchall()
        db.commit()
    return rows


@pytest.fixture
def nursery(installation, tmp_path):
    """A process that forks one worker after another and says the number of each on a line."""
    command = [sys.executable, "-m", "tests.desk.carry.kill_handlers"]
    with (tmp_path / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            command, env=installation, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True
        )
        yield process
        process.kill()
        process.wait()
        process.stdout.close()


def fill(environment):
    command = [sys.executable, "-m", "tests.desk.carry.kill_handlers", str(JOBS)]
    subprocess.run(command, env=environment, cwd=ROOT, check=True)


def is_over(tmp_path):
    open_jobs = query(
        tmp_path, "SELECT 1 FROM carry_job WHERE kind='tests.kill_rows' AND finished_at IS NULL"
    )
    open_mails = query(tmp_path, "SELECT 1 FROM carry_delivery WHERE status NOT IN ('sent', 'failed')")
    return not open_jobs and not open_mails


@pytest.mark.slow
def test_a_worker_killed_in_a_loop_loses_nothing_and_doubles_nothing(
    tmp_path, installation, mail_server, nursery
):
    fill(installation)
    chance = random.Random(20261122)
    for _ in range(KILLS):
        worker = int(nursery.stdout.readline())
        _wait_for_work(tmp_path)
        assert not is_over(tmp_path), "the work was over before the killing"
        time.sleep(chance.uniform(0.0, 0.4))
        os.kill(worker, signal.SIGKILL)
    worker = int(nursery.stdout.readline())
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_over(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.1)
    os.kill(worker, signal.SIGTERM)
    assert nursery.wait(timeout=15) == 0
    _check_rows_and_jobs(tmp_path)
    _check_mails(tmp_path, mail_server.handler.contents)


def _wait_for_work(tmp_path):
    """Wait until the new worker has written something, so that the kill hits it at work."""
    before = query(tmp_path, "SELECT count(*) FROM carry_attempt")
    deadline = time.monotonic() + 20
    while query(tmp_path, "SELECT count(*) FROM carry_attempt") == before and time.monotonic() < deadline:
        if is_over(tmp_path):
            return
        time.sleep(0.02)


def _check_rows_and_jobs(tmp_path):
    rows = Counter(query(tmp_path, "SELECT job, number FROM kill_rows"))
    jobs = [
        pk
        for (pk,) in query(
            tmp_path, "SELECT id FROM carry_job WHERE kind='tests.kill_rows' AND status='done'"
        )
    ]
    assert len(jobs) == JOBS
    assert set(rows) == {(job, number) for job in jobs for number in range(kill_handlers.ROWS_PER_JOB)}
    assert set(rows.values()) == {1}
    outcomes = query(tmp_path, "SELECT outcome FROM carry_job WHERE kind='tests.kill_rows'")
    assert outcomes == [(f'{{"rows": {kill_handlers.ROWS_PER_JOB}}}',)] * JOBS
    ended_twice = "SELECT job_id FROM carry_attempt WHERE outcome='done' GROUP BY job_id HAVING count(*) > 1"
    assert query(tmp_path, ended_twice) == []
    assert query(tmp_path, "SELECT 1 FROM carry_attempt WHERE finished_at IS NULL") == []
    assert query(tmp_path, "SELECT 1 FROM carry_attempt WHERE outcome='lost'"), "no kill hit anything at work"


def _check_mails(tmp_path, contents):
    expected = {
        f"tests.kill:{job}:{number}": message_id
        for about, message_id in query(
            tmp_path, "SELECT about, message_id FROM carry_delivery WHERE status='sent'"
        )
        for _prefix, job, number in [about.split(":")]
    }
    assert len(expected) == JOBS * kill_handlers.ROWS_PER_JOB // 10
    received = {}
    for content in contents:
        message = email.message_from_bytes(content, policy=email.policy.default)
        body = message.get_body(("plain",)).get_content().strip()
        received.setdefault(body, set()).add((message["Message-ID"].strip(), content))
        assert message["From"].addresses[0].display_name == "Đại sứ quán"
        assert message["X-Publisher"] == "Đại sứ quán"
    assert set(received) == set(expected)
    for about, copies in received.items():  # a repeat is the same bytes under the same Message-ID
        assert [message_id for message_id, _content in copies] == [expected[about]]
