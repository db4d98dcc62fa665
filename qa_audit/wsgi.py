"""The application as gunicorn serves it."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qa_audit.settings")
application = get_wsgi_application()
# Every page is imported before the first request comes: else somebody waits for that in each worker.
get_resolver().url_patterns  # noqa: B018
