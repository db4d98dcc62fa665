"""Home: what waits for me, then my service at a glance."""

from django.shortcuts import render

from qa_audit.home.checks import missing_people
from qa_audit.home.tables.glance import glance
from qa_audit.home.tables.left import left_for
from qa_audit.home.tables.waiting import not_raised_by, starts_for, waiting_for
from qa_audit.people.models import Role


def index(request):
    figures = glance(request.user)
    is_qa_lead = request.user.has_role(Role.QA_LEAD)
    sees_missing = is_qa_lead or request.user.has_role(Role.ADMINISTRATOR)
    page = {
        "missing": missing_people(names_records=is_qa_lead) if sees_missing else [],
        "not_raised": not_raised_by(request.user),
        "groups": [
            *left_for(request.user),
            *waiting_for(request.user, figures.without_analysis if figures else ()),
        ],
        "glance": figures,
        "has_role": bool(request.user.roles),
        "starts": starts_for(request.user),
    }
    return render(request, "home/index.html", page)
