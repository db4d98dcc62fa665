"""Changes to tools: in and out as one file, published, retired, copied to a new draft."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from qa_audit.common.names import same_name
from qa_audit.history.actions import record
from qa_audit.people.models import Service, User
from qa_audit.tools.checks import (
    DOMAIN_FIELDS,
    FORMAT,
    FORMAT_VERSION,
    QUESTION_FIELDS,
    VERSION_FIELDS,
    file_problems,
)
from qa_audit.tools.models import Concept, Domain, Question, Tool, ToolVersion, VersionStatus
from qa_audit.tools.permissions import may_change_tools


class ToolRefused(Exception):
    """A tool file or a change of a tool that cannot be accepted; `problems` are plain sentences."""

    def __init__(self, *problems: str):
        super().__init__(" ".join(problems))
        self.problems = list(problems)


def _require_lead(by: User) -> None:
    if not may_change_tools(by):
        raise PermissionDenied


def _only(holder: dict, names: tuple[str, ...]) -> dict:
    return {name: holder[name] for name in names if name in holder}


def export_tool(version: ToolVersion) -> dict:
    """The version as the content of one tool file; `import_tool` of it makes an equal version."""
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "tool": {
            "code": version.tool.code,
            "title": version.tool.title,
            "audits": version.tool.audits,
            "services": [service.name for service in version.tool.services.order_by("name")],
        },
        "version": {name: getattr(version, name) for name in VERSION_FIELDS},
        "domains": [
            {
                "concept": domain.concept.key,
                **{name: getattr(domain, name) for name in DOMAIN_FIELDS},
                "questions": [_exported(question) for question in domain.questions.all()],
            }
            for domain in version.all_domains
        ],
    }


def _exported(question: Question) -> dict:
    condition = question.show_if_question
    return {
        "concept": question.concept.key,
        **{name: getattr(question, name) for name in QUESTION_FIELDS},
        "show_if": {"question": condition.concept.key, "value": question.show_if_value}
        if condition
        else None,
    }


@transaction.atomic
def import_tool(*, content: dict, by: User) -> tuple[ToolVersion, bool]:
    """Make a new draft version from a tool file's content.

    Out: the version, and whether it was made; a file equal to the tool's newest version makes none, unless
    that one is retired: so a retired tool comes back into use.
    Raises ToolRefused with every problem.
    """
    _require_lead(by)
    problems = file_problems(content)
    if problems:
        raise ToolRefused(*problems)
    services = _services_named(content["tool"].get("services", []))
    titled = Tool.objects.filter(same_name(content["tool"]["title"], "title_key"))
    if other := titled.exclude(code=content["tool"]["code"]).first():
        raise ToolRefused(f"“{other}” is already the title of the tool {other.code}.")
    tool, is_new = Tool.objects.get_or_create(
        code=content["tool"]["code"], defaults=_only(content["tool"], ("title", "audits"))
    )
    if tool.is_built_in:
        raise ToolRefused(f"“{tool.code}” is built in and takes no versions.")
    newest = tool.versions.with_content().order_by("-number").first()
    is_in_use = newest and newest.status != VersionStatus.RETIRED
    if is_in_use and _normal(export_tool(newest)) == _normal(content):
        return newest, False
    if is_new:
        tool.services.set(services)
    version = _build(tool, content, newest.number + 1 if newest else 1)
    record("tool imported", by=by, obj=version)
    return version, True


def _normal(content: dict) -> tuple[dict, list]:
    """What a file says, the model's defaults in place of what it leaves out: two can be compared."""

    def filled(model, names, item):
        return {name: item.get(name, model._meta.get_field(name).get_default()) for name in names}

    domains = [
        {
            "concept": domain["concept"],
            **filled(Domain, DOMAIN_FIELDS, domain),
            "questions": [
                {
                    "concept": question["concept"],
                    "show_if": question.get("show_if"),
                    **filled(Question, QUESTION_FIELDS, question),
                }
                for question in domain.get("questions", [])
            ],
        }
        for domain in content["domains"]
    ]
    return filled(ToolVersion, VERSION_FIELDS, content["version"]), domains


