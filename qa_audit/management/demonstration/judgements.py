"""Grades of the demonstration: a judgement of the whole, and domains that fit it."""

from random import Random

from qa_audit.audits.models.header import Impact
from qa_audit.tools.models import Domain, Grade

OUTSTANDING, GOOD, REQUIRES, INADEQUATE = Grade.values
# How often a domain has which grade, by the grade of the whole (out of a hundred, best first).
SPREAD = {
    OUTSTANDING: (60, 40, 0, 0),
    GOOD: (8, 70, 22, 0),
    REQUIRES: (0, 33, 60, 7),
    INADEQUATE: (0, 8, 42, 50),
}
IMPACTS = {
    OUTSTANDING: {Impact.CLEAR_POSITIVE: 9, Impact.SOME_DIFFERENCE: 1},
    GOOD: {Impact.CLEAR_POSITIVE: 5, Impact.SOME_DIFFERENCE: 4, Impact.TOO_EARLY: 1},
    REQUIRES: {Impact.SOME_DIFFERENCE: 5, Impact.TOO_EARLY: 2, Impact.NO_CHANGE: 3},
    INADEQUATE: {Impact.NO_CHANGE: 6, Impact.WORSE: 3, Impact.SOME_DIFFERENCE: 1},
}
ELSEWHERE = {Impact.NOT_APPLICABLE: 4, Impact.SOME_DIFFERENCE: 4, Impact.TOO_EARLY: 2}
DECISIONS = {"right": 78, "too_high": 8, "too_low": 9, "consent_missing": 5}
# How often a question is answered "yes", by the grade of its domain or of the whole.
YES = {OUTSTANDING: 0.95, GOOD: 0.84, REQUIRES: 0.55, INADEQUATE: 0.3, "right": 0.82}


def pick(rng: Random, weights: dict):
    """One of the keys, as often as its weight says."""
    return rng.choices(list(weights), list(weights.values()))[0]


def domain_grades(rng: Random, overall: str, domains: list[Domain]) -> dict[int, str]:
    """A grade for each graded domain, such that the limiting rule allows the grade of the whole."""
    spread = dict(zip(Grade.values, SPREAD[overall], strict=True))
    grades = {domain.pk: pick(rng, spread) for domain in domains if domain.is_graded}
    limiting = [domain.pk for domain in domains if domain.is_limiting and domain.is_graded]
    core = [domain.pk for domain in domains if domain.is_core and domain.is_graded]
    if overall == INADEQUATE:
        return grades | dict.fromkeys(limiting, INADEQUATE)
    for pk in limiting:
        if grades[pk] == INADEQUATE:
            grades[pk] = REQUIRES
    if overall in (OUTSTANDING, GOOD):
        weak = [pk for pk in core if grades[pk] not in (OUTSTANDING, GOOD)]
        grades |= dict.fromkeys(weak[1:], GOOD)
    return grades


def impact(rng: Random, overall: str) -> str:
    """What is different for the child, as it tends to be with such practice."""
    return pick(rng, IMPACTS.get(overall, ELSEWHERE))
