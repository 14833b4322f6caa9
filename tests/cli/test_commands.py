"""Every command explains itself, and a wrong setting is named before anything is done."""

from __future__ import annotations

import pytest
from tests.journeys.worlds import run_command

from legation.cli.commands import COMMANDS
from legation.cli.commands import run_command as run_here


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "manage"])
def test_a_command_explains_itself(name, capsys):
    with pytest.raises(SystemExit) as ending:
        run_here([name, "--help"])
    said = capsys.readouterr().out
    assert ending.value.code == 0
    assert f"usage: legation {name}" in said
    _usage, what_it_does, *options = said.split("\n\n")
    assert len(what_it_does) > 30
    assert options


def test_the_list_of_commands_names_every_one(capsys):
    with pytest.raises(SystemExit) as ending:
        run_here(["--help"])
    said = capsys.readouterr().out
    assert ending.value.code == 0
    assert [name for name in COMMANDS if f"    {name}" not in said] == []


@pytest.mark.parametrize("words", [[], ["unheard"], ["verify", "--unheard"], ["backup"]])
def test_wrong_use_is_answered_with_two(words, capsys):
    with pytest.raises(SystemExit) as ending:
        run_here(words)
    assert ending.value.code == 2
    assert "usage: legation" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("smtp_prot", "25", "LEGATION_SMTP_PROT is not a setting of Legation"),
        ("smtp_port", "many", "LEGATION_SMTP_PORT is 'many'; it must be a whole number"),
        ("database_url", "oracle://x", "LEGATION_DATABASE_URL is 'oracle://x'"),
    ],
)
def test_a_wrong_setting_is_named_and_nothing_done(tmp_path, name, value, words):
    answer = run_command("doctor", data_dir=tmp_path / "new", **{name: value})
    assert answer.returncode == 2
    assert words in answer.stderr
    assert "Traceback" not in answer.stderr
    assert answer.stdout == ""
