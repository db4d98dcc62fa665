#!/usr/bin/env bash
# Everything that is checked without running the tests; the first thing that is wrong ends it.
set -euo pipefail
cd "$(dirname "$0")/.."
python=.venv/bin/python

"$python" -m ruff check .
"$python" -m ruff format --check .
"$python" -m djlint --lint --quiet templates bench/templates
"$python" scripts/audit_packages.py
DEBUG=1 "$python" manage.py makemigrations --check --dry-run

# As in production, with a key that lives for this one command. Nothing connects to the database.
env -u DEBUG \
    SECRET_KEY="$("$python" -c 'import secrets; print(secrets.token_urlsafe(64))')" \
    ALLOWED_HOSTS=line-of-sight.example \
    DATABASE_URL=postgres://nobody@127.0.0.1/none \
    HISTORY_HEADS=heads TRUSTED_PROXIES=1 \
    "$python" manage.py check --deploy --fail-level WARNING
