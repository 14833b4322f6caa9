"""Addresses of briefs."""

from django.urls import path

from legation.desk.understand.views import (
    brief_addresses,
    brief_changes,
    brief_editing,
    brief_evidence,
    brief_schedules,
    brief_signing,
    briefs,
)

urlpatterns = [
    path("briefs/", briefs.BriefListView.as_view(), name="briefs"),
    path("briefs/prepare/", briefs.BriefPrepareView.as_view(), name="brief_prepare"),
    path("briefs/schedule/<int:unit>/", brief_schedules.BriefScheduleView.as_view(), name="brief_schedule"),
    path("briefs/<int:pk>/", briefs.BriefView.as_view(), name="brief"),
    path("briefs/<int:pk>/versions/<int:number>/", briefs.BriefView.as_view(), name="brief_version"),
    path("briefs/<int:pk>/compare/", briefs.BriefCompareView.as_view(), name="brief_compare"),
    path("briefs/<int:pk>/download/<slug:form>/", briefs.BriefDownloadView.as_view(), name="brief_download"),
    path("briefs/<int:pk>/edit/", brief_editing.BriefEditorView.as_view(), name="brief_edit"),
    path("briefs/<int:pk>/edits", brief_editing.BriefEditsView.as_view(), name="brief_edits"),
    path("briefs/<int:pk>/stories", brief_editing.BriefStoriesView.as_view(), name="brief_stories"),
    path("briefs/<int:pk>/sentences", brief_editing.BriefSentencesView.as_view(), name="brief_sentences"),
    path("briefs/<int:pk>/address", brief_addresses.BriefAddressView.as_view(), name="brief_address"),
    path("briefs/<int:pk>/fetches/<int:job>", brief_addresses.BriefFetchView.as_view(), name="brief_fetch"),
    path("briefs/<int:pk>/evidence/", brief_evidence.BriefEvidenceView.as_view(), name="brief_evidence"),
    path("briefs/<int:pk>/changes/", brief_changes.BriefChangesView.as_view(), name="brief_changes"),
    path("briefs/<int:pk>/clone/", brief_editing.BriefCloneView.as_view(), name="brief_clone"),
    path("briefs/<int:pk>/act/", brief_signing.BriefActView.as_view(), name="brief_act"),
    path("briefs/<int:pk>/share/", brief_signing.BriefShareView.as_view(), name="brief_share"),
]
