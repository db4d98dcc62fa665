"""Changes to the themes of findings."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from qa_audit.findings.models import Theme
from qa_audit.findings.permissions import may_keep_themes
from qa_audit.history.actions import NewEvent, change, record, record_all
from qa_audit.people.models import User
from qa_audit.tools.models import Concept


def _require_keeper(by: User) -> None:
    if not may_keep_themes(by):
        raise PermissionDenied


@transaction.atomic
def add_theme(*, title: str, parent: Theme | None, by: User) -> Theme:
    """Add a theme at the top, or under one that is there."""
    _require_keeper(by)
    last = Theme.objects.aggregate(last=Max("order"))["last"] or 0
    theme = Theme.objects.create(code=_free_code(title), title=title, parent=parent, order=last + 1)
    record("theme added", by=by, obj=theme, changes={"title": [None, theme.path]})
    return theme


@transaction.atomic
def change_theme(*, theme: Theme, version: int, title: str, parent: Theme | None, by: User) -> Theme:
    """Rename a theme, or move it; its findings and its code stay.

    Raises ChangedMeanwhile when it is no longer at `version`.
    """
    _require_keeper(by)
    theme, changes = change(theme, version, title=title, parent=parent)
    record("theme changed", by=by, obj=theme, changes=changes)
    return theme


@transaction.atomic
def load_themes(*, content: list[dict], by: User) -> int:
    """Add the themes of a file that are not there yet; what is there stays.

    In: dicts of code, title and parent (a code or None), parents first or not. Out: how many are new.
    """
    _require_keeper(by)
    themes = {theme.code: theme for theme in Theme.objects.all()}
    concepts = Concept.objects.filter(kind=Concept.Kind.DOMAIN, default_theme=None)
    free_concepts = {concept.key: concept for concept in concepts}
    entries = []
    numbered = sorted(enumerate(content, 1), key=lambda item: item[1]["parent"] is not None)
    for order, item in numbered:
        theme = themes.get(item["code"])
        if theme is None:
            parent = themes[item["parent"]] if item["parent"] else None
            theme = Theme.objects.create(code=item["code"], title=item["title"], parent=parent, order=order)
            themes[theme.code] = theme
            entries.append(NewEvent("theme added", obj=theme, changes={"title": [None, theme.path]}))
        if theme.concept_id is None and theme.code in free_concepts:
            theme.concept = free_concepts[theme.code]
            theme.save(update_fields=["concept"])
    record_all(entries, by=by)
    return len(entries)


def _free_code(title: str) -> str:
    """A code from the title that no theme has yet."""
    wanted = slugify(title)[:50] or "theme"
    taken = set(Theme.objects.filter(code__startswith=wanted).values_list("code", flat=True))
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return next(code for code in (wanted, *numbered) if code not in taken)
