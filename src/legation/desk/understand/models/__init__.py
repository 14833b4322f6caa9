"""Records of room understand."""

from legation.desk.understand.models.briefs import (
    Brief,
    BriefCitation,
    BriefEdit,
    BriefEvent,
    BriefPresence,
    BriefSchedule,
    BriefStatus,
    BriefVersion,
)
from legation.desk.understand.models.mentions import ArticleMention, ArticleVector
from legation.desk.understand.models.stories import (
    Look,
    Story,
    StoryBar,
    StoryEdit,
    StoryMember,
    StorySubject,
)

__all__ = [
    "ArticleMention",
    "ArticleVector",
    "Brief",
    "BriefCitation",
    "BriefEdit",
    "BriefEvent",
    "BriefPresence",
    "BriefSchedule",
    "BriefStatus",
    "BriefVersion",
    "Look",
    "Story",
    "StoryBar",
    "StoryEdit",
    "StoryMember",
    "StorySubject",
]
