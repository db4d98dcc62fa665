"""The reference of a case as people and spreadsheets write it; forms and imports read it here.

A spreadsheet keeps 15 digits of a number and shows it as it likes: 123456789012345678 becomes
1.23457E+17 in a csv file, and 00012345 is 12345 with a format. What was destroyed is refused, never guessed.
"""

import re

from .names import plain_signs

MOST_DIGITS = 15
AS_TEXT = "Give the column the format “Text”, write the reference in full, and save the file again."
_SHORTENED = re.compile(r"[0-9]+(?:[.,][0-9]+)?E\+[0-9]+|[0-9]+[.,][0-9]+E-?[0-9]+", re.IGNORECASE)
# Formats that show every digit of a whole number and no other; #,##0 only parts its thousands.
_AS_IT_IS = re.compile(r"|general|@|#*,?#*0?(?:\.0*)?(?:_\))?|0\.0+e\+0+", re.IGNORECASE)


def read_reference(text: str) -> str:
    """A reference as it is kept: on one line, with plain dashes, without a spreadsheet's apostrophe.

    Raises ValueError with words for the page.
    """
    reference = plain_signs(text).lstrip("'").lstrip()
    if _SHORTENED.fullmatch(reference):
        raise ValueError(
            f"{reference} is a number that a spreadsheet has shortened: its last digits are lost."
        )
    return reference


def reference_of_number(number: int | float, number_format: str = "") -> str:
    """The reference that is in a cell as a number. Raises ValueError where it may not be all of it."""
    if abs(number) >= 10**MOST_DIGITS:
        raise ValueError(
            f"This number has more than {MOST_DIGITS} digits, and a spreadsheet keeps only the first "
            f"{MOST_DIGITS}."
        )
    is_whole = number == int(number)
    plain, first = str(int(number) if is_whole else number), number_format.partition(";")[0]
    if not _AS_IT_IS.fullmatch(first) or (not is_whole and first.casefold() not in ("", "general", "@")):
        raise ValueError(f"The cell holds the number {plain}, but its format shows more than that number.")
    return plain
