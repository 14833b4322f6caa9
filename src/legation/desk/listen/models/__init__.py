"""Records of room listen."""

from legation.desk.listen.models.articles import Article, ArticleVersion, CopyBand, CopyGroup
from legation.desk.listen.models.captures import Capture, CaptureKind
from legation.desk.listen.models.entries import FeedEntry
from legation.desk.listen.models.health import SourceAlarm, SourceHour
from legation.desk.listen.models.imports import ImportRun
from legation.desk.listen.models.outcomes import Outcome
from legation.desk.listen.models.sources import Source, SourceKind
from legation.desk.listen.models.subscriptions import Subscription

__all__ = [
    "Article",
    "ArticleVersion",
    "Capture",
    "CaptureKind",
    "CopyBand",
    "CopyGroup",
    "FeedEntry",
    "ImportRun",
    "Outcome",
    "Source",
    "SourceAlarm",
    "SourceHour",
    "SourceKind",
    "Subscription",
]
