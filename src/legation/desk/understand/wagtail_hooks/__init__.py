"""What room understand adds to Wagtail's admin: addresses, menu items, panels."""

from django.urls import URLPattern, URLResolver, include, path
from wagtail import hooks

from legation.desk.understand.wagtail_hooks import briefs, stories

__all__ = ["briefs", "stories"]


@hooks.register("register_admin_urls")
def register_addresses() -> list[URLPattern | URLResolver]:
    """Put the room's pages under /desk/."""
    return [path("", include("legation.desk.understand.urls"))]
