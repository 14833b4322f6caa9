"""Evidence goes to an S3-compatible server as it goes to a folder, and comes back the same."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import boto3
import pytest
from django.conf import settings as django_settings
from django.core.files.storage import storages
from django.urls import reverse
from django.utils.module_loading import import_string
from moto.server import ThreadedMotoServer
from tests.desk.listen.conftest import make_read

from legation.cli import verifying
from legation.config.environment import WrongSetting, read_environment
from legation.config.storages import make_evidence_storage
from legation.desk.listen.models import Article, Capture, CaptureKind
from legation.desk.listen.services.articles import keep_article
from legation.desk.listen.services.capture_chains import keep_file
from legation.desk.listen.services.capture_retention import remove_old_files
from legation.desk.people.models import Role

CONTENT = b"%PDF-1.7 what the page said"


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Start a server, and keep evidence there."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    environment = replace(
        django_settings.ENVIRONMENT,
        evidence_storage="s3://evidence/desk",
        evidence_endpoint=f"http://{host}:{port}",
        evidence_region="eu-west-1",
        evidence_key="key",
        evidence_secret="secret",
    )
    made = boto3.resource(
        "s3",
        endpoint_url=environment.evidence_endpoint,
        region_name="eu-west-1",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
    ).create_bucket(Bucket="evidence", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    described = make_evidence_storage(environment)
    storage = import_string(described["BACKEND"])(**described["OPTIONS"])
    monkeypatch.setattr(Capture._meta.get_field("file"), "storage", storage)
    yield made
    server.stop()


@pytest.fixture
def article(make_source: Callable[..., Any], clock: Any) -> Article:
    return keep_article(source=make_source(), read=make_read("1"), at=clock()).article


@pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")
def test_evidence_is_kept_read_verified_and_removed_on_a_server(
    bucket: Any, article: Article, clock: Any, signed_in: Any, django_capture_on_commit_callbacks: Any
) -> None:
    capture = keep_file(
        content=BytesIO(CONTENT),
        ending="pdf",
        article=article,
        kind=CaptureKind.PRINT,
        file_name="page.pdf",
        content_type="application/pdf",
        captured_at=clock(),
    )
    (stored,) = bucket.objects.all()
    assert stored.key == f"desk/{capture.file.name}"
    assert hashlib.sha256(stored.get()["Body"].read()).hexdigest() == capture.sha256
    answer = signed_in(Role.READER).get(reverse("listen:capture", args=[capture.pk]))
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"".join(answer.streaming_content) == CONTENT
    check = verifying.CHECKS["captured evidence has its hash"]
    assert list(check()) == []
    stored.put(Body=b"something else")
    assert ["was changed" in problem for problem in check()] == [True]
    stored.delete()
    assert ["is missing" in problem for problem in check()] == [True]
    stored.put(Body=CONTENT)
    clock.move(days=5000)
    with django_capture_on_commit_callbacks(execute=True):
        assert remove_old_files(at=clock()) == 1
    assert list(bucket.objects.all()) == []
    assert list(check()) == []


def test_without_a_server_evidence_stays_in_the_data_folder() -> None:
    assert make_evidence_storage(django_settings.ENVIRONMENT) == django_settings.STORAGES["evidence"]
    assert type(storages["evidence"]).__name__ == "FileSystemStorage"


@pytest.mark.parametrize("place", ["https://s3.test/x", "s3://", "s3://key:secret@host/bucket", "evidence"])
def test_a_wrong_place_is_refused_by_name(place: str, tmp_path: Any) -> None:
    environ = {
        "LEGATION_DATA_DIR": str(tmp_path),
        "LEGATION_EVIDENCE_STORAGE": place,
        "HOME": os.environ["HOME"],
    }
    with pytest.raises(WrongSetting, match="LEGATION_EVIDENCE_STORAGE"):
        read_environment(environ)
