"""Render a brief as a Word document with real styles, in the country's administrative form."""

from __future__ import annotations

import io
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from legation.desk.understand.services.brief_pages import BriefPage, PageItem, PageQuotation

FALLBACK_FONTS = {"w:cs": "Noto Naskh Arabic", "w:eastAsia": "Noto Serif CJK SC"}
A4_WIDTH_MM, A4_HEIGHT_MM = 210, 297
SIGNATURE_MM = 15  # room for a hand's signature above the name
XML_TEXT = str.maketrans({code: None for code in range(32) if code not in (9, 10, 13)})


def write_docx(page: BriefPage) -> bytes:
    """Render a Word document with heading table, contents field, quotations and signature."""
    with translation.override(page.language):
        document = Document()
        _set_up(document, page)
        _write_letterhead(document, page)
        _write_title(document, page)
        for section in page.sections:
            document.add_heading(_clean(f"{section.number}. {section.title}"), 1)
            for item in section.items:
                _write_item(document, item)
        _write_end(document, page)
        _write_running_lines(document, page)
        file = io.BytesIO()
        document.save(file)
        return file.getvalue()


def _set_up(document: Any, page: BriefPage) -> None:
    """Set paper, margins, styles and what the file says of itself."""
    layout = page.layout
    section = document.sections[0]
    section.page_width, section.page_height = Mm(A4_WIDTH_MM), Mm(A4_HEIGHT_MM)
    section.top_margin, section.bottom_margin = Mm(layout.margin_top_mm), Mm(layout.margin_bottom_mm)
    section.left_margin, section.right_margin = Mm(layout.margin_left_mm), Mm(layout.margin_right_mm)
    properties = document.core_properties
    properties.title, properties.author = _clean(page.title)[:255], _clean(page.publisher)[:255]
    properties.last_modified_by, properties.language = _clean(page.publisher)[:255], page.language
    properties.subject, properties.category = page.period[:255], page.mark[:255]
    properties.comments = ""
    properties.created = properties.modified = page.dated.replace(tzinfo=None)
    styles = document.styles
    for name, size, is_bold in (
        ("Normal", layout.text_size_points, False),
        ("Title", layout.title_size_points, True),
        ("Heading 1", layout.text_size_points + 1, True),
        ("Heading 2", layout.text_size_points, True),
        ("Quote", layout.text_size_points - 1, False),
        ("List Bullet", layout.text_size_points - 1, False),
        ("Header", 10, False),
        ("Footer", 10, False),
    ):
        _set_font(styles[name], layout.font_family, size, is_bold, page.language)
    normal = styles["Normal"].paragraph_format
    normal.line_spacing, normal.space_after = layout.line_spacing, Pt(6)
    quote = styles["Quote"].paragraph_format
    quote.left_indent = quote.right_indent = Mm(8)
    quote.space_after = Pt(2)
    source = styles.add_style("Quote Source", WD_STYLE_TYPE.PARAGRAPH)
    source.base_style = styles["Normal"]
    _set_font(source, layout.font_family, layout.text_size_points - 3, False, page.language)
    source.paragraph_format.left_indent = Mm(8)
    source.font.color.rgb = RGBColor(0x44, 0x44, 0x44)
    title = styles["Title"]
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for border in title.element.findall(".//" + qn("w:pBdr")):
        border.getparent().remove(border)


def _set_font(style: Any, family: str, size: float, is_bold: bool, language: str) -> None:
    """Give a style one font for Latin scripts and fallbacks for the others."""
    style.font.name, style.font.size, style.font.bold = family, Pt(size), is_bold
    style.font.italic = False
    style.font.cs_italic, style.font.cs_bold = False, is_bold
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in list(fonts.attrib):
        if attribute.endswith("Theme"):
            del fonts.attrib[attribute]
    fonts.set(qn("w:hAnsi"), family)
    for slot, fallback in FALLBACK_FONTS.items():
        fonts.set(qn(slot), fallback)
    mark = OxmlElement("w:lang")
    mark.set(qn("w:val"), language)
    style.element.get_or_add_rPr().append(mark)


