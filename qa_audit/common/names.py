"""Names as people write them: how one is kept, by what two are the same, and which one may have been meant.

Word processors, web pages and spreadsheets put other apostrophes, dashes and spaces into a name than a
keyboard, and characters that nobody sees. Forms, commands and both imports read names here.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from django.db import models
from django.db.models import Q

from .text import clean

# Soft hyphens, characters without width, marks of direction, variation selectors.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_APOSTROPHES = "\u2019\u2018\u201a\u201b\u2032\u2035\u00b4`\u02b9\u02bb\u02bc\u02bd\u02c8\uff07\u275b\u275c"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d\u2796"
_QUOTES = "\u201c\u201d\u201e\u201f\u2033\u2036\u00ab\u00bb\uff02"
_ALIKE = str.maketrans(
    dict.fromkeys(_APOSTROPHES, "'") | dict.fromkeys(_DASHES, "-") | dict.fromkeys(_QUOTES, '"')
)
_TOTAL = re.compile(
    r"(?:(?:grand|overall|council|service|team|sub)[ -]?)?totals?(?: \(.*\))?|all teams|overall|sum"
)
# Between the key of a name and the number of its row, where rows with one key were stored before the key was.
_APART = "\n"
_LONGEST_KEY = 250
LIKELY = 0.75  # of two names' letters, before one is offered for the other


def one_line(text: str) -> str:
    """A name as it is kept: single spaces, none at the ends, without characters that nobody sees."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return " ".join(_UNSEEN.sub("", clean(text)).split())


def plain_signs(text: str) -> str:
    """The same on one line, with the apostrophes, dashes and quotation marks of a keyboard."""
    return one_line(text).translate(_ALIKE)


@lru_cache(maxsize=4096)  # a file says the same few names in every row
def name_key(text: str) -> str:
    """By what names are compared: the same for every way of writing one."""
    plain = plain_signs(text)
    return plain.casefold() if plain.isascii() else unicodedata.normalize("NFKC", plain).casefold()


@lru_cache(maxsize=4096)
def word_key(text: str) -> str:
    """By what headings and the words of a choice are compared: spaces, underscores and dashes alike too."""
    return " ".join(re.split(r"[\s_\-]+", name_key(text))).strip()


@lru_cache(maxsize=4096)
def is_total_word(text: str) -> bool:
    """Whether it heads a row of sums: Total, Grand total, Total (all teams)."""
    return _TOTAL.fullmatch(name_key(text).rstrip(": ")) is not None


def did_you_mean(text: str, known: Iterable[str]) -> str:
    """Did you mean “Fostering”? with a space before it; nothing where no known name is near."""
    keys: dict[str, str] = {}
    for name in known:
        keys.setdefault(word_key(name), name)
    near = difflib.get_close_matches(word_key(text[:250]), keys, n=1, cutoff=LIKELY)
    return f" Did you mean “{keys[near[0]]}”?" if near else ""


def _stored_key(text: str) -> str:
    return name_key(text)[:_LONGEST_KEY]


class NameKey(models.CharField):
    """Keeps the `name_key` of another field of the row, so that the database holds names apart by it."""

    def __init__(self, of: str = "name", **kwargs):
        self.of = of
        super().__init__(**kwargs | {"max_length": _LONGEST_KEY + 20, "editable": False, "default": ""})

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.of}

    def pre_save(self, model_instance, add):
        stored, key = getattr(model_instance, self.attname), _stored_key(getattr(model_instance, self.of))
        if add or stored.partition(_APART)[0] != key:
            setattr(model_instance, self.attname, key)
            stored = key
        return stored


def keys_of(model: type[models.Model], fields: Iterable[str]) -> list[str]:
    """The names of the model's keys that follow these fields: whoever saves these saves those."""
    return [one.name for one in model._meta.concrete_fields if isinstance(one, NameKey) and one.of in fields]


def same_name(text: str, field: str = "name_key") -> Q:
    """The condition that a row, or one that belongs to it, has this name."""
    key = _stored_key(text)
    return Q(**{field: key}) | Q(**{f"{field}__startswith": f"{key}{_APART}"})


def fill_keys(model: type[models.Model], key: str = "name_key", of: str = "name") -> None:
    """Fill the keys of rows that had none, in a migration; the later rows of one key get their number to it.

    So a council whose names differ by an apostrophe alone keeps both, and no third is let in.
    """
    taken: set[str] = set()
    for pk, name in model._base_manager.order_by("pk").values_list("pk", of):
        wanted = _stored_key(name)
        if wanted in taken:
            wanted = f"{wanted}{_APART}{pk}"
        taken.add(wanted)
        model._base_manager.filter(pk=pk).update(**{key: wanted})
