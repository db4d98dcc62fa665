"""Text as it may be stored, shown and put into a file that somebody opens in a spreadsheet."""

import re
import unicodedata
from html import unescape

# What a spreadsheet takes for the start of a formula: the signs, and their full-width and small forms.
FORMULA_SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\t\r\n"

# Control characters (tab and line feed stay), halves of surrogate pairs and the two code points XML forbids.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_TAG = re.compile("<[^>]+>")
# Leading apostrophes count, so that guarding and unguarding are exact opposites.
_FORMULA = re.compile(f"'*(?:[{re.escape(FORMULA_SIGNS)}]|\\s+[{re.escape(FORMULA_SIGNS)}])")


def clean(value: str) -> str:
    """Give the text in NFC, lines ending in LF, without control characters (tab and LF are kept)."""
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii() and text.isprintable():
        return text
    return unicodedata.normalize("NFC", _UNWANTED.sub("", text))


def starts_formula(text: str) -> bool:
    """Say whether a spreadsheet might run the text: it begins, after spaces, with one of FORMULA_SIGNS."""
    return _FORMULA.match(text) is not None


def guard(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet might run when it opens a csv file."""
    return f"'{text}" if starts_formula(text) else text


def unguard(text: str) -> str:
    """Take away the apostrophe that `guard` put there."""
    return text[1:] if text.startswith("'") and starts_formula(text) else text


def without_tags(html: str) -> str:
    """Give the words of markup, each piece a space from the next."""
    return " ".join(unescape(_TAG.sub(" ", html)).split())
