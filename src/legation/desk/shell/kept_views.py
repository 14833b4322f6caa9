"""What Wagtail's admin asks for on every page, kept by browsers instead: script texts and icons."""

from django.views.decorators.cache import cache_control
from django.views.i18n import JavaScriptCatalog
from wagtail.admin.views.home import sprite

KEPT_SECONDS = 60 * 60 * 24  # pages name the language in the address, so switching it is seen at once
KEPT_ICONS_SECONDS = 60 * 60 * 24 * 365  # pages name the icons' hash in the address

script_texts = cache_control(private=True, max_age=KEPT_SECONDS)(
    JavaScriptCatalog.as_view(packages=["wagtail.admin", "legation.desk.shell"])
)
icons = cache_control(private=True, max_age=KEPT_ICONS_SECONDS, immutable=True)(sprite)
