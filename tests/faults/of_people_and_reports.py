"""The rules of who goes on with a record and of what a report is cut by, and what a figure must not tell."""

from tests.faults.fault import Fault

DEPUTIES = "tests/people/test_deputies.py"
CANCELLING = "tests/audits/test_cancelling.py"
HANDING_OVER = "tests/audits/test_handing_over.py"
NOTICING = "tests/audits/test_noticing.py"

OF_PEOPLE = [
    Fault(
        "somebody else cancels an audit",
        "qa_audit/audits/permissions.py",
        '"cancelled", NOT_BEGUN, State.WITHDRAWN, is_its_auditor,',
        '"cancelled", NOT_BEGUN, State.WITHDRAWN, lambda user, audit: True,',
        f"{CANCELLING}::test_nobody_else_does",
    ),
    Fault(
        "an audit with answers is cancelled",
        "qa_audit/audits/permissions.py",
        "if move.is_before_answers and has_answers(audit):",
        "if False:",
        f"{CANCELLING}::test_a_concern_that_was_raised_holds_it",
    ),
    Fault(
        "an NHS number may be declared",
        "qa_audit/audits/checks/sightings.py",
        'frozenset(("nhs_number", "phone",',
        'frozenset(("phone",',
        f"{NOTICING}::test_number_stays_noticed_whatever_was_declared",
    ),
    Fault(
        "a phone number comes in after submitting",
        "qa_audit/audits/actions/feedback.py",
        "    _declare_or_refuse(audit, accepted, by, declared)\n",
        "",
        f"{NOTICING}::test_number_never_comes_in_after_submitting",
    ),
    Fault(
        "whoever handed their own audit over agrees it",
        "qa_audit/audits/permissions.py",
        "writers = {audit.auditor_id, *(person.pk for person in audit.earlier_auditors.all())}",
        "writers = {audit.auditor_id}",
        f"{HANDING_OVER}::test_whoever_wrote_in_it_before_neither_signs_it_off_nor_checks_its_facts",
    ),
    Fault(
        "an audit goes to who manages the team",
        "qa_audit/audits/actions/taking_over.py",
        """return refusal_of_team(person, audit.capacity, audit.team)
    return refusal_of_line(person, audit)""",
        """return refusal_of_team(person, audit.capacity, audit.team)
    return \"\"""",
        f"{HANDING_OVER}::test_nobody_takes_it_who_stands_near_to_the_team",
    ),
    Fault(
        "a QA lead completes the feedback of who is there",
        "qa_audit/audits/permissions.py",
        "is_qa_lead_and_not_its_auditor(user, audit) and is_without_auditor(audit)",
        "is_qa_lead_and_not_its_auditor(user, audit)",
        f"{HANDING_OVER}::test_feedback_of_who_has_ended_is_completed_by_a_qa_lead",
    ),
    Fault(
        "a deputy goes on when their days are over",
        "qa_audit/people/models.py",
        "return self.filter(starts_on__lte=today, ends_on__gte=today)",
        "return self.filter(starts_on__lte=today)",
        f"{DEPUTIES}::test_deputy_acts_from_the_first_to_the_last_day_and_no_longer",
    ),
    Fault(
        "a deputy signs off what the person wrote",
        "qa_audit/audits/permissions.py",
        "return not user.acting_ids.isdisjoint(writers)",
        "return user.pk in writers",
        f"{DEPUTIES}::test_deputy_of_an_auditor_does_not_sign_off_that_auditors_audit",
    ),
    Fault(
        "an administrator lends themselves a role",
        "qa_audit/people/permissions.py",
        "return deputy.pk not in (user.pk, person.pk) and",
        "return deputy.pk != person.pk and",
        f"{DEPUTIES}::test_administrator_does_not_name_themselves",
    ),
    Fault(
        "any auditor reopens a learning review",
        "qa_audit/learning/permissions.py",
        "is_theirs = user.has_role(Role.AUDITOR) and user.pk == review.recorded_by_id",
        "is_theirs = user.has_role(Role.AUDITOR)",
        "tests/learning/test_standing.py::test_nobody_else_reopens_it",
    ),
]

