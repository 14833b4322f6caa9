"""Keep every version of a brief with its hash, and say what changed between two of them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max

from legation.desk.people.models import User
from legation.desk.understand.models import Brief, BriefVersion
from legation.engine.records.briefs import BriefDocument, BriefItem
from legation.engine.text.differences import Difference, compare_texts
from legation.engine.understand.brief_documents import from_json


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One text of a brief in two versions."""

    section: str
    headline: str
    name: str  # a field of the document, section or item; "quotations" for the words quoted
    runs: list[Difference]


def hash_document(document: Any) -> str:
    """Return the SHA-256 of a document's JSON with sorted keys, in hexadecimal."""
    canonical = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def keep_version(
    *, brief: Brief, event: str, by: User | None, at: datetime, remark: str = ""
) -> BriefVersion:
    """Store the brief as it stands; call it inside the transaction that changed it."""
    last = BriefVersion.objects.filter(brief=brief).aggregate(last=Max("number"))["last"] or 0
    return BriefVersion.objects.create(
        brief=brief,
        number=last + 1,
        event=event,
        status=brief.status,
        document=brief.document,
        document_sha256=hash_document(brief.document),
        remark=remark,
        by=by,
        at=at,
    )


def compare_versions(*, first: BriefVersion, second: BriefVersion) -> list[FieldChange]:
    """Return every text that differs between two versions, in the order of the second one, removals last."""
    before, after = _texts_of(from_json(first.document)), _texts_of(from_json(second.document))
    changes: list[FieldChange] = []
    for key, (section, headline, text) in after.items():
        old = before.get(key, ("", "", ""))[2]
        if old != text:
            changes.append(FieldChange(section, headline, key[1], compare_texts(old, text)))
    for key, (section, headline, text) in before.items():
        if key not in after and text:
            changes.append(FieldChange(section, headline, key[1], compare_texts(text, "")))
    return changes


def _texts_of(document: BriefDocument) -> dict[tuple[str, str], tuple[str, str, str]]:
    """Return every text of a document by key and field, with its section and headline."""
    texts = {
        ("document", "title"): ("", "", document.title),
        ("document", "introduction"): ("", "", document.introduction),
    }
    for section in document.sections:
        texts[section.key, "title"] = (section.title, "", section.title)
        for item in section.items:
            for name, text in _item_texts(item).items():
                texts[item.key, name] = (section.title, item.headline, text)
    return texts


def _item_texts(item: BriefItem) -> dict[str, str]:
    return {
        "headline": item.headline,
        "quotations": "\n".join(f"{quotation.text} ({quotation.outlet})" for quotation in item.quotations),
        "why_it_matters": item.why_it_matters,
        "what_we_suggest": item.what_we_suggest,
    }
