"""Make arrivals of the records of an imported file: their source, their identity, their language."""

from __future__ import annotations

from pathlib import Path

from legation.desk.listen.models import ImportRun, Source
from legation.desk.listen.services.articles import hash_text
from legation.desk.listen.services.sources import named_source
from legation.engine.records.articles import FeedItem, LanguageGuess, OutcomeKind, PageText, ReadItem
from legation.engine.records.imports import ImportedRecord
from legation.engine.text.languages import name_language
from legation.engine.text.passages import name_passages


class SourceFinder:
    """Finds the source of each record: the outlet that it names, else one for the whole file."""

    def __init__(self, run: ImportRun) -> None:
        self.name = run.source_name or Path(run.file_name).stem or run.file_name
        self.language = run.language
        self._found: dict[str, Source] = {}

    def find(self, record: ImportedRecord) -> Source:
        """Return the source, made on first need; an outlet known by this name is that source."""
        name = record.outlet or self.name
        if name not in self._found:
            known = Source.objects.filter(name__iexact=name).order_by("id").first() if record.outlet else None
            language = record.language or self.language
            self._found[name] = known or named_source(
                name=name, prefix="import", languages=[language] if language else [], country=record.country
            )
        return self._found[name]


def make_read(run: ImportRun, record: ImportedRecord, *, is_declared: bool) -> ReadItem:
    """Make the read item that a record stands for.

    is_declared: whether the file's word on its language is taken; a page's or a mail's own word is only a
    hint.
    """
    stated = record.language or run.language
    text = "\n".join((record.title, record.lead, record.body))
    if stated and is_declared:
        guess = LanguageGuess(stated, 1.0, "declared")
    else:
        guess = name_language(text, prior=stated)
    page = PageText(
        title=record.title,
        lead=record.lead,
        body=record.body,
        byline=record.byline,
        modified_at=record.modified_at,
        has_time=True,
        is_teaser=record.is_teaser or not record.body,
    )
    item = FeedItem(
        guid=name_record(run, record),
        address=record.address,
        title=record.title,
        byline=record.byline,
        published_at=record.published_at,
    )
    passages = name_passages(record.body, language=guess.language)
    return ReadItem(
        OutcomeKind.KEPT, item=item, page=page, language=guess, address=record.address, passages=passages
    )


def name_record(run: ImportRun, record: ImportedRecord) -> str:
    """Name a record for good: by an identifier that is the same in any file, by one of this file, by address.

    The text names what has none of them.
    """
    if record.is_named_for_good:
        return f"item:{record.record_id}"
    if record.has_own_id:
        return f"import:{run.source_name or Path(run.file_name).stem}:{record.record_id}"
    return (
        record.address
        or f"text:{hash_text(record.title, record.lead, record.body, str(record.published_at))}"
    )
