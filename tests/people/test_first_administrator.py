import pytest
from django.core.management import CommandError, call_command

from qa_audit.history.models import Event
from qa_audit.people.models import Role, User

pytestmark = pytest.mark.django_db


def test_first_administrator_sets_a_password_through_the_printed_address(client, capsys):
    call_command("add_administrator", "Adi Min", "adi@council.example")
    path = capsys.readouterr().out.strip().split("<this site>")[1]
    form = client.get(path, follow=True)
    assert form.status_code == 200
    client.post(
        form.redirect_chain[-1][0],
        {"password1": "harbour-lanterns-at-six", "password2": "harbour-lanterns-at-six"},
    )
    person = User.objects.get(email="adi@council.example")
    assert person.check_password("harbour-lanterns-at-six")
    assert person.roles == {Role.ADMINISTRATOR}
    assert Event.objects.filter(action="role given").exists()


@pytest.mark.parametrize("email", ["not an address", "adi@council.example"])
def test_bad_or_taken_address_is_refused_and_makes_nobody(email):
    call_command("add_administrator", "Adi Min", "ADI@council.example")
    with pytest.raises(CommandError):
        call_command("add_administrator", "Adi Two", email)
    assert User.objects.people().count() == 1
