"""The rules of who may see and do what, each with the test that must see it gone."""

from tests.faults.fault import Fault

MATRIX, ATTACKS = "tests/access/test_matrix.py", "tests/access/test_attacks.py"
SENDING = f"{MATRIX}::test_sending_reaches_only_what_is_theirs_and_writes_nothing_else[POST]"
HEADING = f"{MATRIX}::test_head_opens_what_get_opens_and_writes_nothing"
TABLE = f"{MATRIX}::test_expected_table_is_as_wide_as_the_policy"
ROUTES = f"{MATRIX}::test_every_route_is_in_the_policy_or_does_not_exist_for_anybody"
FIGURES = f"{MATRIX}::test_figures_stay_the_same_without_the_rows_of_others"
TWO_ROLES = f"{ATTACKS}::test_head_who_audits_too_exports_and_writes_for_their_own_services_only"
BLIND = f"{ATTACKS}::test_moderator_who_has_not_judged_yet_learns_no_grade_anywhere"
TEAM_TABLE = "tests/kpi/packs/test_team_table.py::test_person_sees_own_teams_and_the_total_of_all"
AREAS = "tests/kpi/commentary/test_areas.py::test_head_of_another_service_neither_reads_drafts_nor_writes"
ONE_TEAM = "tests/kpi/packs/test_rollup.py::test_one_team_alone_is_not_the_council"
SMALL_TEAMS = "tests/reports/test_small_teams.py"
AUDIT = "qa_audit/audits/models/audit.py"
POLICY = "qa_audit/policy.py"
SCOPE = "qa_audit/reports/scope.py"

