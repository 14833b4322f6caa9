"""A backup is whole, taken while the desk works, and brings everything back."""

import sqlite3
import threading
import time
from contextlib import closing

import pytest

pytestmark = pytest.mark.slow


def test_backup_wipe_and_restore_give_equal_exports(desk, legation, export_all, tmp_path):
    before, archive = export_all(desk), tmp_path / "backup.tar.gz"
    assert legation("backup", archive, on=desk).returncode == 0
    restored = tmp_path / "restored"
    answer = legation("restore", archive, on=restored)
    assert answer.returncode == 0, answer.stderr
    assert export_all(restored) == before
    verified = legation("verify", on=restored)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    for name in ("secret_key", *(path.relative_to(desk) for path in desk.rglob("media/captures/**/*.png"))):
        assert (restored / name).read_bytes() == (desk / name).read_bytes()
    assert len(list(restored.rglob("media/captures/**/*.png"))) == 1


def test_a_backup_shows_one_moment_of_a_desk_that_is_written_to(desk, legation, tmp_path):
    stop = threading.Event()
    with closing(sqlite3.connect(desk / "desk.sqlite3")) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.executescript("CREATE TABLE lefts (n INTEGER); CREATE TABLE rights (n INTEGER)")
    writer = threading.Thread(target=_write_pairs, args=(desk / "desk.sqlite3", stop))
    writer.start()
    try:
        answer = legation("backup", tmp_path / "busy.tar.gz", on=desk)
    finally:
        stop.set()
        writer.join()
    assert answer.returncode == 0, answer.stderr
    restored = tmp_path / "restored"
    assert legation("restore", tmp_path / "busy.tar.gz", on=restored).returncode == 0
    with closing(sqlite3.connect(restored / "desk.sqlite3")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        left, right = (
            database.execute(f"SELECT count(*), max(n) FROM {table}").fetchone()
            for table in ("lefts", "rights")
        )
    assert left == right
    assert 0 < left[0] < _count(desk), "nothing was written during the backup"


def test_a_backup_overwrites_nothing(desk, legation, tmp_path):
    archive = tmp_path / "there.tar.gz"
    archive.write_bytes(b"precious")
    answer = legation("backup", archive, on=desk)
    assert (answer.returncode, archive.read_bytes()) == (2, b"precious")
    assert "there.tar.gz exists already" in answer.stderr


def _write_pairs(path, stop):
    with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as database:
        number = 0
        while not stop.is_set():
            number += 1
            database.execute("BEGIN IMMEDIATE")
            database.execute("INSERT INTO lefts VALUES (?)", [number])
            database.execute("INSERT INTO rights VALUES (?)", [number])
            database.execute("COMMIT")
            time.sleep(0.002)


def _count(folder):
    with closing(sqlite3.connect(folder / "desk.sqlite3")) as database:
        return database.execute("SELECT count(*) FROM lefts").fetchone()[0]
