"""Stretches of a journey that several journeys share."""

from tests.factories.people import PASSWORD
from tests.journeys.verbs import Person

DIP_QUESTIONS = [
    "Was the child seen alone, or is it recorded why that was not right?",
    "Is there a current plan that says what will be different for the child, and by when?",
    "Has supervision of this case been recorded in the last month, "
    "with a check that the last actions were done?",
    "Is the chronology up to date, with what each event meant for the child?",
]


def signs_in(person: Person, email: str) -> None:
    person.opens("/")
    person.is_on("Sign in")
    person.types(email, into="Email address")
    person.types(PASSWORD, into="Password")
    person.presses("Sign in")
    person.is_on("What is waiting for you")


def starts_a_dip_sample(person: Person, *, case: str, service: str, team: str) -> None:
    person.follows("Audits")
    person.presses("Start an audit")
    person.types(case, into="Case reference")
    person.picks(service, of="Service")
    person.presses("Continue")
    person.chooses("Dip sample", of="Tool")
    person.picks(team, of="Team")
    person.chooses("QA unit", of="Capacity")
    person.chooses("Random", of="Reason chosen")
    person.presses("Start the audit")
    person.is_on("About this audit")


def fills_in_the_dip_sample(person: Person) -> None:
    """The header, then everything on one page."""
    person.picks("Child in need", of="Status on the day")
    person.presses("Save and continue")
    person.is_on("All on one page")
    for question in DIP_QUESTIONS:
        person.chooses("Yes", of=question)
    person.chooses("Heard", of="Child: what came of seeking their voice?")
    person.types("I like it when she comes on Fridays.", into="Child: what they said")
    person.chooses("Meets good", of="Overall judgement")
    person.types("Seen often and alone; the plan is alive.", into="Reason for the overall judgement")
    person.chooses("Some difference", of="Impact for the child")
    person.types("School on three days a week instead of one.", into="Impact in one sentence")
    person.types("Seen alone early, and it changed the plan.", into="One strength")
    person.types("Say in supervision what came of the last actions.", into="One area for improvement")
    person.chooses("No", of="Is a child unsafe now?")
    person.presses("Save and continue")


def submits(person: Person) -> None:
    person.is_on("Check before submitting")
    person.presses("Submit the audit")
    person.sees("is submitted.")


def fills_in_a_manager_audit(person: Person, *, case: str, service: str, team: str) -> None:
    """Domain by domain, from the start page to the check before submitting."""
    person.types(case, into="Case reference")
    person.picks(service, of="Service")
    person.presses("Continue")
    person.chooses("Manager audit", of="Tool")
    person.picks(team, of="Team")
    person.chooses("Manager", of="Capacity")
    person.chooses("Random", of="Reason chosen")
    person.presses("Start the audit")
    person.picks("Child protection", of="Status on the day")
    person.presses("Save and continue")
    for domain, (grade, question) in MANAGER_DOMAINS.items():
        person.is_on(domain)
        if question:
            person.chooses("Yes", of=question)
        person.chooses("Good", of=f"Grade for {grade}")
        person.types(f"Read the last six months for {grade}; talked with the worker.", into="Evidence")
        person.presses("Save and continue")
    person.is_on("Voices")
    for who in ("Child", "Parent", "Carer"):
        person.chooses("Declined", of=f"{who}: what came of seeking their voice?")
        person.types("Did not want to talk this time.", into=f"{who}: why not")
    person.presses("Save and continue")
    person.chooses("Good", of="Overall judgement")
    person.types("The worker knows this child; the plan is slow.", into="Reason for the overall judgement")
    person.chooses("Some difference", of="Impact for the child")
    person.types("Home is calmer in the evening.", into="Impact in one sentence")
    person.presses("Save and continue")
    person.types("The worker came when she said she would.", into="One strength")
    person.types("Move the plan on when it does not help.", into="One area for improvement")
    person.presses("Save and continue")
    person.chooses("Held", of="Conversation with the practitioner")
    person.types("8 May 2026", into="Date held or arranged for")
    person.types("Social worker", into="With whom")
    person.chooses("The worker came when she said she would.", of="The strength you told them")
    person.chooses("Move the plan on when it does not help.", of="The one change you agreed")
    person.presses("Save and continue")
    person.chooses("No", of="Is a child unsafe now?")
    person.presses("Save")
    person.presses("Check and submit")


MANAGER_DOMAINS = {
    "Child's voice and lived experience": ("child's voice and lived experience", DIP_QUESTIONS[0]),
    "Assessment and analysis": ("assessment and analysis", ""),
    "Risk and safety": ("risk and safety", ""),
    "Plan and review": ("plan and review", DIP_QUESTIONS[1]),
    "Recording and chronology": ("recording and chronology", ""),
    "Management oversight and supervision": ("management oversight and supervision", DIP_QUESTIONS[2]),
}
