"""The addresses of one installation."""

from django.urls import include, path
from django.views.generic import RedirectView
from wagtail.admin import urls as wagtailadmin_urls

urlpatterns = [
    path("", RedirectView.as_view(url="/desk/"), name="root"),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/", include("allauth.socialaccount.urls")),
    path("welcome/", include("legation.desk.people.urls")),
    path("desk/", include(wagtailadmin_urls)),
]
