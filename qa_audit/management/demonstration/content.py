"""The words and numbers of the demonstration, which are in fixtures/demo."""

import json
from functools import cache

from django.conf import settings


@cache
def content(name: str) -> dict | list:
    """One file of fixtures/demo."""
    return json.loads((settings.BASE_DIR / "fixtures/demo" / f"{name}.json").read_text("utf-8"))
