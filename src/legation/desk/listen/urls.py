"""The pages of room listen."""

from django.urls import path

from legation.desk.listen.views import (
    articles,
    captures,
    hand_articles,
    health,
    imports,
    outcomes,
    source_edits,
    sources,
)

app_name = "listen"
urlpatterns = [
    path("articles/", articles.ArticleListView.as_view(), name="articles"),
    path("articles/add/", hand_articles.AddArticleView.as_view(), name="add_article"),
    path("articles/<int:pk>/", articles.ArticleView.as_view(), name="article"),
    path("articles/<int:pk>/evidence/", captures.ArticleEvidenceView.as_view(), name="article_evidence"),
    path("articles/<int:pk>/capture/", captures.KeepCaptureView.as_view(), name="keep_capture"),
    path("captures/", captures.CaptureListView.as_view(), name="captures"),
    path("captures/export/<slug:form>/", captures.ExportCapturesView.as_view(), name="export_captures"),
    path("captures/<int:pk>/", captures.CaptureView.as_view(), name="capture"),
    path("captures/<int:pk>/page/", captures.CapturePageView.as_view(), name="capture_page"),
    path("captures/<int:pk>/hold/", captures.HoldCaptureView.as_view(), name="hold_capture"),
    path("health/", health.HealthView.as_view(), name="health"),
    path("health/coverage/", health.CoverageView.as_view(), name="coverage"),
    path("health/<int:pk>/", health.AlarmView.as_view(), name="alarm"),
    path("health/<int:pk>/seen/", health.SeenAlarmView.as_view(), name="see_alarm"),
    path("imports/", imports.ImportListView.as_view(), name="imports"),
    path("imports/<int:pk>/", imports.ImportView.as_view(), name="import"),
    path("outcomes/", outcomes.OutcomeListView.as_view(), name="outcomes"),
    path("outcomes/totals/", outcomes.OutcomeTotalsView.as_view(), name="outcome_totals"),
    path("outcomes/<int:pk>/content/", outcomes.OutcomeContentView.as_view(), name="outcome_content"),
    path("sources/", sources.SourceListView.as_view(), name="sources"),
    path("sources/add/", source_edits.AddSourceView.as_view(), name="add_source"),
    path("sources/shipped/", source_edits.ShippedSourcesView.as_view(), name="shipped_sources"),
    path("sources/export/", sources.ExportSourcesView.as_view(), name="export_sources"),
    path("sources/<slug:key>/", sources.SourceView.as_view(), name="source"),
    path("sources/<slug:key>/edit/", source_edits.EditSourceView.as_view(), name="edit_source"),
    path("sources/<slug:key>/switch/", source_edits.SwitchSourceView.as_view(), name="switch_source"),
    path("sources/<slug:key>/fetch/", source_edits.FetchSourceView.as_view(), name="fetch_source"),
    path("sources/<slug:key>/move/", source_edits.MoveFeedView.as_view(), name="move_feed"),
]
