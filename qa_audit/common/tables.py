"""Lists as tables: one class per list. Rows are written in Python, much faster than a template's loop."""

from collections.abc import Callable

import django_tables2
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.db.models import Model
from django.db.models.query import ModelIterable
from django.http import HttpRequest, QueryDict
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django_tables2.utils import signature

from .components import render_component, tag_html
from .wording import count, short_day

PER_PAGE = 25


class ListColumn(django_tables2.Column):
    """Text. A column's `classes` ("numeric", "nowrap") go to its heading and cells."""

    classes = ""

    def __init__(self, *args, classes: str | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.classes = self.classes if classes is None else classes


class NumberColumn(ListColumn):
    classes = "numeric"

    def render(self, value):
        return f"{value:,}"

    def value(self, value):
        return value


class DateColumn(ListColumn):
    """4 Jan 2026"""

    classes = "nowrap"

    def render(self, value):
        return short_day(value)

    def value(self, value):
        return value


class LinkColumn(ListColumn):
    """Text that leads to the record's page; `url` gives "" where the person may not open it."""

    classes = "nowrap"

    def __init__(self, *args, url: Callable = lambda record: record.get_absolute_url(), **kwargs):
        super().__init__(*args, **kwargs)
        self.url = url

    def render(self, value, record):
        url = self.url(record)
        return format_html('<a class="govuk-link" href="{}">{}</a>', url, value) if url else value

    def value(self, value):
        return value


class TagColumn(ListColumn):
    """A choice as a tag in the colour of its kind and value: `choices` as a model field has them."""

    kind = ""

    def __init__(self, *args, choices, **kwargs):
        super().__init__(*args, **kwargs)
        # By label too: that is what arrives for a model field with choices.
        pairs = [
            (key, tag_html(self.kind, str(value), str(label)))
            for value, label in choices
            for key in (value, label)
        ]
        self.tags = dict(pairs)

    def render(self, value):
        return self.tags.get(value, value)

    def value(self, value):
        return value


class GradeColumn(TagColumn):
    kind = "grade"


class StateColumn(TagColumn):
    kind = "state"


class ListTable(django_tables2.Table):
    """A list's table: `caption` names it, `noun` is what it counts, the first column names the row."""

    caption = ""
    noun = "record"
    plural = ""
    is_caption_hidden = False

    @classmethod
    def for_request(cls, request: HttpRequest, data, per_page: int = PER_PAGE, **kwargs):
        """The page and order that the address asks for, or the nearest there is."""
        table = cls(data, **kwargs)
        # Not given to the library: it would read the address itself, absurd numbers included.
        table.request = request
        wanted = request.GET.getlist(table.prefixed_order_by_field)
        if known := [name for name in wanted if name.removeprefix("-") in table.columns.names()]:
            table.order_by = known
        table._settle_order()
        table.paginate(per_page=per_page)
        table.page = table.paginator.get_page(request.GET.get(table.prefixed_page_field))
        return table

    def _settle_order(self):
        """Rows that are equal in the order asked for keep theirs, so that no page repeats or loses one."""
        rows = self.data.data
        if getattr(rows, "_iterable_class", None) is ModelIterable:
            self.data.data = rows.order_by(*(rows.query.order_by or rows.model._meta.ordering), "pk")

    @property
    def all_rows(self):
        """The rows of every page in the order that the page has, for its file."""
        return self.data.data

    def total(self) -> str:
        """577 audits, page 2 of 24"""
        page = getattr(self, "page", None)
        words = count(page.paginator.count if page else len(self.rows), self.noun, self.plural)
        if page and page.paginator.num_pages > 1:
            words += f", page {page.number:,} of {page.paginator.num_pages:,}"
        return words

    def nothing(self) -> str:
        return self.empty_text or f"No {self.plural or self.noun + 's'} to show."

    def address(self, **changes) -> str:
        """This page's address with other values; None takes one out."""
        request = getattr(self, "request", None)
        query = request.GET.copy() if request else QueryDict(mutable=True)
        for name, value in changes.items():
            query.pop(name, None)
            if value is not None:
                query[name] = value
        return f"?{query.urlencode()}"

    def headings(self):
        """What the template needs of each column: text, classes, how it is sorted, the link that sorts."""
        for column in self.columns:
            sort = ""
            if column.orderable:
                alias = column.order_by_alias
                sort = ("descending" if alias.is_descending else "ascending") if column.is_ordered else "none"
            yield {
                "text": column.header,
                "classes": _classes("govuk-table__header", column),
                "sort": sort,
                "href": sort and self.address(**self._next_order(column)),
            }

    def _next_order(self, column) -> dict:
        return {self.prefixed_order_by_field: column.order_by_alias.next, self.prefixed_page_field: None}

    def body(self) -> SafeString:
        """The rows' HTML: every cell escaped unless its column made it safe."""
        cells = [_cell_writer(self, column) for column in self.columns]
        rows = ("".join([write(row.record) for write in cells]) for row in self.paginated_rows)
        return mark_safe("".join(f'<tr class="govuk-table__row">{row}</tr>\n' for row in rows))  # noqa: S308

    def footing(self):
        return [(column.footer, _classes("govuk-table__cell", column)) for column in self.columns]

    def pagination(self) -> SafeString | str:
        page = getattr(self, "page", None)
        if not page or page.paginator.num_pages == 1:
            return ""

        def link(number):
            return {"href": self.address(**{self.prefixed_page_field: number})}

        items = [
            {"number": number, "current": number == page.number, **link(number)}
            if isinstance(number, int)
            else {"ellipsis": True}
            for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
        ]
        return render_component(
            "pagination",
            {
                "items": items,
                "previous": link(page.previous_page_number()) if page.has_previous() else None,
                "next": link(page.next_page_number()) if page.has_next() else None,
                "landmarkLabel": f"Pages of {self.plural or self.noun + 's'}",
            },
        )


def _classes(base: str, column) -> str:
    own = getattr(column.column, "classes", "")
    own = f"{base}--numeric" if own == "numeric" else own and f"sight-{own}"
    return f"{base} {own}" if own else base


def _cell_writer(table: ListTable, column) -> Callable:
    """The function from a record to its cell. What is the same for all rows is looked up once, here:
    the library reads the signature of `render` again for every cell."""
    is_first = column.name == table.columns.names()[0]
    classes = _classes("govuk-table__header" if is_first else "govuk-table__cell", column)
    start = f'<th scope="row" class="{classes}">' if is_first else f'<td class="{classes}">'
    end = "</th>" if is_first else "</td>"
    wanted, takes_all = signature(column.render)
    empty = f"{start}{conditional_escape(column.default)}{end}"
    labels = None

    def write(record) -> str:
        nonlocal labels
        try:
            value = column.accessor.resolve(record)
        except ObjectDoesNotExist:
            value = None
        if value in column.column.empty_values:
            return empty
        if labels is None:
            labels = _labels(column.accessor, record)
        given = {
            "value": labels.get(value, value) if labels else value,
            "record": record,
            "column": column.column,
            "bound_column": column,
            "table": table,
        }
        shown = column.render(**(given if takes_all else {name: given[name] for name in wanted}))
        return f"{start}{conditional_escape(shown)}{end}"

    return write


def _labels(accessor, record) -> dict:
    """The words of a model field with choices."""
    if not isinstance(record, Model):
        return {}
    try:
        return dict(getattr(accessor.get_field(record), "flatchoices", ()))
    except FieldDoesNotExist:
        return {}
