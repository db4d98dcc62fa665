"""The sentences that the figures give: one for each scale on which audits were judged."""

from collections import Counter

from qa_audit.common.statistics import share, too_few
from qa_audit.common.wording import percent_in_words
from qa_audit.reports.grades import Grades
from qa_audit.tools.models import MEETS_GRADES, THRESHOLD_DECISIONS

GRADE_WORDS = ["outstanding", "good", "requires improvement", "inadequate"]
NO_AUDITS = "There were no audits, so the standard of work was not graded."
ALL_ALIKE = ["outstanding", "good", "to require improvement", "inadequate"]


def drafted(audits: int, grades: Grades, judged: Counter, noun: str = "contact") -> str:
    """The drafted analysis: each scale in a sentence of its own.

    In: how many audits count, judged or not; the four grades; how many were judged with which word of the
    other scales; what a threshold decision was on. What nobody judged is left out: nothing is "in 0%".
    """
    if not audits:
        return NO_AUDITS
    sentences = [*([of_grades(grades)] if grades.n else []), *of_other_scales(judged, noun)]
    if sentences:
        return " ".join(sentences)
    without = "1 audit" if audits == 1 else f"{audits:,} audits"
    return f"The standard of work was not graded ({without} without one of the four grades)."


def of_grades(grades: Grades) -> str:
    """The standard of work was judged good in 75% of cases and inadequate in 25% (n = 20)."""
    if grades.is_few:
        return f"The number of graded audits is too few to judge (n = {grades.n})."
    if grades.n in grades.counts:
        alike = ALL_ALIKE[grades.counts.index(grades.n)]
        return f"The standard of work was judged consistently {alike} (n = {grades.n:,})."
    first, *others, last = (
        f"{word} in {percent_in_words(part)}"
        for word, part in zip(GRADE_WORDS, grades.shares, strict=True)
        if part
    )
    listed = ", ".join([f"{first} of cases", *others])
    return f"The standard of work was judged {listed} and {last} (n = {grades.n:,})."


def of_other_scales(judged: Counter, noun: str = "contact") -> list[str]:
    """A sentence each for threshold decisions and for what meets good, where there are any."""
    right, too_high, too_low, consent_missing = (judged[word] for word, _ in THRESHOLD_DECISIONS)
    meets, not_yet = (judged[word] for word, _ in MEETS_GRADES)
    sentences = []
    if right + too_high + too_low + consent_missing:
        sentences.append(_of_decisions(right, too_high, too_low, consent_missing, noun))
    if meets + not_yet:
        sentences.append(_of_good(meets, meets + not_yet))
    return sentences


def _of_decisions(right: int, too_high: int, too_low: int, consent_missing: int, noun: str) -> str:
    """The decision was right in 77% of 186 contacts; 6% were set too high, 12% too low, ..."""
    n = right + too_high + too_low + consent_missing
    if too_few(n):
        return f"The number of threshold decisions is too few to judge (n = {n})."
    parts = []
    if too_high:
        parts.append(f"{_part(too_high, n)} were set too high")
    if too_low:
        parts.append(f"{_part(too_low, n)} {'' if too_high else 'were set '}too low")
    if consent_missing:
        parts.append(f"consent was missing in {_part(consent_missing, n)}")
    others = f"; {', '.join(parts)}" if parts else ""
    return f"The decision was right in {_of(right, n)} {noun}s{others}."


def _of_good(meets: int, n: int) -> str:
    """Practice met good in 64% of 25 audits; 36% did not yet."""
    if too_few(n):
        return f"The number of audits judged as meeting good or not yet is too few to judge (n = {n})."
    others = f"; {_part(n - meets, n)} did not yet" if 0 < meets < n else ""
    return f"Practice met good in {_of(meets, n)} audits{others}."


def _part(count: int, n: int) -> str:
    return percent_in_words(share(count, n))


def _of(count: int, n: int) -> str:
    """77% of 186; all 186; none of 186"""
    if count in (0, n):
        return f"all {n:,}" if count else f"none of {n:,}"
    return f"{_part(count, n)} of {n:,}"
