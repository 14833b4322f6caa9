"""Documentation that cannot fall behind the code."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ["people", "carry", "listen", "understand"]
PROSE = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
CODE = [
    path
    for folder in ("src", "tests", "bench", "bin", "demo", "countries", "sources")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.is_file()
    and path.suffix in {"", ".py", ".html", ".js", ".css", ".yml", ".po"}
    and path != Path(__file__)
]


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_has_a_page_with_its_call_tree(room):
    text = (ROOT / "docs" / "rooms" / f"{room}.md").read_text()
    assert "```" in text, "the page shows the room's call tree"


def test_every_setting_is_documented():
    from legation.config.environment import KNOWN

    text = (ROOT / "docs" / "settings.md").read_text()
    assert not [name for name in sorted(KNOWN) if f"`{name}`" not in text]
    assert not [name for name in re.findall(r"`(LEGATION_[A-Z_]+)`", text) if name not in KNOWN]


def test_every_outcome_is_documented():
    from legation.engine.records.articles import OutcomeKind

    text = (ROOT / "docs" / "rooms" / "listen.md").read_text()
    assert not [kind for kind in OutcomeKind if f"`{kind}`" not in text]


def test_every_command_is_documented():
    from legation.cli.commands import COMMANDS

    text = (ROOT / "docs" / "commands.md").read_text()
    assert not [name for name in COMMANDS if f"bin/legation {name}" not in text]


@pytest.mark.parametrize("path", PROSE, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(path):
    for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", path.read_text()):
        assert (path.parent / target).exists(), target


def test_the_project_speaks_of_itself_only():
    betraying = re.compile(
        r"/work/|/tmp/|\bpypi\.org|registry\.npmjs|deb\.debian\.org|\bChatGPT\b|\bClaude\b|\bCopilot\b", re.I
    )
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in [*PROSE, *CODE]
        for match in [betraying.search(path.read_text(errors="replace"))]
        if match
    ]
    assert not found


def test_no_country_stands_in_the_code():
    # "Vietnamese" names a language of the interface, not the country that the desk serves.
    names = re.compile(r"viet ?nam(?!ese)|việt nam|hanoi|hà nội|\bchile\b|santiago|[\"'](vn|cl)[\"'/]", re.I)
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in sorted((ROOT / "src").rglob("*"))
        if path.suffix in {".py", ".html", ".js", ".css"}
        for match in [names.search(path.read_text(errors="replace"))]
        if match
    ]
    assert not found
