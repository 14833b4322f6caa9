"""The tool that keeps translations true to the texts."""

import gettext

import pytest

from legation.desk.shell.messages import catalog_path, compile_messages, find_problems, update_messages


@pytest.fixture
def room(tmp_path):
    room = tmp_path / "room"
    (room / "templates").mkdir(parents=True)
    (room / "apps.py").write_text(
        'from x import gettext as _\na = _("Brief")\nb = ngettext("%(n)s copy", "%(n)s copies", n)\n'
    )
    (room / "templates" / "page.html").write_text(
        '{% load i18n %}\n  {% if a %}\n    {% trans "Story" %}\n  {% endif %}'
        '{% trans "read" context "deed" %}'
        "{% blocktrans trimmed with a=b %}\n  By {{ a }}\n{% endblocktrans %}"
    )
    return room


def fill(room, text):
    """Give every empty translation a text."""
    path = update_messages(room)
    path.write_text(
        path.read_text().replace('msgstr ""\n\n', f'msgstr "{text}"\n\n').replace('[0] ""', f'[0] "{text}"')
    )


def test_every_text_is_found_in_modules_and_templates(room):
    content = update_messages(room).read_text()
    for text in ("Brief", "Story", "By %(a)s", "%(n)s copy"):
        assert f'"{text}"' in content
    assert 'msgctxt "deed"\nmsgid "read"' in content


def test_what_is_missing_empty_or_unused_is_listed(room):
    assert any("missing: 'Brief'" in problem for problem in find_problems(room))
    update_messages(room)
    assert any("not translated: 'Story'" in problem for problem in find_problems(room))
    fill(room, "X")
    assert find_problems(room) == []
    (room / "apps.py").write_text("")
    assert any("not used any more: 'Brief'" in problem for problem in find_problems(room))


def test_updating_keeps_what_is_translated_and_drops_what_is_unused(room):
    fill(room, "X")
    (room / "apps.py").write_text('_("Brief")\n_("New")\n')
    content = update_messages(room).read_text()
    assert 'msgid "Brief"\nmsgstr "X"' in content
    assert 'msgid "New"\nmsgstr ""' in content
    assert "copies" not in content
    assert update_messages(room).read_text() == content


def test_a_translation_with_another_placeholder_is_listed(room):
    fill(room, "X")
    path = catalog_path(room)
    path.write_text(
        path.read_text().replace('msgid "By %(a)s"\nmsgstr "X"', 'msgid "By %(a)s"\nmsgstr "%(wrong)s"')
    )
    assert any("By %(a)s" in problem for problem in find_problems(room))


def test_compiled_translations_are_read_by_gettext_and_made_only_once(room):
    fill(room, "Bản điểm báo")
    assert compile_messages(room.parent) == 1
    assert compile_messages(room.parent) == 0
    with catalog_path(room).with_suffix(".mo").open("rb") as file:
        texts = gettext.GNUTranslations(file)
    assert texts.gettext("Brief") == "Bản điểm báo"
    assert texts.pgettext("deed", "read") == "Bản điểm báo"
