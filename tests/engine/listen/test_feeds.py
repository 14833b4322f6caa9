"""Reading feeds: ordinary ones exactly, broken ones as far as possible, hostile ones within bounds."""

from __future__ import annotations

import time
import tracemalloc
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from legation.engine.listen.feeds import FeedOptions, UnreadableFeed, parse_feed
from legation.engine.records.articles import Feed, FeedItem

ADDRESS = "https://paper.example/rss/tin.xml"
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
OPTIONS = FeedOptions(now=NOW)

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
     xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
<channel>
  <title>Báo Ví Dụ</title><link>https://paper.example/</link><language>vi-vn</language>
  <description>Tin <b>mới</b></description>
  <sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>
  <item>
    <title>Hội nghị &amp;#8220;xanh&amp;#8221; &lt;b&gt;khai mạc&lt;/b&gt;</title>
    <link>/tin/1.html</link><guid isPermaLink="false">tin-1</guid>
    <pubDate>Sun, 01 Mar 2026 07:30:00 +0700</pubDate>
    <description>&lt;p onclick="x()"&gt;Sáng nay &lt;a href="/a?b=1&amp;amp;c=2"&gt;tại đây&lt;/a&gt;
      &lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;&lt;/p&gt;</description>
    <content:encoded><![CDATA[<p>Toàn văn</p><iframe src="https://evil.example"></iframe>]]></content:encoded>
    <dc:creator>An Nguyễn</dc:creator><category>Thời sự</category>
  </item>
