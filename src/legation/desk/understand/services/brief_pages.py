"""One brief as every reader gets it, whatever the form: the same words, counts, marks and publisher."""

from __future__ import annotations

import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_skeleton
from babel.numbers import format_decimal
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from legation.desk.listen.services.coverage import say_missing
from legation.desk.shell.names import name_country, name_language
from legation.desk.understand.models import Brief, BriefEvent, BriefStatus, BriefVersion
from legation.desk.understand.services.brief_citations import ChangedQuotation, list_changed
from legation.desk.understand.services.brief_layouts import babel_locale, layout_for
from legation.desk.understand.services.brief_letters import DAY, Letter, fill_letter, name_period, show_moment
from legation.engine.records.briefs import BriefDocument, BriefItem, HonestLine, Quotation
from legation.engine.records.countries import DocumentLayout
from legation.engine.text.quotations import QuotationFate
from legation.engine.understand.brief_documents import from_json

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "ps", "dv", "ckb", "ug", "yi"})  # Unicode scripts, BCP 47
# Round an outlet's name that runs the other way: without them it takes language and day along with it.
DIRECTION_MARKS = {"ltr": "\u200e", "rtl": "\u200f"}


@dataclass(frozen=True, slots=True)
class PageQuotation:
    """One quotation with its source line."""

    text: str
    language: str
    direction: str  # ltr or rtl
    source: str  # outlet, language and day
    address: str


@dataclass(frozen=True, slots=True)
class PageItem:
    """One item."""

    key: str
    number: str  # such as "2.1"
    headline: str
    is_headline_machine: bool
    facts: str  # counts in words
    quotations: tuple[PageQuotation, ...]
    why_it_matters: str
    what_we_suggest: str


@dataclass(frozen=True, slots=True)
class PageSection:
    """One section that has items."""

    key: str
    number: str
    title: str
    items: tuple[PageItem, ...]


@dataclass(frozen=True, slots=True)
class BriefPage:
    """All that a rendered brief says."""

    title: str
    language: str
    publisher: str
    mark: str  # "" once signed off; else draft, not signed off or withdrawn, in words
    is_withdrawn: bool
    remark: str
    period: str
    dated: datetime
    signed: str  # who signed and when, in words; "" where nobody did
    introduction: str
    sections: tuple[PageSection, ...]
    honest: tuple[str, ...]
    has_machine_headlines: bool
    letter: Letter
    layout: DocumentLayout
    address: str  # of the brief on the desk
    file_stem: str


def build_page(
    *, brief: Brief, version: BriefVersion | None = None, changed: Sequence[ChangedQuotation] | None = None
) -> BriefPage:
    """Build what every form of a brief says, from a version or from the text as it stands.

    Everything is in the brief's language and on the unit's clock; empty sections are left out.
    changed: what list_changed says of the same text, where the caller knows.
    """
    with translation.override(brief.language):
        return _build(brief, version, changed)


def _build(
    brief: Brief, version: BriefVersion | None, changed: Sequence[ChangedQuotation] | None
) -> BriefPage:
    document = from_json(version.document if version else brief.document)
    event = version.event if version else ""
    status = version.status if version else brief.status
    is_signed = status == BriefStatus.APPROVED
    signer = _signer(brief, version) if is_signed else None
    dated = version.at if version else brief.changed_at
    locale = babel_locale(brief.language)
    layout = layout_for(brief.language)
    zone = zoneinfo.ZoneInfo(brief.unit.time_zone)
    sections = _sections(document)
    signed = ""
    if signer:
        moment = show_moment(signer[1], zone=zone, locale=locale)
        signed = _("Signed off by %(name)s, %(moment)s") % {"name": signer[0], "moment": moment}
    return BriefPage(
        title=document.title,
        language=brief.language,
        publisher=brief.unit.name,
        mark=name_mark(str(status)),
        is_withdrawn=event == BriefEvent.WITHDRAWN or status == BriefStatus.WITHDRAWN,
        remark=version.remark if version else brief.remark,
        period=name_period(
            since=brief.since, until=brief.until, time_zone=brief.unit.time_zone, language=brief.language
        ),
        dated=dated,
        signed=signed,
        introduction=document.introduction,
        sections=sections,
        honest=(*say_honestly(document.honest, zone=zone), *_say_changes(brief, version, status, changed)),
        has_machine_headlines=any(item.is_headline_machine for one in sections for item in one.items),
        letter=fill_letter(
            brief=brief,
            layout=layout,
            title=document.title,
            is_own_title="title" in document.revisions,
            signer=signer[0] if signer else "",
            at=dated,
        ),
        layout=layout,
        address=f"{settings.WAGTAILADMIN_BASE_URL}/desk/briefs/{brief.pk}/",
        file_stem=f"{brief.unit.slug}-{brief.day.isoformat()}",
    )


def name_mark(status: str) -> str:
    """Say plainly, in the active language, what a brief is that nobody signed; "" for a signed one."""
    if status == BriefStatus.APPROVED:
        return ""
    if status == BriefStatus.UNSIGNED:
        return _("NOT SIGNED OFF")
    if status == BriefStatus.WITHDRAWN:
        return _("WITHDRAWN")
    return _("DRAFT – NOT SIGNED OFF")


