"""Files that somebody spoilt, imported into a real store: every record is counted, and all can be kept."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import models
from tests.desk.listen.conftest import MovableClock
from tests.evaluation.fuzz_cases import CASES
from tests.evaluation.fuzz_runs import TARGETS, Target, make_inputs

from legation.desk.listen.models import Article, ArticleVersion, ImportRun, Outcome, OutcomeDay, Source
from legation.desk.listen.services.capture_chains import check_chain
from legation.desk.listen.services.importing import read_file, start_import

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

FILES_EACH = 20
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_IMPORTS = [target for target in TARGETS if target.reader == "import"]


@pytest.fixture(autouse=True)
def _media(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def import_content(content: bytes, folder: Path, clock: MovableClock, name: str = "wire") -> ImportRun:
    path = folder / name
    path.write_bytes(content)
    run = read_file(run=start_import(path=path, at=clock()), clock=clock)
    run.refresh_from_db()
    assert sum(run.counts.values()) == run.line_number
    assert run.byte_offset == len(content) or not content.strip()
    assert run.finished_at
    return run


def find_misfits() -> list[str]:
    """List stored texts that another database would refuse, and times that no list can show."""
    found: list[str] = []
    for model in (Article, ArticleVersion, Outcome, OutcomeDay, Source, ImportRun):
        fields = model._meta.concrete_fields
        for row in model._default_manager.values(*(field.attname for field in fields)):
            for field in fields:
                value = row[field.attname]
                if isinstance(value, str) and (_UNSTORABLE.search(value) or len(value) > _width(field)):
                    found.append(f"{model.__name__}.{field.name}: {value[:60]!r}")
                if isinstance(field, models.DateTimeField) and value and not 1900 <= value.year <= 2200:
                    found.append(f"{model.__name__}.{field.name}: {value}")
    return found


def _width(field: Any) -> int:
    return field.max_length or 3_000_000


@pytest.mark.parametrize("target", _IMPORTS, ids=lambda target: target.name)
def test_spoilt_files_are_imported_to_their_last_record(
    target: Target, tmp_path: Path, clock: MovableClock
) -> None:
    for number, (_name, content) in enumerate(make_inputs(target, FILES_EACH, seed=5)):
        import_content(content, tmp_path, clock, f"wire-{number}")
    assert find_misfits() == []
    assert list(check_chain()) == []
    counted = sum(Outcome.objects.values_list("count", flat=True))
    assert counted == sum(ImportRun.objects.values_list("line_number", flat=True))
    assert counted == sum(OutcomeDay.objects.values_list("count", flat=True))


def test_files_that_were_built_to_break_are_imported(tmp_path: Path, clock: MovableClock) -> None:
    for number, (reader, make) in enumerate(CASES.values()):
        if reader == "import":
            assert import_content(make(), tmp_path, clock, f"wire-{number}").line_number
    assert find_misfits() == []
