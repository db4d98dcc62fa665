"""Every record that is open has somebody active who can move it, or home says who is missing."""

from datetime import datetime
from itertools import product

import pytest
from django.apps import apps
from django.urls import reverse

from kpi.commentary.permissions import may_change as may_change_commentary
from kpi.commentary.permissions import may_change_step
from kpi.commentary.permissions import may_decide as may_decide_commentary
from qa_audit.audits.actions.taking_over import people_to_hand_to
from qa_audit.audits.models.audit import Audit, State
from qa_audit.audits.models.header import Capacity
from qa_audit.audits.permissions import (
    AGREE,
    BEGIN,
    HAND_OVER,
    RETURN,
    SHARE,
    SUBMIT,
    is_qa_lead_and_not_its_auditor,
    may_complete_feedback,
    may_move,
)
from qa_audit.common.dates import LONDON
from qa_audit.home.checks import missing_people
from qa_audit.learning.models import LearningReview, ReviewStatus
from qa_audit.learning.permissions import may_change as may_change_review
from qa_audit.notices.models import Notice
from qa_audit.notices.permissions import may_acknowledge
from qa_audit.people.actions.persons import end_person
from qa_audit.people.models import Role, RoleGrant, User
from tests.factories import (
    AuditFactory,
    LearningReviewFactory,
    NoticeFactory,
    give_role,
)
from tests.factories.kpi import ActionStepFactory, CommentaryFactory, IndicatorFactory

pytestmark = pytest.mark.django_db
WHEN = datetime(2026, 5, 11, 9, 0, tzinfo=LONDON)


def end(cast, *people):
    for person in people:
        end_person(person=User.objects.get(pk=person.pk), by=cast.administrator)


def active():
    return list(User.objects.active())


def audit_of(cast, state, **fields):
    made = {"auditor": cast.auditor, "service": cast.service, "team": cast.team}
    return AuditFactory(state=state, submitted_at=WHEN, shared_at=WHEN, **(made | fields))


def can_be_moved(audit) -> bool:
    """By somebody active, on its way to being agreed: by the table of moves, person by person."""
    audit = Audit.objects.get(pk=audit.pk)
    for person in active():
        if any(may_move(move, person, audit) for move in (BEGIN, SUBMIT, SHARE, AGREE)):
            return True
        if may_move(RETURN, person, audit):
            return True
        if may_move(HAND_OVER, person, audit) and people_to_hand_to(audit):
            return True
        # Grading it, and deciding a challenge, come later; who does it is in the design.
        is_moderator = audit.moderator_id == person.pk and person.has_role(Role.AUDITOR, Role.QA_LEAD)
        if audit.state == State.IN_MODERATION and is_moderator:
            return True
        if audit.state == State.CHALLENGED and is_qa_lead_and_not_its_auditor(person, audit):
            return True
    return False


def missing_words(cast, sign_in) -> str:
    """What home says is missing, to an administrator."""
    response = sign_in(cast.administrator).get(reverse("home:index"))
    return " ".join(one.words for one in response.context["missing"])


def as_it_was(cast):
    pass


def auditor_ended(cast):
    end(cast, cast.auditor)


def all_auditors_ended(cast):
    end(cast, cast.auditor, cast.second_auditor)


def qa_lead_ended(cast):
    end(cast, cast.qa_lead)


def only_qa_lead_is_its_auditor(cast):
    give_role(cast.qa_lead, Role.AUDITOR)
    Audit.objects.update(auditor=cast.qa_lead)


def only_qa_lead_wrote_before(cast):
    for audit in Audit.objects.all():
        audit.earlier_auditors.add(cast.qa_lead)


def auditor_lost_the_role(cast):
    RoleGrant.objects.filter(user=cast.auditor).delete()


def moderator_ended(cast):
    end(cast, cast.second_auditor)


def nobody_is_left_but_the_administrator(cast):
    end(cast, *(person for person in active() if person != cast.administrator))


