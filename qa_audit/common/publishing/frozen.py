"""A document as JSON, and back: equal to what it was frozen from."""

import json
from dataclasses import fields, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from qa_audit.common.publishing.values import Cell, Column, Document, Identity, Section, Table

# What JSON has no word for, by the name that it is written under: the parts of a document ...
PARTS = {"document": Document, "section": Section, "table": Table, "column": Column, "identity": Identity}
NAMES = {part: name for name, part in PARTS.items()}
# ... and how its values are read from their text. A time is a date too, and so comes first.
VALUES = {datetime: "datetime", date: "date", Decimal: "decimal", Fraction: "fraction"}
READ = {"datetime": datetime.fromisoformat, "date": date.fromisoformat, "decimal": Decimal} | {
    "fraction": Fraction
}


def write(document: Document) -> str:
    """The document as canonical JSON: the same text for the same content."""
    content = _packed(document.frozen())
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)


def read(text: str) -> Document:
    """The document that was written so."""
    return _unpacked(json.loads(text))


def _packed(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_packed(one) for one in value]
    if name := NAMES.get(type(value)):
        parts = [part.name for part in fields(value) if part.compare]
        return {name: {part: _packed(getattr(value, part)) for part in parts}}
    for kind, name in VALUES.items():
        if isinstance(value, kind):
            return {name: value.isoformat() if isinstance(value, date) else str(value)}
    return value


def _unpacked(content: Any) -> Any:
    if isinstance(content, list):
        return tuple(_unpacked(one) for one in content)
    if not isinstance(content, dict):
        return content
    ((name, value),) = content.items()
    if name not in PARTS:
        return READ[name](value)
    found = PARTS[name](**{part: _unpacked(one) for part, one in value.items()})
    return _bound(found) if name == "table" else found


def _bound(table: Table) -> Table:
    """The table with its columns over its cells."""
    columns = tuple(column.bound(index) for index, column in enumerate(table.columns))
    rows = tuple(tuple(Cell(*cell) for cell in row) for row in table.rows)
    total = table.total and tuple(Cell(*cell) for cell in table.total)
    return replace(table, columns=columns, rows=rows, total=total)
