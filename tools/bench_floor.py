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


PAGE = """<!doctype html><title>floor</title><table>{% for row in rows %}<tr><td><a href="/{{ row.id }}/">{{ row.name }}</a>
<td>{{ row.area_path }}<td>{{ row.founded|date:"Y-m-d" }}<td>{% if row.withdrawn %}yes{% else %}no{% endif %}</tr>{% endfor %}
</table>"""


def page(_request: Any) -> Any:
    """Fifty rows of the largest register, in the order of ids: one query of the ORM, one template."""
    from django.http import HttpResponse
    from django.template import engines

    global _template, _rows
    if _template is None:
        _template, _rows = engines["django"].from_string(PAGE), _model()
    return HttpResponse(_template.render({"rows": _rows.objects.order_by("id")[:50]}))


def _model() -> Any:
    from django.db import models

    class Row(models.Model):
        """A row of the register, as a program that begins with Django would declare it."""

        name = models.CharField(max_length=120)
        area_path = models.CharField(max_length=12)
        founded = models.DateField()
        withdrawn = models.BooleanField()

        class Meta:
            app_label, db_table, managed = "floor", "yinling_body", False

    return Row


_template: Any = None
_rows: Any = None
if os.environ.get("YINLING_BENCH_FLOOR"):
    configure()
    from django.core.wsgi import get_wsgi_application
    from django.urls import path

    urlpatterns = [path("bench-floor/", page)]
    application = get_wsgi_application()
