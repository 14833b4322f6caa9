"""Verify finds damage of every kind that it looks for, and nothing in a desk that is whole."""

from __future__ import annotations

import argparse
import gzip
import hashlib
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from tests.cli.furnishing import furnish
from tests.desk.understand.brief_worlds import NOW

from legation.cli import verifying
from legation.desk.carry.models import Delivery
from legation.desk.listen.models import Article, Capture, CaptureKind, CopyGroup
from legation.desk.listen.services.capture_chains import keep_file
from legation.desk.understand.models import BriefVersion, StoryMember
from legation.engine.records.captures import ArchiveAbout
from legation.engine.records.fetches import HttpExchange
from legation.gateways.archive import write_archive


@pytest.fixture
def furnished_desk(db, settings, tmp_path):
    """The furnished desk in the test's own transaction."""
    settings.MEDIA_ROOT = tmp_path / "media"
    furnish()
    group = CopyGroup.objects.create(size=2)
    first, second = Article.objects.order_by("pk")[:2]
    Article.objects.filter(pk__in=[first.pk, second.pk]).update(copy_group=group)
    Article.objects.filter(pk=second.pk).update(is_origin=False)
    delivery = Delivery.objects.order_by("pk")[0]
    delivery.content.save("mail.eml", ContentFile(b"a mail"))
    delivery.content_sha256 = hashlib.sha256(b"a mail").hexdigest()
    delivery.save()


def change_scan():
    Path(Capture.objects.get().file.path).write_bytes(b"another scan")


def lose_scan():
    Path(Capture.objects.get().file.path).unlink()


def leave_removed_scan():
    Capture.objects.update(removed_at=NOW)


def change_fact():
    Capture.objects.update(size_bytes=1)


def keep_another(content=b"another file", **fields):
    return keep_file(
        content=BytesIO(content), ending="pdf", article=Article.objects.order_by("pk")[0], captured_at=NOW,
        file_name="page.pdf", content_type="application/pdf", **{"kind": CaptureKind.PRINT, **fields},
    )  # fmt: skip


def remove_row():
    keep_another()
    Capture.objects.filter(number=1).delete()


def swap_links():
    keep_another()
    for old, new in ((1, 9), (2, 1), (9, 2)):
        Capture.objects.filter(number=old).update(number=new)


def change_archive():
    target = BytesIO()
    exchange = HttpExchange(
        "https://paper.test/", NOW, b"GET / HTTP/1.1\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n", b"honest"
    )
    write_archive([exchange], target, about=ArchiveAbout("t", "a@b.test", "x", NOW), page_index=0)
    changed = gzip.decompress(target.getvalue()).replace(b"honest", b"others")
    keep_another(changed, kind=CaptureKind.ARCHIVE)


def change_mail():
    Path(Delivery.objects.exclude(content="").get().content.path).write_bytes(b"another mail")


def change_version():
    version = BriefVersion.objects.order_by("pk")[0]
    BriefVersion.objects.filter(pk=version.pk).update(document={**version.document, "title": "Another title"})


def lose_member():
    StoryMember.objects.order_by("pk")[0].delete()


def lose_copy():
    Article.objects.filter(copy_group__isnull=False, is_origin=False).update(copy_group=None)


def add_origin():
    Article.objects.filter(copy_group__isnull=False).update(is_origin=True)


def lose_parent():
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA defer_foreign_keys = ON")
        cursor.execute("UPDATE understand_storymember SET story_id = 999999 WHERE article_id = 1 OR 1")


def verify(capsys):
    status = verifying.run(argparse.Namespace(most=20))
    return status, capsys.readouterr()


def test_a_whole_desk_has_no_problem(furnished_desk, capsys):
    status, said = verify(capsys)
    assert (status, said.out) == (0, "")
    assert said.err.count("ok ") == len(verifying.CHECKS)


@pytest.mark.parametrize(
    ("damage", "title", "words"),
    [
        (change_scan, "captured evidence has its hash", "was changed after it was stored"),
        (lose_scan, "captured evidence has its hash", "is missing"),
        (leave_removed_scan, "captured evidence has its hash", "was removed by rule, and yet it is there"),
        (change_fact, "the chain of evidence is whole", "link 1 of the chain does not fit"),
        (remove_row, "the chain of evidence is whole", "link 1 of the chain is missing"),
        (swap_links, "the chain of evidence is whole", "it belongs at place 2"),
        (change_archive, "records of web archives have their hash", "was changed"),
        (change_mail, "sent messages have their hash", "was changed after it was stored"),
        (change_version, "versions of briefs have their hash", "changed after it was kept"),
        (lose_member, "stories count their articles", "and has"),
        (lose_copy, "copy groups count their articles and have one origin", "says 2 articles and has 1"),
        (add_origin, "copy groups count their articles and have one origin", "has 2 origins"),
        (lose_parent, "the database is whole", "points at a missing understand_story"),
    ],
)
def test_planted_damage_is_found_and_named(furnished_desk, capsys, damage, title, words):
    damage()
    status, said = verify(capsys)
    assert status == 1
    assert f"PROBLEM {title}" in said.err
    assert words in said.out
    if damage is lose_parent:  # put back what the test's own end would stumble over
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM understand_storymember")
