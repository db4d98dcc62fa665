"""Reading a page as a person does."""

from django.http import HttpResponse


def one_line(response: HttpResponse) -> str:
    """The page with each run of white space as one space: where its template breaks a line shows nowhere."""
    return " ".join(response.content.decode().split())
