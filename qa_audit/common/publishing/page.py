"""Tables as HTML, put together in Python: a template's loop takes ten times as long.

Every cell is escaped here, but for what a column gives as `html`, which is safe where it is made.
"""

from collections.abc import Callable
from operator import itemgetter
from typing import Any

from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe

from qa_audit.common.publishing.values import Column, Table, as_text


def table_html(table: Table, *, look: str = "", caption: str = "m", label: str = "") -> SafeString:
    """The table in a region that scrolls.

    In: `look`, a class of the table and, with months, of its region; `caption`, its size, or "hidden";
    `label` of the region, where it is another than the caption.
    """
    name = escape(table.caption)
    styled = "govuk-visually-hidden" if caption == "hidden" else f"govuk-table__caption--{caption}"
    scroll = "sight-scroll sight-scroll--months" if look == "months" else "sight-scroll"
    head = "".join(_heading(column, look) for column in table.columns)
    cells = _row_writer(table, look)
    body = "\n".join([f'<tr class="govuk-table__row">{cells(row)}</tr>' for row in table.rows])
    total = "" if table.total is None else cells(table.total)
    foot = f'<tfoot class="sight-table__foot"><tr class="govuk-table__row">{total}</tr></tfoot>'
    return mark_safe(  # noqa: S308
        f'<div class="{scroll}" role="region" aria-label="{escape(label) or name}" tabindex="0">\n'
        f'<table class="govuk-table sight-table{look and f" sight-table--{look}"}">\n'
        f'<caption class="govuk-table__caption {styled}">{name}</caption>\n'
        f'<thead class="govuk-table__head"><tr class="govuk-table__row">{head}</tr></thead>\n'
        f'<tbody class="govuk-table__body">{body}</tbody>\n{foot if total else ""}</table>\n</div>\n'
    )


def cell_html(table: Table, column: Column, row: Any) -> SafeString:
    """What is in one cell, with the link to its records where there is one."""
    return mark_safe(_cell_writer(table, table.columns.index(column))(row))  # noqa: S308


def _heading(column: Column, look: str) -> str:
    words = column.short or column.heading
    classes = _classes(column, "header", look)
    return f'<th scope="col" class="{classes}">{"<br>".join(map(escape, words.split(chr(10))))}</th>'


def _row_writer(table: Table, look: str) -> Callable[[Any], str]:
    """The function from a row to its cells; the first names the row."""
    cells = [
        (f'<td class="{_classes(column, "cell", look)}">', _cell_writer(table, index))
        for index, column in enumerate(table.columns)
    ]
    (_, name), *others = cells

    def write(row: Any) -> str:
        rest = "".join([f"{opening}{cell(row)}</td>" for opening, cell in others])
        return f'<th scope="row" class="govuk-table__header">{name(row)}</th>{rest}'

    return write


def _cell_writer(table: Table, index: int) -> Callable[[Any], str]:
    """The function from a row to what is in this column's cell."""
    column = table.columns[index]
    if column.html:
        return column.html
    value_of = column.value or itemgetter(index)

    def write(row: Any) -> str:
        value = value_of(row)
        words = column.text(row) if column.text else None
        words = conditional_escape(as_text(value, column.kind) if words is None else words)
        narrowed = column.cell(row) if column.cell and value and table.address else None
        href = table.address(**narrowed) if narrowed is not None else ""
        return f'<a class="govuk-link" href="{escape(href)}">{words}</a>' if href else words

    return write


def _classes(column: Column, element: str, look: str) -> str:
    numeric = "" if column.kind == "text" else f"govuk-table__{element}--numeric"
    nowrap = "sight-nowrap" if numeric and look == "report" else ""
    return " ".join(filter(None, (f"govuk-table__{element}", numeric, nowrap, column.look)))
