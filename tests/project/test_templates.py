"""How long and how wide a template may be. What is wrong inside one is djlint's to say, in make check."""

from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST, WIDEST = 200, 160
# Those that were too wide when the rule came. The list only shrinks: nothing is added to it.
EXCEPTIONS = Path(__file__).with_name("wide_templates.txt")


def too_large(folder: Path) -> Iterator[str]:
    """The templates in the folder that are too long or too wide, by their addresses in it."""
    for path in sorted(folder.rglob("*.html")):
        lines = path.read_text().splitlines()
        if len(lines) > LONGEST or any(len(line) > WIDEST for line in lines):
            yield path.relative_to(folder).as_posix()


def test_templates_are_short_and_narrow():
    added = set(too_large(ROOT / "templates")) - set(EXCEPTIONS.read_text().splitlines())
    assert not added, f"Over {LONGEST} lines, or a line of over {WIDEST} columns: {', '.join(sorted(added))}"


def test_exceptions_are_still_exceptions():
    mended = set(EXCEPTIONS.read_text().splitlines()) - set(too_large(ROOT / "templates"))
    assert not mended, f"Short and narrow now, or gone: take out of {EXCEPTIONS.name}: {sorted(mended)}"


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
