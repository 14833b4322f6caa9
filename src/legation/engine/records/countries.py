"""What a country pack holds: names, places, calendar, document forms and example units, as frozen records."""

from __future__ import annotations

from dataclasses import dataclass, field

from legation.engine.records.names import Name, Subject


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day, or a run of days, on which the country's offices are closed."""

    month: int
    day: int
    label: dict[str, str]  # BCP 47 to display name
    days: int = 1  # length of the run, the first day included
    is_lunar: bool = False  # month and day count in the country's lunar calendar
    starts_before: int = 0  # days by which the run begins before the named day


@dataclass(frozen=True, slots=True)
class DocumentPattern:
    """How the numbers of one kind of official document look in running text."""

    key: str
    label: dict[str, str]
    pattern: str  # regular expression, checked when the pack is read
    examples: tuple[str, ...]  # texts that the pattern matches from end to end


@dataclass(frozen=True, slots=True)
class DocumentLayout:
    """The form of an official document: page, type, and the fixed lines around the text.

    Lines may hold placeholders in braces; the layout's own file names them.
    """

    key: str
    language: str  # BCP 47
    page: str = "A4"
    margin_top_mm: float = 20.0
    margin_bottom_mm: float = 20.0
    margin_left_mm: float = 25.0
    margin_right_mm: float = 20.0
    font_family: str = "serif"
    text_size_points: float = 12.0
    heading_size_points: float = 12.0
    title_size_points: float = 14.0
    line_spacing: float = 1.15
    first_line_indent_mm: float = 0.0
    national_heading: str = ""
    motto: str = ""
    issuing_lines: tuple[str, ...] = ()  # superior body first, issuing body last
    number_line: str = ""
    place_date_line: str = ""
    title_lines: tuple[str, ...] = ()
    signature_lines: tuple[str, ...] = ()
    recipients_title: str = ""
    recipients: tuple[str, ...] = ()
    security_mark: str = ""
    source: str = ""  # the rule that prescribes the form


@dataclass(frozen=True, slots=True)
class UnitExample:
    """A unit that the first-start wizard offers, to be taken, changed or left out."""

    key: str
    parent: str  # key of the unit above; "" at the top
    kind: str  # steering, ministry, department, province, mission or media
    label: dict[str, str]  # BCP 47 to official name; always has "en"
    subject: str  # what "us" means for the unit, such as "aa/port"
    time_zone: str  # IANA
    languages: tuple[str, ...]  # working languages, BCP 47
    host_country: str = ""  # ISO 3166-1 alpha-2, for missions


@dataclass(frozen=True, slots=True)
class CountryPack:
    """All that the desk knows of one country."""

    code: str  # ISO 3166-1 alpha-2, lower case; also the country's subject key
    label: dict[str, str]
    capital: str  # subject key
    time_zone: str  # IANA
    interface_languages: tuple[str, ...]
    working_languages: tuple[str, ...]
    working_days: tuple[int, ...]  # ISO weekdays, Monday is 1
    names: tuple[Name, ...]
    subjects: tuple[Subject, ...]
    holidays: tuple[Holiday, ...] = ()
    documents: tuple[DocumentPattern, ...] = ()
    layouts: dict[str, DocumentLayout] = field(default_factory=dict)
    units: tuple[UnitExample, ...] = ()
