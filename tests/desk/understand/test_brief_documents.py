"""A brief as PDF, Word, HTML, JSON and mail: opened again by other programs, and in its publisher's name."""

from __future__ import annotations

import email
import email.policy
import io
import json
import re
import unicodedata

import docx
import pytest
from pypdf import PdfReader
from tests.desk.understand.brief_worlds import (
    ARABIC,
    NOW,
    VIETNAMESE,
    World,
    make_brief,
    make_world,
    operate,
)

from legation.desk.carry.models import Delivery
from legation.desk.people.models import Installation
from legation.desk.understand.models import BriefVersion
from legation.desk.understand.services import brief_mails
from legation.desk.understand.services.brief_edits import edit_brief
from legation.desk.understand.services.brief_layouts import layout_for
from legation.desk.understand.services.brief_mails import make_mail
from legation.desk.understand.services.brief_pages import build_page
from legation.desk.understand.services.brief_renderings import UnknownFormat, export_brief
from legation.desk.understand.services.brief_signatures import approve_brief, submit_brief, withdraw_brief

pytestmark = pytest.mark.django_db
HEADLINE = "Hội nghị cấp cao khai mạc"
NOTE = "Đây là dịp để ta nêu sáng kiến."


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def draft(world: World):
    brief = make_brief(world)
    first = brief.document["sections"][0]["items"][0]["key"]
    operations = [
        operate("set_field", first, field="headline", value=HEADLINE),
        operate("set_field", first, field="why_it_matters", value=NOTE),
        operate(
            "set_field", "document", field="introduction", value="Tóm tắt </script><script>alert(1)</script>"
        ),
    ]
    edit_brief(brief=brief, operations=operations, by=world.editor, at=NOW)
    return brief


@pytest.fixture
def signed(world: World, draft) -> BriefVersion:
    submit_brief(brief=draft, by=world.editor, at=NOW)
    return approve_brief(brief=draft, by=world.minister, at=NOW, revision=draft.revision)


def flatten(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFC", text))


def read_pdf(content: bytes) -> tuple[PdfReader, str]:
    reader = PdfReader(io.BytesIO(content))
    return reader, flatten("".join(page.extract_text() for page in reader.pages))


def test_the_pdf_is_tagged_has_bookmarks_and_contents_and_names_its_publisher(signed: BriefVersion) -> None:
    reader, text = read_pdf(export_brief(brief=signed.brief, form="pdf", version=signed).content)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "StructTreeRoot" in str(root.keys())
    assert root["/Lang"] == "vi"
    assert reader.metadata is not None
    assert reader.metadata.author == signed.brief.unit.name
    assert reader.metadata.title == signed.brief.title
    titles = [entry["/Title"] for entry in reader.outline if not isinstance(entry, list)]
    assert any(title.startswith("1. ") for title in titles)
    assert flatten(signed.brief.unit.name) in text
    assert flatten("Mục lục") in text


def test_the_pdf_quotes_vietnamese_and_arabic_word_for_word(signed: BriefVersion) -> None:
    _, text = read_pdf(export_brief(brief=signed.brief, form="pdf", version=signed).content)
    assert flatten(VIETNAMESE) in text
    assert flatten(NOTE) in text
    # Extraction gives right-to-left words in visual or logical order; each word is there in one of them.
    words = [unicodedata.normalize("NFKC", word) for word in ARABIC.rstrip(".").split()]
    shown = unicodedata.normalize("NFKC", text)
    assert all(word in shown or word[::-1] in shown for word in words)


def test_the_vietnamese_form_has_the_national_heading_number_place_and_recipients(
    signed: BriefVersion,
) -> None:
    _, text = read_pdf(export_brief(brief=signed.brief, form="pdf", version=signed).content)
    for line in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 1/ĐSQ-BC",
        "Paris, ngày 20 tháng 11 năm 2026",
        "Nơi nhận:",
        "ĐẠI SỨ",
    ):
        assert flatten(line) in text


def test_a_draft_says_plainly_that_it_is_one_in_every_form(draft) -> None:
    mark = "DỰ THẢO"
    assert flatten(mark) in read_pdf(export_brief(brief=draft, form="pdf").content)[1]
    assert mark in export_brief(brief=draft, form="html").content.decode()
    assert mark in read_docx_text(export_brief(brief=draft, form="docx").content)
    assert json.loads(export_brief(brief=draft, form="json").content)["mark"].startswith(mark)


def read_docx_text(content: bytes) -> str:
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*cells, *(paragraph.text for paragraph in document.paragraphs)])


def test_the_word_document_has_real_styles_a_contents_field_and_core_properties(signed: BriefVersion) -> None:
    document = docx.Document(
        io.BytesIO(export_brief(brief=signed.brief, form="docx", version=signed).content)
    )
    styles = {paragraph.style.name for paragraph in document.paragraphs}
    assert {"Heading 1", "Heading 2", "Quote", "Title", "List Bullet"} <= styles
    assert "TOC \\o" in document.element.xml
    properties = document.core_properties
    assert (properties.author, properties.language) == (signed.brief.unit.name, "vi")
    assert properties.title == signed.brief.title
    assert signed.brief.unit.name in document.sections[0].header.paragraphs[0].text
    assert document.styles["Normal"].font.name == "Times New Roman"


