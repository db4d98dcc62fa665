"""Many rows of one table at once, past the model."""

from collections.abc import Iterable, Sequence
from itertools import chain

from django.db import connection, models

MOST_VALUES = 60_000


def insert_like(row: models.Model, differing: Sequence[str], values: Iterable[Sequence]) -> None:
    """Insert a row like this unsaved one for each of `values`, which stand in its columns `differing`.

    In: numbers and text, as the columns hold them. `bulk_create` makes an object of each row and prepares
    each of its values again, which takes several times as long; it is for where the new keys are needed.
    """
    meta = row._meta
    alike = [
        field
        for field in meta.concrete_fields
        if field.attname not in differing and field is not meta.auto_field
    ]
    shared = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in alike]
    quote = connection.ops.quote_name
    columns = [quote(field.column) for field in [*map(meta.get_field, differing), *alike]]
    places = f"({', '.join(['%s'] * len(columns))})"
    statement = f"INSERT INTO {quote(meta.db_table)} ({', '.join(columns)}) VALUES "  # noqa: S608
    rows = [(*one, *shared) for one in values]
    # PostgreSQL takes many rows in one statement, up to its number of values; SQLite is as fast one by one.
    most = MOST_VALUES // len(columns) if connection.vendor == "postgresql" else 0
    with connection.cursor() as cursor:
        if not most and rows:
            cursor.executemany(statement + places, rows)
        for start in range(0, len(rows), most) if most else ():
            some = rows[start : start + most]
            cursor.execute(statement + ", ".join([places] * len(some)), list(chain.from_iterable(some)))
