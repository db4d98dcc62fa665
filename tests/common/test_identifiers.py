import random
from itertools import pairwise, product

import pytest

from qa_audit.common.identifiers.sightings import WORDS, scan, scan_reference
from tests.stopwatch import no_runaway

FIRST = [
    "Amelia",
    "Oluwaseun",
    "Zuzanna",
    "Kacper",
    "Chidera",
    "Ruby",
    "Mohammed",
    "Bronwyn",
    "Thandiwe",
    "Grace",
]
LAST = [
    "Adeyemi",
    "O’Neill",
    "Kowalczyk",
    "Smith",
    "McAllister",
    "Begum",
    "Hughes-Price",
    "Nowak",
    "Pike",
    "Tran",
]
NAME_FRAMES = [
    "We visited {first} {last} at home.",
    "{first} {last} was seen alone.",
    "The plan says that Mr {last} will leave.",
    "Mrs {last} told the team about it.",
    "The baby is called {first} and is well.",
    "Her sister {first} was not seen.",
    "{first}’s mother did not agree.",
    "The children are {first} {last} and one other.",
    "The auditor read what {first} said in May.",
    "There were concerns from Dr {last}, the doctor.",
]
OTHER_FRAMES = [
    "The record gives {} and nothing else.",
    "{} stands in the chronology.",
    "It was copied into the plan ({}).",
    "See {}, which should not be here.",
]
ROADS = [
    "Harbour Road",
    "Church Street",
    "Old Mill Lane",
    "Beech Avenue",
    "St Anne Close",
    "Victoria Gardens",
]
SCHOOLS = [
    "St Swithun Primary School", "St Mary’s Primary School", "Oakfield Primary School", "Thornhill Academy",
    "Our Lady of Lourdes School", "Redbridge Nursery", "Weston Park Junior School", "Bitterne High School",
]  # fmt: skip
DAYS = ["3/4/2012", "03.04.2012", "3 April 2012", "3rd April 2012", "April 3, 2012", "2012-04-03", "3-4-12"]


def nhs_number(chance):
    while True:
        digits = [chance.randrange(10) for _ in range(9)]
        check = -sum(weight * digit for weight, digit in zip(range(10, 1, -1), digits, strict=True)) % 11
        if check < 10 and len(set(digits)) > 1:
            return "".join(map(str, [*digits, check]))


def plants():
    """Give 500 sentences, each with one identifier, and the kind it is."""
    chance = random.Random(2026)
    for number in range(150):
        frame = NAME_FRAMES[number % len(NAME_FRAMES)]
        yield "name", frame.format(first=chance.choice(FIRST), last=chance.choice(LAST))
    makers = {
        "nhs_number": lambda: chance.choice(["{0}{1}{2}", "{0} {1} {2}", "{0}-{1}-{2}"]).format(
            (digits := nhs_number(chance))[:3], digits[3:6], digits[6:]
        ),
        "postcode": lambda: chance.choice(
            ["SO14 7LP", "so14 7lp", "SO147LP", "M1 1AE", "EC1A 1BB", "W1A 0AX"]
        ),
        "phone": lambda: chance.choice(
            [
                "07700 900123",
                "023 8000 1234",
                "+44 7700 900 456",
                "(023) 8000 1234",
                "07700-900-123",
                "02380001234",
            ]
        ),
        "email": lambda: chance.choice(
            ["a.b@school.example", "jo_smith+x@mail.example.org", "o'n@x.example"]
        ),
        "national_insurance_number": lambda: chance.choice(["AB 12 34 56 C", "AB123456C", "jk 12 34 56 d"]),
        "date_of_birth": lambda: (
            chance.choice(["DOB ", "DOB: ", "D.O.B. ", "date of birth is ", "born on ", "born "])
            + chance.choice(DAYS)
        ),
        "address": lambda: (
            chance.choice(["", "Flat 3, "]) + f"{chance.randrange(1, 300)} {chance.choice(ROADS)}"
        ),
        "school": lambda: chance.choice(SCHOOLS),
        "name": lambda: chance.choice(["J. Smith", "K. Nowak", "Mr T", "Kofi"]),
        "initials": lambda: chance.choice(["J.S.", "A. B.", "KW", "R.T"]),
        "pupil_number": lambda: chance.choice(["P851986723070", "p8519 8672 3070", "UPN T823432106007"]),
    }
    for number in range(350):
        kind = list(makers)[number % len(makers)]
        yield kind, chance.choice(OTHER_FRAMES).format(makers[kind]())


def test_planted_identifiers_are_noticed():
    planted = list(plants())
    missed = [text for kind, text in planted if kind not in {sighting.kind for sighting in scan(text)}]
    assert len(planted) == 500
    assert len(missed) <= 10, missed


