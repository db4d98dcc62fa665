"""What must hold in the file of a tool, said in plain words with the place where it does not."""

import re
from collections.abc import Iterator

from qa_audit.tools.models import AnswerType, Requirement, Scale, Unit

FORMAT = "line-of-sight-tool"
FORMAT_VERSION = 1
MOST_CORE_DOMAINS = 4
REQUIREMENTS = ("conversation", "voice_child", "voice_parent", "voice_carer")
VERSION_FIELDS = ("scale", "is_one_page", "introduction", "limits_overall_grade", *REQUIREMENTS)
DOMAIN_FIELDS = ("title", "prompt", "is_graded", "is_core", "is_limiting")
QUESTION_FIELDS = ("text", "guidance", "is_required", "answer_type", "choices")
WITH_CHOICES = (AnswerType.CHOICE, AnswerType.CHOICES)


def file_problems(content: object) -> list[str]:
    """Every problem of a parsed tool file; empty when it can become a version."""
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        return [f'This is not a tool file: it must be an object with "format": "{FORMAT}".']
    if content.get("format_version") != FORMAT_VERSION:
        return [f'"format_version" must be {FORMAT_VERSION}, the only one that this product reads.']
    parts = {"tool": dict, "version": dict, "domains": list}
    problems = [
        f'"{name}" is missing.' for name, kind in parts.items() if not isinstance(content.get(name), kind)
    ]
    if problems:
        return problems
    return [
        *_unknown("File", content, "format", "format_version", *parts),
        *_tool_problems(content["tool"]),
        *_version_problems(content["version"]),
        *_domains_problems(content["domains"]),
    ]


def _unknown(place: str, holder: dict, *known: str) -> Iterator[str]:
    """What nobody would read: a slip in a name would leave out what it says without a word."""
    for name in holder:
        if name not in known:
            yield f"{place}: “{name}” is not one of {', '.join(known)}."


def _text(place: str, holder: dict, name: str, longest: int, *, needed: bool = True) -> Iterator[str]:
    value = holder.get(name, "")
    if not isinstance(value, str):
        yield f"{place}: “{name}” must be text."
    elif needed and not value.strip():
        yield f"{place}: “{name}” is missing."
    elif len(value) > longest:
        yield f"{place}: “{name}” is longer than {longest:,} characters."


def _one_of(place: str, holder: dict, name: str, allowed) -> Iterator[str]:
    if holder.get(name) not in allowed:
        yield f"{place}: “{name}” must be one of {', '.join(allowed)}."


def _true_or_false(place: str, holder: dict, *names: str) -> Iterator[str]:
    for name in names:
        if not isinstance(holder.get(name, False), bool):
            yield f"{place}: “{name}” must be true or false."


def _tool_problems(tool: dict) -> Iterator[str]:
    yield from _unknown("Tool", tool, "code", "title", "audits", "services")
    yield from _text("Tool", tool, "code", 60)
    if isinstance(tool.get("code"), str) and not re.fullmatch(r"[a-z0-9-]*", tool["code"]):
        yield "Tool: “code” can hold small letters, digits and hyphens only."
    yield from _text("Tool", tool, "title", 120)
    yield from _one_of("Tool", tool, "audits", Unit.values)
    services = tool.get("services", [])
    if not isinstance(services, list) or not all(isinstance(name, str) for name in services):
        yield "Tool: “services” must be a list of service names; an empty list means every service."


def _version_problems(version: dict) -> Iterator[str]:
    yield from _unknown("Version", version, *VERSION_FIELDS)
    yield from _one_of("Version", version, "scale", Scale.values)
    yield from _text("Version", version, "introduction", 5_000, needed=False)
    yield from _true_or_false("Version", version, "is_one_page", "limits_overall_grade")
    for name in REQUIREMENTS:
        yield from _one_of("Version", version, name, Requirement.values)


def _domains_problems(domains: list) -> Iterator[str]:
    if not domains:
        yield "A tool needs at least one domain."
    keys = [domain.get("concept") for domain in domains if isinstance(domain, dict)]
    titles = [domain.get("title") for domain in domains if isinstance(domain, dict)]
    for number, domain in enumerate(domains, 1):
        place = f"Domain {number}"
        if not isinstance(domain, dict):
            yield f"{place} must be an object."
            continue
        if keys.count(domain.get("concept")) > 1:
            yield f"{place}: the concept “{domain.get('concept')}” appears twice."
        # History names an entry by its domain's title and its question's text.
        if domain.get("title") and titles.count(domain["title"]) > 1:
            yield f"{place}: the title “{domain['title']}” appears twice."
        yield from _domain_problems(place, domain)
    core = sum(bool(domain.get("is_core")) for domain in domains if isinstance(domain, dict))
    if core > MOST_CORE_DOMAINS:
        yield f"A tool marks at most {MOST_CORE_DOMAINS} core domains; this one marks {core}."


def _domain_problems(place: str, domain: dict) -> Iterator[str]:
    yield from _unknown(place, domain, "concept", *DOMAIN_FIELDS, "questions")
    yield from _text(place, domain, "concept", 80)
    yield from _text(place, domain, "title", 120)
    yield from _text(place, domain, "prompt", 5_000, needed=False)
    yield from _true_or_false(place, domain, "is_graded", "is_core", "is_limiting")
    if domain.get("is_limiting") and not (domain.get("is_core") and domain.get("is_graded", True)):
        yield f"{place}: a limiting domain must be core and graded."
    questions = domain.get("questions", [])
    if not isinstance(questions, list) or not all(isinstance(question, dict) for question in questions):
        yield f"{place}: “questions” must be a list of objects."
        return
    # A list: what is wrongly no text can be looked for in it too.
    earlier: list = []
    texts = [question.get("text") for question in questions]
    for number, question in enumerate(questions, 1):
        yield from _question_problems(f"{place}, question {number}", question, earlier)
        if question.get("text") and texts.count(question["text"]) > 1:
            yield f"{place}, question {number}: the text “{question['text']}” appears twice in the domain."
        earlier.append(question.get("concept", ""))


def _question_problems(place: str, question: dict, earlier: list) -> Iterator[str]:
    yield from _unknown(place, question, "concept", *QUESTION_FIELDS, "show_if")
    yield from _text(place, question, "concept", 80)
    yield from _text(place, question, "text", 300)
    yield from _text(place, question, "guidance", 5_000, needed=False)
    yield from _one_of(place, question, "answer_type", AnswerType.values)
    yield from _true_or_false(place, question, "is_required")
    if question.get("concept") in earlier:
        yield f"{place}: the concept “{question['concept']}” appears twice in the domain."
    choices = question.get("choices", [])
    if question.get("answer_type") in WITH_CHOICES:
        if not isinstance(choices, list) or len({str(choice) for choice in choices}) < 2:
            yield f"{place}: give at least two different choices."
        elif not all(isinstance(choice, str) and 0 < len(choice) <= 200 for choice in choices):
            yield f"{place}: every choice must be text of at most 200 characters."
    elif choices:
        yield f"{place}: only a question with choices has “choices”."
    show_if = question.get("show_if")
    if show_if is not None and (
        not isinstance(show_if, dict) or show_if.get("question") not in earlier or not show_if.get("value")
    ):
        yield f"{place}: “show_if” must name an earlier question of the domain and one of its answers."
    elif show_if is not None:
        yield from _unknown(f"{place}, show_if", show_if, "question", "value")
