"""Every page type and its error state: a name, who looks at it, its address, and what is pressed on it."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page as Window

from qa_audit.audits.models.answers import DomainGrade
from tests.journeys.scene import Scene

Address = Callable[[Scene], str]
Act = Callable[[Window, Scene], None]


@dataclass(frozen=True)
class Page:
    """`then` brings it into the state to look at; `status` is its answer."""

    name: str
    person: str
    address: Address
    then: Act | None = None
    status: int = 200
    is_error: bool = False


def at(name: str, *args, **query) -> Address:
    """A page without a record in its address."""
    return lambda scene: scene.address(name, *args, **query)


def of(name: str, record: Callable[[Scene], object], *more, **query) -> Address:
    """A page of one record: its reference or its number."""

    def address(scene: Scene) -> str:
        found = record(scene)
        key = getattr(found, "reference", None) or getattr(found, "pk", found)
        return scene.address(name, key, *more, **query)

    return address


def press(button: str, **filled_in: str) -> Act:
    """Fill fields in by their names, then press the button."""

    def act(window: Window, scene: Scene) -> None:
        for name, text in filled_in.items():
            window.locator(f"[name={name}]").fill(text)
        window.get_by_role("main").get_by_role("button", name=button, exact=True).click()
        window.wait_for_load_state()

    return act


def both(*acts: Act) -> Act:
    def act(window: Window, scene: Scene) -> None:
        for one in acts:
            one(window, scene)

    return act


def send_file(name: str, text: str, button: str) -> Act:
    """Choose a file with this text and send it."""

    def act(window: Window, scene: Scene) -> None:
        file = {"name": name, "mimeType": "application/octet-stream", "buffer": text.encode()}
        window.locator("input[type=file]").set_input_files(file)
        press(button)(window, scene)

    return act


def start_an_audit(window: Window, scene: Scene) -> None:
    window.get_by_label("Case reference").fill("C77001")
    window.get_by_label("Service").select_option(label=scene.cast.service.name)
    press("Continue")(window, scene)


def write_too_late(window: Window, scene: Scene) -> None:
    """Somebody else saves the evidence while it stands open here."""
    grade = DomainGrade.objects.filter(audit=scene.draft).first()
    grade.evidence = "Written in the other tab."
    grade.save()
    window.locator(f"[name=evidence-{grade.domain_id}]").fill("Written in this tab.")
    window.locator("form[data-autosave]").evaluate("form => form.requestSubmit()")
    window.wait_for_url("**")
    window.get_by_role("heading", name="Something newer has been saved", level=1).wait_for()


def write_too_much(window: Window, scene: Scene) -> None:
    press("Save and continue", grade_reason="too long " * 2500)(window, scene)


def say_words_without_a_voice(window: Window, scene: Scene) -> None:
    press("Save and continue", **{"voice-child-words": "I want to see my brother more."})(window, scene)


def clear(name: str, button: str) -> Act:
    return press(button, **{name: ""})


def error(name: str, person: str, address: Address, then: Act | None = None, status: int = 200) -> Page:
    """The error state of a page."""
    return Page(f"{name}, errors", person, address, then, status, is_error=True)


def draft(scene: Scene):
    return scene.draft


def empty(scene: Scene):
    return scene.empty


def unraised(scene: Scene):
    return scene.unraised


def audit_that_is(state: str) -> Callable[[Scene], object]:
    return lambda scene: scene.audits[state]


PAST_HEADER = "reference,service,kind,audited_on\n"
PAST_GOOD = PAST_HEADER + "C88001,Social Work with Families,individual,2025-03-01\n"
PAST_BAD = PAST_HEADER + "C88001,No such service,individual,31 February 2025\n"
YEAR = {"from": "2026-01-01", "to": "2026-12-31"}

SIGN_IN = [
    Page("sign-in", "", at("account_login")),
    error(
        "sign-in", "", at("account_login"), press("Sign in", login="ada@council.example", password="wrong")
    ),
    Page("forgotten password", "", at("account_reset_password")),
    error("forgotten password", "", at("account_reset_password"), press("Send the link")),
    Page("forgotten password, done", "", at("account_reset_password_done")),
    Page("accessibility statement", "", at("home:accessibility")),
    Page("privacy", "", at("home:privacy")),
]
ACCOUNT = [
    Page("account", "auditor", at("people:account")),
    Page("change password", "auditor", at("account_change_password")),
    error("change password", "auditor", at("account_change_password"), press("Change password")),
    Page("where signed in", "auditor", at("usersessions_list")),
    Page("second factor", "auditor", at("mfa_index")),
    Page("second factor, set up", "auditor", at("mfa_activate_totp")),
    Page("confirm password", "auditor", at("account_reauthenticate")),
    error("confirm password", "auditor", at("account_reauthenticate"), press("Confirm", password="wrong")),
    Page("help", "auditor", at("home:help")),
]
HOME = [
    Page(f"home of {person}", person, at("home:index"))
    for person in ("auditor", "manager", "head", "qa_lead", "leader", "analyst", "administrator", "nobody")
]
AUDITS = [
    Page("audits", "qa_lead", at("audits:list")),
    Page("audits, filtered", "qa_lead", at("audits:list", state="agreed", grade="good")),
    Page("audits, none found", "auditor", at("audits:list", state="challenged")),
    error("audits", "qa_lead", at("audits:list", audited_from="yesterday or so")),
    Page("find by case reference", "qa_lead", at("audits:search")),
    error("find by case reference", "qa_lead", at("audits:search"), press("Find")),
    Page(
        "found by case reference",
        "qa_lead",
        at("audits:search"),
        press("Find", case_reference="OURS-agreed-CASE"),
    ),
    Page("allocate", "qa_lead", at("audits:allocate")),
    error("allocate", "qa_lead", at("audits:allocate"), clear("case_reference", "Allocate")),
    Page("start, the case", "auditor", at("audits:start")),
    error("start, the case", "auditor", at("audits:start"), press("Continue")),
    Page("start, the tool", "auditor", at("audits:start"), start_an_audit),
    error("start, the tool", "auditor", at("audits:start"), both(start_an_audit, press("Start the audit"))),
]
FILLING_IN = [
    Page("task list", "auditor", of("audits:fill", draft)),
    Page("header", "auditor", of("audits:header", draft)),
    error("header", "auditor", of("audits:header", draft), clear("audited_on", "Save and continue")),
    Page("domain", "auditor", of("audits:page", draft, "childs-voice")),
    Page("voices", "auditor", of("audits:page", draft, "voices")),
    error("voices", "auditor", of("audits:page", draft, "voices"), say_words_without_a_voice, 422),
    Page("all on one page", "auditor", of("audits:all", draft)),
    Page("judgement", "auditor", of("audits:page", draft, "judgement")),
    error("judgement", "auditor", of("audits:page", draft, "judgement"), write_too_much, 422),
    Page("findings of an audit", "auditor", of("audits:page", draft, "findings")),
    Page("add a finding", "auditor", of("audits:add_finding", draft, "improvement")),
    error("add a finding", "auditor", of("audits:add_finding", draft, "improvement"), press("Save")),
    Page("conversation", "auditor", of("audits:page", draft, "conversation")),
    Page("safety", "auditor", of("audits:safety", draft)),
    error("safety", "auditor", of("audits:safety", draft), press("Save")),
    Page("conflict", "auditor", of("audits:page", draft, "childs-voice"), write_too_late, 409),
    Page("check before submitting, not ready", "auditor", of("audits:check", draft)),
    Page("check before submitting, ready", "auditor", of("audits:check", lambda scene: scene.ready)),
    Page("feedback", "auditor", of("audits:feedback", lambda scene: scene.arranged)),
    Page("kept texts", "auditor", at("audits:kept")),
    Page("kept text", "auditor", of("audits:kept_text", lambda scene: scene.kept)),
]
ONE_AUDIT = [
    Page("detail, submitted", "qa_lead", of("audits:detail", audit_that_is("submitted"))),
    Page("detail, shared", "manager", of("audits:detail", audit_that_is("shared"))),
    Page("detail, agreed", "head", of("audits:detail", audit_that_is("agreed"))),
    Page("copy for the practitioner", "auditor", of("audits:copy", audit_that_is("agreed"))),
    Page("history", "qa_lead", of("audits:history", audit_that_is("agreed"))),
    Page(
        "difference",
        "qa_lead",
        lambda scene: scene.address(
            "audits:difference", scene.audits["agreed"].reference, scene.world.ours["move"]
        ),
    ),
    Page("return", "qa_lead", of("audits:return", audit_that_is("submitted"))),
    error(
        "return", "qa_lead", of("audits:return", audit_that_is("submitted")), press("Return to the auditor")
    ),
    Page("accuracy", "manager", of("audits:accuracy", audit_that_is("shared"))),
    error("accuracy", "manager", of("audits:accuracy", audit_that_is("shared")), press("Send this note")),
    Page("agree early", "qa_lead", of("audits:agree", audit_that_is("shared"))),
    error("agree early", "qa_lead", of("audits:agree", audit_that_is("shared")), press("Agree")),
    Page("cancel", "auditor", of("audits:cancel", empty)),
    error("cancel", "auditor", of("audits:cancel", empty), press("Cancel the audit")),
    Page("change the tool", "auditor", of("audits:change_tool", empty)),
    error("change the tool", "auditor", of("audits:change_tool", empty), press("Change the tool")),
    Page("a concern not yet raised", "auditor", of("audits:safety", unraised)),
    error("a concern not yet raised", "auditor", of("audits:safety", unraised), press("Save")),
    Page("withdraw", "qa_lead", of("audits:withdraw", audit_that_is("submitted"))),
    error("withdraw", "qa_lead", of("audits:withdraw", audit_that_is("submitted")), press("Withdraw")),
]
LEARNING = [
    Page("learning reviews", "qa_lead", at("learning:list")),
    Page("learning review", "qa_lead", of("learning:detail", lambda scene: scene.world.ours["review"])),
    Page("record a learning review", "auditor", at("learning:add")),
    error("record a learning review", "auditor", at("learning:add"), press("Save")),
    Page("complete a learning review", "auditor", of("learning:complete", lambda scene: scene.review)),
    error(
        "complete a learning review",
        "auditor",
        of("learning:complete", lambda scene: scene.review),
        clear("completed_on", "Complete this review"),
    ),
    Page("finding of a review", "auditor", of("learning:add_finding", lambda scene: scene.review)),
    error(
        "finding of a review",
        "auditor",
        of("learning:add_finding", lambda scene: scene.review),
        press("Save"),
    ),
]
NOTICES_FINDINGS_TOOLS = [
    Page("notices", "qa_lead", at("notices:list")),
    Page("notice", "manager", of("notices:detail", lambda scene: scene.world.ours["notice"].pk)),
    error(
        "notice",
        "manager",
        of("notices:detail", lambda scene: scene.world.ours["notice"].pk),
        press("I have acted on this"),
        422,
    ),
    Page("findings", "head", at("home:findings")),
    Page("themes", "qa_lead", at("findings:themes")),
    Page("theme", "qa_lead", at("findings:add_theme")),
    error("theme", "qa_lead", at("findings:add_theme"), press("Save")),
    Page("tools", "qa_lead", at("tools:list")),
    Page("tool", "qa_lead", of("tools:detail", lambda scene: scene.draft.tool_version_id)),
    Page("retire a tool", "qa_lead", of("tools:retire", lambda scene: scene.draft.tool_version_id)),
    Page("services of a tool", "qa_lead", of("tools:services", lambda scene: scene.draft.tool_version_id)),
    Page("bring in a tool", "qa_lead", at("tools:import")),
    error(
        "bring in a tool",
        "qa_lead",
        at("tools:import"),
        send_file("t.json", '{"a": 1}', "Bring it in as a draft"),
    ),
]
REPORTS = [
    Page("reports", "head", at("reports:index")),
    Page("self-evaluation", "head", at("reports:self_evaluation", **YEAR)),
    Page("self-evaluation for an analyst", "analyst", at("reports:self_evaluation", **YEAR)),
    error("self-evaluation", "head", at("reports:self_evaluation", **{"from": "spring", "to": ""})),
    Page("grade distribution", "qa_lead", at("reports:grade_distribution", **YEAR)),
    Page("answers", "qa_lead", at("reports:answers", **YEAR)),
    Page("domains", "leader", at("reports:domains", **YEAR)),
    Page("voice", "head", at("reports:voice", **YEAR)),
    Page("impact", "head", at("reports:impact", **YEAR)),
    Page("headline findings", "head", at("reports:findings", **YEAR)),
    Page(
        "report with nothing in it",
        "head",
        at("reports:grade_distribution", **{"from": "2019-01-01", "to": "2019-02-01"}),
    ),
    Page("records behind a figure", "head", at("reports:records", **YEAR, grade="good")),
    Page("analysis", "head", of("reports:analysis", lambda scene: scene.cast.service.pk, **YEAR)),
    error(
        "analysis",
        "head",
        of("reports:analysis", lambda scene: scene.cast.service.pk, **YEAR),
        clear("text", "Save the analysis"),
    ),
    Page("excel summary", "head", at("reports:hos_summary")),
    error(
        "excel summary", "head", at("reports:hos_summary"), press("Download (Excel)", **{"from": "spring"})
    ),
]
MEASURES = [
    Page("measures", "head", at("packs:index")),
    Page("monthly dataset", "head", at("packs:dataset")),
    error("monthly dataset", "head", at("packs:dataset", month="spring")),
    Page("performance report", "leader", at("packs:performance_report")),
    error("performance report", "analyst", at("packs:performance_report", month="1999-01")),
]
IMPORTS = [
    Page("past audits", "qa_lead", at("imports:past")),
    error("past audits", "qa_lead", at("imports:past"), press("Check this file")),
    Page(
        "past audits, what would happen",
        "qa_lead",
        at("imports:past"),
        send_file("p.csv", PAST_GOOD, "Check this file"),
    ),
    Page(
        "past audits, problems",
        "qa_lead",
        at("imports:past"),
        send_file("p.csv", PAST_BAD, "Check this file"),
        is_error=True,
    ),
]
PEOPLE = [
    Page("people", "administrator", at("people:list")),
    Page("person", "administrator", of("people:detail", lambda scene: scene.cast.manager.pk)),
    Page("add a person", "administrator", at("people:add")),
    error("add a person", "administrator", at("people:add"), press("Add")),
    Page("give a role", "administrator", of("people:give_role", lambda scene: scene.cast.nobody.pk)),
    Page("end an account", "administrator", of("people:end", lambda scene: scene.cast.nobody.pk)),
    Page("settings in force", "administrator", at("people:settings")),
    Page("services", "administrator", at("people:services:list")),
    Page("service", "administrator", of("people:services:detail", lambda scene: scene.cast.service.pk)),
    Page("add a service", "administrator", at("people:services:add")),
    error("add a service", "administrator", at("people:services:add"), press("Add")),
    Page(
        "change a team", "administrator", of("people:services:change_team", lambda scene: scene.cast.team.pk)
    ),
]
PROBLEMS = [
    Page("not allowed", "analyst", at("audits:list"), status=403),
    Page("not found", "auditor", at("audits:detail", "A-1999-0001"), status=404),
]
PAGES = [
    *SIGN_IN, *ACCOUNT, *HOME, *AUDITS, *FILLING_IN, *ONE_AUDIT, *LEARNING, *NOTICES_FINDINGS_TOOLS,
    *REPORTS, *MEASURES, *IMPORTS, *PEOPLE, *PROBLEMS,
]  # fmt: skip
