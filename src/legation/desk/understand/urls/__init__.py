"""Addresses of room understand under /desk/."""

from legation.desk.understand.urls.briefs import urlpatterns as brief_patterns
from legation.desk.understand.urls.stories import urlpatterns as story_patterns

app_name = "understand"
urlpatterns = [*brief_patterns, *story_patterns]
