"""Verify finds damage of every kind that it looks for, and nothing in a desk that is whole."""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from tests.cli.furnishing import furnish

from legation.cli import verifying
from legation.desk.carry.models import Delivery
from legation.desk.listen.models import Article, Capture, CopyGroup
from legation.desk.understand.models import BriefVersion, StoryMember


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
        (lose_scan, "captured evidence has its hash", "cannot be read"),
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
