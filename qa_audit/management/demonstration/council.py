"""Services, teams, people and tools of the demonstration."""

from dataclasses import dataclass
from datetime import date
from io import StringIO

from django.contrib.auth.hashers import make_password
from django.core.management import call_command

from qa_audit.management.demonstration.content import content
from qa_audit.people.actions import organisation, persons
from qa_audit.people.models import FormerName, Role, Service, Team, User
from qa_audit.tools.actions import choose_services
from qa_audit.tools.models import Tool, ToolVersion

DOMAIN = "demo.example"
PASSWORD = "line-of-sight-demo"  # noqa: S105  printed for everybody: it opens invented cases only
RENAMED_ON = date(2019, 3, 31)


@dataclass(frozen=True)
class Council:
    """What audits are made from: everything by the name that the fixtures use."""

    services: dict[str, Service]
    teams: dict[str, list[Team]]
    tools: dict[str, list[ToolVersion]]
    people: dict[str, User]
    manager_tool: ToolVersion

    @property
    def auditors(self) -> list[User]:
        """Everybody who holds the auditor's role, the two accounts first."""
        return [person for person in self.people.values() if Role.AUDITOR in person.roles]

    def managers_of(self, service: str) -> list[User]:
        """The managers of the service's teams."""
        teams = {team.pk for team in self.teams[service]}
        return [person for person in self.people.values() if person.managed_team_ids & teams]

    def heads(self) -> dict[str, User]:
        """The head of each service that has one, by the service's name."""
        return {
            name: person
            for name, service in self.services.items()
            for person in self.people.values()
            if service.pk in person.headed_service_ids
        }


def address(name: str) -> str:
    """The address of an account of the demonstration."""
    return f"{name}@{DOMAIN}"


def make_council(by: User) -> Council:
    """Add what is not there; what is there by the same name is used as it stands."""
    entries = content("council")
    services = {item["name"]: _service(item, order, by) for order, item in enumerate(entries["services"], 1)}
    teams = {
        item["name"]: [_team(services[item["name"]], *team, by) for team in item["teams"]]
        for item in entries["services"]
    }
    for item in entries["accounts"] + entries["others"]:
        _person(item, by)
    password = make_password(PASSWORD)
    accounts = [address(item["email"]) for item in entries["accounts"]]
    User.objects.filter(email__in=accounts).update(password=password)
    people = {
        item["email"]: User.objects.get(email=address(item["email"]))
        for item in entries["accounts"] + entries["others"]
    }
    tools = _tools(entries["services"], services, by)
    return Council(services, teams, tools, people, _published("manager"))


def _service(item: dict, order: int, by: User) -> Service:
    service = Service.objects.named(item["name"]).first()
    if service is None:
        service = organisation.add_service(name=item["name"], order=order, by=by)
    if item["formerly"] and not Service.objects.named(item["formerly"]).exists():
        FormerName.objects.create(service=service, name=item["formerly"], until=RENAMED_ON)
    return service


def _team(service: Service, name: str, locality: str, aliases: list[str], by: User) -> Team:
    return Team.objects.named(name).filter(service=service).first() or organisation.add_team(
        service=service, name=name, locality=locality, aliases=aliases, by=by
    )


def _person(item: dict, by: User) -> None:
    person = persons.add_person(email=address(item["email"]), name=item["name"], job_title=item["job"], by=by)
    limits = [{"team": Team.objects.get(name=name)} for name in item.get("teams", [])]
    limits += [{"service": Service.objects.get(name=name)} for name in item.get("services", [])]
    for limit in limits or [{}]:
        persons.give_role(person=person, role=item["role"], by=by, **limit)


def _tools(entries: list[dict], services: dict[str, Service], by: User) -> dict[str, list[ToolVersion]]:
    """Load the starter tools, and say which service uses which; the manager and dip tools are for all."""
    call_command("load_starter", stdout=StringIO())
    users: dict[str, list[Service]] = {}
    for item in entries:
        for code in item["tools"]:
            users.setdefault(code, []).append(services[item["name"]])
    for code, chosen in users.items():
        choose_services(tool=Tool.objects.get(code=code), services=chosen, by=by)
    return {item["name"]: [_published(code) for code in item["tools"]] for item in entries}


def _published(code: str) -> ToolVersion:
    return ToolVersion.objects.published().with_content().get(tool__code=code)
