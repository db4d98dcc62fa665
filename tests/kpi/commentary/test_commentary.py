"""Commentary written by heads, returned and approved by analysts; action steps beside the figures."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kpi.commentary.models import ActionStep, Commentary, CommentaryStatus
from kpi.indicators.models.areas import READERS
from qa_audit.history.models import Event
from qa_audit.loop.models import Action, ActionState, Closing
from qa_audit.people.models import Role
from tests.factories import UserFactory, give_role
from tests.factories.kpi import (
    APRIL,
    ActionStepFactory,
    CommentaryFactory,
    IndicatorVersionFactory,
    ObservationFactory,
)
from tests.interface.markup import Markup
from tests.reading import row_names

MARCH, MAY = date(2026, 3, 1), date(2026, 5, 1)
WORDS = "Two teams had vacancies; visits caught up by the end of the month."


def write(client, indicator, month="2026-04", **typed):
    return client.post(reverse("commentary:write", args=[indicator.slug, month]), {"version": 0, **typed})


def press(client, name, record, **typed):
    """With the version that the page of this moment holds."""
    versioned = getattr(record, "action", record)
    version = type(versioned).objects.get(pk=versioned.pk).version
    return client.post(reverse(f"commentary:{name}", args=[record.pk]), {"version": version, **typed})


def page(client, indicator, month="2026-04"):
    return client.get(reverse("packs:indicator", args=[indicator.slug]), {"month": month}).content.decode()


def submitted(indicator, **fields):
    return CommentaryFactory(indicator=indicator, status=CommentaryStatus.SUBMITTED, **fields)


def test_saving_says_what_looks_like_a_name_and_holds_nobody(cast, sign_in, indicator):
    head = sign_in(cast.head)
    saved = write(head, indicator, text="Mum says Kacper is happier.")
    said = head.get(saved.url).content.decode()
    assert "name: “Kacper”. A child is named by case reference only." in said


def test_head_writes_submits_corrects_and_analyst_approves(cast, sign_in, indicator):
    head, analyst, leader = sign_in(cast.head), sign_in(cast.analyst), sign_in(cast.leader)
    assert write(head, indicator, text="First words.").status_code == 302
    commentary = Commentary.objects.get()
    press(head, "submit", commentary)
    assert "First words." not in page(leader, indicator)

    press(analyst, "return", commentary, note="Say for how many children.")
    returned = head.get(commentary.get_absolute_url()).content.decode()
    assert "Say for how many children." in returned

    commentary.refresh_from_db()
    write(head, indicator, text="Five children waited.", version=commentary.version)
    press(head, "submit", commentary)
    press(analyst, "approve", commentary)
    commentary.refresh_from_db()
    assert (commentary.status, commentary.approved_by) == (CommentaryStatus.APPROVED, cast.analyst)
    assert commentary.returned_note == ""
    for person in (cast.leader, cast.auditor, cast.manager, cast.outsider):
        assert "Five children waited." in page(sign_in(person), indicator)


def test_history_keeps_every_move_and_no_words_in_its_events(cast, sign_in, indicator):
    head, analyst = sign_in(cast.head), sign_in(cast.analyst)
    write(head, indicator, text=WORDS)
    commentary = Commentary.objects.get()
    press(head, "submit", commentary)
    press(analyst, "return", commentary, note="Say more.")
    events = Event.objects.filter(object_type="commentary").order_by("sequence")
    assert [event.action for event in events] == [
        "commentary written",
        "commentary submitted",
        "commentary returned",
    ]
    assert events[0].changes["text"][1]["length"] == len(WORDS)
    assert WORDS not in str([event.changes for event in events])
    assert "Say more." not in str([event.changes for event in events])
    assert commentary.content_at(1)["text"] == WORDS


def test_submitted_commentary_cannot_be_changed_by_its_writer(cast, sign_in, indicator):
    submitted(indicator)
    assert write(sign_in(cast.head), indicator, text="Other words", version=1).status_code == 403


@pytest.mark.parametrize("name", ["approve", "return"])
def test_head_cannot_approve_or_return(cast, sign_in, indicator, name):
    assert press(sign_in(cast.head), name, submitted(indicator), note="No").status_code == 403


def test_head_of_another_service_neither_reads_drafts_nor_writes(cast, sign_in, indicator):
    commentary = submitted(indicator)
    outsider = sign_in(cast.outsider)
    assert outsider.get(commentary.get_absolute_url()).status_code == 404
    assert write(outsider, indicator, text=WORDS, month="2026-03").status_code == 404
    assert commentary.text not in page(outsider, indicator)


@pytest.mark.parametrize("month", ["2026-06", "April", "2026-13", "9999-99"])
def test_no_commentary_on_a_month_that_has_not_begun_or_is_none(cast, sign_in, indicator, month):
    assert write(sign_in(cast.head), indicator, text=WORDS, month=month).status_code == 404


def test_an_empty_commentary_is_refused_by_its_field(cast, sign_in, indicator):
    answer = write(sign_in(cast.head), indicator, text="  ")
    assert answer.status_code == 200
    assert "Write what the figure means" in answer.context["form"].errors["text"][0]
    assert not Commentary.objects.exists()


def test_what_was_typed_too_late_is_shown_beside_what_stands(cast, sign_in, indicator):
    commentary = CommentaryFactory(indicator=indicator, text="Theirs")
    late = write(sign_in(cast.head), indicator, text="Mine", version=0)
    assert late.status_code == 409
    assert late.context["merge"].differences[0]["text"] == "Theirs"
    assert late.context["form"]["text"].value() == "Mine"
    commentary.refresh_from_db()
    assert commentary.text == "Theirs"
    assert write(sign_in(cast.head), indicator, text="Both", version=1).status_code == 302


def test_what_changed_while_the_analyst_read_is_not_approved(cast, sign_in, indicator):
    commentary = submitted(indicator, version=4)
    answer = press(sign_in(cast.analyst), "approve", commentary, version=2)
    assert answer.status_code == 302
    commentary.refresh_from_db()
    assert commentary.status == CommentaryStatus.SUBMITTED


def test_same_as_shows_the_other_words_once_those_are_approved(cast, sign_in, indicator):
    other = submitted(IndicatorVersionFactory(indicator__code="CP2").indicator, text="Shared words.")
    other.indicator.services.add(cast.service)
    head, analyst = sign_in(cast.head), sign_in(cast.analyst)
    write(head, indicator, text="", same_as=other.pk)
    commentary = Commentary.objects.get(indicator=indicator)
    press(head, "submit", commentary)

    commentary.refresh_from_db()
    seen = {"version": commentary.version}
    answer = analyst.post(reverse("commentary:approve", args=[commentary.pk]), seen, follow=True)
    assert "Approve the commentary on CP2 first" in answer.content.decode()
    press(analyst, "approve", other)
    press(analyst, "approve", commentary)
    shown = page(sign_in(cast.leader), indicator)
    assert "The same as the commentary on CP2." in shown
    assert "Shared words." in shown

    press(analyst, "return", other, note="Write it anew.")
    assert "Shared words." not in page(sign_in(cast.leader), indicator)


def test_same_as_offers_no_commentary_of_another_month_service_or_chain(cast, sign_in, indicator):
    mine = CommentaryFactory(indicator__code="CP2")
    mine.indicator.services.add(cast.service)
    elsewhere = CommentaryFactory(indicator__code="FO1")
    elsewhere.indicator.services.add(cast.elsewhere)
    chained = CommentaryFactory(indicator__code="CP3", text="", same_as=mine)
    chained.indicator.services.add(cast.service)
    march = CommentaryFactory(indicator=mine.indicator, month=MARCH)
    form = (
        sign_in(cast.head).get(reverse("commentary:write", args=[indicator.slug, "2026-04"])).context["form"]
    )
    assert list(form.fields["same_as"].queryset) == [mine]
    for other in (elsewhere, chained, march):
        assert write(sign_in(cast.head), indicator, same_as=other.pk).status_code == 200
    assert write(sign_in(cast.head), mine.indicator, same_as=mine.pk, version=1).status_code == 200


def test_a_commentary_that_another_shares_keeps_words_of_its_own(cast, sign_in, indicator):
    shared = CommentaryFactory(indicator=indicator)
    third = CommentaryFactory(indicator__code="CP3")
    third.indicator.services.add(cast.service)
    CommentaryFactory(indicator__code="CP2", text="", same_as=shared)
    answer = write(sign_in(cast.head), indicator, same_as=third.pk, version=1)
    assert "so this one needs its own words" in answer.context["form"].errors["same_as"][0]


def test_words_that_look_like_a_name_are_pointed_out_to_the_writer(cast, sign_in, indicator):
    commentary = CommentaryFactory(indicator=indicator, text="Visits of Charlotte Hughes were late.")
    shown = sign_in(cast.head).get(commentary.get_absolute_url()).content.decode()
    assert "Charlotte Hughes" in shown
    assert "This looks like a person’s name" in shown


def test_the_list_tells_the_head_what_to_write_and_the_analyst_what_waits(cast, sign_in, indicator):
    elsewhere = IndicatorVersionFactory(indicator__code="FO1", title="Carers approved").indicator
    elsewhere.services.add(cast.elsewhere)
    ObservationFactory(indicator_version=elsewhere.versions.get())
    head = sign_in(cast.head).get(reverse("commentary:list"))
    assert [entry.words for entry in head.context["entries"]] == ["Not written"]
    assert "Carers approved" not in head.content.decode()

    waits = submitted(indicator)
    CommentaryFactory(indicator=elsewhere)
    analyst = sign_in(cast.analyst).get(reverse("commentary:list"))
    assert analyst.context["submitted"] == [waits]
    assert len(analyst.context["entries"]) == 2


def test_a_title_that_stands_for_the_code_is_said_once(cast, sign_in):
    titled = {"indicator__code": "Visits in time", "indicator__slug": "visits", "title": "Visits in time"}
    version = IndicatorVersionFactory(**titled)
    version.indicator.services.add(cast.service)
    ObservationFactory(indicator_version=version)
    head = sign_in(cast.head)
    listed = Markup(head.get(reverse("commentary:list")).content.decode())
    assert row_names(listed) == ["Child protection", "Visits in time"]
    for address in (
        submitted(version.indicator).get_absolute_url(),
        reverse("commentary:add_step", args=[version.indicator.slug, "2026-04"]),
    ):
        main = head.get(address).content.decode().partition("<main")[2]
        assert main.count("Visits in time") == 1


def test_commentary_names_its_indicator_by_its_title(cast, sign_in, indicator):
    head = sign_in(cast.head)
    listed = Markup(head.get(reverse("commentary:list")).content.decode())
    assert row_names(listed) == ["Child protection", "Visits in time CP1"]
    shown = head.get(submitted(indicator).get_absolute_url()).content.decode()
    assert '<span class="govuk-caption-l">Visits in time, April 2026</span>' in shown


def test_commentary_on_a_month_without_a_figure_still_names_its_indicator(cast, sign_in, indicator):
    shown = sign_in(cast.head).get(reverse("commentary:write", args=[indicator.slug, "2026-02"]))
    assert '<span class="govuk-caption-l">Visits in time, February 2026</span>' in shown.content.decode()


def test_the_list_of_commentary_leads_back_to_measures(cast, sign_in, indicator):
    shown = Markup(sign_in(cast.head).get(reverse("commentary:list")).content.decode())
    (back,) = shown.all("a", **{"class": "govuk-breadcrumbs__link"})
    assert (back.text, back.attrs["href"]) == ("Measures", reverse("packs:index"))


def test_every_form_of_commentary_and_steps_can_be_left_without_saving(cast, sign_in, indicator):
    commentary, step = submitted(indicator), step_of(indicator)
    client = sign_in(cast.analyst)
    figure = reverse("packs:indicator", args=[indicator.slug], query={"month": "2026-04"})
    for address, back in (
        (reverse("commentary:write", args=[indicator.slug, "2026-03"]), figure.replace("04", "03")),
        (reverse("commentary:return", args=[commentary.pk]), commentary.get_absolute_url()),
        (reverse("commentary:add_step", args=[indicator.slug, "2026-04"]), figure),
        (reverse("commentary:end_step", args=[step.pk]), figure),
        (reverse("packs:set_baseline", args=[indicator.slug]), indicator.get_absolute_url()),
    ):
        assert f'<a class="govuk-link" href="{back}">Cancel</a>' in client.get(address).content.decode()


def test_limits_of_a_chart_left_empty_ask_in_plain_words(cast, sign_in, indicator):
    answer = sign_in(cast.analyst).post(reverse("packs:set_baseline", args=[indicator.slug]), {"reason": ""})
    errors = [error for field in answer.context["form"] for error in field.errors]
    assert errors == ["Enter the first month", "Enter how many months", "Say what changed"]


def test_the_list_takes_as_many_queries_for_many_indicators(cast, sign_in, indicator):
    submitted(indicator)
    before = queries_of(sign_in(cast.analyst), reverse("commentary:list"))
    for _ in range(5):
        version = IndicatorVersionFactory()
        ObservationFactory(indicator_version=version)
        submitted(version.indicator)
    assert queries_of(sign_in(cast.analyst), reverse("commentary:list")) == before


def queries_of(client, url) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def step_of(indicator, month=APRIL, ended_on=None, **fields):
    if ended_on:
        fields |= {"state": ActionState.CLOSED, "closed_as": Closing.DONE, "closed_on": ended_on}
    action = {f"action__{name}": value for name, value in fields.items()}
    return ActionStepFactory(indicator=indicator, month=month, **action)


def test_head_adds_changes_and_ends_an_action_step(cast, sign_in, indicator):
    head = sign_in(cast.head)
    add = reverse("commentary:add_step", args=[indicator.slug, "2026-04"])
    typed = {"text": "Agree cover.", "owner_role": "Team manager", "due_on": "29 May 2026"}
    typed["service"] = cast.service.pk
    for _ in range(2):  # a form sent twice
        assert head.post(add, typed).status_code == 302
    step = ActionStep.objects.get()

    press(head, "change_step", step, **typed | {"text": "Agree cover for both posts.", "version": 1})
    press(head, "end_step", step, status="done", outcome="Both posts are covered.")
    action = Action.objects.get()
    assert (action.get_closed_as_display(), action.text) == (
        "Done, not verified",
        "Agree cover for both posts.",
    )
    assert (action.state, action.closed_on) == (ActionState.CLOSED, date(2026, 5, 12))
    shown = page(head, indicator)
    assert 'sight-state--done">Done<' in shown
    assert "Both posts are covered." in shown
    assert [one.action for one in action.events] == [
        "action step ended",
        "action step changed",
        "action step added",
    ]
    kept = str(list(action.events.values_list("changes", flat=True)))
    assert "Agree cover" not in kept
    assert "Both posts" not in kept


def test_two_people_on_one_step_get_both_texts(cast, sign_in, indicator):
    step = step_of(indicator, service=cast.service, version=3, text="Theirs")
    typed = {
        "text": "Mine",
        "owner_role": "Team manager",
        "due_on": "29 May 2026",
        "service": cast.service.pk,
        "version": 2,
    }
    late = press(sign_in(cast.head), "change_step", step, **typed)
    assert late.status_code == 409
    assert late.context["merge"].differences == [{"label": "What will be done?", "text": "Theirs"}]


def test_a_step_due_before_its_month_is_refused(cast, sign_in, indicator):
    url = reverse("commentary:add_step", args=[indicator.slug, "2026-04"])
    typed = {"text": "Do", "owner_role": "Manager", "due_on": "31 March 2026", "service": cast.service.pk}
    answer = sign_in(cast.head).post(url, typed)
    assert "in the month of the figure or after it" in answer.context["form"].errors["due_on"][0]


def test_last_months_open_steps_stand_beside_this_months_figure(cast, sign_in, indicator):
    step_of(indicator, month=MARCH, text="Still open")
    step_of(indicator, month=MARCH, text="Ended in April", ended_on=date(2026, 4, 9))
    step_of(indicator, month=MARCH, text="On the first", ended_on=date(2026, 4, 1))
    step_of(indicator, month=MARCH, text="Long ended", ended_on=date(2026, 3, 31))
    step_of(indicator, month=APRIL, text="From April")
    step_of(indicator, month=MAY, text="From May")
    shown = sign_in(cast.leader).get(reverse("packs:indicator", args=[indicator.slug])).context["page"]
    assert [step.action.text for step in shown.beside.carried] == [
        "Still open",
        "Ended in April",
        "On the first",
    ]
    assert [step.action.text for step in shown.beside.steps] == ["From April"]


@pytest.mark.parametrize(
    ("who", "sees"),
    [("auditor", False), ("manager", True), ("head", True), ("outsider", False), ("leader", True)],
)
def test_a_services_step_is_read_by_its_own_people_and_those_above(cast, sign_in, indicator, who, sees):
    step_of(indicator, service=cast.service, text="Cover the vacant posts")
    assert ("Cover the vacant posts" in page(sign_in(getattr(cast, who)), indicator)) == sees


def test_a_step_of_the_whole_council_is_read_by_all_who_meet_measures(cast, indicator):
    step_of(indicator)
    for role in set(READERS) - {Role.HEAD, Role.MANAGER}:
        assert ActionStep.objects.visible_to(give_role(UserFactory(), role)).exists()
    for person in (cast.administrator, cast.nobody):
        assert not ActionStep.objects.visible_to(person).exists()


def test_head_of_another_service_cannot_touch_a_step(cast, sign_in, indicator):
    step = step_of(indicator, service=cast.service)
    outsider = sign_in(cast.outsider)
    assert press(outsider, "end_step", step, status="done", outcome="Mine now").status_code == 404
    Action.objects.update(service=None)
    assert press(outsider, "end_step", step, status="done", outcome="Mine now").status_code == 403


@pytest.mark.parametrize("typed", [{}, {"version": "abc"}, {"version": 1}])
def test_what_was_changed_meanwhile_is_neither_submitted_nor_approved(cast, sign_in, indicator, typed):
    draft = CommentaryFactory(indicator=indicator, status=CommentaryStatus.DRAFT, version=2)
    page = sign_in(cast.head).post(reverse("commentary:submit", args=[draft.pk]), typed, follow=True)
    assert "Not submitted: it was changed while you read it." in page.content.decode()
    Commentary.objects.update(status=CommentaryStatus.SUBMITTED)
    sign_in(cast.analyst).post(reverse("commentary:approve", args=[draft.pk]), typed)
    draft.refresh_from_db()
    assert draft.status == CommentaryStatus.SUBMITTED