def _services_named(names: list[str]) -> list[Service]:
    services = [Service.objects.named(name).first() for name in names]
    unknown = [name for name, service in zip(names, services, strict=True) if service is None]
    if unknown:
        raise ToolRefused(*(f"Tool: there is no service called “{name}”." for name in unknown))
    return services


def _build(tool: Tool, content: dict, number: int) -> ToolVersion:
    version = ToolVersion.objects.create(
        tool=tool, number=number, **_only(content["version"], VERSION_FIELDS)
    )
    for order, item in enumerate(content["domains"]):
        domain = Domain.objects.create(
            version=version,
            concept=concept_for(item["concept"], Concept.Kind.DOMAIN, item["title"]),
            order=order,
            **_only(item, DOMAIN_FIELDS),
        )
        _build_questions(domain, item.get("questions", []))
    return version


def _build_questions(domain: Domain, items: list[dict]) -> None:
    made: dict[str, Question] = {}
    for order, item in enumerate(items):
        condition = item.get("show_if") or {}
        made[item["concept"]] = Question.objects.create(
            domain=domain,
            concept=concept_for(item["concept"], Concept.Kind.QUESTION, item["text"]),
            order=order,
            show_if_question=made.get(condition.get("question")),
            show_if_value=condition.get("value", ""),
            **_only(item, QUESTION_FIELDS),
        )


def concept_for(key: str, kind: str, title: str) -> Concept:
    """The concept of this key, made when it is new; a key never changes from domain to question."""
    concept, _ = Concept.objects.get_or_create(key=key, defaults={"kind": kind, "title": title})
    if concept.kind != kind:
        raise ToolRefused(f"The concept “{key}” already belongs to a {concept.get_kind_display().lower()}.")
    return concept


@transaction.atomic
def publish(*, version: ToolVersion, by: User) -> ToolVersion:
    """Make a draft the version on which audits are started; the one before it is retired."""
    _require_lead(by)
    version = ToolVersion.objects.select_for_update().get(pk=version.pk)
    if version.status != VersionStatus.DRAFT:
        raise ToolRefused("Only a draft can be published.")
    if not version.domains.exists():
        raise ToolRefused("A version needs at least one domain before it is published.")
    for earlier in version.tool.versions.filter(status=VersionStatus.PUBLISHED):
        retire(version=earlier, by=by)
    version.status, version.published_at, version.published_by = VersionStatus.PUBLISHED, timezone.now(), by
    version.save()
    record("tool published", by=by, obj=version)
    return version


@transaction.atomic
def retire(*, version: ToolVersion, by: User) -> ToolVersion:
    """Take a published version out of use; audits made on it keep it."""
    _require_lead(by)
    version = ToolVersion.objects.select_for_update().get(pk=version.pk)
    if version.status != VersionStatus.PUBLISHED:
        raise ToolRefused("Only a published version can be retired.")
    version.status, version.retired_at = VersionStatus.RETIRED, timezone.now()
    version.save()
    record("tool retired", by=by, obj=version)
    return version


@transaction.atomic
def choose_services(*, tool: Tool, services: list[Service], by: User) -> Tool:
    """Say to which services the tool belongs; none means every one."""
    _require_lead(by)
    before = sorted(service.name for service in tool.services.all())
    tool.services.set(services)
    after = sorted(service.name for service in services)
    record("tool's services chosen", by=by, obj=tool, changes={"services": [before, after]})
    return tool


@transaction.atomic
def load_core_domains(*, content: list[dict], by: User) -> int:
    """Make the core domains that are not there. Out: how many were made. Imports of past audits need them."""
    _require_lead(by)
    made = 0
    for order, item in enumerate(content):
        _, is_new = Concept.objects.get_or_create(
            key=item["concept"],
            defaults={
                "kind": Concept.Kind.DOMAIN,
                "order": order,
                **_only(item, ("title", "import_title", "prompt", "is_core", "is_limiting")),
            },
        )
        made += is_new
    if made:
        record("core domains loaded", by=by, changes={"number": [0, made]})
    return made
