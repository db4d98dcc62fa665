"""A problem: what a check before submitting finds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """Something to look at before submitting: its words, and the page and entry where it is put right."""

    words: str
    page: str
    entry: str = ""
    is_blocking: bool = True
    # What looks like a name, and whether the auditor can say that it is none.
    sighted: str = ""
    may_be_declared: bool = False
