"""What is spoilt: good pages, files of every format, lists, pictures and texts, all written for these tests."""

# ruff: noqa: E501 - inputs stand on lines of their own length
from __future__ import annotations

import functools
import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PIL import Image
from tests.evaluation.fuzz_archives import make_plain_pdf

from legation.gateways.demo_pages import write_home, write_page
from legation.gateways.demo_worlds import load_world

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
_LISTS = ROOT / "tests" / "engine" / "listen" / "list_pages"

PARAGRAPH = (
    "The harbour master said on Friday that the new pier would open to ferries before the rains begin. " * 3
)
_LD = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "WebPage", "@id": "#page", "mainEntity": {"@id": "#article"}},
        {
            "@type": ["NewsArticle"], "@id": "#article", "headline": "Pier opens", "mainEntityOfPage": {"@id": "#page"},
            "author": [{"@type": "Person", "name": "A. Nguyễn"}], "datePublished": "2026-11-20T08:00:00+07:00",
            "dateModified": "2026-11-20T09:00:00Z", "articleBody": PARAGRAPH * 2, "isAccessibleForFree": True,
            "publisher": {"@type": "Organization", "name": "Port Gazette"}, "image": ["/a.jpg"], "inLanguage": "en",
        },
    ],
}  # fmt: skip
_LIVE = {
    "@type": "LiveBlogPosting", "headline": "Storm: live", "datePublished": "2026-11-20T08:00:00Z",
    "liveBlogUpdate": [
        {"@type": "BlogPosting", "headline": f"Post {n}", "articleBody": PARAGRAPH,
         "datePublished": f"2026-11-20T0{n}:00:00Z"}
        for n in range(1, 6)
    ],
}  # fmt: skip
RICH_PAGE = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Pier opens | Port Gazette</title>
<base href="https://gazette.example/"><link rel="canonical" href="/pier"><link rel="next" href="/pier?page=2">
<link rel="alternate" type="application/rss+xml" href="/feed"><link rel="icon" sizes="32x32" href="/i.png">
<meta property="og:title" content="Pier opens"><meta property="og:site_name" content="Port Gazette">
<meta property="article:published_time" content="2026-11-20T08:00:00+07:00"><meta name="author" content="A. B.">
<meta http-equiv="refresh" content="300"><script type="application/ld+json">{json.dumps(_LD)}</script></head>
<body><nav><ul><li><a href="/">Home</a></li><li><a href="/s">Sea</a></li></ul></nav>
<article itemscope itemtype="https://schema.org/NewsArticle"><h1 itemprop="headline">Pier opens</h1>
<p class="byline">By A. B., <time datetime="2026-11-20T08:00:00+07:00">20 November 2026 08:00</time></p>
<p>{PARAGRAPH}</p><h2>Background</h2><p>{PARAGRAPH}</p><blockquote>« Le port rouvre vendredi après deux ans de
travaux, a annoncé la capitainerie de la ville basse. »</blockquote><table><tr><td>{PARAGRAPH}</td></tr></table>
<ul><li>{PARAGRAPH}</li><li>One</li></ul><figure><img src="/p.jpg" alt="Pier"><figcaption>Pier</figcaption></figure>
<div class="paywall">Subscribe now to continue reading.</div></article>
<section class="comments"><div class="comment"><time datetime="2026-11-20">x</time><p>{PARAGRAPH}</p></div></section>
<div class="pager"><a href="/pier?page=2">2</a></div><footer>© Port Gazette</footer></body></html>""".encode()
LIVE_PAGE = f"""<html lang="vi"><head><title>Trực tiếp: bão vào bờ</title>
<script type="application/ld+json">{json.dumps(_LIVE)}</script></head><body><h1>Trực tiếp: bão vào bờ</h1>
{
    "".join(
        f'<div class="post"><time datetime="2026-11-20T0{n}:00:00+07:00">0{n}:00</time><p>{PARAGRAPH}</p></div>'
        for n in range(1, 8)
    )
}</body></html>""".encode()
NEWSML = f"""<?xml version="1.0" encoding="UTF-8"?>
<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><header><sent>2026-11-21T10:00:00Z</sent></header><itemSet>
<newsItem guid="urn:newsml:wire.example:1" version="2" standard="NewsML-G2" standardversion="2.35" xml:lang="en">
<itemMeta><provider literal="Wire"/><versionCreated>2026-11-21T10:00:00+07:00</versionCreated>
<firstCreated>2026-11-21T09:00:00+07:00</firstCreated><pubStatus qcode="stat:usable"/></itemMeta>
<contentMeta><language tag="en-GB"/><headline>Pier opens</headline><by>A. B.</by></contentMeta>
<contentSet><inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><body>
<p>{PARAGRAPH}</p><p>Second <b>paragraph</b>.</p></body></html></inlineXML></contentSet></newsItem>
<newsItem guid="https://wire.example/2"><itemMeta><pubStatus qcode="stat:canceled"/></itemMeta></newsItem>
<newsItem guid="urn:3"><itemMeta><embargoed>2026-11-23T00:00:00Z</embargoed></itemMeta></newsItem>
<newsItem guid="urn:4"><contentSet><inlineData contenttype="text/plain">{PARAGRAPH}</inlineData></contentSet></newsItem>
<packageItem guid="urn:5"><groupSet><group/></groupSet></packageItem></itemSet></newsMessage>""".encode()
NINJS = {
    "$standard": {"name": "ninjs", "version": "3.0"}, "uri": "https://wire.example/items/7", "type": "text",
    "language": "es", "pubstatus": "usable", "versioncreated": "2026-11-21T15:00:00Z",
    "headlines": [{"role": "main", "value": "Abre el muelle"}], "by": "A. B.",
    "bodies": [{"role": "main", "contenttype": "text/html", "value": f"<p>{PARAGRAPH}</p><p>Fin.</p>"}],
    "infosources": [{"name": "Agencia"}], "rightsinfo": {"copyrightholder": "Agencia"},
}  # fmt: skip
_RECORDS = [
    {"id": "1", "title": "Một tiêu đề", "body": PARAGRAPH, "lang": "vi", "published_at": "2026-11-20T08:00:00+07:00",
     "url": "https://paper.example/1", "outlet": {"name": "Báo"}, "country": "VN", "summary": "Tóm tắt."},
    {"uri": "tag:wire,2026:8", "headline": "Wire", "body_text": PARAGRAPH, "versioncreated": "2026-11-20T00:00:00Z"},
    {"uri": "tag:x", "title": "Plain", "text": f"<p>{PARAGRAPH}</p>", "time": "21/11/2026 8:30", "source": "Paper"},
    {"uri": "tag:wire,2026:9", "type": "picture", "headline": "Wire", "body_text": ""},
]  # fmt: skip
JSON_LINES = ("\n".join(json.dumps(record, ensure_ascii=False) for record in _RECORDS) + "\n").encode()
MAIL = (
    "Return-Path: <desk@wire.example>\nReceived: from a by b; Fri, 20 Nov 2026 08:00:00 +0700\n"
    "From: =?utf-8?q?B=C3=A0n_tin?= <desk@wire.example>\nTo: us@desk.example\nSubject: =?utf-8?b?S2jDoW5oIHRow6BuaA==?=\n"
    " =?utf-8?q?_c=E1=BA=A7u?=\nDate: Fri, 20 Nov 2026 08:00:00 +0700\nMessage-ID: <1@wire.example>\n"
    'List-Id: "Wire" <wire.example>\nContent-Language: vi, en\nMIME-Version: 1.0\n'
    'Content-Type: multipart/mixed; boundary="out"\n\nprologue\n--out\n'
    'Content-Type: multipart/alternative; boundary="in"\n\n--in\nContent-Type: text/plain; charset="utf-8"\n'
    f"Content-Transfer-Encoding: quoted-printable\n\n=C4=90o=E1=BA=A1n m=E1=BB=99t.\n\n{PARAGRAPH}\n-- \nDesk\n"
    f"--in\nContent-Type: text/html; charset=iso-8859-1\n\n<p>{PARAGRAPH}</p>\n--in--\n--out\n"
    'Content-Type: application/json; name="a.json"\nContent-Disposition: attachment; filename="a.json"\n\n'
    f"{json.dumps(NINJS)}\n--out\nContent-Type: message/rfc822\n\nSubject: Inner\nFrom: x@y\n\n{PARAGRAPH}\n--out\n"
    'Content-Type: application/pdf; name="=?utf-8?q?a=2Epdf?="\nContent-Transfer-Encoding: base64\n\nJVBERi0=\n--out--\n'
).encode()
MAILBOX = b"".join(
    b"From desk@wire.example Fri Nov 20 08:00:00 2026\n" + MAIL.replace(b"<1@", b"<%d@" % number) + b"\n"
    for number in range(3)
)
OPML = """<?xml version="1.0" encoding="UTF-8"?><opml version="2.0"><head><title>Báo</title></head><body>
<outline text="Nhóm"><outline type="rss" text="A &amp; B" title="A" xmlUrl="https://a.example/feed"
 htmlUrl="https://a.example/" language="vi" category="/kind/press,/country/VN"/>
