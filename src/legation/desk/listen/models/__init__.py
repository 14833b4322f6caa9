"""Records of room listen."""

from legation.desk.listen.models.articles import Article, ArticleVersion, CopyBand, CopyGroup
from legation.desk.listen.models.captures import Capture, CaptureChain, CaptureKind
from legation.desk.listen.models.entries import FeedEntry
from legation.desk.listen.models.health import Habit, SourceAlarm, SourceHour, VolumeHour
from legation.desk.listen.models.imports import ImportRun
from legation.desk.listen.models.outcomes import Outcome, OutcomeDay
from legation.desk.listen.models.sources import Source, SourceKind
from legation.desk.listen.models.subscriptions import Subscription

__all__ = [
    "Article",
    "ArticleVersion",
    "Capture",
    "CaptureChain",
    "CaptureKind",
    "CopyBand",
    "CopyGroup",
    "FeedEntry",
    "Habit",
    "ImportRun",
    "Outcome",
    "OutcomeDay",
    "Source",
    "SourceAlarm",
    "SourceHour",
    "SourceKind",
    "Subscription",
    "VolumeHour",
]
