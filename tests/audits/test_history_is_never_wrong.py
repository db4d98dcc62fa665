"""What history says last about an entry is what the entry holds; every earlier choice can be read in it."""

import datetime
from contextlib import suppress
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa_audit.audits.actions.findings import add_finding, change_finding, remove_finding
from qa_audit.audits.actions.writing import write
from qa_audit.audits.models.audit import Audit
from qa_audit.audits.sheet.header import header_sections
from qa_audit.audits.sheet.pages import AuditSheet
from qa_audit.audits.sheet.places import Entry, Part, mark
from qa_audit.common.forms import DateField
from qa_audit.findings.models import Severity
from qa_audit.history.actions import _plain, narrative, record
from qa_audit.history.checks import chain_problems
from qa_audit.history.models import Event
from qa_audit.tools.models import Question
from tests.audits.typing import fill_page
from tests.conftest import client_for
from tests.factories import AuditFactory

pytestmark = pytest.mark.django_db
TEXTS = ["", "Seen alone.", "Seen alone twice.", "Line one\nline two"]
DAYS = [datetime.date(2026, 5, day) for day in (1, 2, 3)]


def states_of(audit) -> dict[str, list]:
    """Every value that an entry had according to history, the first one first; no change skips one."""
    states = {}
    for event in Event.objects.about(audit).changes().order_by("sequence"):
        for name, (before, after) in event.changes.items():
            known = states.setdefault(name, [before])
            assert (known[-1] or "") == (before or ""), (name, known, before)
            known.append(after)
    return states


def items_of(audit, person):
    sheet = AuditSheet(audit)
    sections = header_sections(audit, person) + sheet.everything().sections
    return sheet, [item for section in sections for item in section.items]


def in_history(item, stored):
    return narrative(str(stored or "")) if item.place.is_narrative else _plain(stored)


def assert_history_is_right(audit, person, begun_with):
    """In: `begun_with` what each entry held before anything was done."""
    audit = Audit.objects.get(pk=audit.pk)
    sheet, items = items_of(audit, person)
    states = states_of(audit)
    for item in items:
        if item.name in ("strength", "improvement"):
            continue
        held = stored_in(audit, sheet, item)
        last = states[item.place.label][-1] if item.place.label in states else begun_with[item.name]
        assert (last or "") == (in_history(item, held) or ""), item.place.label
    found = {finding.finding.history_name: finding for finding in audit.audit_findings.all()}
    for name, finding in found.items():
        told = finding.finding.recorded(domain=finding.domain)
        assert states[name][-1] == narrative(told.pop(name))
        assert {key: states.get(key, [""])[-1] for key in told} == told
    gone = {name for name in states if name.startswith("Finding ") and ":" not in name} - found.keys()
    assert all(states[name][-1] == "" for name in gone)


def stored_in(audit, sheet, item):
    if item.name in sheet.items:
        return sheet.stored(item.name)
    return getattr(audit, item.place.attribute)


def values_for(item) -> list:
    """What can be typed or picked for an entry; some of it is refused, which must change nothing."""
    if item.place.attribute == "period_from":
        # Before each day on which the period may end: the form refuses others, as the database does.
        return [day.replace(month=4) for day in DAYS]
    if isinstance(item.field, DateField):
        return DAYS if item.place.attribute in ("audited_on", "period_to") else [None, *DAYS]
    if hasattr(item.field, "choices"):
        picked = [value for value, _ in item.field.choices if value not in ("", None)]
        return (
            picked if item.place.label in ("Service", "Capacity", "Reason chosen", "Team") else ["", *picked]
        )
    if item.place.attribute in ("is_disabled", "is_unaccompanied", "is_unborn", "is_missing_or_exploited"):
        return [True, False]
    if item.place.attribute == "children_count":
        return [1, 2, 3]
    return TEXTS


