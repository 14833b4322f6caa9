"""A title is the article's own: the outlet's name goes, in any script, and nothing else does."""

from __future__ import annotations

import pytest

from legation.engine.listen.page_heads import PageHead
from legation.engine.listen.page_titles import choose_title, strip_outlet

# Title as found, names of the outlet, address, title as it should be.
CASES = [
    ("Ferries agreed | Example Times", "Example Times", "", "Ferries agreed"),
    ("Ferries agreed - Example Times", "Example Times", "", "Ferries agreed"),
    ("Ferries agreed – The Example Times", "Example Times", "", "Ferries agreed"),
    ("Ferries agreed — Example Times", "The Example Times", "", "Ferries agreed"),
    ("Ferries agreed · Example Times", "Example Times", "", "Ferries agreed"),
    ("Ferries agreed » Example Times", "Example Times", "", "Ferries agreed"),
    ("Ferries agreed :: Example Times", "Example Times", "", "Ferries agreed"),
    ("Ferries agreed • Example Times", "Example Times", "", "Ferries agreed"),
    ("Ferries agreed / Example Times", "Example Times", "", "Ferries agreed"),
    ("Ferries agreed|Example Times", "Example Times", "", "Ferries agreed"),
    ("Example Times | Ferries agreed", "Example Times", "", "Ferries agreed"),
    ("Ferries agreed | Example Times International", "Example Times", "", "Ferries agreed"),
    ("Ferries agreed - BBC News", "BBC News", "", "Ferries agreed"),
    ("Ferries agreed - BBC", "BBC News", "https://www.bbc.com/x", "Ferries agreed"),
    ("Ferries agreed - The Port Post", "PP", "", "Ferries agreed - The Port Post"),
    ("Ferries agreed - NYT", "The New York Times", "", "Ferries agreed"),
    ("Ferries agreed - VOA", "Voice of America", "", "Ferries agreed"),
    ("Ferries agreed | harbour-post.example", "", "https://www.harbour-post.example/a", "Ferries agreed"),
    ("Ferries agreed | Harbour Post", "", "https://www.harbour-post.example/a", "Ferries agreed"),
    ("Ferries agreed | HarbourPost.com", "", "https://harbourpost.com/a", "Ferries agreed"),
    ("Example Times", "Example Times", "", ""),
    ("harbourpost.com", "", "https://harbourpost.com/a", ""),
    # Other scripts and languages.
    ("Hai cảng ký thoả thuận - Báo Nhân Dân", "Báo Nhân Dân", "", "Hai cảng ký thoả thuận"),
    ("Hai cảng ký thoả thuận - VnExpress Thế giới", "VnExpress", "", "Hai cảng ký thoả thuận"),
    ("Hai cảng ký thoả thuận | Tin tức mới nhất - Tuổi Trẻ Online", "Tuổi Trẻ", "",
     "Hai cảng ký thoả thuận | Tin tức mới nhất"),
    ("Accord sur les ferries - Le Journal", "Le Journal", "", "Accord sur les ferries"),
    ("Accord sur les ferries : Le Journal", "Le Journal", "", "Accord sur les ferries"),
    ("Fähren: Häfen einigen sich - Beispielzeitung", "Beispielzeitung", "", "Fähren: Häfen einigen sich"),
    ("Fähren vereinbart | BEISPIELZEITUNG", "Beispielzeitung", "", "Fähren vereinbart"),
    ("Acuerdo de los puertos | Diario Ejemplo", "Diario Ejemplo", "", "Acuerdo de los puertos"),
    ("Acordo dos portos - Jornal Exemplo", "Jornal Exemplo", "", "Acordo dos portos"),
    ("Accordo tra i porti - Il Giornale", "Il Giornale", "", "Accordo tra i porti"),
    ("Havens akkoord | De Krant", "De Krant", "", "Havens akkoord"),
    ("Porty uzgodniły promy - Gazeta Przykład", "Gazeta Przykład", "", "Porty uzgodniły promy"),
    ("Порты договорились — Известный вестник", "Известный вестник", "", "Порты договорились"),
    ("Порти домовилися | Приклад", "Приклад", "", "Порти домовилися"),
    ("Limanlar anlaştı - Örnek Gazetesi", "Örnek Gazetesi", "", "Limanlar anlaştı"),
    ("Τα λιμάνια συμφώνησαν | Η Εφημερίδα", "Η Εφημερίδα", "", "Τα λιμάνια συμφώνησαν"),
    ("الميناءان يتفقان على العبارات | الجزيرة نت", "الجزيرة نت", "", "الميناءان يتفقان على العبارات"),
    ("الجزيرة نت - الميناءان يتفقان", "الجزيرة نت", "", "الميناءان يتفقان"),
    ("دو بندر توافق کردند - خبرگزاری نمونه", "خبرگزاری نمونه", "", "دو بندر توافق کردند"),
    ("שני הנמלים הסכימו | העיתון", "העיתון", "", "שני הנמלים הסכימו"),
    ("दो बंदरगाह सहमत | उदाहरण समाचार", "उदाहरण समाचार", "", "दो बंदरगाह सहमत"),
    ("ท่าเรือสองแห่งตกลงกัน - หนังสือพิมพ์ตัวอย่าง", "หนังสือพิมพ์ตัวอย่าง", "", "ท่าเรือสองแห่งตกลงกัน"),
    ("ສອງທ່າເຮືອຕົກລົງກັນ | ວຽງຈັນໃໝ່", "ວຽງຈັນໃໝ່", "", "ສອງທ່າເຮືອຕົກລົງກັນ"),
    ("កំពង់ផែពីរយល់ព្រម | ភ្នំពេញប៉ុស្តិ៍", "ភ្នំពេញប៉ុស្តិ៍", "", "កំពង់ផែពីរយល់ព្រម"),
    ("两港就渡轮达成协议_新华网", "新华网", "", "两港就渡轮达成协议"),
    ("两港就渡轮达成协议-新华网", "新华网", "", "两港就渡轮达成协议"),
    ("两港就渡轮达成协议丨新华网", "新华网", "", "两港就渡轮达成协议"),
    ("两港就渡轮达成协议 | 新华网", "新华网", "", "两港就渡轮达成协议"),
    ("【新华网】两港就渡轮达成协议", "新华网", "", "两港就渡轮达成协议"),
    ("両港がフェリーで合意：例新聞｜例新聞", "例新聞", "", "両港がフェリーで合意：例新聞"),
    ("両港がフェリーで合意（例新聞）", "例新聞", "", "両港がフェリーで合意"),
    ("두 항구 합의 - 예시일보", "예시일보", "", "두 항구 합의"),
    ("Dua pelabuhan sepakat - Kompas.com", "KOMPAS.com", "https://www.kompas.com/", "Dua pelabuhan sepakat"),
    # Real parts of a title stay.
    ("Ferries – a history", "Example Times", "", "Ferries – a history"),
    ("Sanctions - Iran", "Iran International", "", "Sanctions - Iran"),
    ("Talks | Iranian minister says ferries may leave in the coming spring", "Iran", "",
     "Talks | Iranian minister says ferries may leave in the coming spring"),
    ("Example Times: not cut here", "Example Times", "", "Example Times: not cut here"),
    ("Ferry-boat deal - day by day", "Example Times", "", "Ferry-boat deal - day by day"),
    ("Live: ferries leave / arrive", "Example Times", "", "Live: ferries leave / arrive"),
    ("A 2-1 win for the harbour", "Example Times", "", "A 2-1 win for the harbour"),
    ("COVID-19: 新规 | 例新聞", "例新聞", "", "COVID-19: 新规"),
    ("北京-上海渡轮开通", "新华网", "", "北京-上海渡轮开通"),
    ("Times change - harbours do not", "Example Times", "", "Times change - harbours do not"),
    ("WHO | Ferries and health", "Example Times", "", "WHO | Ferries and health"),
    ("Ferries (updated)", "Example Times", "", "Ferries (updated)"),
]  # fmt: skip


