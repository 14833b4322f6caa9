"""Prepare a unit's brief of a day, take over yesterday's structure, and share it with other units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from legation.desk.people.models import Unit, User
from legation.desk.people.services.abilities import Ability, has_ability
from legation.desk.understand.models import Brief, BriefEdit, BriefEvent, BriefStatus
from legation.desk.understand.services.brief_access import EDITABLE, BriefRefused
from legation.desk.understand.services.brief_citations import note_citations
from legation.desk.understand.services.brief_layouts import name_subject
from legation.desk.understand.services.brief_schedules import deadline_for, local_day, moment_on, schedule_for
from legation.desk.understand.services.brief_stories import gather_stories, measure_coverage
from legation.desk.understand.services.brief_versions import keep_version
from legation.engine.ports import Clock
from legation.engine.records.briefs import BriefDocument, BriefPeriod, BriefSection, ProposedSection
from legation.engine.understand.brief_documents import from_json, to_json
from legation.engine.understand.proposals import propose_brief

# A brief follows the one before it, over a weekend or a holiday, but not over a month without briefs. The
# first one looks back over what a new desk could fetch: feeds hold about three days.
LONGEST_PERIOD, FIRST_PERIOD = timedelta(days=7), timedelta(days=3)
MAX_STORIES = 40  # that a proposal looks at; its sections take fewer
# Items a section opens with: what is read in ten minutes.
SECTION_SIZES = {"us": 8, "host": 5, "rest": 5}


def prepare_brief(
    *, unit: Unit, day: date, by: User | None = None, clock: Clock = timezone.now, is_scheduled: bool = False
) -> Brief:
    """Lay out a unit's brief of a day from its stories; return the one that is already there, unchanged.

    day: on the unit's clock. A past day's brief covers it to its end.
    is_scheduled: the schedule asked for it, so that somebody waits even where the deadline is near.
    """
    existing = Brief.objects.filter(unit=unit, day=day).first()
    if existing is not None:
        return existing
    at = clock()
    language = schedule_for(unit).language
    previous = _previous_brief(unit, day)
    period = _period_for(unit, day, at, previous)
    with translation.override(language):
        document = _propose(unit, day, language, period, previous)
    with transaction.atomic():
        Unit.objects.select_for_update().get(pk=unit.pk)
        existing = Brief.objects.filter(unit=unit, day=day).first()
        if existing is not None:
            return existing
        last = Brief.objects.filter(unit=unit, day__year=day.year).aggregate(last=Max("number"))["last"] or 0
        brief = Brief.objects.create(
            unit=unit,
            day=day,
            title=document.title,
            number=last + 1,
            language=language,
            since=period.since,
            until=period.until,
            document=to_json(document),
            revision=document.revision,
            deadline=deadline_for(unit=unit, day=day, at=at, is_scheduled=is_scheduled),
            created_by=by,
            changed_at=at,
        )
        keep_version(brief=brief, event=BriefEvent.PREPARED, by=by, at=at)
        note_citations(brief=brief, document=document, at=at)
    return brief


def previous_document(brief: Brief) -> tuple[Brief, BriefDocument] | None:
    """Return the unit's brief before this one with its document, None where this is the first."""
    previous = _previous_brief(brief.unit, brief.day)
    return (previous, from_json(previous.document)) if previous else None


def clone_structure(*, brief: Brief, by: User, at: datetime) -> Brief:
    """Lay the brief out again in the sections of the one before it; nothing a person touched is lost.

    Stories keep the section they stood in; sections with a person's work stay, at the end.
    Raises BriefRefused where there is no brief before it or this one is not being edited.
    """
    with transaction.atomic():
        brief = Brief.objects.select_for_update().select_related("unit").get(pk=brief.pk)
        if brief.status not in EDITABLE:
            raise BriefRefused(_("This brief is not being edited any more."))
        if not has_ability(by, Ability.EDIT_BRIEFS, unit=brief.unit):
            raise BriefRefused(_("You may not edit this unit's briefs."))
        found = previous_document(brief)
        if found is None:
            raise BriefRefused(_("There is no earlier brief of this unit."))
        document = from_json(brief.document)
        revision = document.revision + 1
        sections = arrange_like(document, found[1], revision)
        document = replace(document, sections=tuple(sections), revision=revision)
        brief.document, brief.revision, brief.changed_at = to_json(document), revision, at
        brief.save(update_fields=["document", "revision", "changed_at"])
        BriefEdit.objects.create(
            brief=brief,
            operation_id=f"clone-{revision}",
            operation={"kind": "clone_structure", "from": found[0].pk},
            outcome="applied",
            revision=revision,
            by=by,
            at=at,
        )
    return brief


