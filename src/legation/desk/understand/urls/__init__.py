"""Addresses of room understand under /desk/."""

from legation.desk.understand.urls.stories import urlpatterns as story_patterns

app_name = "understand"
urlpatterns = [*story_patterns]
