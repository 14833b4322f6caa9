"""The texts of the admin's scripts, Wagtail's and ours, kept by browsers for a day."""

from django.views.decorators.cache import cache_control
from django.views.i18n import JavaScriptCatalog

KEPT_SECONDS = 60 * 60 * 24  # pages name the language in the address, so switching it is seen at once

script_texts = cache_control(private=True, max_age=KEPT_SECONDS)(
    JavaScriptCatalog.as_view(packages=["wagtail.admin", "legation.desk.shell"])
)
