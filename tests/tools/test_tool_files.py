import copy
import json

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from qa_audit.history.models import Event
from qa_audit.tools.actions import ToolRefused, export_tool, import_tool, publish, retire
from qa_audit.tools.checks import file_problems
from qa_audit.tools.models import Concept, Tool, ToolVersion, VersionStatus
from tests.factories import ToolVersionFactory

pytestmark = pytest.mark.django_db
STARTERS = sorted((settings.BASE_DIR / "fixtures" / "tools").glob("*.json"))


@pytest.fixture
def content():
    return {
        "format": "line-of-sight-tool",
        "format_version": 1,
        "tool": {"code": "visits", "title": "Visits", "audits": "child", "services": []},
        "version": {
            "scale": "four_grades",
            "introduction": "",
            "conversation": "required",
            "voice_child": "required",
            "voice_parent": "asked_for",
            "voice_carer": "not_applicable",
        },
        "domains": [
            {
                "concept": "direct-work",
                "title": "Direct work",
                "questions": [
                    {"concept": "visits.alone", "text": "Seen alone?", "answer_type": "yes_no"},
                    {
                        "concept": "visits.why",
                        "text": "Why not?",
                        "answer_type": "long_text",
                        "show_if": {"question": "visits.alone", "value": "no"},
                    },
                ],
            }
        ],
    }


def stored(version):
    return ToolVersion.objects.with_content().get(pk=version.pk)


def test_file_becomes_a_draft_and_comes_out_equal(cast, content):
    content["tool"]["services"] = ["Social Work with Families"]
    version, is_new = import_tool(content=content, by=cast.qa_lead)
    assert is_new
    assert version.status == VersionStatus.DRAFT
    out = export_tool(stored(version))
    assert out["tool"] == content["tool"]
    assert out["domains"][0]["questions"][1]["show_if"] == {"question": "visits.alone", "value": "no"}
    assert import_tool(content=json.loads(json.dumps(out)), by=cast.qa_lead) == (version, False)
    assert Event.objects.get().action == "tool imported"


def test_changed_file_becomes_the_next_version_and_keeps_its_concepts(cast, content):
    first, _ = import_tool(content=content, by=cast.qa_lead)
    content["domains"][0]["questions"][0]["text"] = "Was the child seen alone?"
    second, is_new = import_tool(content=content, by=cast.qa_lead)
    assert (is_new, second.number, second.tool) == (True, 2, first.tool)
    assert Concept.objects.filter(key="visits.alone").count() == 1


@pytest.mark.parametrize("path", STARTERS, ids=lambda path: path.stem)
def test_every_starter_tool_comes_in_and_out_unchanged(cast, path):
    content = json.loads(path.read_text())
    version, _ = import_tool(content=content, by=cast.qa_lead)
    assert import_tool(content=export_tool(stored(version)), by=cast.qa_lead) == (version, False)


def test_entries_of_the_starter_tools_are_counted(cast):
    counts = {}
    for path in STARTERS:
        content = json.loads(path.read_text())
        counts[content["tool"]["code"]] = stored(
            import_tool(content=content, by=cast.qa_lead)[0]
        ).entry_count()
    assert len(counts) == 13
    assert 25 <= counts.pop("manager") <= 27
    assert counts.pop("dip") <= 12
    assert all(30 <= count <= 40 for count in counts.values()), counts


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        (["format"], "other", "not a tool file"),
        (["format_version"], 2, "must be 1"),
        (["domains"], None, "“domains” is missing".replace("“", '"').replace("”", '"')),
        (["domains"], [], "at least one domain"),
        (["tool", "code"], "Not A Slug", "small letters"),
        (["tool", "title"], "", "“title” is missing"),
        (["tool", "audits"], "dog", "“audits” must be one of"),
        (["tool", "services"], "all", "must be a list"),
        (["version", "scale"], "five", "“scale” must be one of"),
        (["version", "is_one_page"], "yes", "must be true or false"),
        (["version", "voice_child"], None, "“voice_child” must be one of"),
        (["domains", 0, "title"], 7, "“title” must be text"),
        (["domains", 0, "title"], "x" * 121, "longer than 120"),
        (["domains", 0, "is_limiting"], True, "must be core and graded"),
        (["domains", 0, "questions"], ["a"], "list of objects"),
        (["domains", 0, "questions", 0, "answer_type"], "colour", "“answer_type” must be one of"),
        (["domains", 0, "questions", 0, "answer_type"], "choice", "at least two different choices"),
        (["domains", 0, "questions", 0, "choices"], ["a", "b"], "only a question with choices"),
        (["domains", 0, "questions", 0, "concept"], "visits.why", "appears twice"),
        (["domains", 0, "questions", 0, "concept"], ["visits"], "“concept” must be text"),
        (["domains", 0, "questions", 1, "show_if"], {"question": [], "value": "no"}, "earlier question"),
        (["domains", 0, "questions", 1, "show_if"], {"question": "later", "value": "no"}, "earlier question"),
    ],
)
def test_problem_in_the_file_is_named_in_plain_words(cast, content, place, value, words):
    holder = content
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = value
    problems = [*map(str, file_problems(content))]
    assert any(words in problem for problem in problems), problems
    with pytest.raises(ToolRefused):
        import_tool(content=content, by=cast.qa_lead)
    assert not Tool.objects.exists()
    assert not Concept.objects.exists()


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ([], "File: “colour” is not one of format, format_version, tool, version, domains."),
        (["tool"], "Tool: “colour” is not one of code, title, audits, services."),
        (["version"], "Version: “colour” is not one of scale, is_one_page,"),
        (["domains", 0], "Domain 1: “colour” is not one of concept, title, prompt,"),
        (["domains", 0, "questions", 1], "Domain 1, question 2: “colour” is not one of concept, text,"),
        (
            ["domains", 0, "questions", 1, "show_if"],
            "Domain 1, question 2, show_if: “colour” is not one of question, value.",
        ),
    ],
)
def test_name_that_nobody_reads_is_refused_with_its_place(cast, content, tmp_path, place, words):
    holder = content
    for key in place:
        holder = holder[key]
    holder["colour"] = "red"
    file = tmp_path / "tool.json"
    file.write_text(json.dumps(content))
    with pytest.raises(CommandError) as refused:
        call_command("import_tool", file)
    assert str(refused.value).startswith(words)
    assert str(refused.value).count("\n") == 0
    assert not Tool.objects.exists()


