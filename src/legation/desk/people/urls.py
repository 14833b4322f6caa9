"""Addresses of room people outside Wagtail's admin: invitations and the wizard."""

from django.urls import URLPattern

app_name = "people"
urlpatterns: list[URLPattern] = []