# As professionals write: what they did, with whom, in which service, in which month, under which section.
CLEAN = """
Social Worker visited the Family Hub and recorded the visit the same day.
Children in Care were seen alone in Placement.
The Section 47 enquiry was agreed with Police within 24 hours.
Team Manager agreed the plan on Monday and wrote why.
The Strategy Meeting was held within 2 working days of the Referral.
Supervision repeats last month's actions.
Reviewing officer's challenge ended a nine-month delay.
The Independent Reviewing Officer raised a concern in March and again in May.
Children seen alone early, and their words changed the plan.
Life story begun at the move, not before.
Brothers and sisters are missed in one contact in five.
The Child and Family Assessment took 61 working days.
A Family Group Conference was offered but not taken up.
Early Help Assessment completed with the Lead Worker.
The Core Group met every four weeks until April.
The Initial Child Protection Conference was on 14/3/2021.
Mother said the worker listened to her.
Father was not invited to the Review Conference.
The young person told the Personal Adviser what they wanted.
Grandmother offered to care for both children.
Harbour Family Team closed the case in June 2021.
SWF Harbour 1 held the case for most of the period.
BIT Millfield passed it to Pathways Northgate on 4 January.
The Screening Hub decided on the contact within one working day.
Edge of Care worked with the family for twelve weeks.
Family Finding began before the Placement Order.
Fostering Supervision A visits each household monthly.
Short Breaks were reviewed with the Education, Health and Care Plan.
The Virtual School attended the Personal Education Plan meeting.
CAMHS offered an appointment after 18 weeks.
The Public Law Outline letter was sent in plain English.
Legal Planning Meeting agreed to issue Care Proceedings.
The Children Act 1989 and Working Together were followed.
Ofsted visited the Children's Home in October.
The Health Visitor and the Midwife shared information well.
Youth Justice Service completed the assessment on Thursday.
The Return Home Interview was offered within 72 hours.
The Child Exploitation risk tool is current and used.
Missing episodes rose from 3 to 7 between July and September.
The Pathway Plan was written with the young person.
The Special Guardianship Order was made in December 2020.
The Local Authority Designated Officer was told the same day.
Domestic Abuse is named but its effect on the child is not.
The Graded Care Profile shows no change since February.
Signs of Safety scaling was used at each visit.
The chronology starts in 2014 and stops in 2019.
The Christmas visit was recorded on 27 December 2021.
Management oversight: the decision is there, the reason is not.
There is a good genogram and an up-to-date Ecomap.
Case notes are in the Record by Friday each week.
The school reported better attendance this Term.
The GP letter of 3/4/2021 is not on file.
The audit was moderated: Requires Improvement, not Good.
Outstanding practice by the Duty Team on a Sunday evening.
The Emergency Duty Team responded within an hour.
The interpreter spoke Polish and the family speaks Romanian.
An Initial Health Assessment took place on the twentieth working day.
Wishes and feelings were gathered with Three Houses.
The Safer Care plan has a date but no review.
The Foster Carer asked for respite in August.
The Multi-Agency Safeguarding Hub shared the Police report.
Ethnicity, faith and language are recorded; Culture is not explored.
The Domestic Homicide Review led to training.
The Head of Service signed the exemption.
Team around the Family met six times.
The Principal Social Worker chaired the Practice Week.
Evidence of direct work: drawings, a diary and a letter.
The worker was on leave; the Deputy Team Manager visited instead.
Child Protection visits were every 10 working days.
Drug and alcohol services closed the father's case.
A Placement with Parents agreement was signed in November.
He was placed with his brother, which he had asked for.
She was seen alone in four of six visits.
They moved twice in 2021 and once in 2022.
It is clear who will do what by when.
Contact takes place on Wednesdays and Saturdays.
Risk of harm was reviewed on 5 May 2021 and 6 June 2021.
No voice of the child in the March summary.
All domains were graded; Partnership and Impact were strongest.
Actions 1, 2 and 3 are overdue since 31/7/2021.
Form C2 and Form A were submitted to the Court.
Regulation 24 assessment was agreed under Schedule 4.
Ages are 4, 7 and 11; the eldest is in Year 6.
The case reference is in the header, e.g. as 1234567.
The budget was 1200 pounds and 45 hours per month.
Ring the helpline from 9 a.m. to 5 p.m. on weekdays.
Appendix B. The threshold document was not used.
Option A. Social workers keep the case until closure.
Next review is due in Quarter 3, before 30 September.
Adoption Panel recommended the match in January.
Later Life Letter was finished after the Adoption Order.
The Care Order was made; the Permanence Plan is long-term fostering.
Parents were helped to understand what has to change.
The auditor spoke with the worker for an hour.
What was good: curiosity, honesty and persistence.
Nothing shows that Father's views were sought.
Each Child in Need meeting had minutes.
School said that she is happier.
Police told us on Tuesday.
Nobody asked the child.
Health shared their records late.
The Advocate and the Guardian agreed with the plan.
Substance Misuse and Mental Health were assessed together.
A Unit Coordinator typed the notes.
The Brief Intervention Teams use Microsoft Teams for meetings.
Pathways through Care holds 153 audits.
Children and Families First ended its work with consent.
The Young People's Service offered Sport and Music.
Intensive and Complex Assessment Team worked on Trauma.
Children with Disabilities reviews Short Breaks each year.
The Special Educational Needs Coordinator attended.
The mother may be able to care in the summer.
The plan will be reviewed in the autumn, we hope.
In the light of this the risk is lower.
The Private Fostering arrangement ended in spring.
The record has a mark of 3 on the scale.
Joint visits with Housing happened in April and July.
The Designated Safeguarding Lead raised a Referral.
A Written Agreement was relied on too much.
Neglect Strategy and Toolkit were not used.
The Court directed a Viability Assessment by 12/11/2021.
Practice Educator observed the Newly Qualified Social Worker.
Assessed and Supported Year in Employment was discussed.
The Children's Commissioner's questions were answered.
Unaccompanied Asylum Seeking Children were given a Solicitor.
The National Referral Mechanism decision came in time.
Harm outside the home was understood with Contextual Safeguarding.
Rapid Review done in 15 working days.
The Serious Incident Notification was sent.
Children's Social Care and Adult Social Care worked as one.
A Consultant Paediatrician saw the child on the ward.
The Elective Home Education team visited.
Family Time was moved to the Contact Centre.
Mum and Dad were both at the meeting.
Stepfather attended one of five visits.
The Senior Practitioner wrote the Closure Summary.
The Step Down to Early Help was planned.
Section 20 was ended and Section 31 begun.
Safety Plan shared with Nursery and School.
Reflective Supervision is monthly and recorded.
The Quality Assurance unit moderated this audit.
""".strip().splitlines()
ENDINGS = ["", " This was recorded by the Team Manager.", " Grade: Good."]


