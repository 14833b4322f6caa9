"""Addresses of stories."""

from django.urls import path

from legation.desk.understand.views import stories, story_edits

urlpatterns = [
    path("stories/", stories.StoryListView.as_view(), name="stories"),
    path("stories/<int:pk>/", stories.StoryView.as_view(), name="story"),
    path("stories/<int:pk>/edit/", story_edits.StoryEditView.as_view(), name="story_edit"),
    path("stories/<int:pk>/candidates/", story_edits.StoryCandidatesView.as_view(), name="story_candidates"),
    path("stories/edits/<int:pk>/undo/", story_edits.StoryUndoView.as_view(), name="story_undo"),
]