def test_titles_and_questions_that_history_could_not_tell_apart_are_refused(content):
    twin = copy.deepcopy(content["domains"][0]) | {
        "concept": "a-twin",
        "is_core": False,
        "is_limiting": False,
    }
    twin["questions"] = [twin["questions"][0], twin["questions"][0] | {"concept": "another"}]
    content["domains"].append(twin)
    number, title = len(content["domains"]), twin["title"]
    text = twin["questions"][0]["text"]
    assert file_problems(content) == [
        f"Domain 1: the title “{title}” appears twice.",
        f"Domain {number}: the title “{title}” appears twice.",
        f"Domain {number}, question 1: the text “{text}” appears twice in the domain.",
        f"Domain {number}, question 2: the text “{text}” appears twice in the domain.",
    ]


def test_more_than_four_core_domains_are_refused(content):
    domain = content["domains"][0]
    content["domains"] = [
        copy.deepcopy(domain) | {"concept": f"d{n}", "title": f"D{n}", "is_core": True} for n in range(5)
    ]
    assert file_problems(content) == ["A tool marks at most 4 core domains; this one marks 5."]


@pytest.mark.parametrize(
    "content", [None, [], "text", 7, {"format": "line-of-sight-tool", "format_version": 1}]
)
def test_anything_else_is_refused_without_a_crash(content):
    assert file_problems(content)


def test_unknown_service_is_a_problem_and_nothing_is_made(cast, content):
    content["tool"]["services"] = ["Housing"]
    with pytest.raises(ToolRefused, match="no service called “Housing”"):
        import_tool(content=content, by=cast.qa_lead)
    assert not Tool.objects.exists()


def test_only_a_qa_lead_changes_tools(cast, content):
    version = ToolVersionFactory()
    for person in (cast.auditor, cast.manager, cast.head, cast.leader, cast.analyst, cast.administrator):
        for act in (
            lambda by=person: import_tool(content=content, by=by),
            lambda by=person: publish(version=version, by=by),
            lambda by=person: retire(version=version, by=by),
        ):
            with pytest.raises(PermissionDenied):
                act()


def test_publishing_retires_the_version_before(cast, content):
    first, _ = import_tool(content=content, by=cast.qa_lead)
    publish(version=first, by=cast.qa_lead)
    content["version"]["introduction"] = "Changed"
    second, _ = import_tool(content=content, by=cast.qa_lead)
    publish(version=second, by=cast.qa_lead)
    first.refresh_from_db()
    assert first.status == VersionStatus.RETIRED
    with pytest.raises(ToolRefused, match="Only a draft"):
        publish(version=second, by=cast.qa_lead)


def test_a_retired_tool_comes_back_from_the_same_file(cast, content):
    first, _ = import_tool(content=content, by=cast.qa_lead)
    retire(version=publish(version=first, by=cast.qa_lead), by=cast.qa_lead)
    again, is_new = import_tool(content=content, by=cast.qa_lead)
    assert (again.number, again.status, is_new) == (2, VersionStatus.DRAFT, True)
    assert import_tool(content=content, by=cast.qa_lead) == (again, False)


def test_commands_bring_in_and_write_out_the_same_file(cast, content, tmp_path, capsys):
    source, target = tmp_path / "in.json", tmp_path / "out.json"
    source.write_text(json.dumps(content))
    call_command("import_tool", str(source), publish=True)
    call_command("export_tool", "visits", out=str(target))
    call_command("import_tool", str(target))
    assert "Nothing was changed" in capsys.readouterr().out
    assert ToolVersion.objects.get().status == VersionStatus.PUBLISHED


def test_commands_say_plainly_what_is_wrong(cast, content, tmp_path):
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    for call in (
        lambda: call_command("import_tool", str(broken)),
        lambda: call_command("import_tool", str(tmp_path / "missing.json")),
        lambda: call_command("export_tool", "nothing"),
    ):
        with pytest.raises(CommandError):
            call()


def test_starter_content_is_loaded_once(db, capsys):
    call_command("load_starter")
    assert "12 core domains, 44 themes and 13 tools are new" in capsys.readouterr().out
    call_command("load_starter")
    assert "0 core domains, 0 themes and 0 tools are new" in capsys.readouterr().out
    assert ToolVersion.objects.published().count() == 13
