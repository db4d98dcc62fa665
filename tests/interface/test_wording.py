import ast
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.template import Context, Template

from qa_audit.common.wording import clock, count, day, short_day


def test_dates_and_times_are_written_one_way():
    moment = datetime(2026, 7, 4, 17, 42, tzinfo=UTC)
    assert day(date(2026, 3, 27)) == "27 March 2026"
    assert short_day(date(2026, 1, 4)) == "4 Jan 2026"
    assert (day(moment), clock(moment)) == ("4 July 2026", "18:42")  # summer time
    assert day(datetime(2026, 7, 4, 23, 30, tzinfo=UTC)) == "5 July 2026"
    assert day(None) == short_day(None) == clock(None) == ""


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 audits"), (1, "1 audit"), (2, "2 audits"), (1204, "1,204 audits")]
)
def test_counts_agree_with_their_noun(number, said):
    assert count(number, "audit") == said


def test_tags_carry_the_word_and_escape_it():
    tag = Template("{% load sight %}{% grade_tag value label %}")
    assert tag.render(Context({"value": "good", "label": "Good"})) == (
        '<strong class="govuk-tag sight-grade--good">Good</strong>'
    )
    nasty = tag.render(Context({"value": '"><script>', "label": "<script>"}))
    assert "<script>" not in nasty
    assert tag.render(Context({"value": "", "label": ""})) == ""


ROOT = Path(__file__).resolve().parents[2]
# Words for which the glossary has another: history, grade, programme, indicator, pack, rating, service,
# children in care.
NEVER = re.compile(
    r"\b(audit logs?|audit trails?|change logs?|scores?|scored|scoring|campaigns?|metrics?|dashboards?|RAG"
    r"|departments?|CLA|LAC)\b",
    re.IGNORECASE,
)
NOT_SHOWN = re.compile(r"\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}|<(script|style)\b.*?</\1>", re.DOTALL)


def words_never_used(path: Path) -> Iterator[str]:
    """Words the glossary rules out, in a template's text or a module's sentences; comments are not shown."""
    text = path.read_text()
    if path.suffix == ".html":
        yield from (match.group() for match in NEVER.finditer(NOT_SHOWN.sub("", text)))
        return
    tree = ast.parse(text)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in docstrings:
            continue
        # A label or a sentence begins with a capital; keys and headings of files are lower case.
        if node.value[:1].isupper() or " " in node.value:
            yield from (match.group() for match in NEVER.finditer(node.value))


def test_screens_use_the_words_of_the_glossary():
    shown = [*ROOT.glob("templates/**/*.html")]
    shown += [
        path
        for app in ("qa_audit", "kpi")
        for path in ROOT.glob(f"{app}/**/*.py")
        if "migrations" not in path.parts
    ]
    found = {path.relative_to(ROOT).as_posix(): [*words_never_used(path)] for path in shown}
    assert not {name: words for name, words in found.items() if words}


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("a.html", "<p>Open the dashboard</p>", ["dashboard"]),
        ("a.html", "{# the audit log #}<p>History</p>", []),
        ("a.html", '<a title="Choose a department">LAC</a>', ["department", "LAC"]),
        ("a.py", 'label = "Audit trail"', ["Audit trail"]),
        ("a.py", 'text = f"{n} metrics of {month}"', ["metrics"]),
        ("a.py", '"""Of scores."""\nkey = "score"', []),
    ],
)
def test_a_word_the_glossary_rules_out_is_found(tmp_path, name, content, found):
    (tmp_path / name).write_text(content)
    assert [*words_never_used(tmp_path / name)] == found
