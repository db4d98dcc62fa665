"""Learning reviews and analyses of the demonstration, made by the same actions as anybody's."""

from datetime import date, timedelta
from random import Random

from qa_audit.findings.models import FindingKind, Severity, Theme
from qa_audit.learning import actions
from qa_audit.learning.models import LearningReview
from qa_audit.management.demonstration.content import content
from qa_audit.management.demonstration.council import Council
from qa_audit.management.demonstration.year_2021 import working_days
from qa_audit.reports.analysis import write_analysis
from qa_audit.reports.period import Period


def load_reviews(council: Council, today: date) -> list[LearningReview]:
    """The 14 reviews of 2021, and those of the current year as they stand today."""
    rng = Random("reviews")  # noqa: S311  invented data needs no secret
    past = working_days(date(2021, 3, 1), date(2021, 12, 17))
    made = [
        _load(rng, council, *row, "completed", "qalead", rng.choice(past))
        for row in content("reviews")["year_2021"]
    ]
    for number, row in enumerate(content("reviews")["now"]):
        made.append(_load(rng, council, *row, max(today - timedelta(days=20 * number), _new_year(today))))
    return made


def _new_year(today: date) -> date:
    return today.replace(month=1, day=1)


def _load(
    rng: Random, council: Council, service: str, title: str, kind: str, status: str, by: str, on: date
) -> LearningReview:
    by = council.people[by]
    begun = on - timedelta(days=70)
    facts = {
        "title": title,
        "review_type": kind,
        "lead_service": council.services[service],
        "notified_on": begun,
        "commissioned_on": begun + timedelta(days=5),
        "due_on": begun + timedelta(days=90),
        "key_learning": rng.choice(content("reviews")["key_learning"]),
        "partner_agencies": rng.choice(["Police, health and school", "Health", "Police and housing"]),
        "case_references": f"LS{rng.randint(100_000, 999_999)}",
    }
    review = actions.record_review(token=title[:30], values=facts, by=by)
    lines = [line for line in content("findings") if line["kind"] == FindingKind.IMPROVEMENT]
    line = rng.choice([line for line in lines if not line["tools"]])
    finding = {
        "kind": FindingKind.IMPROVEMENT,
        "text": line["text"],
        "service": review.lead_service,
        "severity": Severity.HIGH,
        "themes": [Theme.objects.get(code=line["theme"])],
    }
    actions.add_finding(review=review, values=finding, by=by)
    if status != "open":
        review = actions.complete(review=review, completed_on=on, by=by)
    if status == "published":
        review = actions.publish(review=review, published_on=on, by=by)
    return review


def write_analyses(council: Council, today: date) -> None:
    """Some heads' own words for this year; elsewhere, and for all of 2021, the drafted sentence stands."""
    heads = council.heads()
    services = ("Children and Families First", "Pathways through Care", "Fostering")
    for service, text in zip(services, content("texts")["analyses"], strict=True):
        write_analysis(
            service=council.services[service],
            period=Period.of(None, None),
            text=text,
            version=0,
            by=heads[service],
        )