@pytest.mark.parametrize(("title", "name", "address", "expected"), CASES)
def test_a_title_loses_the_name_of_its_outlet_and_nothing_else(
    title: str, name: str, address: str, expected: str
) -> None:
    assert strip_outlet(title, site_name=name, address=address) == expected


def test_the_heading_wins_over_a_title_that_only_adds_to_it() -> None:
    heading = "Two harbours agree on ferries"
    for title in (f"{heading} | World | Unknown Post", f"Unknown Post » {heading}"):
        assert strip_outlet(title, site_name="", heading=heading) == heading
    longer = "Two harbours agree on ferries, ministers say"
    assert strip_outlet(longer, site_name="", heading=heading) == longer


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (PageHead(headline="Stated", og_title="Other", heading="Third"), "Stated"),
        (PageHead(headline="For machines", og_title="Ferries", heading="Ferries"), "Ferries"),
        (PageHead(headline="Two harbours ag…", heading="Two harbours agree"), "Two harbours agree"),
        (PageHead(heading="Post", document_title="Ferries - Post", site_name="Post"), "Ferries"),
        (PageHead(document_title="Ferries - The Daily", metas={"twitter:site": "@TheDaily"}), "Ferries"),
        (PageHead(document_title="Ferries - Harbour Daily", publisher="Harbour Daily"), "Ferries"),
        (PageHead(document_title="Example Times", site_name="Example Times"), ""),
        (PageHead(), ""),
    ],
)  # fmt: skip
def test_the_title_on_which_the_page_agrees_is_chosen(head: PageHead, expected: str) -> None:
    assert choose_title(head) == expected
