"""The invented cases that audits of the demonstration look at."""

from random import Random

from qa_audit.audits.models.audit import Audit
from qa_audit.audits.models.header import AgeBand, EthnicGroup, Sex, StatusOnTheDay
from qa_audit.management.demonstration.judgements import pick

CHILD_AGES = {
    AgeBand.UNDER_1: 1, AgeBand.FROM_1: 2, AgeBand.FROM_5: 3, AgeBand.FROM_10: 4, AgeBand.FROM_16: 2,
}  # fmt: skip
YOUNG_AGES = {AgeBand.FROM_10: 6, AgeBand.FROM_16: 4}
STATUSES = {
    "front-door": {StatusOnTheDay.CONTACT: 1},
    "early-help": {StatusOnTheDay.EARLY_HELP: 1},
    "assessment": {StatusOnTheDay.ASSESSMENT: 1},
    "child-in-need": {StatusOnTheDay.CHILD_IN_NEED: 1},
    "child-protection": {
        StatusOnTheDay.CHILD_PROTECTION: 7,
        StatusOnTheDay.PRE_PROCEEDINGS: 2,
        StatusOnTheDay.IN_PROCEEDINGS: 1,
    },
    "young-people": {StatusOnTheDay.CHILD_IN_NEED: 6, StatusOnTheDay.CHILD_PROTECTION: 4},
    "children-in-care": {
        StatusOnTheDay.CARE_ORDER: 6,
        StatusOnTheDay.CARE_AGREEMENT: 3,
        StatusOnTheDay.CARE_PLACEMENT_ORDER: 1,
    },
    "care-leavers": {StatusOnTheDay.CARE_LEAVER: 1},
    "fostering": {StatusOnTheDay.FOSTER_HOUSEHOLD: 1},
    "adoption": {StatusOnTheDay.CARE_PLACEMENT_ORDER: 1},
    "disabled-children": {StatusOnTheDay.CHILD_IN_NEED: 8, StatusOnTheDay.CARE_AGREEMENT: 2},
}  # fmt: skip
AGES = {"care-leavers": {AgeBand.FROM_18: 1}, "young-people": YOUNG_AGES}
WORKERS = {
    "front-door": "screening worker",
    "early-help": "lead worker in early help",
    "care-leavers": "personal adviser",
    "fostering": "supervising social worker",
    "adoption": "adoption social worker",
    "disabled-children": "short breaks worker",
}
ETHNIC_GROUPS = {
    EthnicGroup.WHITE_BRITISH: 66, EthnicGroup.ASIAN_PAKISTANI: 6, EthnicGroup.BLACK_AFRICAN: 6,
    EthnicGroup.MIXED_WHITE_BLACK_CARIBBEAN: 5, EthnicGroup.ASIAN_BANGLADESHI: 4, EthnicGroup.WHITE_OTHER: 5,
    EthnicGroup.BLACK_CARIBBEAN: 3, EthnicGroup.WHITE_ROMA: 2, EthnicGroup.NOT_RECORDED: 3,
}  # fmt: skip


def invent_case(rng: Random, audit: Audit, code: str) -> None:
    """Who the record is about, without a name; `code` is the tool of the service, whoever audits."""
    audit.case_reference = f"LS{rng.randint(100_000, 999_999)}"
    audit.case_system = "Demonstration records"
    audit.status_on_day = pick(rng, STATUSES[code])
    audit.worker_role = WORKERS.get(code) or rng.choice(["social worker", "senior social worker"])
    if audit.status_on_day == StatusOnTheDay.FOSTER_HOUSEHOLD:
        return
    audit.age_band = pick(rng, AGES.get(code, CHILD_AGES))
    audit.sex = rng.choice([Sex.FEMALE, Sex.MALE])
    audit.ethnic_group = pick(rng, ETHNIC_GROUPS)
    audit.is_disabled = code == "disabled-children" or rng.random() < 0.08
    audit.is_missing_or_exploited = code == "young-people" and rng.random() < 0.5
    audit.children_count = pick(rng, {1: 6, 2: 3, 3: 1})
