"""What makes a new version of an article, and what only looks like one."""

from __future__ import annotations

import pytest

from legation.engine.listen.page_noise import strip_noise
from legation.engine.listen.versions import VersionText, judge_change

BODY = (
    "The council met on Thursday to speak about the new port.\n\nNine piers had gaps, the engineer said.\n\n"
    "Work begins in March."
)
BEFORE = VersionText("Council looks at the port", "", BODY)


def after(body: str = BODY, title: str = BEFORE.title, **fields: bool) -> VersionText:
    return VersionText(title, "", body, **fields)


@pytest.mark.parametrize(
    "line",
    [
        "Updated: 22 November 2026, 14:05 GMT",
        "Last updated at 9:40 am on Sunday",
        "Cập nhật lúc 14:05 ngày 22/11/2026",
        "Mis à jour le 22 novembre 2026 à 14h05",
        "Обновлено 22.11.2026 в 14:05",
        "更新时间：2026-11-22 14:05",
        "آخر تحديث: 22/11/2026 14:05",
        "Actualizado el 22 de noviembre de 2026",
        "อัปเดต 22/11/2569 14:05 น",
        "1,204 views · 17 comments",
        "Lượt xem: 1.204",
        "阅读 1204 评论 17",
        "Просмотров: 991",
        "Read also: Harbour strike enters second week",
        "Xem thêm: Cảng mới mở cửa",
        "Lire aussi : la grève du port",
        "Читайте также: порт открыт",
        "اقرأ أيضا: الميناء الجديد",
        "相关阅读：新港口开放",
    ],
)
def test_what_changes_by_itself_makes_no_version(line: str) -> None:
    assert judge_change(BEFORE, after(f"{BODY}\n\n{line}")).is_trivial
    assert judge_change(BEFORE, after(f"{line}\n\n{BODY}")).is_trivial


def test_a_list_of_related_articles_makes_no_version() -> None:
    links = "Related articles\nHarbour strike enters second week\nMinister visits the shipyard"
    assert judge_change(BEFORE, after(f"{BODY}\n\n{links}")).is_trivial


@pytest.mark.parametrize(
    ("old", "new"),
    [("gaps, the", "gaps,   the"), ("\n\n", "\n"), ("Nine", "“Nine”".strip("“”")), ("port.", "port. ")],
)
def test_white_space_makes_no_version(old: str, new: str) -> None:
    assert judge_change(BEFORE, after(BODY.replace(old, new))).is_trivial


def test_typographic_quotation_marks_make_no_version() -> None:
    quoted = VersionText("He said 'no'", "", 'The mayor\'s "no" was heard - twice.')
    set_well = VersionText("He said ‘no’", "", "The mayor’s “no” was heard – twice.")
    assert judge_change(quoted, set_well).is_trivial


def test_a_stamp_in_parentheses_within_a_paragraph_makes_no_version() -> None:
    assert judge_change(BEFORE, after(BODY.replace("port.", "port. (Updated at 14:05)"))).is_trivial


@pytest.mark.parametrize(
    "line",
    [
        "Updated: nine soldiers were killed, not 12 as first reported",
        "Correction: an earlier version said twelve piers had gaps.",
        "Cập nhật: chín người bị thương, không phải 12",
        "17 comments by fishermen were read to the council.",
        "Related: the minister denied on Sunday that the port was closed, which an earlier version of this"
        " article had said, and added that work went on without a day's break all through the year and more.",
        "The minister resigned.",
        "2026 will be hard",
    ],
)
def test_what_says_something_makes_a_version(line: str) -> None:
    assert not judge_change(BEFORE, after(f"{BODY}\n\n{line}")).is_trivial


@pytest.mark.parametrize(
    ("old", "new"), [("Nine", "Eleven"), ("March", "April"), ("begins", "does not begin"), ("Thursday ", "")]
)
def test_one_word_makes_a_version(old: str, new: str) -> None:
    change = judge_change(BEFORE, after(BODY.replace(old, new)))
    assert not change.is_trivial
    assert not change.is_headline_changed
    assert 0 < change.added + change.removed < 0.3


def test_a_changed_headline_is_named_as_such() -> None:
    change = judge_change(BEFORE, after(title="Council rejects the port"))
    assert (change.is_trivial, change.is_headline_changed, change.added) == (False, True, 0.0)


def test_punctuation_of_a_headline_is_no_change() -> None:
    assert judge_change(BEFORE, after(title="COUNCIL looks at the port.")).is_trivial


def test_a_teaser_that_is_read_whole_is_told_from_a_change() -> None:
    teaser = VersionText(
        BEFORE.title, "", "The council met on Thursday to speak about the new…", is_teaser=True
    )
    assert judge_change(teaser, BEFORE).is_completed
    other = VersionText(BEFORE.title, "", "Fishermen blocked all harbour gates before dawn…", is_teaser=True)
    assert not judge_change(other, BEFORE).is_completed


def test_noise_goes_and_everything_else_stays_as_it_was() -> None:
    assert strip_noise(BODY).split("\n") == BODY.split("\n\n")
    assert strip_noise("A.\n\n12:30\n\nB.") == "A.\nB."
    assert strip_noise("") == ""


def test_another_accent_is_another_word() -> None:
    before = VersionText("Tin", "", "Ông bán nhà ở phố cổ cho người bạn của mình.")
    assert not judge_change(before, VersionText("Tin", "", before.body.replace("bán", "bàn"))).is_trivial


@pytest.mark.parametrize("line", ["1" + ": " * 44 + "x", "updated " + "12 at " * 12 + "x", "1,2," * 20 + "y"])
def test_a_hostile_line_costs_no_time(line: str) -> None:
    assert strip_noise("\n".join([line] * 200)).count("\n") == 199
