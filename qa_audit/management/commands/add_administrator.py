from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from qa_audit.people.actions.persons import add_person, give_role, make_password_link, system_user
from qa_audit.people.models import Role


class Command(BaseCommand):
    help = "Make the first administrator's account and print the address at which they set their password."

    def add_arguments(self, parser):
        parser.add_argument("name")
        parser.add_argument("email")

    @transaction.atomic
    def handle(self, *, name, email, **options):
        by = system_user()
        try:
            validate_email(email)
            person = add_person(email=email, name=name, by=by)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        give_role(person=person, role=Role.ADMINISTRATOR, by=by)
        self.stdout.write(f"{person} is an administrator. Within three days they set a password at")
        self.stdout.write(f"https://<this site>{make_password_link(person=person, by=by)}")
