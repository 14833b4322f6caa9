"""The doctor names what is wrong and how to mend it."""

from __future__ import annotations

import argparse
import socket
from contextlib import closing
from dataclasses import replace

import pytest
from django.conf import settings as conf
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from tests.desk.factories import MembershipFactory

from legation.cli import doctors
from legation.desk.listen.models import Source
from legation.desk.people.models import Role


@pytest.fixture
def mail_server():
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield server


@pytest.fixture
def healthy(db, settings, tmp_path, mail_server):
    """A desk in which nothing is wrong; returns what changes its environment."""
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "model.onnx").write_bytes(b"weights")
    settings.DATA_DIR = tmp_path
    now = timezone.now()
    Source.objects.create(
        key="daily", name="Daily", feeds=["https://daily.example/feed"], last_success_at=now
    )
    MembershipFactory(role=Role.ADMINISTRATOR)

    def change(**values):
        settings.ENVIRONMENT = replace(conf.ENVIRONMENT, **values)

    change(embedder="e5", smtp_host="127.0.0.1", smtp_port=mail_server.getsockname()[1])
    return change


def examine(capsys):
    status = doctors.run(argparse.Namespace())
    return status, capsys.readouterr().out


def test_a_healthy_desk_has_nothing_to_mend(healthy, capsys):
    status, said = examine(capsys)
    assert (status, [line for line in said.splitlines() if not line.startswith("ok ")]) == (0, [])


def test_a_missing_model_cache_is_built_by_the_next_start(healthy, capsys, tmp_path):
    (tmp_path / "models" / "model.onnx").unlink()
    status, said = examine(capsys)
    assert status == 1
    assert "MEND embedding model's cache\n     → Run bin/up once: it builds the cache." in said


def test_a_dead_mail_server_is_named_with_its_settings(healthy, capsys, mail_server):
    port = mail_server.getsockname()[1]
    mail_server.close()
    status, said = examine(capsys)
    assert status == 1
    assert f"MEND mail server 127.0.0.1:{port}" in said
    assert "→ Set LEGATION_SMTP_HOST and LEGATION_SMTP_PORT" in said


def test_a_desk_without_sources_is_told_where_to_add_them(healthy, capsys):
    Source.objects.all().delete()
    status, said = examine(capsys)
    assert status == 1
    assert "MEND 0 sources\n     → Add sources in the desk, or with bin/legation sources." in said


def test_a_desk_whose_sources_all_fell_silent_is_told_to_look_at_worker_and_network(healthy, capsys):
    Source.objects.update(last_success_at=None)
    status, said = examine(capsys)
    assert status == 1
    assert "MEND 0 of 1 sources alive\n     → Is the worker running" in said


def test_pending_migrations_are_run_by_the_next_start(healthy, capsys):
    MigrationRecorder(connection).record_unapplied("listen", _last_migration("listen"))
    status, said = examine(capsys)
    assert status == 1
    assert "MEND database at the newest structure (sqlite)\n     → Run bin/up once." in said


def test_an_examination_that_breaks_does_not_end_the_others(healthy, capsys, monkeypatch):
    def broken():
        """What breaks"""
        raise RuntimeError("it broke")
        yield

    monkeypatch.setattr(doctors, "EXAMINATIONS", (broken, *doctors.EXAMINATIONS))
    status, said = examine(capsys)
    assert status == 1
    assert "MEND What breaks: RuntimeError: it broke" in said
    assert "an administrator exists" in said


def _last_migration(app):
    applied = MigrationRecorder(connection).applied_migrations()
    return max(name for label, name in applied if label == app)