def arrange_like(document: BriefDocument, previous: BriefDocument, revision: int) -> list[BriefSection]:
    """Return the document's sections in the order and under the titles of an earlier document."""
    place = {
        item.story_id: section.key for section in previous.sections for item in section.items if item.story_id
    }
    old = {section.key: section for section in document.sections}
    keys = [section.key for section in previous.sections]
    sections = [_retitle(old.get(section.key), section) for section in previous.sections]
    extra = [
        replace(section, items=())
        for section in document.sections
        if section.key not in keys and (section.items or section.revisions)
    ]
    arranged = {section.key: section for section in (*sections, *extra)}
    for section in document.sections:
        for item in section.items:
            target = place.get(item.story_id, section.key)
            if target != section.key:
                item = replace(item, revisions={**item.revisions, "position": revision})
            holder = arranged[target]
            arranged[target] = replace(holder, items=(*holder.items, item))
    return list(arranged.values())


def _retitle(section: BriefSection | None, like: BriefSection) -> BriefSection:
    """Return a section, without items, under an earlier one's title unless a person titled it."""
    if section is None:
        return BriefSection(like.key, like.title)
    return replace(section, title=section.title if "title" in section.revisions else like.title, items=())


def share_brief(*, brief: Brief, units: Iterable[Unit], by: User) -> None:
    """Let the members of exactly these units read the brief. Raises BriefRefused."""
    if not has_ability(by, Ability.EDIT_BRIEFS, unit=brief.unit):
        raise BriefRefused(_("You may not share this unit's briefs."))
    brief.shared_with.set([unit for unit in units if unit.pk != brief.unit_id])


def find_brief(*, unit: Unit, day: date) -> Brief | None:
    """Return a unit's brief of a day, None where there is none."""
    return Brief.objects.filter(unit=unit, day=day).first()


def _previous_brief(unit: Unit, day: date) -> Brief | None:
    return Brief.objects.filter(unit=unit, day__lt=day).exclude(status=BriefStatus.WITHDRAWN).first()


def _period_for(unit: Unit, day: date, at: datetime, previous: Brief | None) -> BriefPeriod:
    """Return what the brief covers: from the end of the one before it to now, or to the end of a past day."""
    until = at if day >= local_day(unit, at) else moment_on(unit, day + timedelta(days=1), time(0))
    since = until - FIRST_PERIOD
    if previous is not None:
        since = max(previous.until, until - LONGEST_PERIOD)
    return BriefPeriod(min(since, until), until)


def _propose(
    unit: Unit, day: date, language: str, period: BriefPeriod, previous: Brief | None
) -> BriefDocument:
    """Fill the brief's sections."""
    before = from_json(previous.document) if previous else None
    shown_day = date_format(day, "DATE_FORMAT")
    return propose_brief(
        gather_stories(unit=unit, since=period.since, until=period.until, limit=MAX_STORIES),
        previous=before,
        sections=_sections_for(unit, language, before),
        title=_("Press review, %(day)s") % {"day": shown_day},
        language=language,
        honest=measure_coverage(unit=unit, since=period.since, until=period.until),
        host_country=unit.country,
    )


def _sections_for(unit: Unit, language: str, previous: BriefDocument | None) -> list[ProposedSection]:
    """Return the sections of a new brief: the last brief's, else the schedule's, else the standard ones."""
    rules = ["us", *(["host"] if unit.country else []), "rest"]
    standard = {
        "us": _("About us: %(subject)s") % {"subject": name_subject(unit.subject, language)},
        "host": _("In the press of our host country"),
        "rest": _("Also of note"),
    }
    if previous is not None:
        kept = [
            ProposedSection(section.key.removeprefix("s-"), section.title, "", SECTION_SIZES["rest"])
            for section in previous.sections
        ]
        found = [
            replace(s, rule=s.key, max_items=SECTION_SIZES[s.key]) if s.key in rules else s for s in kept
        ]
        if any(section.rule for section in found):
            return found
    titles = schedule_for(unit).sections
    if not titles:
        return [ProposedSection(rule, standard[rule], rule, SECTION_SIZES[rule]) for rule in rules]
    own = [rules[0], *rules[1:-1], *[""] * max(0, len(titles) - len(rules)), rules[-1]]
    if len(titles) < len(rules):
        own = ["us", "rest"] if len(titles) == 2 else ["rest"]
    return [
        ProposedSection(rule or f"own{index}", title, rule, SECTION_SIZES.get(rule, SECTION_SIZES["rest"]))
        for index, (rule, title) in enumerate(zip(own, titles, strict=True))
    ]
