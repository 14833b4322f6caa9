"""Take in what editors typed: merged under a lock, each operation once, nothing overwritten unseen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from legation.desk.listen.models import Article
from legation.desk.people.models import User
from legation.desk.understand.models import Brief, BriefEdit, BriefPresence, Story
from legation.desk.understand.services.brief_access import EDITABLE, BriefRefused
from legation.desk.understand.services.brief_citations import note_citations
from legation.desk.understand.services.brief_stories import propose_stories, quote_article
from legation.engine.records.briefs import BriefDocument, BriefItem, EditOperation, OperationResult, Quotation
from legation.engine.understand.brief_documents import from_json, to_json
from legation.engine.understand.briefs import apply_operations
from legation.engine.understand.proposals import make_item, shorten_quotation

# Ten minutes offline are a few dozen operations; more in one request is no editor.
MAX_OPERATIONS = 500
MAX_TRIES = 5  # where the row has no lock (SQLite under autocommit), a lost race is run again
PRESENCE = timedelta(seconds=30)  # an open editor reports every ten
_IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{1,64}")


class MalformedEdit(Exception):
    """The request is not a list of operations; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class EditOutcome:
    """What became of one request."""

    document: BriefDocument
    results: list[OperationResult]
    revision_before: int  # at which the request found the document


def read_operations(data: Any) -> list[EditOperation]:
    """Read a request's operations; raises MalformedEdit."""
    if not isinstance(data, list) or len(data) > MAX_OPERATIONS:
        raise MalformedEdit(f"operations must be a list of at most {MAX_OPERATIONS}")
    operations = []
    for entry in data:
        if not isinstance(entry, dict):
            raise MalformedEdit("an operation must be an object")
        texts = [entry.get("operation_id"), entry.get("kind"), entry.get("target"), entry.get("field", "")]
        base = entry.get("base_revision")
        if (
            not all(isinstance(text, str) for text in texts)
            or not isinstance(base, int)
            or isinstance(base, bool)
        ):
            raise MalformedEdit("an operation has a field of the wrong type")
        if not _IDENTIFIER.fullmatch(texts[0]):
            raise MalformedEdit("operation_id must be 1 to 64 letters, digits, - or _")
        operations.append(EditOperation(texts[0], texts[1], texts[2], base, texts[3], entry.get("value")))
    return operations


def edit_brief(*, brief: Brief, operations: Sequence[EditOperation], by: User, at: datetime) -> EditOutcome:
    """Apply one editor's operations to the brief as it stands now, and record each.

    Items and quotations that an operation adds are made here from stories and articles, so that a quotation
    is word for word and within its source's limit whatever the browser sent.
    Raises BriefRefused where the brief is not being edited any more.
    """
    for _try in range(MAX_TRIES):
        with transaction.atomic():
            current = Brief.objects.select_for_update().select_related("unit").get(pk=brief.pk)
            if current.status not in EDITABLE:
                raise BriefRefused(_("This brief is not being edited any more."))
            outcome = _apply(current, operations)
            if _store(current, outcome, operations, by, at):
                brief.refresh_from_db()
                return outcome
    raise BriefRefused(_("Too many people are saving at this moment. Try again."))


def touch_presence(*, brief: Brief, user: User, at: datetime) -> list[str]:
    """Note that a person has the brief open, and return the names of the others who have."""
    BriefPresence.objects.update_or_create(brief=brief, user=user, defaults={"at": at})
    others = BriefPresence.objects.filter(brief=brief, at__gte=at - PRESENCE).exclude(user=user)
    return [str(presence.user) for presence in others.select_related("user").order_by("user__email")]


def _apply(current: Brief, operations: Sequence[EditOperation]) -> EditOutcome:
    """Apply the operations in memory, those that were refused before the engine saw them included."""
    before = document = from_json(current.document)
    identifiers = [operation.operation_id for operation in operations]
    known = list(BriefEdit.objects.filter(brief=current, operation_id__in=identifiers))
    seen = {edit.operation_id: edit.revision for edit in known if edit.outcome == "applied"}
    settled = {
        edit.operation_id: (edit.outcome, str(edit.operation.get("reason", "")))
        for edit in known
        if edit.outcome != "applied"
    }
    prepared: list[EditOperation] = []
    refused: dict[str, str] = {}
    for operation in operations:
        if operation.operation_id in seen or operation.operation_id in settled:
            prepared.append(operation)
            continue
        try:
            prepared.append(_fill_in(current, before, prepared, operation))
        except _Unusable as unusable:
            refused[operation.operation_id] = str(unusable)
    document, results = apply_operations(before, prepared, seen=seen, settled=settled)
    by_id = {result.operation_id: result for result in results}
    ordered = [
        by_id[operation.operation_id]
        if operation.operation_id in by_id
        else OperationResult(
            operation.operation_id, "refused", document.revision, reason=refused[operation.operation_id]
        )
        for operation in operations
    ]
    return EditOutcome(document, ordered, before.revision)


