"""One's own account, and the administrator's pages of people and their roles."""

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.core.mail import send_mail
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse

from qa_audit.people.actions import deputies, persons
from qa_audit.people.forms import ChangePersonForm, DeputyForm, PersonForm, RoleForm
from qa_audit.people.models import User
from qa_audit.people.permissions import may_end, may_take_role
from qa_audit.people.tables import PersonFilter, PersonTable

from .pages import form_page

WITHOUT_MAIL = ("console.EmailBackend", "dummy.EmailBackend")


def stay(request):
    """The person is still there: the request alone renews the idle clock."""
    return HttpResponse(status=204)


def account(request):
    grants = request.user.grants.select_related("team", "service")
    deputyships = request.user.deputyships.to_come().select_related("person")
    context = {"grants": grants, "deputyships": deputyships, "has_app": is_mfa_enabled(request.user)}
    return render(request, "people/account.html", context)


def person_list(request):
    people = User.objects.visible_to(request.user).select_related("team")
    people = people.prefetch_related("grants__team", "grants__service")
    filter = PersonFilter(request.GET, queryset=people, request=request)
    table = PersonTable.for_request(request, filter.qs)
    return render(request, "people/list.html", {"filter": filter, "table": table})


def _person(request, pk: int) -> User:
    return get_object_or_404(User.objects.visible_to(request.user), pk=pk)


def detail(request, pk):
    person = _person(request, pk)
    grants = list(person.grants.select_related("team", "service"))
    for grant in grants:
        grant.is_takeable = may_take_role(request.user, grant)
    context = {
        "person": person,
        "grants": grants,
        "has_app": is_mfa_enabled(person),
        "may_end": may_end(request.user, person),
        "deputies": person.deputies.to_come().select_related("deputy"),
        "deputyships": person.deputyships.to_come().select_related("person"),
        "is_self": person.pk == request.user.pk,
    }
    return render(request, "people/detail.html", context)


def add(request):
    form = PersonForm(request.POST or None)
    person = form.send(persons.add_person, by=request.user)
    if person:
        messages.success(request, f"{person} was added. Next: a link to set a password, and a role.")
        return redirect("people:password_link", person.pk)
    return form_page(request, form, title="Add a person", button="Add", back=reverse("people:list"))


def change(request, pk):
    person = _person(request, pk)
    form = ChangePersonForm.of(person, request.POST or None)
    if form.send(persons.change_person, person=person, by=request.user):
        messages.success(request, "Saved.")
        return redirect("people:detail", pk)
    back = reverse("people:detail", args=[pk])
    return form_page(request, form, title="Change", caption=str(person), button="Save", back=back)


def give_role(request, pk):
    person = _person(request, pk)
    form = RoleForm(request.POST or None)
    grant = form.send(persons.give_role, person=person, by=request.user)
    if grant:
        messages.success(request, f"{person} is now: {grant}.")
        return redirect("people:detail", pk)
    back = reverse("people:detail", args=[pk])
    return form_page(
        request, form, title="Give a role", caption=str(person), button="Give this role", back=back
    )


def _confirm(request, person: User, template: str, **context):
    return render(request, f"people/{template}.html", {"person": person, **context})


def take_role(request, pk, grant_pk):
    person = _person(request, pk)
    grant = get_object_or_404(person.grants, pk=grant_pk)
    if request.method == "POST":
        persons.take_role(grant=grant, by=request.user)
        messages.success(request, f"{person} is no longer: {grant}.")
        return redirect("people:detail", pk)
    return _confirm(request, person, "take_role", grant=grant)


def name_deputy(request, pk):
    person = _person(request, pk)
    form = DeputyForm(request.POST or None, person=person, by=request.user)
    deputyship = form.send(deputies.name_deputy, person=person, by=request.user)
    if deputyship:
        messages.success(request, f"Deputy of {person}: {deputyship}.")
        return redirect("people:detail", pk)
    back = reverse("people:detail", args=[pk])
    return form_page(request, form, title="Name a deputy", caption=str(person), button="Name", back=back)


def end_deputy(request, pk, deputy_pk):
    person = _person(request, pk)
    deputyship = get_object_or_404(person.deputies.select_related("deputy"), pk=deputy_pk)
    if request.method == "POST":
        deputies.end_deputy(deputyship=deputyship, by=request.user)
        messages.success(request, f"{deputyship.deputy} no longer deputises for {person}.")
        return redirect("people:detail", pk)
    return _confirm(request, person, "end_deputy", deputyship=deputyship)


def end(request, pk):
    person = _person(request, pk)
    if request.method == "POST":
        persons.end_person(person=person, by=request.user)
        messages.success(request, f"The account of {person} has ended.")
        return redirect("people:detail", pk)
    return _confirm(request, person, "end", grants=person.grants.select_related("team", "service"))


def return_(request, pk):
    person = _person(request, pk)
    if request.method == "POST":
        persons.return_person(person=person, by=request.user)
        messages.success(
            request, f"{person} can sign in again. Next: a link to set a password, and their roles."
        )
        return redirect("people:detail", pk)
    return _confirm(request, person, "return")


def clear_second_factor(request, pk):
    person = _person(request, pk)
    if request.method == "POST":
        persons.clear_second_factor(person=person, by=request.user)
        messages.success(request, f"{person} sets up a new authenticator app after signing in.")
        return redirect("people:detail", pk)
    return _confirm(request, person, "clear_second_factor")


def password_link(request, pk):
    """The link is shown once, on the answer to the button, and kept nowhere."""
    person = _person(request, pk)
    link, is_sent, has_mail = "", False, not settings.EMAIL_BACKEND.endswith(WITHOUT_MAIL)
    if request.method == "POST":
        link = request.build_absolute_uri(persons.make_password_link(person=person, by=request.user))
        words = render_to_string("people/email/password_link.txt", {"person": person, "link": link})
        subject = f"Your {settings.PRODUCT_NAME} account"
        is_sent = has_mail and bool(send_mail(subject, words, None, [person.email], fail_silently=True))
    return _confirm(request, person, "password_link", link=link, is_sent=is_sent, has_mail=has_mail)
