"""kill -9 in a loop, while a second country's world is read and its brief sent, doubles and loses nothing."""

from __future__ import annotations

import email
import email.policy
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager

import pytest
from tests.journeys.signatures import OFFICIAL_ADDRESSES
from tests.journeys.worlds import ROOT, World, copy_folder, make_environment

from legation.gateways.demo_worlds import load_world

pytestmark = pytest.mark.slow

COUNTRY = "cl"
LEAST_KILLS = 10  # while there is work: an idle worker's death proves nothing
READING_KILLS, SENDING_KILLS = 8, 6  # at most: then the work is left in peace to end
PATIENCE_SECONDS = 120.0
LEASE_SECONDS = 5
UNIT_PEOPLE = 3  # editor, analyst and reader of the demo's mission


class Nursery:
    """The process that raises workers, and the number of the one that lives."""

    def __init__(self, process, chance):
        self.process, self.chance = process, chance
        self.worker = int(process.stdout.readline())

    def kill(self, least_seconds, most_seconds):
        """Let the worker live for a random while, kill it, and wait for the next one."""
        time.sleep(self.chance.uniform(least_seconds, most_seconds))
        os.kill(self.worker, signal.SIGKILL)
        self.worker = int(self.process.stdout.readline())


@contextmanager
def open_nursery(world):
    environment = make_environment(data_dir=world.folder, lease_seconds=LEASE_SECONDS)
    environment["PYTHONPATH"] += os.pathsep + str(ROOT)
    command = [sys.executable, "-m", "tests.journeys.nurseries", COUNTRY]
    with (
        world.log_file.open("ab") as log,
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True) as process,
    ):
        try:
            yield Nursery(process, random.Random(20261122))  # noqa: S311  a repeatable chance is wanted
        finally:
            process.kill()


def has_brief(world):
    return world.query("SELECT count(*) FROM understand_brief") == [(1,)]


def has_unsent_mail(world):
    return bool(world.query("SELECT 1 FROM carry_delivery WHERE status IN ('queued', 'sending')"))


def has_open_jobs(world):
    return bool(world.query("SELECT 1 FROM carry_job WHERE finished_at IS NULL AND attempts > 0"))


def has_unread_items(world):
    """Tell of entries that no visit has reached yet, and of articles that no story has."""
    entries = world.query("SELECT 1 FROM listen_feedentry WHERE is_waiting AND tries = 0")
    return bool(entries or world.query("SELECT 1 FROM listen_article WHERE NOT is_handed_on"))


def wait_until(is_done, what):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_done():
        assert time.monotonic() < deadline, what
        time.sleep(0.2)


def test_a_worker_killed_in_a_loop_loses_nothing_and_doubles_nothing(prepared_folder, tmp_path):
    copy_folder(prepared_folder, tmp_path / "killed")
    world = World(tmp_path / "killed", "--demo")
    with open_nursery(world) as nursery:
        reading = 0
        while not has_brief(world) and reading < READING_KILLS:
            nursery.kill(0.3, 3.5)
            reading += 1
        wait_until(lambda: has_brief(world), "no brief")
        environment = make_environment(data_dir=world.folder)
        environment["PYTHONPATH"] += os.pathsep + str(ROOT)
        subprocess.run([sys.executable, "-m", "tests.journeys.signatures"], env=environment, check=True)
        sending = 0
        while has_unsent_mail(world) and sending < SENDING_KILLS:
            nursery.kill(0.2, 1.2)
            sending += 1
        wait_until(lambda: not has_unsent_mail(world) and not has_open_jobs(world), "work is left over")
        # The flooding outlet brings more than one visit reads; the rest waits for the next.
        wait_until(lambda: not has_unread_items(world), "items wait unread")
        os.kill(nursery.worker, signal.SIGTERM)
        assert nursery.process.wait(timeout=20) == 0
    sys.stdout.write(f"kills: {reading} while reading, {sending} while sending\n")  # pytest -rP shows it
    assert reading + sending >= LEAST_KILLS
    _check_articles(world)
    _check_jobs(world)
    _check_mails(world)
    _check_stories_and_brief(world)
    _check_the_desk_comes_back(world)


def _check_articles(world):
    """Every article of the press exactly once, in exactly one story, and one outcome for every item."""
    press = load_world(ROOT / "demo", COUNTRY)
    readable = sum(not article.is_gone and not article.is_listing for article in press.articles)
    ((articles, titles),) = world.query(
        "SELECT count(*), count(DISTINCT source_id || title) FROM listen_article"
    )
    assert articles == titles == readable
    unplaced = """SELECT article.id FROM listen_article AS article
        LEFT JOIN understand_storymember AS member ON member.article_id = article.id
        WHERE member.article_id IS NULL OR NOT article.is_handed_on"""
    assert world.query(unplaced) == []
    ((members,),) = world.query("SELECT count(*) FROM understand_storymember")
    ((counted,),) = world.query("SELECT sum(article_count) FROM understand_story")
    assert members == counted == articles
    outcomes = dict(world.query("SELECT kind, sum(count) FROM listen_outcome GROUP BY kind"))
    assert outcomes.pop("kept") == articles
    assert sum(outcomes.values()) == len(press.articles) - readable


def _check_jobs(world):
    lost = world.query("SELECT kind, status, error FROM carry_job WHERE status NOT IN ('done', 'waiting')")
    # The brief quotes one article from a folder that its outlet's robots.txt keeps archives out of.
    forbidden = [kind for kind, _, error in lost if "robots.txt" in error]
    assert forbidden in ([], ["listen.capture_article"])
    assert len(lost) == len(forbidden), lost
    assert world.query("SELECT id FROM carry_attempt WHERE finished_at IS NULL") == []
    assert world.query("SELECT id FROM carry_attempt WHERE outcome = 'lost'"), "no kill hit anything at work"
    twice = "SELECT job_id FROM carry_attempt WHERE outcome = 'done' GROUP BY job_id HAVING count(*) > 1"
    assert world.query(twice) == []


def _check_mails(world):
    """Each recipient got the brief; what came twice is the same bytes under the same Message-ID."""
    sent = dict(world.query("SELECT recipient, message_id FROM carry_delivery WHERE status = 'sent'"))
    assert len(sent) == OFFICIAL_ADDRESSES + UNIT_PEOPLE
    assert world.query("SELECT 1 FROM carry_delivery WHERE status <> 'sent'") == []
    received = {}
    for path in world.mails:
        content = path.read_bytes()
        mail = email.message_from_bytes(content, policy=email.policy.default)
        recipient = mail["To"].addresses[0].addr_spec
        received.setdefault(recipient, set()).add((mail["Message-ID"].strip(), content))
    assert {recipient: [name for name, _ in copies] for recipient, copies in received.items()} == {
        recipient: [message_id] for recipient, message_id in sent.items()
    }


def _check_stories_and_brief(world):
    stories = world.query("SELECT languages FROM understand_story WHERE article_count > 0")
    widths = Counter(len(json.loads(languages)) for (languages,) in stories)
    assert sum(count for width, count in widths.items() if width >= 3) >= 5, widths
    ((document,),) = world.query("SELECT document FROM understand_brief")
    items = [item for section in json.loads(document)["sections"] for item in section["items"]]
    assert len(items) >= 5
    assert all(item["quotations"] for item in items)


def _check_the_desk_comes_back(world):
    verified = world.run("verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    world.start()
    try:
        world.wait_for_line("Legation answers at")
    finally:
        world.stop()
