"""Filters of lists: kept in the address, shown beside the list, each one that is set can be taken off."""

import django_filters

from .forms import ENDS_BEFORE_IT_BEGINS, DateField, FilterForm


class DateFilter(django_filters.DateFilter):
    """A day in one text box. For a period use two of them."""

    field_class = DateField


class _ListForm(FilterForm):
    """A list's filters; a period that ends before it begins is an error, as on reports."""

    def clean(self):
        typed = super().clean()
        for name, last in list(typed.items()):
            first = typed.get(f"{name.removesuffix('_to')}_from")
            if name.endswith("_to") and first and last and last < first:
                self.add_error(name, ENDS_BEFORE_IT_BEGINS)
        return typed


class FilterSet(django_filters.FilterSet):
    """A list's filter with our form; why a value was refused is said by its field."""

    def get_form_class(self):
        fields = {name: filter_.field for name, filter_ in self.filters.items()}
        return type(f"{type(self).__name__}Form", (_ListForm,), fields)

    @property
    def qs(self):
        """The rows; none while a filter is in error, rather than those of another filter than asked for."""
        return super().qs if self.is_valid() else self.queryset.none()

    def chosen(self) -> list[dict]:
        """Every value that is set: its field's label, its words, and the address without it."""
        return [
            {
                "label": field.label,
                "text": _words(field, value),
                "href": self._without(field.html_name, value),
            }
            for field in self.form
            for value in self.data.getlist(field.html_name)
            if value.strip()
        ]

    def as_changes(self) -> dict[str, list]:
        """What is asked for, as history keeps it of a file that was taken."""
        return {one["label"]: [None, one["text"]] for one in self.chosen()}

    def cleared(self) -> str:
        """The address with the order kept and every filter off."""
        return self._address(*(field.html_name for field in self.form))

    def hidden_fields(self) -> list[tuple[str, str]]:
        """What else stands in the address and stays when the filter is applied: the order, not the page."""
        mine = {field.html_name for field in self.form} | {"page"}
        return [(name, value) for name, values in self.data.lists() if name not in mine for value in values]

    def _without(self, name: str, value: str) -> str:
        query = self.data.copy()
        query.setlist(name, [other for other in query.getlist(name) if other != value])
        query.pop("page", None)
        return f"?{query.urlencode()}"

    def _address(self, *names: str) -> str:
        query = self.data.copy()
        for name in (*names, "page"):
            query.pop(name, None)
        return f"?{query.urlencode()}"


def _words(field, value: str) -> str:
    choices = getattr(field.field, "choices", ())
    return next((str(label) for key, label in choices if str(key) == value), value)
