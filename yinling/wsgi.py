"""The WSGI application that the web server loads."""

import os

from django.core.wsgi import get_wsgi_application

from yinling.ops import memory

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinling.settings")

application = get_wsgi_application()

memory.settle()
