"""The addresses of one installation."""

from django.conf import settings
from django.urls import include, path
from django.views.generic import RedirectView
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.auth import require_admin_access
from wagtail.utils.urlpatterns import decorate_urlpatterns

from legation.desk.listen.views.websub import WebSubView
from legation.desk.people.urls import home_patterns, welcome_patterns
from legation.desk.shell.kept_views import icons, script_texts

urlpatterns = [
    path("", RedirectView.as_view(url="/desk/"), name="root"),
    path("accounts/", include("allauth.urls")),
    path("welcome/", include(welcome_patterns)),
    path("hooks/websub/<str:token>/", WebSubView.as_view(), name="websub_callback"),
    # Ours before Wagtail's of the same address: one home, one place to sign in, one page about oneself.
    path("desk/", include(decorate_urlpatterns(home_patterns, require_admin_access))),
    path(
        "desk/login/",
        RedirectView.as_view(url=settings.LOGIN_URL, query_string=True),
        name="wagtailadmin_login",
    ),
    path("desk/account/", RedirectView.as_view(pattern_name="people:profile"), name="wagtailadmin_account"),
    path("desk/sprite/", icons, name="wagtailadmin_sprite"),
    path("desk/jsi18n/", script_texts, name="wagtailadmin_javascript_catalog"),
    path("desk/", include(wagtailadmin_urls)),
]
