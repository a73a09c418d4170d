"""The floor our pages are compared with: a bare Django page of fifty rows, the usual middlewares, nothing of ours."""

from __future__ import annotations

import os
from typing import Any

import django
from django.conf import settings


def configure() -> None:
    """Settings of the floor: the same database, six middlewares, persistent connections."""
    from yinling.ops import environment

    settings.configure(
        SECRET_KEY="bench-floor-only",
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="tools.bench_floor",
        DATABASES={"default": environment.database() | {"CONN_MAX_AGE": 120, "CONN_HEALTH_CHECKS": False}},
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        USE_TZ=True,
    )
    django.setup()


PAGE = """<!doctype html><title>floor</title><table>{% for row in rows %}<tr><td><a href="/{{ row.0 }}/">{{ row.1 }}</a>
<td>{{ row.2 }}<td>{{ row.3|date:"Y-m-d" }}<td>{% if row.4 %}yes{% else %}no{% endif %}</tr>{% endfor %}</table>"""


def page(_request: Any) -> Any:
    """Fifty rows of the largest register, in the order of ids."""
    from django.db import connection
    from django.http import HttpResponse
    from django.template import engines

    global _template
    if _template is None:
        _template = engines["django"].from_string(PAGE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, name, area_path, founded, withdrawn FROM yinling_body ORDER BY id LIMIT 50")
        return HttpResponse(_template.render({"rows": cursor.fetchall()}))


_template: Any = None
if os.environ.get("YINLING_BENCH_FLOOR"):
    configure()
    from django.core.wsgi import get_wsgi_application
    from django.urls import path

    urlpatterns = [path("bench-floor/", page)]
    application = get_wsgi_application()
