"""A wall is named as such, its words never enter the text, and free articles stay free."""

from __future__ import annotations

import json

import pytest

from legation.engine.listen.page_access import is_wall_line
from legation.engine.listen.pages import read_page
from legation.engine.records.articles import PageAccess, PageKind, PageText

SENTENCE = "The ministers of both harbours signed the timetable in the afternoon, and ships leave in spring. "
ADDRESS = "https://post.example/world/two-harbours-agree-on-ferries"
WALLS = [
    "Subscribe to continue reading this story.",
    "This article is for subscribers only",
    "Already a subscriber? Log in",
    "Cet article est réservé aux abonnés",
    "Il vous reste 80 % de cet article à lire. La suite est réservée aux abonnés.",
    "Jetzt abonnieren und weiterlesen mit F+",
    "Suscríbete para seguir leyendo",
    "Conteúdo exclusivo para assinantes",
    "Contenuto riservato agli abbonati",
    "Alleen voor abonnees",
    "Tylko dla prenumeratorów",
    "Материал доступен только подписчикам",
    "Лише для передплатників",
    "Sadece abonelere özel; okumak için abone olun ve devam edin",
    "Bài viết này dành cho độc giả trả phí",
    "Đăng ký tài khoản để đọc tiếp",
    "Berlangganan untuk membaca artikel ini",
    "เฉพาะสมาชิก สมัครสมาชิกเพื่ออ่านต่อ",
    "订阅后阅读全文",
    "本文为会员专享",
    "この記事は有料会員限定です",
    "구독자 전용 기사입니다",
    "اشترك الآن لقراءة المقال كاملا",
    "هذا المحتوى حصري للمشتركين",
    "למנויים בלבד",
]


def read(body: str, head: str = "", direction: str = "ltr", lang: str = "en") -> PageText:
    return read_page(
        f"<html lang='{lang}' dir='{direction}'><head><title>Two harbours agree</title>{head}</head>"
        f"<body><main><article><h1>Two harbours agree on ferries</h1>{body}</article></main></body></html>",
        address=ADDRESS,
    )


def paragraphs(count: int) -> str:
    return "".join(f"<p>Part {number}. {SENTENCE * 2}</p>" for number in range(count))


def declare(is_free: object) -> str:
    node = {
        "@type": "NewsArticle",
        "headline": "Two harbours agree on ferries",
        "isAccessibleForFree": is_free,
        "hasPart": {"@type": "WebPageElement", "isAccessibleForFree": "False", "cssSelector": ".paid"},
    }
    return f"<script type='application/ld+json'>{json.dumps(node)}</script>"


@pytest.mark.parametrize("wall", WALLS)
def test_a_wall_is_recognised_and_its_words_are_not_text(wall: str) -> None:
    page = read(f"{paragraphs(3)}<p>{wall}</p>")
    assert page.access is PageAccess.PAYWALL
    assert page.is_teaser
    assert wall not in page.body
    assert "Part 2." in page.body


def test_a_declared_wall_before_a_short_text_is_a_paywall() -> None:
    for is_free in (False, "False", "false"):
        page = read(paragraphs(3), declare(is_free))
        assert (page.access, page.is_teaser) == (PageAccess.PAYWALL, True)
    assert read(paragraphs(3), declare(is_free=True)).access is PageAccess.FREE


def test_a_text_that_is_there_in_spite_of_its_declaration_is_metered() -> None:
    page = read(paragraphs(16), declare(is_free=False))
    assert (page.access, page.is_teaser) == (PageAccess.METERED, False)


@pytest.mark.parametrize(
    ("tier", "access"), [("locked", PageAccess.PAYWALL), ("metered", PageAccess.METERED)]
)
def test_the_tier_of_a_page_is_believed(tier: str, access: PageAccess) -> None:
    assert read(paragraphs(4), f"<meta property='article:content_tier' content='{tier}'>").access is access


def test_an_element_called_a_wall_counts_by_what_it_says() -> None:
    said = "<div class='piano-inline-offer'><p>Already a subscriber? Sign in.</p><p>1 euro.</p></div>"
    assert read(paragraphs(3) + said).access is PageAccess.PAYWALL
    assert read(paragraphs(3) + "<div id='paywall'></div>").access is PageAccess.FREE


@pytest.mark.parametrize(
    "line",
    [
        "Log in to continue reading.",
        "Vui lòng đăng nhập để đọc tiếp.",
        "登录后查看更多",
        "Войдите, чтобы читать дальше",
    ],
)
def test_a_page_that_wants_a_login_says_so(line: str) -> None:
    page = read(f"{paragraphs(3)}<p>{line}</p>")
    assert page.access is PageAccess.LOGIN
    assert line not in page.body


def test_a_counter_of_free_articles_is_not_text() -> None:
    page = read(f"{paragraphs(16)}<p>You have 2 free articles left this month.</p>")
    assert page.access is PageAccess.METERED
    assert "free articles" not in page.body
    assert not page.is_teaser


def test_a_long_article_about_subscriptions_is_free() -> None:
    line = "Readers who subscribe to continue reading pay nine euros, said the publisher."
    page = read(f"{paragraphs(16)}<p>{line}</p>")
    assert page.access is PageAccess.FREE
    assert line in page.body


def test_a_right_to_left_wall_is_taken_out() -> None:
    text = "وقع وزيرا الميناءين جدول العبارات بعد ظهر اليوم وتغادر أول سفينة في الربيع المقبل. " * 3
    body = "".join(f"<p>{number} {text}</p>" for number in range(3))
    page = read(f"{body}<p>هذا المقال مخصص للمشتركين</p>", direction="rtl", lang="ar")
    assert page.access is PageAccess.PAYWALL
    assert "للمشتركين" not in page.body


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Just a moment...", "Enable JavaScript and cookies to continue"),
        ("Attention Required! | Guard", "Please complete the security check"),
        ("post.example", "Verify that you are human by completing the action below."),
        (
            "Before you continue to Post",
            "We use cookies and data to deliver our services. Accept all. Reject all.",
        ),
        ("Post", "Nous respectons votre vie privée. Accepter. Refuser."),
        ("Trang tin", "Chúng tôi sử dụng cookie. Đồng ý."),
        ("安全验证", "请完成验证"),
        ("Проверка браузера", "Подождите"),
    ],
)
def test_a_consent_or_robot_check_is_no_article(title: str, body: str) -> None:
    page = read_page(
        f"<html><head><title>{title}</title></head><body><p>{body}</p></body></html>", address=ADDRESS
    )
    assert (page.access, page.kind, page.body) == (PageAccess.CONSENT, PageKind.OTHER, "")


def test_a_banner_over_an_article_is_no_check() -> None:
    banner = "<div class='cookie'>We value your privacy. Accept all cookies.</div>"
    page = read(banner + paragraphs(8))
    assert page.access is PageAccess.FREE
    assert "Part 7." in page.body


def test_an_ordinary_paragraph_is_not_the_walls() -> None:
    assert not is_wall_line(SENTENCE)
    assert not is_wall_line("He signed in ink and logged the hours of the ferry.")