def _write_letterhead(document: Any, page: BriefPage) -> None:
    """Write the two columns: the authority on the left, the nation's heading, place and date on the right."""
    letter, size = page.letter, page.layout.heading_size_points
    table = _add_columns(document, page, rows=2, left_share=0.38)
    (left, right), (number, place) = (row.cells for row in table.rows)
    _fill_cell(left, [(letter.superior, False), (letter.issuer, True)], size - 1)
    _fill_cell(right, [(letter.national_heading, True), (letter.motto, True)], size - 1)
    _fill_cell(number, [(letter.number_line, False)], size)
    _fill_cell(place, [(letter.place_date_line, False)], size, is_italic=True)


def _add_columns(document: Any, page: BriefPage, *, rows: int, left_share: float) -> Any:
    """Add a table of two columns over the text's width; both grid and cells need the width."""
    table = document.add_table(rows=rows, cols=2)
    table.autofit = False
    text_mm = A4_WIDTH_MM - page.layout.margin_left_mm - page.layout.margin_right_mm
    for column, share in zip(table.columns, (left_share, 1 - left_share), strict=True):
        column.width = Mm(text_mm * share)
        for cell in column.cells:
            cell.width = Mm(text_mm * share)
    return table


def _fill_cell(cell: Any, lines: list[tuple[str, bool]], size: float, *, is_italic: bool = False) -> None:
    paragraph = cell.paragraphs[-1]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(2)
    paragraph.paragraph_format.line_spacing = 1.0
    filled = [(line, bold) for text, bold in lines for line in text.splitlines() if line]
    for index, (line, is_bold) in enumerate(filled):
        run = paragraph.add_run(_clean(line))
        run.bold, run.italic, run.font.size = is_bold, is_italic, Pt(size)
        if index < len(filled) - 1:
            run.add_break()


def _write_title(document: Any, page: BriefPage) -> None:
    if page.mark:
        _write_mark(document, page.mark)
    lines = page.letter.title_lines or (page.title,)
    title = document.add_paragraph(_clean(lines[0]), style="Title")
    title.paragraph_format.space_before = Pt(12)
    for line in lines[1:]:
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.add_run(_clean(line)).bold = True
    if page.is_withdrawn and page.remark:
        document.add_paragraph(_clean(page.remark))
    for paragraph in _paragraphs(page.introduction):
        _indent(document.add_paragraph(paragraph), page)
    if page.sections:
        heading = document.add_paragraph()
        heading.add_run(_("Contents")).bold = True
        _write_contents(document, page)


def _write_contents(document: Any, page: BriefPage) -> None:
    """Write a contents field that Word fills with page numbers; until then it shows the headings."""
    lines = []
    for section in page.sections:
        lines.append(f"{section.number}. {section.title}")
        lines += [f"    {item.number}. {item.headline}" for item in section.items]
    paragraph = document.add_paragraph()
    _add_field(paragraph, 'TOC \\o "1-2" \\h \\z \\u', _clean("\n".join(lines)))


def _write_item(document: Any, item: PageItem) -> None:
    mark = " (*)" if item.is_headline_machine else ""
    document.add_heading(_clean(f"{item.number}. {item.headline}{mark}"), 2)
    if item.facts:
        document.add_paragraph(_clean(item.facts), style="List Bullet")
    for quotation in item.quotations:
        _write_quotation(document, quotation)
    for label, text in (
        (_("Why it matters"), item.why_it_matters),
        (_("What we suggest"), item.what_we_suggest),
    ):
        for index, piece in enumerate(_paragraphs(text)):
            paragraph = document.add_paragraph()
            if index == 0:
                paragraph.add_run(f"{label}: ").bold = True
            paragraph.add_run(piece)


