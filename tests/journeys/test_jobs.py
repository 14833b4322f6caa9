"""Jobs in the browser: a waiting one is called off, and run again."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.slow

LATER = """
    INSERT INTO carry_job (kind, key, title, arguments, status, created_at, next_run_at, lease_owner,
        attempts, failures, losses, max_attempts, progress_done, progress_total, progress_note, state,
        is_cancel_requested, outcome, error)
    VALUES ('listen.purge', '', 'Purge for the journey', '{}', 'waiting', ?, ?, '',
        0, 0, 0, 5, 0, 0, '', '{}', 0, '{}', '')
    RETURNING id
"""


def test_a_job_is_cancelled_and_run_again(office, world):
    now = datetime.now(UTC)
    moments = [moment.strftime("%Y-%m-%d %H:%M:%S.%f") for moment in (now, now + timedelta(hours=6))]
    ((job,),) = world.query(LATER, *moments)
    page = office.open("admin")
    page.goto("/desk/jobs/?status=waiting")
    page.locator(f"#cancel-{job}").click()
    expect(page.locator("main")).not_to_contain_text("Purge for the journey")
    page.goto("/desk/jobs/?status=cancelled")
    page.locator(f"#retry-{job}").click()
    world.wait_for(lambda: _status(world, job) == "done", "the job's end", 60)
    page.goto(f"/desk/jobs/{job}/")
    expect(page.locator("main")).to_contain_text("done")
    ((outcome, attempts),) = world.query("SELECT outcome, attempts FROM carry_job WHERE id = ?", job)
    assert attempts == 1
    assert isinstance(json.loads(outcome), dict)


def _status(world, job):
    return world.query("SELECT status FROM carry_job WHERE id = ?", job)[0][0]