step = st.tuples(
    st.integers(0, 10_000), st.integers(0, 10_000), st.integers(0, 400), st.booleans(), st.booleans()
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(step, min_size=1, max_size=25), through_views=st.booleans(), few=st.booleans())
def test_random_saves(cast, frozen_clock, steps, through_views, few):
    """Through the action, or through the page's own request; by two people, now here, now there."""
    audit = AuditFactory(auditor=cast.auditor, service=cast.service, team=cast.team)
    sheet, items = items_of(audit, cast.auditor)
    begun_with = {item.name: in_history(item, stored_in(audit, sheet, item)) for item in items}
    for which, value, seconds, is_handed_over, is_finding in steps:
        frozen_clock.shift(seconds)
        if is_handed_over:
            Audit.objects.filter(pk=audit.pk).update(
                auditor=cast.second_auditor if audit.auditor == cast.auditor else cast.auditor
            )
        audit = Audit.objects.select_related("auditor").get(pk=audit.pk)
        sheet, items = items_of(audit, audit.auditor)
        if is_finding:
            _do_something_to_findings(audit, which, value)
        else:
            # Few entries: that the same one is changed again and again.
            item = items[which % (len(items) if not few else 3)]
            choices = values_for(item)
            picked = choices[value % len(choices)] if choices else ""
            _save(audit, item, stored_in(audit, sheet, item), picked, through_views)
        assert_history_is_right(audit, audit.auditor, begun_with)
    assert not list(chain_problems())


def _save(audit, item, held, value, through_views):
    is_of_the_header = item.place.part is Part.ITSELF and item.field.label in (
        found.field.label for section in header_sections(audit, audit.auditor) for found in section.items
    )
    if through_views and not is_of_the_header:
        shown = value.strftime("%d %m %Y") if isinstance(value, datetime.date) else value or ""
        response = client_for(audit.auditor).post(
            reverse("audits:save", args=[audit.reference]),
            {"field": item.name, "value": shown, "version": mark(held)},
            headers={"X-Autosave": "1"},
        )
        assert response.status_code in (200, 422), (item.name, value, response.content)
        return
    if item.place.attribute.endswith("_id"):
        value = int(value) if value else None
    stored = item.to_stored([value] if item.is_list and value else value)
    with suppress(ValidationError):
        write(audit=audit, by=audit.auditor, entries=[Entry(item.place, stored, mark(held))])


def _do_something_to_findings(audit, which, value):
    found = list(audit.audit_findings.select_related("finding", "domain"))
    domain = audit.tool_version.domains.first() if value % 2 else None
    if which % 4 == 0 and found:
        remove_finding(found=found[value % len(found)], by=audit.auditor)
    elif which % 2 and found:
        one = found[value % len(found)]
        severity = "" if one.finding.kind == "strength" else list(Severity)[value % 4]
        change_finding(
            found=one,
            by=audit.auditor,
            version=one.finding.version,
            text=f"Words {value}",
            domain=domain,
            severity=severity,
        )
    else:
        kind = "strength" if which % 3 else "improvement"
        add_finding(audit=audit, by=audit.auditor, kind=kind, text=f"Found {which} {value}", domain=domain)


def save(audit, client, name, value, held=""):
    response = client.post(
        reverse("audits:save", args=[audit.reference]),
        {"field": name, "value": value, "version": mark(held)},
        headers={"X-Autosave": "1"},
    )
    assert response.status_code == 200
    return response


def test_each_change_of_a_grade_within_a_minute_is_an_event(audit, client):
    for before, after in [("", "good"), ("good", "inadequate"), ("inadequate", "good")]:
        save(audit, client, "grade", after, before)
    assert states_of(audit)["Overall judgement"] == ["", "good", "inadequate", "good"]


def test_each_save_of_a_text_is_an_event_with_its_own_last(audit, client):
    typed = ["", "One", "One two", "One two three"]
    for before, after in pairwise(typed):
        save(audit, client, "grade_reason", after, before)
    assert states_of(audit)["Reason for the overall judgement"] == [narrative(text) for text in typed]
    assert "three" not in str(Event.objects.values())


