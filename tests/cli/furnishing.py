"""Fills a data folder with a small desk: python -m tests.cli.furnishing, on a migrated database."""

from __future__ import annotations

from io import BytesIO

from legation.cli.installations import start_django

UNIT, DAY = "paris", "2026-11-20"
SCAN = b"\x89PNG not really a scan"


def furnish() -> None:
    """Make units, people, stories, a signed brief and a scan."""
    from tests.desk.understand.brief_worlds import NOW, make_brief, make_world

    from legation.desk.listen.models import Article, CaptureKind, Source
    from legation.desk.listen.services.capture_chains import keep_file
    from legation.desk.understand.models import Story
    from legation.desk.understand.services.brief_signatures import approve_brief, submit_brief

    world = make_world()
    brief = make_brief(world)
    submit_brief(brief=brief, by=world.editor, at=NOW, revision=brief.revision)
    approve_brief(brief=brief, by=world.approver, at=NOW, revision=brief.revision)
    keep_file(
        content=BytesIO(SCAN), ending="png", article=Article.objects.order_by("pk")[0], kind=CaptureKind.SCAN,
        file_name="page.png", content_type="image/png", captured_at=NOW,
    )  # fmt: skip
    for story in Story.objects.all():  # the world's stories do not all count what they have
        Story.objects.filter(pk=story.pk).update(article_count=story.members.count())
    for source in Source.objects.all():
        source.feeds = [f"https://{source.key}.example/feed.xml"]
        source.home = f"https://{source.key}.example/"
        source.save()


if __name__ == "__main__":
    start_django()
    furnish()