</channel></rss>"""


def read(text: str | bytes, *, content_type: str = "", options: FeedOptions = OPTIONS) -> Feed:
    body = text if isinstance(text, bytes) else text.encode()
    return parse_feed(body, content_type=content_type, address=ADDRESS, options=options)


def wrap(item: str, *, head: str = "", items: str = "") -> str:
    return f'<rss version="2.0"><channel>{head}<item>{item}</item>{items}</channel></rss>'


def read_item(item: str, **changes: Any) -> FeedItem:
    return read(wrap(item), **changes).items[0]


class TestAnOrdinaryFeed:
    def test_every_field_is_read(self) -> None:
        feed = read(RSS)
        assert (feed.title, feed.address, feed.language) == ("Báo Ví Dụ", "https://paper.example/", "vi-VN")
        assert (feed.description, feed.dialect, feed.update_period_seconds) == ("Tin mới", "rss 2.0", 1_800)
        assert feed.problems == ()
        item = feed.items[0]
        assert item.guid == "tin-1"
        assert item.address == "https://paper.example/tin/1.html"
        assert item.title == "Hội nghị “xanh” khai mạc"
        assert item.published_at == datetime(2026, 3, 1, 0, 30, tzinfo=UTC)
        assert (item.byline, item.categories, item.language) == ("An Nguyễn", ("Thời sự",), "vi-VN")
        assert item.content_html == "<p>Toàn văn</p>"

    def test_html_is_cleaned_of_everything_active_and_its_links_are_absolute(self) -> None:
        html = read(RSS).items[0].summary_html
        assert '<a href="https://paper.example/a?b=1&amp;c=2" rel="noopener noreferrer nofollow">' in html
        assert not any(word in html for word in ("script", "alert", "onclick", "onerror"))

    def test_a_declared_ttl_is_in_minutes(self) -> None:
        assert read(wrap("<title>t</title>", head="<ttl>15</ttl>")).update_period_seconds == 900


class TestCharsets:
    @pytest.mark.parametrize(
        ("encoding", "declared", "content_type"),
        [
            ("utf-8", "utf-8", ""),
            ("utf-8-sig", "utf-8", ""),
            ("utf-16", "utf-16", ""),
            ("utf-16-le", "utf-16", ""),
            ("utf-16-be", "utf-16", ""),
            ("utf-8", "iso-8859-1", "text/xml; charset=windows-1252"),  # both lie
            ("utf-8", "no-such-charset", ""),
            ("utf-8", "utf-7", ""),
            ("utf-8", "zip", ""),
            ("cp1258", "windows-1258", ""),
            ("gb18030", "gb2312", ""),
            ("cp1251", "windows-1251", "text/xml; charset=utf-8"),
            ("euc_jp", "euc-jp", ""),
            ("iso2022_jp", "iso-2022-jp", ""),
        ],
    )
    def test_the_text_is_read_whatever_is_declared(
        self, encoding: str, declared: str, content_type: str
    ) -> None:
        words = {"gb18030": "中文新闻", "cp1251": "Новости", "euc_jp": "日本語", "iso2022_jp": "日本語"}
        title = words.get(encoding, "Tin më")
        xml = f'<?xml version="1.0" encoding="{declared}"?>' + wrap(f"<title>{title}</title>")
        assert read(xml.encode(encoding), content_type=content_type).items[0].title == title

    def test_the_header_decides_where_the_document_is_silent(self) -> None:
        body = wrap("<title>Новости</title>").encode("cp1251")
        assert read(body, content_type="text/xml; charset=windows-1251").items[0].title == "Новости"

    def test_a_wrong_declaration_is_told(self) -> None:
        feed = read('<?xml version="1.0" encoding="iso-8859-1"?>' + wrap("<guid>1</guid><title>Hà</title>"))
        assert feed.problems == ("The feed declares cp1252 but is written in utf-8.",)

    def test_one_damaged_character_costs_only_itself(self) -> None:
        body = wrap("<title>Hà Nội và ").encode() + b"\xc3" + " Huế</title></item></channel></rss>".encode()
        feed = read(body.replace("</item></channel></rss> Huế".encode(), b" Hu\xe1\xba\xbf"))
        assert feed.items[0].title.startswith("Hà Nội và")
        assert any("damaged" in problem for problem in feed.problems)

    def test_windows_signs_among_the_controls_are_read_as_meant(self) -> None:
        assert read_item("<title>a &#150; b &#147;c&#148;</title>").title == "a – b “c”"


class TestBrokenXml:
    def test_a_bare_ampersand_in_a_link_stays_in_the_link(self) -> None:
        item = read_item("<title>a & b</title><link>https://x.example/?a=1&copy=2&b=3</link>")
        assert (item.title, item.address) == ("a & b", "https://x.example/?a=1&copy=2&b=3")

    def test_an_ampersand_in_cdata_is_left_alone_while_mending(self) -> None:
        item = read_item("<title>a & b</title><link><![CDATA[https://x.example/?a=1&amp=2]]></link>")
        assert item.address == "https://x.example/?a=1&amp=2"

    def test_html_names_of_characters_are_resolved(self) -> None:
        assert read_item("<title>B&aacute;o&nbsp;&hellip; &nosuch;</title>").title == "Báo … &nosuch;"

    def test_a_feed_that_was_cut_keeps_its_whole_items(self) -> None:
        feed = read(wrap("<title>whole</title>", items="<item><title>cu")[: -len("</channel></rss>")])
        assert [item.title for item in feed.items] == ["whole", "cu"]
        assert any("as far as possible" in problem for problem in feed.problems)

    def test_undeclared_prefixes_are_taken_at_their_word(self) -> None:
        item = read_item("<dc:creator>An</dc:creator><content:encoded>&lt;p&gt;x&lt;/p&gt;</content:encoded>")
        assert (item.byline, item.content_html) == ("An", "<p>x</p>")

    def test_warnings_before_the_feed_are_taken_off(self) -> None:
        feed = read("\ufeff\n<br />\n<b>Warning</b>: mysql in /srv/x.php\n" + RSS)
        assert feed.items[0].guid == "tin-1"
        assert any("before the feed" in problem for problem in feed.problems)

    def test_control_characters_are_taken_out(self) -> None:
        item = read_item("<title>a\x00b\x0b&#0;&#x1F;&#xD800;&#99999999;c</title>")
        assert item.title.startswith("ab")
        assert item.title.isprintable()

    @pytest.mark.parametrize(
        ("body", "words"),
        [
            (b"", "empty"),
            (b" \n ", "empty"),
            (b"not a feed", "not XML"),
            (b'{"version": "https://jsonfeed.org/version/1.1"}', "JSON"),
            (b"<!DOCTYPE html><html><body><p>Not found", "web page"),
            (b"<html><head></head></html>", "web page"),
            (b"<note><to>x</to></note>", "<note>"),
            (b"<?xml version='1.0'?>", "XML"),
            (b"<!DOCTYPE rss [", "no end"),
            (b"<!-- for ever", "no end"),
            (b"\xff\xfe", "XML"),
            (b"\x89PNG\r\n\x1a\n", "not XML"),
            (b"<" * 1_000, "XML"),
        ],
    )
    def test_what_is_no_feed_is_refused_with_a_reason(self, body: bytes, words: str) -> None:
        with pytest.raises(UnreadableFeed, match=words):
            read(body)


class TestTagsThatDoNotMatch:
    def test_references_after_the_fault_stay(self) -> None:
        feed = read(
            wrap("<b>x<guid>1</guid>", items="<item><link>https://x.example/?a=1&amp;b=2</link></item>")
        )
        assert feed.items[1].address == "https://x.example/?a=1&b=2"

    def test_a_field_that_was_not_closed_does_not_swallow_the_others(self) -> None:
        item = read_item("<title>a<link>https://x.example/1</link><guid>g</guid>")
        assert (item.title, item.address, item.guid) == ("a", "https://x.example/1", "g")

    def test_items_that_were_not_closed_are_items(self) -> None:
        body = wrap("<title>a</title>", head="<title>P<link>/").replace("</item>", "<item><title>b</title>")
        assert [item.title for item in read(body).items] == ["a", "b"]

    def test_an_end_without_a_beginning_ends_nothing(self) -> None:
        item = read_item("<title>a</div></title></p><link>https://x.example/1</link>")
        assert (item.title, item.address) == ("a", "https://x.example/1")

    def test_half_an_address_is_none(self) -> None:
        body = wrap("<title>a</title><link>https://paper.e")
        feed = read(body[: body.index("https://paper.e") + 15])
        assert (feed.items[0].title, feed.items[0].address) == ("a", "")


class TestSignsThatTurnWritingRound:
    def test_they_are_taken_out_of_titles_and_texts(self) -> None:
        item = read_item(
            "<title>a\u202etxt.exe &amp;#x2066;b</title>"
            "<description>&lt;p&gt;\u202ex&amp;#8238;&lt;/p&gt;</description>"
        )
        assert (item.title, item.summary_html) == ("atxt.exe b", "<p>x</p>")

    def test_marks_that_letters_need_stay(self) -> None:
        assert read_item("<title>می\u200cخواهم\u200f x</title>").title == "می\u200cخواهم\u200f x"


class TestOrderAndNumber:
    def test_the_newest_stay_where_they_stand_last(self) -> None:
        items = "".join(
            f"<item><guid>{day}</guid><pubDate>{day:02} Jan 2026 10:00 GMT</pubDate></item>"
            for day in range(2, 20)
        )
        body = wrap("<guid>1</guid><pubDate>01 Jan 2026 10:00 GMT</pubDate>", items=items)
        feed = read(body, options=FeedOptions(max_items=5))
        assert [item.guid for item in feed.items] == ["15", "16", "17", "18", "19"]
        assert feed.dropped == (("beyond_limit", 14),)

    def test_items_of_one_guid_without_address_are_two(self) -> None:
        feed = read(
            wrap("<guid>0</guid><title>a</title>", items="<item><guid>0</guid><title>b</title></item>")
        )
        assert [item.title for item in feed.items] == ["a", "b"]

    def test_a_hundred_thousand_items_are_all_accounted_for(self) -> None:
        items = "".join(f"<item><guid>{n}</guid></item>" for n in range(99_999))
        feed = read(wrap("<guid>x</guid>", items=items))
        assert len(feed.items) + sum(count for _, count in feed.dropped) == 100_000

    def test_hub_and_topic_and_icon_are_read(self) -> None:
        head = (
            "<a:link xmlns:a='http://www.w3.org/2005/Atom' rel='hub' href='https://hub.example/'/>"
            "<a:link xmlns:a='http://www.w3.org/2005/Atom' rel='self' href='/rss/tin.xml'/>"
            "<image><url>/icon.png</url><title>x</title></image>"
        )
        feed = read(wrap("<title>t</title>", head=head))
        assert (feed.hub, feed.topic) == ("https://hub.example/", ADDRESS)
        assert (feed.icon, feed.title) == ("https://paper.example/icon.png", "")


class TestHostileXml:
    def test_a_billion_laughs_stay_silent(self) -> None:
        entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
        dtd = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "ha">{entities}]>'
        started = time.monotonic()
        feed = read(dtd + wrap("<title a='&l9;'>&l9;</title><guid>&l9;</guid>"))
        assert time.monotonic() - started < 8
        assert len(feed.items[0].title) < 20
        assert "Entities declared in the feed were not used." in feed.problems

    @pytest.mark.parametrize(
        "where", ["file:///etc/passwd", "http://127.0.0.1:9/x", "https://paper.example/x"]
    )
    def test_an_external_entity_is_never_read(self, where: str) -> None:
        dtd = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{where}"><!ENTITY % y SYSTEM "{where}"> %y;]>'
        assert read(dtd + wrap("<title>[&x;]</title>")).items[0].title == "[&x;]"

    def test_a_dtd_in_quotes_and_comments_is_taken_off_whole(self) -> None:
        dtd = "<!DOCTYPE rss PUBLIC \"a>b\" 'c]>d' [<!-- ' ]> --><!ENTITY x ']>'>]>"
        assert read(dtd + wrap("<title>t</title>")).items[0].title == "t"

    def test_deep_nesting_ends(self) -> None:
        started = time.monotonic()
        feed = read(wrap("<title>" + "<b>" * 200_000 + "x" + "</b>" * 200_000 + "</title>"))
        assert time.monotonic() - started < 8
        assert feed.problems

    def test_a_title_of_ten_megabytes_is_cut_and_told(self) -> None:
        body = wrap(f"<title>{'tin ' * 2_600_000}</title><guid>1</guid>", items="<item><guid>2</guid></item>")
        tracemalloc.start()
        try:
            feed = read(body)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert len(feed.items[0].title) <= 1_000
        assert [item.guid for item in feed.items] == ["1", "2"]
        assert any("longer than 1,000 characters" in problem for problem in feed.problems)
        assert peak < 100_000_000

    def test_a_title_of_ten_megabytes_in_cdata_is_cut_too(self) -> None:
        feed = read(wrap(f"<title><![CDATA[{'<tin ' * 2_100_000}]]></title><guid>1</guid>"))
        assert (len(feed.items[0].title) <= 1_000, feed.items[0].guid) == (True, "1")

    @pytest.mark.parametrize(
        "html",
        [
            "<div>" * 90_000,
            "".join(f"<b x={n}>" for n in range(40_000)),
            "".join(f'<b x={n} y="</b>">' for n in range(20_000)),
            "".join(f"<b x={n}><p></b>" for n in range(20_000)),
            "".join(f"<b x={n}><!--</b>-->" for n in range(20_000)),
            "<script>" + "".join(f"<b x={n}></b>" for n in range(20_000)),
            "<script>" * 60_000,
            "&" * 400_000,
            "&a;" * 160_000,
            "<a " + "b " * 200_000,
            "<![CDATA[" * 50_000,
        ],
    )
    def test_html_that_makes_parsers_explode_is_read_in_good_time(self, html: str) -> None:
        escaped = html.replace("&", "&amp;").replace("<", "&lt;")
        started = time.monotonic()
        read_item(f"<title>t</title><description>{escaped}</description>")
        assert time.monotonic() - started < 8

    @pytest.mark.parametrize("part", ["<![CDATA[", "&#", "<!--", "<item>", "<?x ", "]]>", "&amp", "<a b='"])
    def test_repeated_openings_are_read_in_good_time(self, part: str) -> None:
        started = time.monotonic()
        feed = read(wrap("<title>t</title>").replace("</rss>", part * 200_000))
        assert time.monotonic() - started < 8
        assert feed.items[0].title == "t"

    def test_a_feed_past_its_size_is_refused(self) -> None:
        with pytest.raises(UnreadableFeed, match="larger than 1,000 bytes"):
            read(RSS, options=FeedOptions(max_bytes=1_000))

    def test_items_past_the_bound_are_left_out_and_told(self) -> None:
        items = "".join(f"<item><guid>{n}</guid></item>" for n in range(2, 20))
        feed = read(wrap("<guid>1</guid>", items=items), options=FeedOptions(max_items=5))
        assert [item.guid for item in feed.items] == ["1", "2", "3", "4", "5"]
        assert "Only the first 5 items were read." in feed.problems


class TestDates:
    @pytest.mark.parametrize("date", ["Mon, 01 Mar 2027 07:30:00 GMT", "9999-12-31T23:59:59Z"])
    def test_a_date_in_the_future_is_left_out_and_told(self, date: str) -> None:
        feed = read(wrap(f"<title>t</title><pubDate>{date}</pubDate>"))
        assert feed.items[0].published_at is None
        assert feed.problems.count("A date lies in the future and was left out.") == 1

    def test_a_few_hours_ahead_are_a_matter_of_zones(self) -> None:
        item = read_item("<title>t</title><pubDate>Sun, 01 Mar 2026 19:00:00 GMT</pubDate>")
        assert item.published_at == NOW + timedelta(hours=7)

    def test_garbage_is_told_and_the_next_date_is_taken(self) -> None:
        feed = read(wrap("<title>t</title><pubDate>hôm qua</pubDate><pubDate>2026-02-01</pubDate>"))
        assert feed.items[0].published_at == datetime(2026, 2, 1, tzinfo=UTC)
        assert "A date could not be read." in feed.problems

    def test_a_missing_date_is_no_problem(self) -> None:
        feed = read(wrap("<title>t</title><guid>1</guid>"))
        assert (feed.items[0].published_at, feed.problems) == (None, ())

    def test_a_date_without_zone_is_in_the_source_s_zone(self) -> None:
        options = FeedOptions(now=NOW, zone=timezone(timedelta(hours=7)))
        item = read_item("<title>t</title><pubDate>01/03/2026 07:30</pubDate>", options=options)
        assert item.published_at == datetime(2026, 3, 1, 0, 30, tzinfo=UTC)


class TestIdentity:
    def test_an_item_without_guid_is_known_by_its_address(self) -> None:
        assert read_item("<link>https://x.example/1</link>").guid == "https://x.example/1"

    def test_an_item_without_guid_and_address_is_known_by_what_it_says(self) -> None:
        first, again, other = (read_item(f"<title>{title}</title>").guid for title in ("a", "a", "b"))
        assert first == again != other
        assert first.startswith("sha256:")

    def test_an_item_that_repeats_another_is_dropped_and_told(self) -> None:
        item = "<guid>1</guid><link>https://x.example/1</link>"
        feed = read(wrap(item, items=f"<item>{item}</item><item>{item}</item>"))
        assert len(feed.items) == 1
        assert feed.problems == ("An item repeats the identifier of another (2 times).",)

    def test_a_constant_guid_does_not_swallow_the_other_articles(self) -> None:
        feed = read(
            wrap(
                "<guid>same</guid><link>https://x.example/1</link>",
                items="<item><guid>same</guid><link>https://x.example/2</link></item>",
            )
        )
        assert [item.guid for item in feed.items] == ["same", "https://x.example/2"]

    def test_a_permanent_guid_is_the_address_where_there_is_no_link(self) -> None:
        assert read_item("<guid>https://x.example/1</guid>").address == "https://x.example/1"
        assert read_item("<guid isPermaLink='false'>https://x.example/1</guid>").address == ""

    def test_an_endless_guid_is_kept_as_its_hash(self) -> None:
        assert len(read_item(f"<guid>{'x' * 5_000}</guid>").guid) == 71

    @pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "file:///x", "http://[x"])
    def test_an_address_that_is_not_of_the_web_is_none(self, link: str) -> None:
        assert read_item(f"<title>t</title><link>{link}</link>").address == ""

    def test_relative_links_belong_to_xml_base(self) -> None:
        item = read_item("<title>t</title><link xml:base='https://y.example/a/'>b.html</link>")
        assert item.address == "https://y.example/a/b.html"

    @pytest.mark.parametrize("base", ["http://a b/", "http://%zz/", "http://x:99999/", "http://1.2.3.4.5/"])
    def test_a_base_that_is_no_address_costs_only_the_relative_links(self, base: str) -> None:
        link = '&lt;a href="x">y&lt;/a>'
        item = read_item(f"<title>t</title><description xml:base='{base}'>{link}</description>")
        assert item.summary_html == '<a rel="noopener noreferrer nofollow">y</a>'

    def test_a_mail_address_is_not_part_of_a_byline(self) -> None:
        assert read_item("<author>an@x.example (An Nguyễn)</author>").byline == "An Nguyễn"
        assert read_item("<author>an@x.example</author>").byline == ""


SEEDS = [
    RSS.encode(),
    wrap("<title>t</title><link>https://x.example</link><guid>1</guid>").encode("utf-16"),
    b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://x.example/"><title
    type="xhtml"><div
    xmlns="http://www.w3.org/1999/xhtml">T <b>b</b></div></title><entry><id>urn:1</id><link href="a"/>
    <updated>
    2026-02-01T00:00:00Z</updated>
    <content type="application/octet-stream">aGVsbG8=</content></entry></feed>""",
    b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
    <channel rdf:about="http://x.example"><title>T</title></channel><item rdf:about="http://x.example/1">
    <title>&eacute;</title></item></rdf:RDF>""",
]
BITES = st.sampled_from(
    [
        b"<",
        b">",
        b"&",
        b"&#x0;",
        b"<![CDATA[",
        b"]]>",
        b"\x00",
        b"\xff",
        b"<!DOCTYPE x [",
        b"</item>",
        b"'",
        b'"',
    ]
    + [
        b"<item>",
        b" type='html'",
        b" mode='base64'",
        b" xml:base='http://[x'",
        b" xml:base='http://a b/'",
        b"&lt;b&gt;",
        b"99999",
        b"xmlns:a=",
    ]
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.floats(0, 1), BITES, st.integers(0, 30)), max_size=8))
def test_a_mutated_feed_is_read_or_refused_but_never_crashes(
    seed: bytes, bites: list[tuple[float, bytes, int]]
) -> None:
    body = seed
    for where, bite, cut in bites:
        position = int(where * len(body))
        body = body[:position] + bite + body[position + cut :]
    try:
        feed = read(body)
    except UnreadableFeed:
        return
    for item in feed.items:
        assert item.guid
        assert "<script" not in item.summary_html + item.content_html
        assert item.published_at is None or item.published_at.tzinfo is not None


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.text(max_size=40))
def test_noise_is_refused_but_never_crashes(noise: bytes, content_type: str) -> None:
    with pytest.raises(UnreadableFeed):
        read(noise, content_type=content_type)
