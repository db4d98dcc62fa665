"""Home: what waits for me, then my service at a glance."""

from django.shortcuts import render

from qa_audit.home.tables.glance import glance
from qa_audit.home.tables.waiting import not_raised_by, starts_for, waiting_for


def index(request):
    figures = glance(request.user)
    page = {
        "not_raised": not_raised_by(request.user),
        "groups": waiting_for(request.user, figures.without_analysis if figures else ()),
        "glance": figures,
        "has_role": bool(request.user.roles),
        "starts": starts_for(request.user),
    }
    return render(request, "home/index.html", page)
