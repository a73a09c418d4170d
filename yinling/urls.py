"""Addresses and error pages: all of them are declared in `web`."""

from yinling.web.urls import urlpatterns

handler400 = "yinling.web.errors.bad_request"
handler403 = "yinling.web.errors.forbidden"
handler404 = "yinling.web.errors.not_found"
handler500 = "yinling.web.errors.failed"

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
