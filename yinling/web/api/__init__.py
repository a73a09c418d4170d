"""The JSON API: the same rules and queries as the pages, for programs that hold a token."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI

from yinling.web.api import associations, figures, network
from yinling.web.api.access import handle_errors, missing
from yinling.web.api.schemas import Failure

__all__ = ["api", "reference", "urls"]

api = NinjaAPI(
    title="Yinling",
    version="1",
    description="Records are made once; every figure is a sum over them and opens the records it counts.",
    urls_namespace="api",
    docs_url=None,  # its page needs inline scripts, which the content security policy forbids: see `reference`
)
handle_errors(api)
api.add_router("/places", network.places)
api.add_router("/bodies", network.bodies)
api.add_router("/associations", associations.router)
api.add_router("/measures", figures.measures)
api.add_router("/figures", figures.figures)
api.add_router("/doors", figures.doors)


def no_such_call(_request: HttpRequest, rest: str) -> JsonResponse:
    """Also an address that does not exist is answered as JSON."""
    del rest
    error = missing()
    return JsonResponse(Failure(key=error.key, message=str(_("There is no such call."))).model_dump(), status=404)


from yinling.web.api import reference  # noqa: E402 - it describes the API that is complete only here

_calls, _application, _namespace = api.urls
urls: tuple[list[URLPattern | URLResolver], str, str] = (
    [*_calls, path("<path:rest>", no_such_call)],
    _application,
    _namespace,
)
"""Everything below `api/v1/`, for `path("api/v1/", urls)`."""
