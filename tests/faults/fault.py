"""What a planted fault is."""

from dataclasses import dataclass

PAGES = "tests/access/test_matrix.py::test_pages_and_files_open_for_their_roles_and_hold_no_text_of_others"


@dataclass(frozen=True)
class Fault:
    """What is wrong, the text replaced in a file, and the test that must see it."""

    name: str
    path: str
    before: str
    after: str
    test: str = PAGES
