"""bin/legation brief."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest
from tests.desk.understand.brief_worlds import DAY, World, make_brief, make_world

from legation.cli.briefs import add_arguments, run
from legation.cli.installations import Refused
from legation.desk.understand.models import Brief

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def call(*words: str) -> int:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return run(parser.parse_args(words))


def test_a_day_is_prepared_once_and_said_again(world: World, capsys: Any) -> None:
    assert call("--unit", "paris", "--day", DAY.isoformat()) == 0
    assert call("--unit", "paris", "--day", DAY.isoformat()) == 0
    assert Brief.objects.count() == 1
    assert "prepared with 0 items" in capsys.readouterr().err


def test_a_brief_is_exported_to_a_file(world: World, tmp_path: Path) -> None:
    make_brief(world)
    target = tmp_path / "brief.json"
    words = ("--unit", "paris", "--day", DAY.isoformat(), "--export", "--format", "json")
    call(*words, "--version", "1", "--output", str(target))
    assert json.loads(target.read_bytes())["publisher"] == world.mission.name


def test_the_list_names_day_status_and_title(world: World, capsys: Any) -> None:
    brief = make_brief(world)
    call("--unit", "paris", "--list")
    line = capsys.readouterr().out
    assert brief.title in line
    assert "2026-11-20" in line
    assert "draft" in line


@pytest.mark.parametrize(
    "words",
    [
        ("--unit", "nowhere", "--list"),
        ("--unit", "paris", "--day", "soon"),
        ("--unit", "paris", "--day", "2999-01-01"),
        ("--unit", "paris", "--day", "2026-11-20", "--export"),
        ("--unit", "paris", "--day", "2026-11-20", "--prepare", "--export", "--version", "9"),
        ("--unit", "paris", "--day", "2026-11-20", "--prepare", "--export", "--output", "/nowhere/x.pdf"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_reason(world: World, words: tuple[str, ...]) -> None:
    with pytest.raises(Refused, match="."):
        call(*words)
