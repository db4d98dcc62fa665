"""Plants one fault of access at a time in a copy of the project, and demands that the tests turn red.

    python -m tests.access.plant_faults [--only NAME]

Each fault is an exact replacement: when the code moves on, the script says so and fails. Run it without other
load: it starts pytest once for each fault.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# The matrix first: it sees most of them.
MATRIX = ("tests/access/test_matrix.py", "tests/access")


@dataclass(frozen=True)
class Fault:
    """What is wrong, the texts replaced by file, and the tests that must see it."""

    name: str
    edits: tuple[tuple[str, str, str], ...]
    tests: tuple[str, ...] = MATRIX


def fault(name: str, path: str, before: str, after: str, *tests: str) -> Fault:
    return Fault(name, ((path, before, after),), tests or MATRIX)


AUDIT = "qa_audit/audits/models/audit.py"
POLICY = "qa_audit/policy.py"
SCOPE = "qa_audit/reports/scope.py"

FAULTS = [
    fault(
        "list without scope",
        "qa_audit/audits/tables.py",
        "Audit.objects.listed_for(user).marked_for(user)",
        "Audit.objects.all().marked_for(user)",
    ),
    fault(
        "list says that all may be opened",
        AUDIT,
        "may_open=Case(When(_may_open(user), then=True), default=False)",
        "may_open=Case(When(pk__gt=0, then=True), default=False)",
    ),
    fault(
        "one audit without scope",
        "qa_audit/audits/views/detail.py",
        "audits = Audit.objects.visible_to(request.user).whole()",
        "audits = Audit.objects.whole()",
    ),
    fault(
        "practitioner's copy without scope",
        "qa_audit/audits/views/detail.py",
        "get_object_or_404(Audit.objects.visible_to(request.user).whole(), reference=reference)",
        "get_object_or_404(Audit.objects.whole(), reference=reference)",
    ),
    fault(
        "records behind a figure without scope",
        "qa_audit/reports/records.py",
        "seen_reviews = reviews.visible_to(user).select_related",
        "seen_reviews = LearningReview.objects.select_related",
    ),
    fault(
        "findings without scope",
        "qa_audit/home/permissions.py",
        "LearningReview.objects.visible_to(user).exclude",
        "LearningReview.objects.exclude",
    ),
    fault(
        "findings in words without scope",
        "qa_audit/reports/findings.py",
        "audits = scope.counted().visible_to(scope.user)",
        "audits = Audit.objects.counted()",
    ),
    fault(
        "moves without scope",
        "qa_audit/audits/views/sign_off.py",
        "get_object_or_404(Audit.objects.visible_to(request.user), reference=reference)",
        "get_object_or_404(Audit.objects.all(), reference=reference)",
    ),
    fault("page without a line in the policy", POLICY, '    "audits:copy": see(READERS),\n', ""),
    fault(
        "new page that nobody thought of",
        "qa_audit/audits/urls.py",
        'path("search/", searching.search, name="search"),',
        'path("search/", searching.search, name="search"),\n'
        '    path("everything/", searching.search, name="everything"),',
    ),
    fault(
        "page without a name",
        "qa_audit/audits/urls.py",
        'path("search/", searching.search, name="search"),',
        'path("search/", searching.search, name="search"),\n    path("everything/", searching.search),',
    ),
    fault(
        "a role too many",
        POLICY,
        '"audits:export": see(READERS),',
        '"audits:export": see(READERS | {ANALYST}),',
    ),
    fault("a role too few", POLICY, '"audits:export": see(READERS),', '"audits:export": see({QA_LEAD}),'),
    fault(
        "a method too many",
        POLICY,
        '"audits:share": press({QA_LEAD}),',
        '"audits:share": fill_in({QA_LEAD}),',
    ),
    fault(
        "HEAD presses a button",
        POLICY,
        'method = "GET" if request.method == "HEAD" else request.method\n        if method not in',
        'method = "POST" if request.method == "HEAD" and "POST" in methods else request.method\n'
        "        if method not in",
    ),
    fault(
        "names outside the policy are let through",
        POLICY,
        "        if methods is None:\n            raise Http404",
        "        if methods is None:\n            return None",
    ),
    fault(
        "refusals that refuse nothing",
        POLICY,
        "            raise PermissionDenied",
        "            return None",
    ),
    fault(
        "head opens before shared",
        AUDIT,
        "allowed |= Q(service__in=user.headed_service_ids, state__in=FROM_SHARED)",
        "allowed |= Q(service__in=user.headed_service_ids)",
    ),
    fault(
        "leader opens before shared", AUDIT, "allowed |= Q(state__in=FROM_SHARED)", "allowed |= ~Q(pk__in=[])"
    ),
    fault(
        "manager sees the whole service",
        AUDIT,
        "Q(team__in=user.managed_team_ids, state__in=FROM_SHARED)",
        "Q(service__teams__in=user.managed_team_ids, state__in=FROM_SHARED)",
    ),
    fault(
        "figures without scope",
        SCOPE,
        "audits = Audit.objects.counted_for(self.user).audited_between",
        "audits = Audit.objects.audited_between",
    ),
    fault(
        "notice for all",
        "qa_audit/notices/models.py",
        "        allowed = Q(raised_by=user.pk)\n",
        "        allowed = ~Q(pk__in=[])\n",
    ),
    fault(
        "leaders get every notice at once",
        "qa_audit/notices/models.py",
        "Q(leaders_from__lte=timezone.now())",
        "~Q(pk__in=[])",
    ),
    fault(
        "learning review without scope",
        "qa_audit/learning/views.py",
        "reviews = LearningReview.objects.visible_to(request.user)",
        "reviews = LearningReview.objects.listed_for(request.user)",
    ),
    fault(
        "learning reviews of every service for heads",
        "qa_audit/learning/models.py",
        "                Q(lead_service__in=mine)\n",
        "                ~Q(pk__in=[])\n",
    ),
    fault(
        "head's workbook of any service",
        "qa_audit/reports/hos_summary.py",
        "return services.filter(pk__in=user.headed_service_ids)",
        "return services",
    ),
    fault(
        "head writes any service's analysis",
        "qa_audit/reports/analysis.py",
        "return service_id in user.headed_service_ids or user.has_role(Role.QA_LEAD)",
        "return user.has_role(Role.HEAD, Role.QA_LEAD)",
    ),
    fault(
        "head reads any service's analysis",
        "qa_audit/reports/analysis.py",
        "analyses = analyses.filter(service__in=scope.user.headed_service_ids)",
        "pass",
    ),
    fault(
        "analyst gets links",
        SCOPE,
        'return reverse("reports:records") if self.user.has_role(*readers) else ""',
        'return reverse("reports:records")',
    ),
    fault(
        "history page for heads",
        POLICY,
        '"audits:history": see({QA_LEAD}),',
        '"audits:history": see({QA_LEAD, HEAD}),',
    ),
    fault(
        "kept text of anybody",
        "qa_audit/audits/views/kept.py",
        'get_object_or_404(request.user.kept_texts.select_related("audit__tool_version__tool"), pk=pk)',
        'get_object_or_404(KeptText.objects.select_related("audit__tool_version__tool"), pk=pk)',
    ),
    fault(
        "waiting file of anybody",
        "qa_audit/imports/models.py",
        "self.filter(user=user.pk, uploaded_at__gte",
        "self.exclude(user=user.pk).filter(uploaded_at__gte",
    ),
    fault(
        "moderator reads the grade by its findings",
        "qa_audit/reports/findings.py",
        ".showing_grades_to(scope.user)",
        "",
        "tests/access/test_attacks.py",
    ),
    fault(
        "small teams stand apart",
        "qa_audit/reports/small_teams.py",
        "return {key for key, n in counts.items() if 0 < n < FEWEST}",
        "return set()",
        "tests/reports/test_small_teams.py",
    ),
    fault(
        "reading a page writes in its record",
        "qa_audit/notices/views.py",
        '    record_reading("opened", by=request.user, obj=notice)',
        '    record_reading("opened", by=request.user, obj=notice)\n    notice.save()',
    ),
]


def copy_of_the_project(target: Path) -> None:
    """All files that git tracks or would track, and what is installed beside them."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        source = ROOT / name
        if source.is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            (target / name).write_bytes(source.read_bytes())
    (target / "var").mkdir(exist_ok=True)
    (target / ".venv").symlink_to(ROOT / ".venv")
    (target / "var" / "frontend").symlink_to(ROOT / "var" / "frontend")


