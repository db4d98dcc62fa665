"""Reading a page as a person does."""

from django.http import HttpResponse

from tests.interface.markup import Markup


def one_line(response: HttpResponse) -> str:
    """The page with each run of white space as one space: where its template breaks a line shows nowhere."""
    return " ".join(response.content.decode().split())


def row_names(page: Markup) -> list[str]:
    """What the headings of a page's rows say."""
    return [" ".join(one.text.split()) for one in page.all("th", scope="row")]
