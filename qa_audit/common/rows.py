"""Many rows of one table at once, past the model."""

from collections.abc import Iterable, Sequence

from django.db import connection, models


def insert_like(row: models.Model, differing: Sequence[str], values: Iterable[Sequence]) -> None:
    """Insert a row like this unsaved one for each of `values`, which stand in its columns `differing`.

    In: numbers and text, as the columns hold them. `bulk_create` makes an object of each row and prepares
    each of its values anew, which takes several times as long; it is for where the new keys are needed.
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
    places = ", ".join(["%s"] * len(columns))
    statement = f"INSERT INTO {quote(meta.db_table)} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608
    if rows := [(*one, *shared) for one in values]:
        with connection.cursor() as cursor:
            cursor.executemany(statement, rows)