def run_tests(project: Path, tests: tuple[str, ...]) -> bool:
    """Whether all are green."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--reuse-db", *tests]
    environment = {**os.environ, "DEBUG": "1", "TEST_DB": "plant_faults"}
    ran = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True)
    (project / "var" / "last-run.txt").write_text(ran.stdout + ran.stderr)
    return ran.returncode == 0


def plant(project: Path, one: Fault) -> bool:
    """Whether the tests stay green with the fault in; afterwards the project is as it was."""
    kept = {path: (project / path).read_text() for path, _, _ in one.edits}
    try:
        for path, before, after in one.edits:
            text = (project / path).read_text()
            if text.count(before) != 1:
                raise SystemExit(f"{one.name}: {path} holds {text.count(before)} times: {before}")
            (project / path).write_text(text.replace(before, after))
        return run_tests(project, one.tests)
    finally:
        for path, text in kept.items():
            (project / path).write_text(text)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", metavar="NAME", help="plant only the faults with this in their name")
    asked = parser.parse_args().only or ""
    chosen = [one for one in FAULTS if asked in one.name]
    if not chosen:
        raise SystemExit(f"There is no fault {asked}. There are: {', '.join(one.name for one in FAULTS)}")
    with tempfile.TemporaryDirectory(prefix="faults-") as place:
        project = Path(place)
        copy_of_the_project(project)
        if not run_tests(project, tuple(dict.fromkeys(path for one in chosen for path in one.tests))):
            print((project / "var" / "last-run.txt").read_text()[-3000:])
            raise SystemExit("The tests are red without a fault: put that right first.")
        unseen = 0
        for one in chosen:
            started = time.monotonic()
            is_green = plant(project, one)
            unseen += is_green
            seconds = time.monotonic() - started
            print(f"{'STAYS GREEN' if is_green else 'red':<12}{seconds:4.0f} s  {one.name}", flush=True)
    print(f"{len(chosen) - unseen} of {len(chosen)} faults turn the tests red.")
    return 1 if unseen else 0


if __name__ == "__main__":
    sys.exit(main())