def test_a_right_to_left_quotation_is_one_in_word_too(signed: BriefVersion) -> None:
    document = docx.Document(
        io.BytesIO(export_brief(brief=signed.brief, form="docx", version=signed).content)
    )
    (quotation,) = [paragraph for paragraph in document.paragraphs if ARABIC in paragraph.text]
    assert "w:bidi" in quotation._p.xml
    assert quotation.runs[0].font.rtl


def test_an_outlet_that_runs_the_other_way_leaves_language_and_day_in_their_places(
    signed: BriefVersion,
) -> None:
    page = build_page(brief=signed.brief, version=signed)
    sources = {
        quotation.language: quotation.source
        for section in page.sections
        for item in section.items
        for quotation in item.quotations
    }
    assert sources["ar"].startswith("\u200eSawt Al-Sharq\u200e, ")
    assert "\u200e" not in sources["fr"]


def test_the_page_stands_alone_and_escapes_what_was_typed(signed: BriefVersion) -> None:
    page = export_brief(brief=signed.brief, form="html", version=signed).content.decode()
    assert f'<meta name="publisher" content="{signed.brief.unit.name}">' in page
    assert '"@type": "Organization"' in page
    assert 'lang="ar" dir="rtl"' in page
    assert "<script>alert" not in page
    assert "<link" not in page
    assert "src=" not in page


def test_json_names_publisher_status_and_hash(signed: BriefVersion) -> None:
    record = json.loads(export_brief(brief=signed.brief, form="json", version=signed).content)
    assert record["publisher"] == signed.brief.unit.name
    assert (record["status"], record["sha256"]) == ("approved", signed.document_sha256)
    assert "byline" not in json.dumps(record)


def test_an_unknown_form_is_refused(draft) -> None:
    with pytest.raises(UnknownFormat):
        export_brief(brief=draft, form="exe")


def test_the_mail_carries_both_parts_and_the_pdf_and_loads_nothing(signed: BriefVersion) -> None:
    delivery = Delivery.objects.filter(about=f"understand.brief:{signed.brief_id}:v{signed.number}").first()
    assert delivery is not None
    mail = make_mail(delivery)
    for part in (mail.text, mail.html):
        assert signed.brief.unit.name in part
        assert VIETNAMESE in part
        assert HEADLINE in part
    assert 'dir="rtl"' in mail.html
    assert "googleapis" not in mail.html
    assert "src=" not in mail.html
    (attachment,) = mail.attachments
    assert attachment.content.startswith(b"%PDF")
    assert mail.message_id == delivery.message_id


def test_the_mail_reads_back_as_a_message(signed: BriefVersion) -> None:
    delivery = Delivery.objects.filter(about__startswith="understand.brief:").first()
    assert delivery is not None
    mail = make_mail(delivery)
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["From"], message["To"], message["Subject"] = mail.sender, mail.recipient, mail.subject
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    again = email.message_from_bytes(bytes(message), policy=email.policy.default)
    text = again.get_body(("plain",))
    assert text is not None
    assert VIETNAMESE in text.get_content()


def test_a_withdrawal_tells_its_readers_and_carries_no_text(world: World, signed: BriefVersion) -> None:
    version = withdraw_brief(brief=signed.brief, by=world.minister, at=NOW, remark="Số liệu sai.")
    delivery = Delivery.objects.filter(about__endswith=f":v{version.number}").first()
    assert delivery is not None
    mail = make_mail(delivery)
    assert "Số liệu sai." in mail.text
    assert VIETNAMESE not in mail.text
    assert not mail.attachments


def test_every_form_ends_with_the_honest_line(signed: BriefVersion) -> None:
    page = build_page(brief=signed.brief, version=signed)
    assert "Tiếng Nga" in page.honest[1]
    for form in ("html", "docx", "pdf"):
        content = export_brief(brief=signed.brief, form=form, version=signed).content
        text = {
            "html": lambda data: data.decode(),
            "docx": read_docx_text,
            "pdf": lambda data: read_pdf(data)[1],
        }[form](content)
        assert flatten(page.honest[0]) in flatten(text)


def test_a_brief_in_another_language_than_the_layout_gets_a_plain_one(draft) -> None:
    assert layout_for("en").national_heading == ""
    Installation.objects.update(country="cl")
    assert layout_for("es").national_heading != ""


def test_one_pdf_is_rendered_for_all_readers(signed: BriefVersion, monkeypatch: pytest.MonkeyPatch) -> None:
    deliveries = Delivery.objects.filter(about=f"understand.brief:{signed.brief_id}:v{signed.number}")
    first = make_mail(deliveries[0]).attachments[0].content
    monkeypatch.setattr(brief_mails, "render_pdf", None)
    assert [make_mail(delivery).attachments[0].content for delivery in deliveries] == [first] * len(
        deliveries
    )
