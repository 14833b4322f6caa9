"""A page's lead says something about its text."""

from __future__ import annotations

from legation.engine.listen.page_heads import PageHead
from legation.engine.listen.page_judgements import choose_lead

FIRST = "The ministers of both harbours signed a common timetable for their ferries in the afternoon."
BODY = f"{FIRST}\n\nThe first ship leaves next spring, and tickets cost the same on both sides of the strait."


def test_a_summary_of_the_text_is_its_lead() -> None:
    summary = "Both harbours signed a timetable; the first ship leaves next spring."
    assert choose_lead(PageHead(description=summary), BODY) == summary


def test_the_slogan_of_a_site_is_no_lead() -> None:
    slogans = (
        "Breaking news, latest headlines and videos from all around the globe, every hour, free.",
        "Tin tức mới nhất, đọc báo online nhanh nhất trong ngày",
        "Example Times",
    )
    for slogan in slogans:
        assert choose_lead(PageHead(description=slogan, site_name="Example Times"), BODY) == FIRST
    body = "两国部长签署了共同的渡轮时刻表，第一艘船将于明年春天启航，两岸票价相同。\n\n部长们表示满意。"
    slogan = "提供最新最全的体育娱乐资讯平台"
    assert choose_lead(PageHead(description=slogan), body) == body.partition("\n\n")[0]


def test_a_description_cut_out_of_the_first_paragraph_gives_way_to_it() -> None:
    for cut in (f"{FIRST[:50]}…", f"{FIRST[:50]}...", FIRST):
        assert choose_lead(PageHead(description=cut), BODY) == FIRST


def test_a_name_or_a_place_is_no_lead() -> None:
    assert choose_lead(PageHead(), f"HARBOUR TOWN\n\n{BODY}") == FIRST


def test_a_right_to_left_lead_is_kept() -> None:
    body = "وقع وزيرا الميناءين جدول العبارات المشترك بعد ظهر اليوم.\n\nتغادر أول سفينة في الربيع."
    summary = "وزيرا الميناءين يوقعان جدول العبارات وأول سفينة في الربيع"
    assert choose_lead(PageHead(description=summary), body) == summary


def test_a_page_without_text_keeps_its_description() -> None:
    assert choose_lead(PageHead(description="A summary."), "") == "A summary."
    assert choose_lead(PageHead(), "") == ""
