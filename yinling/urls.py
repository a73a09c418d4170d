"""Addresses: all of them are declared in `web`."""

from yinling.web.urls import urlpatterns

__all__ = ["urlpatterns"]
