"""Articles typed in by hand, and the files that come with them."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from auditlog.models import LogEntry
from tests.desk.factories import UnitFactory, UserFactory
from tests.desk.listen.conftest import NOW

from legation.desk.listen.models import Article, Capture, Source
from legation.desk.listen.services import hand_articles
from legation.desk.listen.services.hand_articles import HandArticle, ScanRefused, add_hand_article

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 a scanned page"


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def typed(**fields: Any) -> HandArticle:
    """Make what a person types in."""
    facts: dict[str, Any] = {
        "medium": "print", "outlet": "Le Port", "title": "Un titre", "body": "Un texte.", "language": "fr",
        "published_at": NOW - timedelta(hours=5), "place": "p. 3", "country": "FR",
    }  # fmt: skip
    return HandArticle(**{**facts, **fields})


def test_a_typed_article_keeps_its_scan_under_its_hash() -> None:
    user, unit = UserFactory(), UnitFactory()
    article = add_hand_article(
        typed=typed(), scan=io.BytesIO(PDF), scan_name="C:\\scans\\page.pdf", by=user, unit=unit, at=NOW
    )
    capture = Capture.objects.get()
    assert (capture.file_name, capture.content_type) == ("page.pdf", "application/pdf")
    assert capture.sha256 == hashlib.sha256(PDF).hexdigest()
    assert Path(capture.file.path).read_bytes() == PDF
    article.refresh_from_db()
    assert (article.medium, article.place, article.unit, article.added_by) == ("print", "p. 3", unit, user)
    assert (article.source.key, article.language_method) == ("hand-le-port", "person")
    assert LogEntry.objects.get_for_object(article).get().actor == user


def test_the_same_article_sent_twice_is_stored_once() -> None:
    user = UserFactory()
    for _ in range(2):
        add_hand_article(typed=typed(), scan=io.BytesIO(PDF), by=user, unit=None, at=NOW)
    assert (Article.objects.count(), Capture.objects.count()) == (1, 1)


def test_a_known_outlet_is_found_by_its_name() -> None:
    Source.objects.create(key="fr-le-port", name="Le Port", country="FR")
    article = add_hand_article(typed=typed(outlet="le port"), scan=None, by=UserFactory(), unit=None, at=NOW)
    assert article.source.key == "fr-le-port"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"<html><script>alert(1)</script>", "wrong_type"),
        (b"MZ\x90\x00", "wrong_type"),
        (b"\x89PNG but not quite", "wrong_type"),
    ],
)
def test_a_file_that_is_no_scan_is_refused_and_nothing_written(content: bytes, reason: str) -> None:
    with pytest.raises(ScanRefused) as refusal:
        add_hand_article(typed=typed(), scan=io.BytesIO(content), by=UserFactory(), unit=None, at=NOW)
    assert refusal.value.reason == reason
    assert not Article.objects.exists()


def test_a_scan_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hand_articles, "MAX_SCAN_BYTES", 100)
    with pytest.raises(ScanRefused) as refusal:
        add_hand_article(typed=typed(), scan=io.BytesIO(PDF * 10), by=UserFactory(), unit=None, at=NOW)
    assert refusal.value.reason == "too_large"


@pytest.mark.parametrize(
    "content", [b"\xff\xd8\xff\xe0 jpeg", b"\x89PNG\r\n\x1a\n png", b"ID3 mp3", b"\xff\xfb mp3"]
)
def test_pictures_and_recordings_are_taken(content: bytes) -> None:
    add_hand_article(typed=typed(), scan=io.BytesIO(content), by=UserFactory(), unit=None, at=NOW)
    assert Capture.objects.get().size_bytes == len(content)