<outline type="atom" text="C" url="https://c.example/atom" xmlUrl="https://c.example/atom"/></outline>
<outline text="D" xmlUrl="//d.example/x"/></body></opml>""".encode()
TEXTS_OF_PRESS = (
    PARAGRAPH, "Cảng mới mở cửa. “Chúng tôi sẵn sàng,” ông nói. Dr. Smith came at 3 p.m. to No. 5 St. John’s.",
    "新港口周五开放。「我们准备好了」，部长说。渔民们等待已久！", "ທ່າເຮືອໃໝ່ຈະເປີດໃນວັນສຸກ ກ່ອນລະດູຝົນ.",
    "قال مدير الميناء إن الرصيف الجديد سيفتح يوم الجمعة. «نحن جاهزون»، أضاف.", "Порт откроется в пятницу. «Мы готовы», — сказал он.",
    "Cang moi mo cua vao thu sau truoc mua mua, giam doc cang cho biet hom nay tai thanh pho.",
)  # fmt: skip


@functools.cache
def list_pages() -> tuple[bytes, ...]:
    """Return pages: rich ones, the demo world's in each of its languages, and list pages."""
    world = load_world(ROOT / "demo", "vn")
    outlets = {outlet.key: outlet for outlet in world.outlets}
    pages = [RICH_PAGE, LIVE_PAGE, *(path.read_bytes() for path in sorted(_LISTS.glob("*.html")))]
    for number, article in enumerate(world.articles):
        if number % 4 and not (article.wrong_charset or article.pages > 1 or article.versions[-1].posts):
            continue
        at = NOW - timedelta(hours=30)
        pages.append(write_page(
            outlets[article.outlet], article, article.versions[-1], address=f"https://{article.outlet}.example/{number}",
            published_at=at, modified_at=at + timedelta(hours=1), base=NOW - timedelta(days=5),
        ))  # fmt: skip
    for outlet in world.outlets[:4]:
        told = [(article.versions[0], f"/news/{article.key}.html") for article in world.articles[:20]]
        pages.append(write_home(outlet, told))
    return tuple(pages)


@functools.cache
def list_pictures() -> tuple[bytes, ...]:
    """Return small pictures of the formats that icons come in."""
    picture = Image.new("RGBA", (48, 48), (200, 30, 30, 128))
    made = []
    for name in ("PNG", "GIF", "WEBP", "ICO", "BMP", "JPEG"):
        target = io.BytesIO()
        picture.convert("RGB" if name in {"JPEG", "BMP"} else "RGBA").save(target, name)
        made.append(target.getvalue())
    return tuple(made)


@functools.cache
def list_pdfs() -> tuple[bytes, ...]:
    """Return PDFs: one written by hand, one with an embedded font and its table of letters."""
    from weasyprint import HTML

    html = (
        f"<html lang=vi><title>Tuyên bố</title><body><p>{PARAGRAPH}</p><p>Cầu cảng mới – 新港口.</p></html>"
    )
    return make_plain_pdf("Statement on the pier\n" + PARAGRAPH), bytes(HTML(string=html).write_pdf())


def list_shared(pattern: str, limit: int) -> Sequence[bytes]:
    """Return files of the shared data, for long runs; none where they are absent."""
    return [path.read_bytes() for path in sorted(SHARED.glob(pattern))[:limit]]
