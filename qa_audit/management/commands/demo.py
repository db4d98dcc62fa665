from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, transaction
from django.utils import timezone

from qa_audit.audits.models.audit import Audit
from qa_audit.management.demonstration.content import content
from qa_audit.management.demonstration.council import PASSWORD, address, make_council
from qa_audit.management.demonstration.lives import record_lives
from qa_audit.management.demonstration.measures import load_measures
from qa_audit.management.demonstration.reviews import load_reviews, write_analyses
from qa_audit.management.demonstration.storing import record_loaded, store, stored
from qa_audit.management.demonstration.this_year import Maker, leave_work_behind, raise_notice
from qa_audit.management.demonstration.year_2021 import plan_year
from qa_audit.people.actions.persons import system_user
from qa_audit.people.models import Role, Service, User


class Command(BaseCommand):
    help = "Load the demonstration council: invented people and cases, and accounts to sign in with."

    def add_arguments(self, parser):
        parser.add_argument(
            "--force", action="store_true", help="add it to what is there; nothing is deleted"
        )

    def handle(self, *, force, **options):
        if not settings.DEBUG:
            raise CommandError("The demonstration is not loaded into a production site: DEBUG is off.")
        try:
            is_loaded = User.objects.filter(email=address("qalead")).exists()
        except DatabaseError as error:
            raise CommandError(f"Bring the database up to date first, with migrate: {error}") from error
        if is_loaded:
            self.stdout.write("The demonstration is already loaded.")
        else:
            self._refuse_other_content(force)
            try:
                self._load()
            except ValidationError as error:
                raise CommandError(
                    f"What is already there is in the way: {' '.join(error.messages)}."
                ) from error
        self._print_accounts()

    def _refuse_other_content(self, force: bool) -> None:
        models = (("people", User.objects.people()), ("services", Service.objects), ("audits", Audit.objects))
        found = [f"{rows.count()} {name}" for name, rows in models if rows.exists()]
        if found and not force:
            raise CommandError(
                f"This database holds other content ({', '.join(found)}). Use an empty one, "
                "or --force to add the demonstration to it."
            )

    @transaction.atomic
    def _load(self) -> None:
        by, today = system_user(), timezone.localdate()
        council = make_council(by)
        past, current = plan_year(council), Maker(council, today).sheets()
        store(past + current)
        record_loaded(past, by)
        record_lives(stored(current), council.people["qalead"])
        raise_notice(council)
        leave_work_behind(council, by)
        reviews = load_reviews(council, today)
        write_analyses(council, today)
        returns = load_measures(council)
        self.stdout.write(
            f"Loaded {len(past)} audits of 2021, {len(current)} of the current year, "
            f"{len(reviews)} learning reviews and {sum(one.new for one in returns):,} figures in "
            f"{len(returns)} returns."
        )

    def _print_accounts(self) -> None:
        self.stdout.write(f"\nSign in with any of these; the password is {PASSWORD}")
        for item in content("council")["accounts"]:
            limit = ", ".join(item.get("teams", []) + item.get("services", []))
            role = Role(item["role"]).label
            self.stdout.write(f"  {address(item['email']):26}{role}{f' ({limit})' if limit else ''}")