def test_clean_sentences_are_left_alone():
    sentences = [sentence + ending for sentence, ending in product(CLEAN, ENDINGS)]
    flagged = {sentence: scan(sentence) for sentence in sentences if scan(sentence)}
    assert len(sentences) >= 400
    assert len(flagged) <= 0.02 * len(sentences), [
        (sighting.kind, sighting.text, sentence) for sentence, found in flagged.items() for sighting in found
    ]


def test_sighting_tells_where_and_what_in_plain_words():
    text = "Her number is 943 476 5919, she said."
    [sighting] = scan(text)
    assert sighting.kind == "nhs_number"
    assert text[sighting.start : sighting.end] == sighting.text == "943 476 5919"
    assert sighting.words == "This looks like an NHS number"


def test_number_with_a_wrong_check_digit_is_no_nhs_number():
    assert scan("Invoice 943 476 5918 was paid.") == []


@pytest.mark.parametrize("number", ["GB123456A", "QQ123456C", "AB123456E"])
def test_letters_never_given_make_no_national_insurance_number(number):
    assert scan(f"Code {number} is on file.") == []


def test_sightings_come_in_order_and_never_overlap():
    text = "\n".join(sentence for _, sentence in plants())
    found = scan(text)
    assert len(found) > 450
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert {sighting.kind for sighting in found} == set(WORDS)


@pytest.mark.parametrize(
    "text",
    [
        text * (100_000 // len(text))
        for text in (
            "A",
            "Aa ",
            "A B ",
            "1",
            "1 ",
            "0 ",
            "-",
            "'",
            "a'",
            "a@",
            "a.b-",
            "A.",
            "( ",
            "\n",
            "Flat 1, ",
            "born on the ",
            "born 1 ",
            "dob 1 ",
            "dob " + " " * 1_000,
            "birthday a1",
            "child 1/",
            "1 a b ",
            "Mr ",
            "Mrs Aa ",
            "NHS 1",
            "UPN 1 ",
            "School ",
            "and School ",
            "of School ",
            "Cc Road ",
            "Duke ",
            "called ",
            "a girl called ",
            "Aa and ",
            "St ",
        )
    ],
    ids=lambda text: repr(text[:8]),
)
def test_hostile_text_of_100_000_characters_is_scanned_in_proportion(text):
    with no_runaway():
        scan(text)


@pytest.mark.parametrize(
    ("reference", "kind"),
    [
        ("John Smith", "name"),
        ("JOHN SMITH", "name"),
        ("okafor chidera", "name"),
        ("Amelia-2012", "name"),
        ("943 476 5919", "nhs_number"),
        ("9434765919", "nhs_number"),
    ],
)
def test_case_reference_that_names_somebody_is_seen_in_any_case(reference, kind):
    assert [sighting.kind for sighting in scan_reference(reference)] == [kind]


@pytest.mark.parametrize(
    "reference",
    ["", "C10023", "700123", "MOS-123456789", "CIS 44/2021", "2021-0042", "LCS1234567", "EH/221/B"],
)
def test_case_reference_that_is_a_code_is_left_alone(reference):
    assert scan_reference(reference) == []