def say_honestly(honest: HonestLine, *, zone: zoneinfo.ZoneInfo | None = None) -> list[str]:
    """Say in the active language which sources were alive, what is missing since when, and what was folded.

    zone: of the days that are named; UTC by default.
    """
    locale = babel_locale(translation.get_language() or "en")

    def number(count: int) -> str:
        return str(format_decimal(count, locale=locale))

    lines = [
        _("%(alive)s of %(total)s sources were alive.")
        % {"alive": number(honest.alive_count), "total": number(honest.source_count)}
    ]
    if honest.missing_languages:
        names = [name_language(language) for language in honest.missing_languages]
        missing = say_missing(honest, names=names, zone=zone or zoneinfo.ZoneInfo("UTC"), locale=locale)
        lines.append(_("Languages missing: %(languages)s.") % {"languages": ", ".join(missing)})
    else:
        lines.append(_("No working language was missing."))
    if honest.languages:
        heard = [
            f"{name_language(row.language)} {number(row.alive_count)}/{number(row.source_count)}"
            for row in honest.languages
        ]
        lines.append(_("Sources alive by language: %(languages)s.") % {"languages": ", ".join(heard)})
    lines.append(
        ngettext(
            "%(articles)s article was read; %(folded)s after copies of the same text were folded.",
            "%(articles)s articles were read; %(folded)s after copies of the same text were folded.",
            honest.article_count,
        )
        % {"articles": number(honest.article_count), "folded": number(honest.folded_count)}
    )
    return lines


def _say_changes(
    brief: Brief, version: BriefVersion | None, status: str, changed: Sequence[ChangedQuotation] | None
) -> list[str]:
    """Say which quoted articles were changed since, while nobody signed; a signed text stays as it was."""
    if status in {BriefStatus.APPROVED, BriefStatus.WITHDRAWN}:
        return []
    if changed is None:
        changed = list_changed(brief=brief, document=version.document if version else None)
    fates = {
        QuotationFate.STANDS: _("quoted words still stand"),
        QuotationFate.ALTERED: _("quoted words altered"),
        QuotationFate.GONE: _("quoted words gone"),
    }
    return [
        _("Changed after we quoted it: %(outlet)s (%(fate)s).")
        % {"outlet": one.quotation.outlet, "fate": fates[one.fate]}
        for one in changed
    ]


def direction_of(language: str) -> str:
    """Return the direction in which a language is written: ltr or rtl."""
    return "rtl" if language.split("-")[0] in RIGHT_TO_LEFT else "ltr"


def say_facts(item: BriefItem) -> str:
    """Say an item's counts in the active language; "" for an item without any."""
    if not item.article_count:
        return ""
    parts = [
        ngettext("%(count)d independent source", "%(count)d independent sources", item.source_count)
        % {"count": item.source_count},
        ngettext("%(count)d article", "%(count)d articles", item.article_count)
        % {"count": item.article_count},
    ]
    if item.folded_count and item.folded_count != item.article_count:
        parts.append(_("%(count)d after folding copies") % {"count": item.folded_count})
    if item.languages:
        parts.append(", ".join(name_language(language) for language in item.languages))
    if len(item.countries) == 1:
        parts.append(name_country(item.countries[0]))
    return " · ".join(parts)


def _sections(document: BriefDocument) -> tuple[PageSection, ...]:
    filled = [section for section in document.sections if section.items]
    return tuple(
        PageSection(
            key=f"section-{place}",
            number=str(place),
            title=section.title,
            items=tuple(_item(item, f"{place}.{index}") for index, item in enumerate(section.items, 1)),
        )
        for place, section in enumerate(filled, 1)
    )


def _item(item: BriefItem, number: str) -> PageItem:
    return PageItem(
        key=f"item-{number.replace('.', '-')}",
        number=number,
        headline=item.headline,
        is_headline_machine=item.is_headline_machine,
        facts=say_facts(item),
        quotations=tuple(_quotation(quotation) for quotation in item.quotations),
        why_it_matters=item.why_it_matters,
        what_we_suggest=item.what_we_suggest,
    )


def _quotation(quotation: Quotation) -> PageQuotation:
    here = translation.get_language() or "en"
    is_foreign = direction_of(quotation.language) != direction_of(here)
    mark = DIRECTION_MARKS[direction_of(here)] if is_foreign else ""
    parts = [
        f"{mark}{quotation.outlet}{mark}",
        name_language(quotation.language) if quotation.language else "",
    ]
    if quotation.published_at:
        locale = babel_locale(here)
        parts.append(format_skeleton(DAY, datetime.fromisoformat(quotation.published_at), locale=locale))
    return PageQuotation(
        text=quotation.text,
        language=quotation.language,
        direction=direction_of(quotation.language),
        source=", ".join(part for part in parts if part),
        # Only these may become a link; whatever else a feed called an address stays unlinked.
        address=quotation.address if quotation.address.startswith(("http://", "https://")) else "",
    )


def _signer(brief: Brief, version: BriefVersion | None) -> tuple[str, datetime] | None:
    """Return who signed a version, or the text as it stands, and when."""
    if version is not None:
        return (str(version.by), version.at) if version.by else None
    return (str(brief.signed_by), brief.signed_at) if brief.signed_by and brief.signed_at else None