def _store(
    current: Brief, outcome: EditOutcome, operations: Sequence[EditOperation], by: User, at: datetime
) -> bool:
    """Write document and edits; False where somebody else wrote in between."""
    document = outcome.document
    if document.revision != outcome.revision_before:
        changed = Brief.objects.filter(pk=current.pk, revision=outcome.revision_before).update(
            document=to_json(document),
            revision=document.revision,
            title=document.title[:300] or current.title,
            changed_at=at,
        )
        if not changed:
            transaction.set_rollback(True)
            return False
        note_citations(brief=current, document=document, at=at)
    for operation, result in zip(operations, outcome.results, strict=True):
        if result.outcome == "repeated":
            continue
        BriefEdit.objects.update_or_create(
            brief=current,
            operation_id=operation.operation_id,
            defaults={
                "operation": {**asdict(operation), "reason": result.reason},
                "outcome": result.outcome,
                "revision": result.revision,
                "by": by,
                "at": at,
            },
        )
    return True


class _Unusable(Exception):
    """What an operation wants to add does not exist or may not be quoted; the message is a reason key."""


def _fill_in(
    current: Brief, document: BriefDocument, earlier: Sequence[EditOperation], operation: EditOperation
) -> EditOperation:
    """Return an add operation with its content made from our own records; others unchanged."""
    if not operation.kind.startswith("add_"):
        return operation
    value = operation.value
    key = value.get("key") if isinstance(value, dict) else None
    if not isinstance(key, str) or not _IDENTIFIER.fullmatch(key):
        raise _Unusable("key")
    if operation.kind == "add_section":
        content: Any = {"key": key, "title": value.get("title", "")}
        filled = {"section": content}
    elif operation.kind == "add_item":
        filled = {"item": asdict(_make_new_item(current, value, key))}
    elif operation.kind == "add_quotation":
        filled = {"quotation": asdict(_make_new_quotation(document, earlier, value, key))}
    else:
        raise _Unusable("kind")
    if isinstance(value.get("after"), str):
        filled["after"] = value["after"]
    return replace(operation, value=filled)


def _make_new_item(current: Brief, value: dict[str, Any], key: str) -> BriefItem:
    """Make an item of a story or of a single article."""
    if "story" in value:
        story = Story.objects.filter(pk=_as_number(value["story"])).first()
        if story is None:
            raise _Unusable("story")
        (proposed,) = propose_stories(stories=[story], unit=current.unit)
        return make_item(proposed, key=key)
    article = _find_article(value.get("article"))
    sentence = quote_article(article)
    text = shorten_quotation(sentence.text, sentence.limit_characters, sentence.language)
    quotation = _to_quotation(f"{key}-q1", replace(sentence, text=text))
    return BriefItem(
        key=key,
        story_id="",
        headline=article.title[:500],
        is_headline_machine=True,
        quotations=(quotation,) if text else (),
        source_count=1,
        article_count=1,
        folded_count=1,
        languages=(article.language,),
        countries=(article.country,) if article.country else (),
    )


def _make_new_quotation(
    document: BriefDocument, earlier: Sequence[EditOperation], value: dict[str, Any], key: str
) -> Quotation:
    """Make a quotation of a passage that stands in the article, within what is left of its source's limit."""
    article = _find_article(value.get("article"))
    text = " ".join(str(value.get("text", "")).split())
    whole = " ".join(" ".join((article.title, article.lead, article.body)).split())
    if not text or text not in whole:
        raise _Unusable("not_verbatim")
    spent = sum(
        len(quotation.text)
        for section in document.sections
        for item in section.items
        for quotation in item.quotations
        if quotation.article_id == str(article.pk)
    )
    for operation in earlier:
        quotation = operation.value.get("quotation", {}) if operation.kind == "add_quotation" else {}
        if quotation.get("article_id") == str(article.pk):
            spent += len(quotation["text"])
    sentence = quote_article(article, text)
    shortened = shorten_quotation(text, sentence.limit_characters - spent, sentence.language)
    if not shortened:
        raise _Unusable("limit")
    return _to_quotation(key, replace(sentence, text=shortened))


def _to_quotation(key: str, sentence: Any) -> Quotation:
    return Quotation(
        key=key,
        article_id=sentence.article_id,
        text=sentence.text,
        language=sentence.language,
        outlet=sentence.outlet,
        address=sentence.address,
        published_at=sentence.published_at,
        article_version=sentence.article_version,
        text_sha256=sentence.text_sha256,
    )


def _find_article(key: Any) -> Article:
    article = Article.objects.select_related("source").filter(pk=_as_number(key)).first()
    if article is None:
        raise _Unusable("article")
    return article


def _as_number(value: Any) -> int:
    """Return an identifier that may have come as text; -1, which nothing has, for anything else."""
    return int(value) if str(value).isdecimal() and len(str(value)) < 19 else -1