OF_ACCESS = [
    Fault(
        "list without scope",
        "qa_audit/audits/tables.py",
        "Audit.objects.listed_for(user).marked_for(user)",
        "Audit.objects.all().marked_for(user)",
    ),
    Fault(
        "list says that all may be opened",
        AUDIT,
        "may_open=Case(When(_may_open(user), then=True), default=False)",
        "may_open=Case(When(pk__gt=0, then=True), default=False)",
    ),
    Fault(
        "one audit without scope",
        "qa_audit/audits/views/detail.py",
        "audits = Audit.objects.visible_to(request.user).whole()",
        "audits = Audit.objects.whole()",
    ),
    Fault(
        "practitioner's copy without scope",
        "qa_audit/audits/views/detail.py",
        "get_object_or_404(Audit.objects.visible_to(request.user).whole(), reference=reference)",
        "get_object_or_404(Audit.objects.whole(), reference=reference)",
    ),
    Fault(
        "records behind a figure without scope",
        "qa_audit/reports/records.py",
        "seen_reviews = reviews.visible_to(user).select_related",
        "seen_reviews = LearningReview.objects.select_related",
    ),
    Fault(
        "findings without scope",
        "qa_audit/home/permissions.py",
        "LearningReview.objects.visible_to(user).exclude",
        "LearningReview.objects.exclude",
    ),
    Fault(
        "findings in words without scope",
        "qa_audit/reports/finding_sentences.py",
        "audits = scope.counted().visible_to(scope.user)",
        "audits = scope.counted()",
        "tests/reports/test_findings.py::test_analyst_who_audits_too_reads_the_words_of_their_own_audits_alone",
    ),
    Fault(
        "moves without scope",
        "qa_audit/audits/views/sign_off.py",
        "get_object_or_404(Audit.objects.visible_to(request.user), reference=reference)",
        "get_object_or_404(Audit.objects.all(), reference=reference)",
        SENDING,
    ),
    Fault("page without a line in the policy", POLICY, '    "audits:copy": see(READERS),\n', "", TABLE),
    Fault(
        "new page that nobody thought of",
        "qa_audit/audits/urls.py",
        'path("search/", searching.search, name="search"),',
        'path("search/", searching.search, name="search"),\n'
        '    path("everything/", searching.search, name="everything"),',
        ROUTES,
    ),
    Fault(
        "page without a name",
        "qa_audit/audits/urls.py",
        'path("search/", searching.search, name="search"),',
        'path("search/", searching.search, name="search"),\n    path("everything/", searching.search),',
        ROUTES,
    ),
    Fault(
        "a role too many",
        POLICY,
        '"audits:export": see(READERS),',
        '"audits:export": see(READERS | {ANALYST}),',
    ),
    Fault("a role too few", POLICY, '"audits:export": see(READERS),', '"audits:export": see({QA_LEAD}),'),
    Fault(
        "a method too many",
        POLICY,
        '"audits:share": press({QA_LEAD}),',
        '"audits:share": fill_in({QA_LEAD}),',
        TABLE,
    ),
    Fault(
        "HEAD presses a button",
        POLICY,
        'method = "GET" if request.method == "HEAD" else request.method\n        if method not in',
        'method = "POST" if request.method == "HEAD" and "POST" in methods else request.method\n'
        "        if method not in",
        HEADING,
    ),
    Fault(
        "names outside the policy are let through",
        POLICY,
        "        if methods is None:\n            raise Http404",
        "        if methods is None:\n            return None",
        ROUTES,
    ),
    Fault(
        "refusals that refuse nothing",
        POLICY,
        "            raise PermissionDenied",
        "            return None",
    ),
    Fault(
        "head opens before shared",
        AUDIT,
        "allowed |= Q(service__in=user.headed_service_ids, state__in=FROM_SHARED)",
        "allowed |= Q(service__in=user.headed_service_ids)",
    ),
    Fault(
        "leader opens before shared", AUDIT, "allowed |= Q(state__in=FROM_SHARED)", "allowed |= ~Q(pk__in=[])"
    ),
    Fault(
        "manager sees the whole service",
        AUDIT,
        "Q(team__in=user.managed_team_ids, state__in=FROM_SHARED)",
        "Q(service__teams__in=user.managed_team_ids, state__in=FROM_SHARED)",
    ),
    Fault(
        "figures without scope",
        SCOPE,
        "audits = Audit.objects.counted_for(self.user).audited_between",
        "audits = Audit.objects.audited_between",
        FIGURES,
    ),
    Fault(
        "notice for all",
        "qa_audit/notices/models.py",
        "        allowed = Q(raised_by=user.pk)\n",
        "        allowed = ~Q(pk__in=[])\n",
    ),
    Fault(
        "leaders get every notice at once",
        "qa_audit/notices/models.py",
        "Q(leaders_from__lte=timezone.now())",
        "~Q(pk__in=[])",
    ),
    Fault(
        "learning review without scope",
        "qa_audit/learning/views.py",
        "reviews = LearningReview.objects.visible_to(request.user)",
        "reviews = LearningReview.objects.listed_for(request.user)",
    ),
    Fault(
        "learning reviews of every service for heads",
        "qa_audit/learning/models.py",
        "                Q(lead_service__in=mine)\n",
        "                ~Q(pk__in=[])\n",
    ),
    Fault(
        "head's workbook of any service",
        "qa_audit/reports/hos_summary.py",
        "return services.filter(pk__in=user.headed_service_ids)",
        "return services",
        TWO_ROLES,
    ),
    Fault(
        "head writes any service's analysis",
        "qa_audit/reports/analysis.py",
        "return service_id in user.headed_service_ids or user.has_role(Role.QA_LEAD)",
        "return user.has_role(Role.HEAD, Role.QA_LEAD)",
        TWO_ROLES,
    ),
    Fault(
        "head reads any service's analysis",
        "qa_audit/reports/analysis.py",
        "analyses = analyses.filter(service__in=scope.user.headed_service_ids)",
        "pass",
    ),
    Fault(
        "analyst gets links",
        SCOPE,
        'return reverse("reports:records") if self.user.has_role(*readers) else ""',
        'return reverse("reports:records")',
    ),
    Fault(
        "history page for heads",
        POLICY,
        '"audits:history": see({QA_LEAD}),',
        '"audits:history": see({QA_LEAD, HEAD}),',
    ),
    Fault(
        "kept text of anybody",
        "qa_audit/audits/views/kept.py",
        'get_object_or_404(request.user.kept_texts.select_related("audit__tool_version__tool"), pk=pk)',
        'get_object_or_404(KeptText.objects.select_related("audit__tool_version__tool"), pk=pk)',
    ),
    Fault(
        "waiting file of anybody",
        "qa_audit/intake/models.py",
        "self.filter(user=user.pk, uploaded_at__gte",
        "self.exclude(user=user.pk).filter(uploaded_at__gte",
    ),
    Fault(
        "moderator reads the grade by its findings",
        "qa_audit/reports/finding_sentences.py",
        ".showing_grades_to(scope.user)",
        "",
        BLIND,
    ),
    Fault(
        "small teams stand apart",
        "qa_audit/reports/small_teams.py",
        "return {key for key, n in counts.items() if 0 < n < FEWEST}",
        "return set()",
        SMALL_TEAMS,
    ),
    Fault(
        "teams of others in a team table",
        "kpi/packs/team_table.py",
        "of_teams = figures.visible_to(user).of_teams()",
        "of_teams = figures.of_teams()",
        TEAM_TABLE,
    ),
    Fault(
        "one team shown as the council",
        "kpi/returns/months.py",
        "FEWEST_TEAMS = 2",
        "FEWEST_TEAMS = 1",
        ONE_TEAM,
    ),
    Fault(
        "month of one team told to everybody",
        "kpi/returns/months.py",
        "    if seen is not None:",
        "    if False:",
        "tests/kpi/returns/test_months.py",
    ),
    Fault(
        "caseloads without scope",
        "kpi/packs/caseloads.py",
        "rows = Caseload.objects.visible_to(self.user).current()",
        "rows = Caseload.objects.current()",
    ),
    Fault(
        "commentary before it is approved",
        "kpi/commentary/views/commentary.py",
        "    found = Commentary.objects.visible_to(request.user)\n    return get_object_or_404(",
        "    found = Commentary.objects.all()\n    return get_object_or_404(",
    ),
    Fault(
        "an area's analysis written by the head of another service",
        "kpi/commentary/permissions.py",
        "        return shown.filter(services__in=user.headed_service_ids).exists()",
        "        return shown.exists()",
        AREAS,
    ),
    Fault(
        "action steps of every service",
        "kpi/packs/indicator/beside.py",
        "steps = ActionStep.objects.visible_to(self.user).filter(indicator=self.indicator)",
        "steps = ActionStep.objects.filter(indicator=self.indicator)",
    ),
    Fault(
        "reading a page writes in its record",
        "qa_audit/notices/views.py",
        '    record_reading("opened", by=request.user, obj=notice)',
        '    record_reading("opened", by=request.user, obj=notice)\n    notice.save()',
    ),
]