CASES = [
    as_it_was,
    auditor_ended,
    all_auditors_ended,
    qa_lead_ended,
    only_qa_lead_is_its_auditor,
    only_qa_lead_wrote_before,
    auditor_lost_the_role,
    moderator_ended,
    nobody_is_left_but_the_administrator,
]
UNFINISHED = [state for state in State if state not in (State.AGREED, State.WITHDRAWN)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
@pytest.mark.parametrize("capacity", [Capacity.QA_UNIT, Capacity.MANAGER])
def test_an_audit_in_any_state_can_be_moved_or_home_says_who_is_missing(case, capacity, cast, sign_in):
    if capacity == Capacity.MANAGER:
        give_role(cast.auditor, Role.MANAGER, team=cast.other_team)
    audits = [
        audit_of(
            cast,
            state,
            capacity=capacity,
            moderator=cast.second_auditor if state == State.IN_MODERATION else None,
        )
        for state in UNFINISHED
    ]
    case(cast)
    for audit in audits:
        # Each by itself: what is said must be said of this one.
        others = Audit.objects.exclude(pk=audit.pk)
        kept = dict(others.values_list("pk", "state"))
        others.update(state=State.WITHDRAWN)
        words = missing_words(cast, sign_in)
        if User.objects.with_role(Role.QA_LEAD).exists():
            assert can_be_moved(audit) == (not words), (audit.state, words)
        else:  # whatever can still be done: without a QA lead nothing comes to its end
            assert "A QA lead is needed: there is none" in words
        for pk, state in kept.items():
            Audit.objects.filter(pk=pk).update(state=state)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_feedback_that_is_arranged_can_be_completed_or_home_says_who_is_missing(case, cast, sign_in):
    audit = audit_of(cast, State.AGREED, conversation="arranged")
    case(cast)
    can = any(may_complete_feedback(person, Audit.objects.get(pk=audit.pk)) for person in active())
    assert can or missing_words(cast, sign_in)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_an_open_review_can_be_moved_or_home_says_who_is_missing(case, cast, sign_in):
    review = LearningReviewFactory(
        lead_service=cast.service, recorded_by=cast.auditor, status=ReviewStatus.OPEN, completed_on=None
    )
    case(cast)
    review = LearningReview.objects.get(pk=review.pk)
    assert any(may_change_review(person, review) for person in active()) or missing_words(cast, sign_in)


@pytest.mark.parametrize("gone", list(product([False, True], repeat=4)))
@pytest.mark.parametrize("raiser", ["auditor", "qa_lead", "manager"])
def test_a_concern_can_be_acknowledged_or_home_says_who_is_missing(raiser, gone, cast, sign_in, frozen_clock):
    notice = NoticeFactory(service=cast.service, team=cast.team, raised_by=getattr(cast, raiser))
    for name, is_gone in zip(("qa_lead", "manager", "head", "leader"), gone, strict=True):
        if is_gone:
            end(cast, getattr(cast, name))
    give_role(cast.nobody, Role.QA_LEAD) if raiser == "auditor" and not any(gone) else None
    for hours in (0, 24):
        frozen_clock.shift(hours * 3600)
        can = any(may_acknowledge(person, Notice.objects.get(pk=notice.pk)) for person in active())
        words = " ".join(one.words for one in missing_people(names_records=False))
        assert can == ("safeguarding concern" not in words)


@pytest.mark.parametrize("gone", list(product([False, True], repeat=2)))
def test_commentary_and_steps_can_be_moved_or_home_says_who_is_missing(gone, cast):
    indicator = IndicatorFactory()
    indicator.services.add(cast.service)
    draft = CommentaryFactory(indicator=indicator, written_by=cast.head)
    step = ActionStepFactory(indicator=indicator, action__written_by=cast.head)
    for name, is_gone in zip(("head", "analyst"), gone, strict=True):
        if is_gone:
            end(cast, getattr(cast, name))
    words = " ".join(one.words for one in missing_people(names_records=False))
    says = "performance analyst is needed" in words
    assert any(may_change_commentary(person, draft) for person in active()) or says
    assert any(may_change_step(person, step) for person in active()) or says
    assert any(may_decide_commentary(person) for person in active()) != says


# Who moves them, held by a test above, or by whether the role is there at all.
MOVED_BY = {
    "Audit.state": "the tests above",
    "LearningReview.status": "the tests above",
    "Commentary.status": "the tests above",
    "Action.state": "the tests above",
    "ToolVersion.status": Role.QA_LEAD,
    "Indicator.status": Role.ANALYST,
    "Month.state": Role.ANALYST,
    "Job.state": "whoever may begin the work: it ends by itself, or is begun again",
}
# What a figure or a worker is, and not a step on a way.
NO_STEPS = {"Observation.state", "CaseloadThreshold.status", "Caseload.status"}


def test_every_record_with_states_is_held_by_this_file():
    with_states = {
        f"{model.__name__}.{name}"
        for model in apps.get_models()
        for name in ("state", "status")
        if model._meta.app_label in ("qa_audit", "kpi")
        and any(one.name == name and one.choices for one in model._meta.concrete_fields)
    }
    assert with_states - NO_STEPS == MOVED_BY.keys()


@pytest.mark.parametrize("role", [Role.QA_LEAD, Role.ANALYST])
def test_a_role_that_nobody_holds_is_missed(role, cast, sign_in):
    IndicatorFactory()
    assert missing_words(cast, sign_in) == ""
    RoleGrant.objects.filter(role=role).delete()
    assert f"{role.label} is needed: there is none".lower() in missing_words(cast, sign_in).lower()


def test_a_second_qa_lead_is_asked_for_and_named_records_are_for_qa_leads(cast, sign_in):
    audit = audit_of(cast, State.SUBMITTED, auditor=give_role(cast.qa_lead, Role.AUDITOR))
    words = "A second QA lead is needed: nobody can sign off what they wrote, and 1 audit waits for that."
    assert missing_words(cast, sign_in) == words
    page = sign_in(cast.administrator).get(reverse("home:index")).content.decode()
    assert words in page
    assert audit.reference not in page
    page = sign_in(cast.qa_lead).get(reverse("home:index")).content.decode()
    assert words in page
    assert f'href="{audit.get_absolute_url()}"' in page
    give_role(cast.nobody, Role.QA_LEAD)
    assert missing_words(cast, sign_in) == ""


@pytest.mark.parametrize("role", ["auditor", "manager", "head", "leader", "analyst"])
def test_nobody_else_is_told_who_is_missing(role, cast, sign_in):
    audit_of(cast, State.SUBMITTED, auditor=give_role(cast.qa_lead, Role.AUDITOR))
    page = sign_in(getattr(cast, role)).get(reverse("home:index")).content.decode()
    assert "QA lead is needed" not in page


def group_of(client, title):
    return next(
        (one for one in client.get(reverse("home:index")).context["groups"] if one.title == title), None
    )


def test_what_an_ended_person_left_waits_on_the_qa_leads_home_until_it_is_handed_over(cast, sign_in):
    audit = audit_of(cast, State.IN_PROGRESS)
    moderated = audit_of(cast, State.IN_MODERATION, auditor=cast.qa_lead, moderator=cast.auditor)
    feedback = audit_of(cast, State.SHARED, conversation="arranged")
    review = LearningReviewFactory(
        lead_service=cast.service, recorded_by=cast.auditor, status=ReviewStatus.OPEN, completed_on=None
    )
    client = sign_in(cast.qa_lead)
    titles = ("Audits to hand over", "Feedback to complete for others", "Learning reviews to hand over")
    assert [group_of(client, title) for title in titles] == [None, None, None]
    end(cast, cast.auditor)
    found = [group_of(client, title) for title in titles]
    assert [len(group.items) for group in found] == [2, 1, 1]
    assert {item.text.split(":")[0] for item in found[0].items} == {audit.reference, moderated.reference}
    assert found[1].items[0].href == reverse("audits:feedback", args=[feedback.reference])
    assert "Ada Auditor, who can no longer write in it" in found[2].items[0].note
    assert client.get(found[0].items[0].href).status_code == 200
    sent = {"to": cast.second_auditor.pk, "reason": "Ada has left."}
    client.post(reverse("audits:hand_over", args=[audit.reference]), sent)
    client.post(reverse("learning:hand_over", args=[review]), sent)
    assert len(group_of(client, titles[0]).items) == 1
    assert group_of(client, titles[2]) is None


def test_what_an_ended_head_left_waits_on_the_analysts_home(cast, sign_in):
    CommentaryFactory(written_by=cast.head)
    ActionStepFactory(action__written_by=cast.head)
    titles = ("Drafts of people who have left", "Action steps of people who have left")
    client = sign_in(cast.analyst)
    assert [group_of(client, title) for title in titles] == [None, None]
    end(cast, cast.head)
    assert [len(group_of(client, title).items) for title in titles] == [1, 1]
    for title in titles:
        assert client.get(group_of(client, title).items[0].href).status_code == 200


def test_the_administrator_is_told_how_many_stay_open_and_never_which(cast, sign_in):
    audits = [audit_of(cast, State.IN_PROGRESS), audit_of(cast, State.RETURNED)]
    audit_of(cast, State.AGREED)
    audit_of(cast, State.IN_MODERATION, auditor=cast.second_auditor, moderator=cast.auditor)
    review = LearningReviewFactory(
        lead_service=cast.service, recorded_by=cast.auditor, status=ReviewStatus.OPEN, completed_on=None
    )
    NoticeFactory(service=cast.service, raised_by=cast.auditor)
    client = sign_in(cast.administrator)
    before = client.get(reverse("people:end", args=[cast.auditor.pk])).content.decode()
    after = client.post(reverse("people:end", args=[cast.auditor.pk]), follow=True).content.decode()
    for page in (before, after):
        for words in (
            "2 audits to fill in",
            "1 audit to moderate",
            "1 learning review",
            "1 safeguarding concern that nobody has acknowledged",
        ):
            assert words in page
        for record in (*audits, review):
            assert record.reference not in page
            assert getattr(record, "case_reference", "no reference") not in page
    assert (
        "Nothing of theirs is open."
        in client.get(reverse("people:end", args=[cast.leader.pk])).content.decode()
    )


def test_the_cost_of_what_is_missing_does_not_grow(cast, django_assert_num_queries):
    def fill(number):
        for _ in range(number):
            audit_of(cast, State.IN_PROGRESS)
            audit_of(cast, State.SUBMITTED)
            NoticeFactory(service=cast.service, raised_by=cast.auditor)

    end(cast, cast.auditor)
    fill(1)
    missing_people(names_records=True)
    with django_assert_num_queries(10):
        missing_people(names_records=True)
    fill(6)
    with django_assert_num_queries(10):
        missing_people(names_records=True)
