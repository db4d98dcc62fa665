"""A button pressed twice, and a press after somebody else's: the page says so, and nothing is done again."""

import pytest
from django.urls import reverse

from kpi.commentary.models import Commentary, CommentaryStatus
from qa_audit.history.models import Event
from qa_audit.loop.models import Action, Closing
from tests.factories.kpi import (
    ActionStepFactory,
    CommentaryFactory,
)

SUBMITTED, APPROVED, DRAFT = CommentaryStatus.SUBMITTED, CommentaryStatus.APPROVED, CommentaryStatus.DRAFT


def changes_recorded() -> int:
    return Event.objects.changes().count()


@pytest.mark.parametrize(
    ("name", "who", "before", "after", "message"),
    [
        ("submit", "head", DRAFT, SUBMITTED, "This commentary has already been submitted."),
        ("approve", "analyst", SUBMITTED, APPROVED, "This commentary has already been approved."),
        ("return", "analyst", SUBMITTED, DRAFT, "This commentary is already with its writer."),
    ],
)
def test_second_press_on_a_commentary_says_that_it_is_done(
    cast, sign_in, indicator, name, who, before, after, message
):
    commentary = CommentaryFactory(indicator=indicator, status=before)
    client, url = sign_in(getattr(cast, who)), reverse(f"commentary:{name}", args=[commentary.pk])
    sent = {"version": commentary.version, "note": "Say more."}
    client.post(url, sent, follow=True)
    done = changes_recorded()

    second = client.post(url, sent, follow=True)
    assert second.redirect_chain == [(commentary.get_absolute_url(), 302)]
    assert message in second.content.decode()
    commentary.refresh_from_db()
    assert commentary.status == after
    assert changes_recorded() == done


def test_page_to_return_a_commentary_that_is_returned_leads_back_to_it(cast, sign_in, indicator):
    commentary = CommentaryFactory(indicator=indicator, status=DRAFT)
    answer = sign_in(cast.analyst).get(reverse("commentary:return", args=[commentary.pk]), follow=True)
    assert answer.redirect_chain == [(commentary.get_absolute_url(), 302)]
    assert "This commentary is already with its writer." in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "status"),
    [("submit", APPROVED), ("approve", APPROVED), ("return", DRAFT)],
)
def test_person_without_the_right_is_refused_whatever_was_done(cast, sign_in, indicator, name, status):
    written = {"approved_by": cast.analyst} if status == APPROVED else {}
    commentary = CommentaryFactory(indicator=indicator, status=status, **written)
    lead = sign_in(cast.qa_lead)
    for method in (lead.get, lead.post) if name == "return" else (lead.post,):
        url = reverse(f"commentary:{name}", args=[commentary.pk])
        assert method(url, {"version": 1, "note": "No"}).status_code == 403


def test_draft_is_not_approved_by_a_press_on_what_was_submitted(cast, sign_in, indicator):
    """The writer's page was returned and the analyst presses on an older one."""
    commentary = CommentaryFactory(indicator=indicator, status=DRAFT, version=3)
    url = reverse("commentary:approve", args=[commentary.pk])
    answer = sign_in(cast.analyst).post(url, {"version": 2}, follow=True)
    assert "Not approved: it was changed while you read it." in answer.content.decode()
    assert sign_in(cast.analyst).post(url, {"version": 3}).status_code == 403


def test_commentary_that_is_saved_twice_is_written_once(cast, sign_in, indicator):
    head = sign_in(cast.head)
    url = reverse("commentary:write", args=[indicator.slug, "2026-04"])
    for _ in range(2):
        assert head.post(url, {"version": 0, "text": "Two teams had vacancies."}).status_code == 302
    commentary = Commentary.objects.get()
    for _ in range(2):
        assert head.post(url, {"version": 1, "text": "Three teams had."}).status_code == 302
    commentary.refresh_from_db()
    assert (commentary.version, commentary.text) == (2, "Three teams had.")
    assert changes_recorded() == 2


def test_second_press_on_an_action_step_says_that_it_has_ended(cast, sign_in, indicator):
    step = ActionStepFactory(indicator=indicator, action__service=cast.service)
    head, url = sign_in(cast.head), reverse("commentary:end_step", args=[step.pk])
    head.post(url, {"status": "done", "outcome": "Both posts are covered."}, follow=True)
    done = changes_recorded()

    again = head.post(url, {"status": "dropped", "outcome": "Again"}, follow=True)
    opened = head.get(url, follow=True)
    for answer in (again, opened):
        assert len(answer.redirect_chain) == 1
        assert "This action step has already ended." in answer.content.decode()
    action = Action.objects.get()
    assert (action.closed_as, action.outcome) == (Closing.DONE, "Both posts are covered.")
    assert changes_recorded() == done
    assert sign_in(cast.manager).post(url, {"status": "done", "outcome": "Mine"}).status_code == 403
