"""A small world for tests of the brief: units, their people, and stories in five languages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.desk.factories import MembershipFactory, UnitFactory, UserFactory

from legation.desk.listen.models import Article, Source
from legation.desk.people.models import Installation, Role, Unit, User
from legation.desk.understand.models import Brief, Story, StoryMember, StorySubject
from legation.desk.understand.services.briefs import prepare_brief
from legation.engine.records.briefs import EditOperation

NOW = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)  # a Friday, 07:30 in the unit's zone
DAY = date(2026, 11, 20)
ARABIC = "أكد الوزير أن العلاقات بين البلدين تشهد تطورا كبيرا في جميع المجالات."
CHINESE = "两国领导人今天在河内举行会谈，讨论贸易合作。"
VIETNAMESE = "Hội nghị cấp cao đã khai mạc sáng nay tại Hà Nội với sự tham dự của 21 đoàn."
LAO = "ກອງປະຊຸມໄດ້ໄຂຂຶ້ນຢ່າງເປັນທາງການໃນຕອນເຊົ້ານີ້."
FRENCH = "Le sommet s'est ouvert ce matin à Hanoï en présence de vingt et une délégations."
PASSAGES = {
    "ar": ("Sawt Al-Sharq", "EG", ARABIC),
    "zh": ("东方日报", "CN", CHINESE),
    "vi": ("Báo Sớm", "VN", VIETNAMESE),
    "lo": ("ຂ່າວເຊົ້າ", "LA", LAO),
    "fr": ("Le Matin du Fleuve", "FR", FRENCH),
}


@dataclass(frozen=True, slots=True)
class World:
    """Units and people."""

    ministry: Unit
    mission: Unit
    other: Unit
    editor: User
    colleague: User
    approver: User
    minister: User  # approver of the unit above
    reader: User
    stranger: User  # an editor of another mission
    outsider: User  # in no unit


def make_person(unit: Unit | None, role: Role, name: str) -> User:
    """Make a person with a role in a unit."""
    user = UserFactory(last_name=name, email=f"{name.lower()}@example.org")
    if unit:
        MembershipFactory(user=user, unit=unit, role=role)
    return user


def make_world() -> World:
    """Make a ministry with two missions and their people."""
    Installation.objects.get_or_create(pk=1, defaults={"country": "vn", "language": "vi"})
    ministry = UnitFactory(
        name="Bộ Ngoại giao", slug="ministry", kind="ministry", subject="vn", country="", is_centre=True
    )
    zone = {"time_zone": "Asia/Ho_Chi_Minh", "subject": "vn", "parent": ministry}
    mission = UnitFactory(
        name="Đại sứ quán Việt Nam tại Pháp",
        slug="paris",
        country="FR",
        languages=["vi", "fr", "en", "ru"],
        letterhead={"symbol": "ĐSQ-BC", "place": "Paris", "signer_title": "ĐẠI SỨ"},
        **zone,
    )
    other = UnitFactory(name="Đại sứ quán tại Lào", slug="vientiane", country="LA", **zone)
    return World(
        ministry=ministry,
        mission=mission,
        other=other,
        editor=make_person(mission, Role.EDITOR, "Lan"),
        colleague=make_person(mission, Role.EDITOR, "Hoa"),
        approver=make_person(mission, Role.APPROVER, "Ambassador"),
        minister=make_person(ministry, Role.APPROVER, "Minister"),
        reader=make_person(mission, Role.READER, "Reader"),
        stranger=make_person(other, Role.EDITOR, "Stranger"),
        outsider=make_person(None, Role.READER, "Outsider"),
    )


def make_story(
    unit: Unit, title: str, languages: list[str], *, weight: float = 1.0, at: datetime = NOW, **sources: Any
) -> Story:
    """Make a story with one article in each language, each with a sentence to quote."""
    at = at - timedelta(hours=3)
    story = Story.objects.create(
        title=title,
        title_language=languages[0],
        first_at=at,
        last_at=at,
        changed_at=at,
        article_count=len(languages) + 1,
        folded_count=len(languages),
        source_count=len(languages),
        languages=dict.fromkeys(languages, 1),
        countries={PASSAGES[language][1]: 1 for language in languages},
    )
    for language in languages:
        outlet, country, text = PASSAGES[language]
        source, _ = Source.objects.get_or_create(
            key=f"outlet-{language}",
            defaults={"name": outlet, "country": country, "languages": [language], **sources},
        )
        article = Article.objects.create(
            source=source,
            address=f"https://news.example/{story.pk}/{language}",
            identity=f"{story.pk}-{language}",
            title=f"{title} ({language})",
            lead=text,
            language=language,
            country=country,
            published_at=at,
            collected_at=at,
            sort_at=at,
            text_sha256=f"{story.pk}-{language}",
            is_handed_on=True,
        )
        StoryMember.objects.create(article=article, story=story, added_at=at)
        story.key_sentences.append({"article": article.pk, "text": text, "language": language})
    story.save()
    StorySubject.objects.create(
        story=story, subject=unit.subject, article_count=len(languages), weight=weight, last_at=at
    )
    return story


def make_brief(world: World, **fields: Any) -> Brief:
    """Make the mission's brief of the day from three stories."""
    make_story(world.mission, "Summit opens in the capital", ["vi", "fr", "ar"])
    make_story(world.mission, "Le commerce progresse", ["fr", "zh"], weight=0.5)
    make_story(world.mission, "Neighbours agree on the river", ["lo"], weight=0.4)
    brief = prepare_brief(unit=world.mission, day=DAY, clock=lambda: NOW)
    if fields:
        Brief.objects.filter(pk=brief.pk).update(**fields)
        brief.refresh_from_db()
    return brief


_count = iter(range(1, 1_000_000))


def operate(kind: str, target: str, base: int = 1, *, field: str = "", value: Any = None) -> EditOperation:
    """Make an operation with a fresh identifier."""
    return EditOperation(f"test-{next(_count)}", kind, target, base, field, value)