GROUPS = "tests/reports/test_groups.py"
THEMES = "tests/reports/test_themes.py"
AGENCIES = "tests/audits/test_agencies.py"
OF_REPORTS = [
    Fault(
        "head reads what a review found about another service",
        "qa_audit/reports/finding_sentences.py",
        'services_of(scope.user).values_list("pk", "name")',
        'services_of(scope.user).model.objects.values_list("pk", "name")',
        "tests/reports/test_findings.py::test_file_groups_equal_sentences_by_service_and_kind",
    ),
    Fault(
        "a moderator reads the agencies' grades first",
        "qa_audit/audits/permissions.py",
        "writes_agencies(user, audit) and not audit.hides_grades_from(user)",
        "writes_agencies(user, audit)",
        f"{AGENCIES}::test_blind_moderator_sees_no_grade_of_an_agency",
    ),
    Fault(
        "agencies are changed after the audit was agreed",
        "qa_audit/audits/permissions.py",
        "audit.state in (*OPEN_STATES, *PROVISIONAL_STATES)",
        "audit.state != State.WITHDRAWN",
        f"{AGENCIES}::test_auditor_and_qa_lead_enter_rows_until_it_is_agreed",
    ),
    Fault(
        "small groups stand apart for everybody",
        "qa_audit/reports/groups.py",
        "together = joined(counts, few(counts) | left_out)",
        "together = set()",
        f"{GROUPS}::test_small_groups_stand_as_one_row",
    ),
    Fault(
        "the address of one small group opens it",
        "qa_audit/reports/records.py",
        "or small.is_withheld or asked in small.together",
        "or small.is_withheld",
        f"{GROUPS}::test_address_of_one_small_group_opens_nothing",
    ),
    Fault(
        "a head who counts more sees small groups apart",
        "qa_audit/reports/small_teams.py",
        "return all(_is_open(scope.user, service, team) for service, team in teams)",
        "return bool(scope.user.headed_service_ids)",
        f"{GROUPS}::test_whoever_sees_every_team_they_count_sees_every_group",
    ),
    Fault(
        "themes of other services are offered",
        "qa_audit/reports/scope.py",
        "Audit.objects.counted_for(user).counted().themes()",
        "Audit.objects.counted().themes()",
        f"{THEMES}::test_only_themes_of_what_one_may_count_are_offered",
    ),
    Fault(
        "the theme of a draft is filtered by",
        "qa_audit/audits/tables.py",
        '"reason_chosen", "theme", "grade"',
        '"reason_chosen", "grade"',
        f"{THEMES}::test_theme_in_the_list_never_finds_what_one_may_not_open",
    ),
    Fault(
        "a QA lead withdraws their own audits with an import",
        "qa_audit/audits/actions/withdrawing.py",
        "if audits.filter(Q(auditor=by) | Q(earlier_auditors=by)).exists():",
        "if audits.filter(Q(earlier_auditors=by)).exists():",
        "tests/imports/test_withdrawing.py::test_nobody_withdraws_audits_of_their_own_with_an_import",
    ),
    Fault(
        "the administrator reads which records wait",
        "qa_audit/home/views/waiting.py",
        "missing_people(names_records=is_qa_lead)",
        "missing_people(names_records=True)",
        "tests/home/test_standing.py::test_a_second_qa_lead_is_asked_for_and_named_records_are_for_qa_leads",
    ),
]

COMMENTARY = "tests/kpi/commentary/test_commentary.py"
READINGS = "tests/kpi/packs/test_readings.py"
OF_WITHHELD = [
    Fault(
        "withheld figure told by its teams",
        "kpi/packs/rows.py",
        "elif row.figures[month].state != ObservationState.WITHHELD:",
        "else:",
        f"{READINGS}::test_what_is_withheld_is_not_told_by_the_teams",
    ),
    Fault(
        "one hidden team told by the other reading",
        "kpi/packs/rollup.py",
        "if together.teams < FEWEST_TEAMS or together.tells_of_one:",
        "if together.teams < FEWEST_TEAMS:",
        f"{READINGS}::test_reading_of_teams_that_would_tell_of_one_hidden_team_is_not_given",
    ),
    Fault(
        "actions of every service for its heads",
        "qa_audit/loop/models.py",
        "allowed |= Q(service__in=user.headed_service_ids)",
        "allowed |= Q(service__isnull=False)",
        f"{COMMENTARY}::test_a_services_step_is_read_by_its_own_people_and_those_above",
    ),
    Fault(
        "anybody merges indicators",
        "kpi/packs/actions.py",
        "    require_analyst(by)\n    hold_all()  # as returns do",
        "    hold_all()  # as returns do",
        "tests/kpi/packs/test_merging.py::test_only_analysts_merge",
    ),
]
