"""Workbooks as LibreOffice opens and prints them: what a person sees is read from the pages."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = all(map(shutil.which, ("soffice", "pdftotext")))
# REQUIRE_OFFICE=1 (.ci/run sets it) lets the tests fail instead, where the programs are missing.
needs_office = pytest.mark.skipif(
    not HERE and os.environ.get("REQUIRE_OFFICE") != "1",
    reason="LibreOffice or poppler-utils is not installed",
)


def as_pdf(path: Path) -> Path:
    """The file as LibreOffice prints it, beside it. Fails where LibreOffice repairs or refuses it."""
    profile = f"-env:UserInstallation=file://{path.parent}/profile"
    convert = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", path.parent, path]
    done = subprocess.run(convert, capture_output=True, timeout=120, check=True)
    assert b"rror" not in done.stderr, done.stderr
    return path.with_suffix(".pdf")


def pages(path: Path) -> list[str]:
    """The text of each printed page."""
    done = subprocess.run(
        ["pdftotext", "-layout", as_pdf(path), "-"], capture_output=True, text=True, check=True
    )
    return done.stdout.split("\f")[:-1]
