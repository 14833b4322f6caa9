"""The press review as a document: sections, items, quotations, and the operations that edit it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from legation.engine.records.health import LanguageCoverage


@dataclass(frozen=True, slots=True)
class Quotation:
    """A sentence quoted word for word, with all a reader needs to find it."""

    key: str
    article_id: str
    text: str
    language: str
    outlet: str
    address: str
    published_at: str  # ISO 8601, "" where unknown
    article_version: int = 0  # the version of the article that says so; 0 where it was not noted
    text_sha256: str = ""  # of that version


@dataclass(frozen=True, slots=True)
class BriefItem:
    """One story or one article in the review."""

    key: str
    story_id: str  # "" for a single article
    headline: str
    is_headline_machine: bool  # True until a person touched it
    quotations: tuple[Quotation, ...] = ()
    why_it_matters: str = ""
    what_we_suggest: str = ""
    source_count: int = 0
    article_count: int = 0
    folded_count: int = 0
    languages: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    changed_since_last: str = ""  # "", "new" or "grown"
    revisions: dict[str, int] = field(default_factory=dict)  # field name to the document revision that set it


@dataclass(frozen=True, slots=True)
class BriefSection:
    """A titled run of items."""

    key: str
    title: str
    items: tuple[BriefItem, ...] = ()
    revisions: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HonestLine:
    """What a reader must know about the listening behind the review."""

    alive_count: int
    source_count: int
    missing_languages: tuple[str, ...]
    article_count: int
    folded_count: int
    since: str  # ISO 8601
    until: str
    missing_since: tuple[str, ...] = ()  # of each missing language its last article, ISO 8601; "" for never
    languages: tuple[LanguageCoverage, ...] = ()  # those that the reader wants to hear


@dataclass(frozen=True, slots=True)
class BriefRemoval:
    """A section, item or quotation that an editor took out, kept so that it can be put back word for word."""

    key: str
    kind: str  # section, item or quotation
    parent: str  # key of the section or item it stood in; "" for a section
    after: str  # key of what stood before it; "" where it stood first
    content: BriefSection | BriefItem | Quotation
    revision: int  # document revision that removed it


@dataclass(frozen=True, slots=True)
class BriefDocument:
    """The whole review at one revision."""

    title: str
    language: str
    sections: tuple[BriefSection, ...]
    honest: HonestLine
    revision: int = 1
    introduction: str = ""
    revisions: dict[str, int] = field(default_factory=dict)
    removed: tuple[BriefRemoval, ...] = ()  # oldest first


@dataclass(frozen=True, slots=True)
class EditOperation:
    """One edit by one person, made against a revision that the person saw."""

    operation_id: str  # made by the client; applying it twice changes nothing
    kind: str  # set_field, or add_, remove_, restore_ or move_ with section, item or quotation
    target: str  # key of the item, section or quotation; "document" for the document itself
    base_revision: int
    field: str = ""
    value: Any = None


@dataclass(frozen=True, slots=True)
class OperationResult:
    """What became of one EditOperation."""

    operation_id: str
    outcome: str  # applied, repeated, conflict or refused
    revision: int
    theirs: Any = None  # on conflict: the value that stands
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BriefPeriod:
    """The time that a review covers."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class ProposedSentence:
    """A sentence that a proposal may quote, with what its source allows."""

    article_id: str
    text: str
    language: str
    outlet: str
    address: str
    published_at: str  # ISO 8601, "" where unknown
    limit_characters: int  # that the source lets a brief quote from this article
    article_version: int = 0  # as Quotation
    text_sha256: str = ""


@dataclass(frozen=True, slots=True)
class ProposedStory:
    """A story on its way into a proposal, best first in the list it stands in."""

    story_id: str
    title: str  # in the original
    sentences: tuple[ProposedSentence, ...]  # most telling first
    mention_weight: float  # strongest mention of the unit's subject, in [0, 1]
    source_count: int
    article_count: int
    folded_count: int
    languages: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()  # of the sources, ISO 3166-1 alpha-2
    is_hand_titled: bool = False  # a person gave the title


@dataclass(frozen=True, slots=True)
class ProposedSection:
    """A section that a proposal fills, and with which stories."""

    key: str
    title: str
    rule: str  # us, host or rest; "" takes only stories that stood there in the previous brief
    max_items: int
