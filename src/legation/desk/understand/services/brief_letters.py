"""Fill the country's form: heading, number, place and date, signature and recipients of one brief."""

from __future__ import annotations

import re
import zoneinfo
from dataclasses import dataclass
from datetime import datetime

from babel import Locale
from babel.dates import format_skeleton, get_month_names
from django.utils.translation import gettext as _

from legation.desk.people.models import Unit
from legation.desk.understand.models import Brief
from legation.desk.understand.services.brief_layouts import babel_locale
from legation.engine.records.countries import DocumentLayout

CLOCK, DAY = "Hm", "yMd"  # CLDR skeletons: figures only, the year in full, in each language's order
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
# What an empty placeholder leaves behind at the ends and before a full stop or semicolon.
_LOOSE_ENDS = re.compile(r"^[\s,/:–-]+|[\s,/–-]+$")
_LOOSE_COMMA = re.compile(r"[\s,/]+(?=[.;])")


@dataclass(frozen=True, slots=True)
class Letter:
    """The fixed lines around a brief's text, filled."""

    superior: str
    issuer: str
    number_line: str
    national_heading: str
    motto: str
    place_date_line: str
    title_lines: tuple[str, ...]
    signature_lines: tuple[str, ...]
    recipients_title: str
    recipients: tuple[str, ...]
    security_mark: str


def fill_letter(
    *, brief: Brief, layout: DocumentLayout, title: str, is_own_title: bool, signer: str, at: datetime
) -> Letter:
    """Fill a layout's lines from the unit's letterhead and the brief.

    title: the brief's; is_own_title: a person wrote it, so that it stands in place of the layout's last line.
    signer: who signed, "" where nobody did. at: when the document is dated.
    A line loses what an empty placeholder leaves behind; a line of empty placeholders only is left out.
    """
    values = _values_for(brief, title, signer, at)

    def fill(line: str) -> str:
        names = _PLACEHOLDER.findall(line)
        if names and not any(values.get(name) for name in names):
            return ""
        filled = _PLACEHOLDER.sub(lambda match: values.get(match.group(1), ""), line)
        starts_with_dash = line.startswith("- ")
        filled = _LOOSE_COMMA.sub("", _LOOSE_ENDS.sub("", filled))
        return f"- {filled}" if starts_with_dash and filled else filled

    def fill_all(lines: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(filled for line in lines if (filled := fill(line)))

    issuing = [fill(line) for line in layout.issuing_lines]
    titles = layout.title_lines or ("{title}",)
    if is_own_title:
        titles = (*titles[:-1], title) if len(titles) > 1 else (title,)
    superior = "\n".join(line for line in issuing[:-1] if line)
    issuer = issuing[-1] if issuing and issuing[-1] else brief.unit.name
    if (
        layout.national_heading.isupper()
    ):  # a form that sets its heading in capitals sets the authority so too
        superior, issuer = superior.upper(), issuer.upper()
    return Letter(
        superior=superior,
        issuer=issuer,
        number_line=fill(layout.number_line),
        national_heading=layout.national_heading,
        motto=layout.motto,
        place_date_line=fill(layout.place_date_line),
        title_lines=fill_all(titles),
        signature_lines=fill_all(layout.signature_lines) if signer else (),
        recipients_title=layout.recipients_title,
        recipients=fill_all(layout.recipients),
        security_mark=layout.security_mark,
    )


def name_period(*, since: datetime, until: datetime, time_zone: str, language: str) -> str:
    """Name the time that a brief covers, on the unit's clock and in the brief's language."""
    zone, locale = zoneinfo.ZoneInfo(time_zone), babel_locale(language)
    shown = [show_moment(moment, zone=zone, locale=locale) for moment in (since, until)]
    return _("from %(since)s to %(until)s") % {"since": shown[0], "until": shown[1]}


def show_moment(moment: datetime, *, zone: zoneinfo.ZoneInfo, locale: Locale) -> str:
    """Write a moment in figures, time first, as a language writes its days."""
    clock, day = (format_skeleton(part, moment, tzinfo=zone, locale=locale) for part in (CLOCK, DAY))
    return f"{clock} {day}"


def _values_for(brief: Brief, title: str, signer: str, at: datetime) -> dict[str, str]:
    """Return every placeholder's value; the letterhead's own lines win."""
    unit: Unit = brief.unit
    locale = babel_locale(brief.language)
    local = at.astimezone(zoneinfo.ZoneInfo(unit.time_zone))
    values = {
        "superior": unit.parent.name if unit.parent else "",
        "issuer": unit.name,
        "organisation": unit.name,
        "symbol": "",
        "place": "",
        "signer_title": "",
    }
    values.update({name: str(unit.letterhead[name]) for name in values if unit.letterhead.get(name)})
    return {
        **values,
        "number": str(brief.number or ""),
        # The decree writes days below ten and the first two months with a nought, against forgery.
        "day": f"{local.day:02d}",
        "month": f"{local.month:02d}" if local.month < 3 else str(local.month),
        "month_name": get_month_names("wide", locale=locale)[local.month],
        "year": str(local.year),
        "period": name_period(
            since=brief.since, until=brief.until, time_zone=unit.time_zone, language=brief.language
        ),
        "signer_name": signer,
        "title": title,
    }
