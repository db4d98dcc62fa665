"""How long and how wide a template may be. What is wrong inside one is djlint's to say, in make check."""

from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST, WIDEST = 200, 160


def too_large(folder: Path) -> Iterator[str]:
    """The templates in the folder that are too long or too wide, by their addresses in it."""
    for path in sorted(folder.rglob("*.html")):
        lines = path.read_text().splitlines()
        if len(lines) > LONGEST or any(len(line) > WIDEST for line in lines):
            yield path.relative_to(folder).as_posix()


def test_templates_are_short_and_narrow():
    assert list(too_large(ROOT / "templates")) == []


@pytest.mark.parametrize(
    ("content", "is_too_large"),
    [
        ("x" * 160, False),
        ("x" * 161, True),
        ("\n" * 200, False),
        ("\n" * 201, True),
        ("é" * 160 + "\n", False),
    ],
)
def test_limits_are_exact(tmp_path, content, is_too_large):
    (tmp_path / "in").mkdir()
    (tmp_path / "in/one.html").write_text(content)
    assert list(too_large(tmp_path)) == (["in/one.html"] if is_too_large else [])
