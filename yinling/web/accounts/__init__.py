"""Accounts on pages: one's own, and their administration. Importing this declares the pages."""

from django.urls import URLPattern, path
from django.views.i18n import set_language

from yinling.web.accounts import administration, own

__all__ = ["administration", "own", "urlpatterns"]

urlpatterns: list[URLPattern] = [path("language/", set_language, name="set_language")]
"""Beside the declared pages: Django's own view to change the language."""
