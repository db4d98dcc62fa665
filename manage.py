#!/usr/bin/env python
"""Django's command-line entry point."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qa_audit.settings")
    try:
        execute_from_command_line(sys.argv)
    except SystemExit as left:
        # Commands end with 0 or 1 for scripts; the parser of their arguments would end with 2.
        sys.exit(1 if left.code == 2 else left.code)
