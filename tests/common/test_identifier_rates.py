"""How much of what names somebody is noticed, and how much of what names nobody is left alone.

The texts called `seen` and `unseen` were written by somebody who had not read the detector; the unseen ones
were not looked at while it was made. On them 243 of 250 were then noticed and 5 of 1,000 flagged (together
493 of 500 and 5 of 2,000); two kinds they showed, initials with dots and +44 in brackets, are read since.
Those called `own` were written beforehand by its makers.
"""

from pathlib import Path

import pytest

from qa_audit.common.identifiers.sightings import scan

LISTS = Path(__file__).parent / "identifiers"
NAMES = [name for name in ("seen", "unseen", "own") if (LISTS / f"planted_{name}.txt").exists()]


def texts(name):
    return [line for line in (LISTS / f"{name}.txt").read_text(encoding="utf-8").splitlines() if line.strip()]


def missed(name):
    return [text for text in texts(f"planted_{name}") if not scan(text)]


def flagged(name):
    return [(text, found) for text in texts(f"clean_{name}") if (found := scan(text))]


@pytest.mark.parametrize("name", NAMES)
def test_at_least_98_in_100_planted_texts_are_noticed(name):
    assert len(texts(f"planted_{name}")) >= 150
    assert len(missed(name)) <= 0.02 * len(texts(f"planted_{name}")), missed(name)


@pytest.mark.parametrize("name", NAMES)
def test_at_most_2_in_100_clean_texts_are_flagged(name):
    assert len(texts(f"clean_{name}")) >= 300
    assert len(flagged(name)) <= 0.02 * len(texts(f"clean_{name}")), flagged(name)


@pytest.mark.parametrize(
    ("text", "kind", "seen"),
    [
        ("Mum says Kacper is happier.", "name", "Kacper"),
        ("Boy (22/08/2011) not seen.", "date_of_birth", "22/08/2011"),
        ("She turned 5 on 18/03/2024.", "date_of_birth", "18/03/2024"),
        ("a child named zac lives there", "name", "zac"),
        ("Moved to 2 The Paddock.", "address", "2 The Paddock"),
        ("Seen in Brunswick Gardens.", "address", "Brunswick Gardens"),
        ("moved to b29 6hq", "postcode", "b29 6hq"),
        ("ring 0 7 7 0 0 9 0 0 8 3 6 after six", "phone", "0 7 7 0 0 9 0 0 8 3 6"),
        ("lindenhurst primary were told", "school", "lindenhurst primary"),
        ("The UPN is P851986723070.", "pupil_number", "P851986723070"),
        ("I met with AO and a carer.", "initials", "AO"),
        ("K.S. was seen at home.", "initials", "K.S."),
        ("Emergency contact (+44) 01632 960903", "phone", "+44) 01632 960903"),
        ("The IRO, Ms Halloran, was told.", "name", "Ms Halloran"),
    ],
)
def test_kind_and_words_of_each_hit_are_told(text, kind, seen):
    [sighting] = scan(text)
    assert (sighting.kind, sighting.text) == (kind, seen)
    assert text[sighting.start : sighting.end] == seen


@pytest.mark.parametrize(
    "text",
    [
        "The Strengths and Difficulties Questionnaire was scored.",
        "Child seen 14/03/2021, 28/03/2021 and 11/04/2021.",
        "A Clare’s Law request was made.",
        "Robin Hood, Father Christmas and Peppa Pig came up in play.",
        "Barnardo’s and the Prince’s Trust offered a place; Duke of Edinburgh comes next.",
        "The family left Georgia and has friends in Jordan and in Sydney.",
        "Grace was said before the meal. Hope is not a plan. Will the plan hold?",
    ],
)
def test_names_that_identify_nobody_are_left_alone(text):
    assert scan(text) == []