def _write_quotation(document: Any, quotation: PageQuotation) -> None:
    """Write the words in their own direction and language, and where they stand."""
    paragraph = document.add_paragraph(style="Quote")
    run = paragraph.add_run(_clean(f"“{quotation.text}”"))
    language = OxmlElement("w:lang")
    is_right = quotation.direction == "rtl"
    language.set(qn("w:bidi" if is_right else "w:val"), quotation.language or "und")
    run._r.get_or_add_rPr().append(language)
    if is_right:
        paragraph.paragraph_format.element.get_or_add_pPr().append(OxmlElement("w:bidi"))
        run.font.rtl = True
    source = document.add_paragraph(style="Quote Source")
    if is_right:
        source.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    source.add_run(_clean(f"— {quotation.source}"))
    if quotation.address:
        source.add_run(" ")
        _add_link(source, quotation.address)


def _write_end(document: Any, page: BriefPage) -> None:
    """Write the honest line, the signature and the recipients."""
    document.add_heading(_("What stands behind this review"), 1)
    for line in page.honest:
        document.add_paragraph(_clean(line), style="List Bullet")
    if page.has_machine_headlines:
        document.add_paragraph(_("(*) Headline chosen by the machine, not edited by a person."))
    document.add_paragraph(_clean(_("Published by %(publisher)s.") % {"publisher": page.publisher}))
    table = _add_columns(document, page, rows=1, left_share=0.5)
    left, right = table.rows[0].cells
    letter = page.letter
    if letter.recipients:
        paragraph = left.paragraphs[0]
        title = paragraph.add_run(_clean(letter.recipients_title))
        title.bold = title.italic = True
        for line in letter.recipients:
            paragraph.add_run().add_break()
            paragraph.add_run(_clean(line)).font.size = Pt(11)
    lines = letter.signature_lines if page.signed else (page.mark,)
    _fill_cell(right, [(line, True) for line in lines[:-1]], page.layout.heading_size_points)
    if len(lines) > 1:  # room for the signature itself
        right.add_paragraph().paragraph_format.space_after = Mm(SIGNATURE_MM)
        right.add_paragraph()
    _fill_cell(right, [(lines[-1] if lines else "", True)], page.layout.heading_size_points)
    if page.signed:
        document.add_paragraph(_clean(page.signed))


def _write_running_lines(document: Any, page: BriefPage) -> None:
    """Write publisher and mark at the head of each page, the page's number at its foot."""
    section = document.sections[0]
    header = section.header.paragraphs[0]
    header.text = _clean(" · ".join(part for part in (page.publisher, page.title, page.mark) if part))
    header.alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _add_field(footer, "PAGE", "1")


def _write_mark(document: Any, mark: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(_clean(mark))
    run.bold = True
    run.font.color.rgb = RGBColor(0xB3, 0x26, 0x1E)


def _add_field(paragraph: Any, instruction: str, shown: str) -> None:
    """Add a field that the word processor computes."""
    for kind in ("begin", "instruction", "separate", "shown", "end"):
        run = paragraph.add_run()
        if kind == "shown":
            run.text = shown
            continue
        if kind == "instruction":
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = instruction
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
            if kind == "begin":
                element.set(qn("w:dirty"), "true")
        run._r.append(element)


def _add_link(paragraph: Any, address: str) -> None:
    """Add an address that can be followed."""
    relation = paragraph.part.relate_to(
        address,
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink",
        is_external=True,
    )
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), relation)
    run = paragraph.add_run(_clean(address))
    run.font.underline = True
    link.append(run._r)
    paragraph._p.append(link)


def _indent(paragraph: Any, page: BriefPage) -> None:
    paragraph.paragraph_format.first_line_indent = Mm(page.layout.first_line_indent_mm)


def _paragraphs(text: str) -> list[str]:
    return [_clean(piece.strip()) for piece in text.splitlines() if piece.strip()]


def _clean(text: str) -> str:
    """Return a text without the control characters that XML cannot hold."""
    return text.translate(XML_TEXT)