def test_one_question_in_two_domains_has_two_histories(audit, client):
    first, second = audit.tool_version.domains.all()[:2]
    asked = [domain.questions.filter(answer_type="long_text").first() for domain in (first, second)]
    Question.objects.filter(pk__in=[question.pk for question in asked]).update(text="Anything else?")
    typed = {f"answer-{question.pk}": f"Of domain {number}" for number, question in enumerate(asked)}
    fill_page(client, reverse("audits:all", args=[audit.reference]), typed)
    names = {f"{domain.title}: Anything else?" for domain in (first, second)}
    assert names <= Event.objects.get(action="wrote").changes.keys()


def test_grade_sent_with_a_domain_that_does_not_apply_never_was(audit, client):
    domain = audit.tool_version.domains.first()
    save(audit, client, f"grade-{domain.pk}", "inadequate")
    typed = {f"grade-{domain.pk}": "good", f"applies-{domain.pk}": "not_applicable"}
    fill_page(client, reverse("audits:all", args=[audit.reference]), typed)
    assert states_of(audit)[f"{domain.title}: grade"] == ["", "inadequate", ""]


def test_removing_a_finding_that_was_told_is_in_history(audit, client, cast):
    found = add_finding(audit=audit, by=cast.auditor, kind="strength", text="Seen alone early.")
    fill_page(client, reverse("audits:all", args=[audit.reference]), {"told_strength": str(found.pk)})
    number = found.pk
    remove_finding(found=audit.audit_findings.get(), by=cast.auditor)
    assert states_of(audit)["The strength you told them"] == [None, number, None]


def words_of(response):
    return " ".join(response.content.decode().split())


def test_the_page_tells_one_run_of_a_text_as_one(audit, client, cast, sign_in, frozen_clock):
    texts = ["", "One", "One two", "One two three", "Begun anew, later"]
    for before, after in pairwise(texts):
        save(audit, client, "grade_reason", after, before)
        save(audit, client, "impact", "worse" if after == "One" else "too_early", "worse" if before else "")
        frozen_clock.shift(140)
        if after == "One two":
            break
    for before, after in [("One two", "One two three"), ("One two three", "Begun anew, later")]:
        save(audit, client, "grade_reason", after, before)
        frozen_clock.shift(140)
    told = words_of(sign_in(cast.qa_lead).get(reverse("audits:history", args=[audit.reference])))
    reason = "Reason for the overall judgement"
    assert f"{reason}: nothing → a text of 13 characters" in told
    assert f"{reason}: a text of 13 characters → a text of 17 characters" in told
    assert told.count(reason) == 2
    assert "nothing → Worse or harmed" in told
    assert "Worse or harmed → Too early to tell" in told


def test_what_another_person_wrote_between_ends_the_run(audit, cast, sign_in):
    item = {item.name: item for item in items_of(audit, cast.auditor)[1]}["grade_reason"]
    for person, before, after in [
        (cast.auditor, "", "Mine"),
        (cast.second_auditor, "Mine", "Theirs"),
        (cast.auditor, "Theirs", "Mine again"),
    ]:
        Audit.objects.update(auditor=person)
        write(audit=audit, by=person, entries=[Entry(item.place, after, mark(before))])
    told = words_of(sign_in(cast.qa_lead).get(reverse("audits:history", args=[audit.reference])))
    assert told.count("Reason for the overall judgement") == 3


def test_an_event_from_before_keeps_its_words(audit, cast, sign_in):
    """Written by an earlier release: the question alone names the answer."""
    question = Question.objects.filter(domain__version=audit.tool_version, answer_type="yes_no").first()
    record("wrote", by=cast.auditor, obj=audit, changes={question.text: ["", "yes"]})
    told = words_of(sign_in(cast.qa_lead).get(reverse("audits:history", args=[audit.reference])))
    assert "nothing → Yes" in told
