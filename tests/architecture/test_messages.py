"""The interface speaks Vietnamese and English everywhere: no text of ours escapes translation."""

from __future__ import annotations

import ast
import html.parser
import re
from pathlib import Path

import pytest
from django.template.base import Lexer, TokenType

from legation.desk.shell.messages import catalog_path, find_problems, read_catalog, room_folders

ROOMS = room_folders()
TEMPLATES = [
    path
    for room in ROOMS
    for path in sorted((room / "templates").rglob("*.*"))
    if path.suffix in {".html", ".mjml"}
]
MODULES = [path for room in ROOMS for path in sorted(room.rglob("*.py")) if "migrations" not in path.parts]
# The software's own name, names of standards, and what stands on keys: the same in every language.
UNTRANSLATED = {
    "Legation",
    "SHA-256",
    "Message-ID",
    "https://",
    "Ctrl",
    "Shift",
    "Alt",
    "Esc",
    "Enter",
    "Z",
    "Y",
    "S",
}
SHOWN_ATTRIBUTES = {"title", "aria-label", "placeholder", "alt", "data-label", "aria-description"}
SHOWN_KEYWORDS = {"label", "help_text", "verbose_name", "verbose_name_plural", "empty_label", "initial_text"}
SKIPPED_ELEMENTS = {"script", "style", "mj-style", "svg"}
OPENERS = {"blocktrans": "endblocktrans", "blocktranslate": "endblocktranslate", "comment": "endcomment"}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOMS[0].parent))


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_every_text_of_a_room_has_its_vietnamese(room):
    assert (
        find_problems(room) == []
    )  # bin/messages brings them in line; the translations are then to be written


def test_one_text_has_one_translation_in_all_rooms():
    # Django merges all rooms into one catalogue, so two translations of one text would depend on their order.
    said: dict[tuple[str, str], dict[str, list[str]]] = {}
    for room in ROOMS:
        for message in read_catalog(catalog_path(room)):
            if message.id and message.string:
                text = message.id if isinstance(message.id, str) else message.id[0]
                string = message.string if isinstance(message.string, str) else message.string[0]
                said.setdefault((message.context or "", text), {}).setdefault(string, []).append(room.name)
    assert {key: strings for key, strings in said.items() if len(strings) > 1} == {}


def visible_html(path: Path) -> str:
    """Return a template without its tags, comments, variables and translated blocks."""
    kept, until = [], ""
    for token in Lexer(path.read_text()).tokenize():
        name = token.contents.split(maxsplit=1)[0] if token.contents.strip() else ""
        if until:
            until = "" if token.token_type is TokenType.BLOCK and name == until else until
        elif token.token_type is TokenType.BLOCK and name in OPENERS:
            until = OPENERS[name]
        elif token.token_type is TokenType.TEXT:
            kept.append(token.contents)
    return "".join(kept)


class TextCollector(html.parser.HTMLParser):
    """Collects what a reader would see or hear: texts and spoken attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.skipping: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag in SKIPPED_ELEMENTS:
            self.skipping.append(tag)
        self.found += [value for name, value in attrs if name in SHOWN_ATTRIBUTES and value]

    def handle_endtag(self, tag):
        if self.skipping and self.skipping[-1] == tag:
            self.skipping.pop()

    def handle_data(self, data):
        if not self.skipping:
            self.found.append(data)


def untranslated_texts(path: Path) -> list[str]:
    collector = TextCollector()
    collector.feed(visible_html(path))
    collector.close()
    words = [" ".join(re.sub(r"&\w+;", " ", text).split()) for text in collector.found]
    return [
        text
        for text in words
        if any(letter.isalpha() for letter in text) and text.strip(" –-·:") not in UNTRANSLATED
    ]


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_shows_no_literal_text(path):
    assert untranslated_texts(path) == []


def test_literal_text_would_be_noticed(tmp_path):
    template = tmp_path / "page.html"
    template.write_text(
        '{% load i18n %}<p title="Spoken">{% trans "fine" %} {{ value }} Seen</p>{# not this #}'
        "{% blocktrans %}nor this{% endblocktrans %}<script>var no;</script><b>1 &middot; 2</b>"
    )
    assert untranslated_texts(template) == ["Spoken", "Seen"]


def literal_texts(path: Path) -> list[str]:
    """Find plain strings where a reader would see them: labels, choices' names, messages and refusals."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        shown = [keyword.value for keyword in node.keywords if keyword.arg in SHOWN_KEYWORDS]
        called = ast.unparse(node.func)
        if called.startswith("messages.") and len(node.args) > 1:
            shown.append(node.args[1])
        if called.endswith("ValidationError") and node.args:
            shown.append(node.args[0])
        for value in shown:
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                found.append(value.value)
            elif isinstance(value, ast.JoinedStr):
                found += [part.value for part in value.values if isinstance(part, ast.Constant)]
    return [text for text in found if any(letter.isalpha() for letter in text)]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_shows_no_literal_text(path):
    assert literal_texts(path) == []


def test_a_literal_label_would_be_noticed(tmp_path):
    module = tmp_path / "forms.py"
    module.write_text(
        'a = F(label="Name")\nmessages.error(request, f"{x} bad")\nb = F(label=_("fine"), help_text="")\n'
    )
    assert literal_texts(module) == ["Name", " bad"]
