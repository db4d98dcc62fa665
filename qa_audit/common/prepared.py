"""Querysets that every request reads: put into SQL once a process, read each time with other values.

Composing a statement takes Django several times as long as a database takes to answer it. What every page
asks for is worth this; all else is a plain queryset.
"""

from collections.abc import Callable
from copy import copy
from functools import cached_property
from types import SimpleNamespace

from django.db import connection
from django.db.models import Expression, Field, QuerySet
from django.db.models.query import ModelIterable


class Given(Expression):
    """A value that each reading gives: `filter(pk=Given("pk", models.BigAutoField()))`."""

    def __init__(self, name: str, field: Field):
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler, connection):
        return "%s", [self]


class Prepared:
    """A queryset of models whose `Given` values come with each reading. It is read afresh each time.

    In: the function that makes the queryset. It is called at the first reading, when all models are known.
    """

    def __init__(self, make: Callable[[], QuerySet]):
        self._make = make

    @cached_property
    def _composed(self):
        """The compiler, which knows what the columns are, the statement and its parameters."""
        compiler = self._make().query.get_compiler(connection=connection)
        statement, parameters = compiler.as_sql()
        converters = compiler.get_converters([column for column, *_ in compiler.select])
        compiler.get_converters = lambda columns: converters
        return compiler, statement, parameters

    def rows(self, **given) -> list:
        """The models, with these values in the places of the `Given`s of the same names."""
        composed, statement, parameters = self._composed
        values = tuple(_stored(one, given) for one in parameters)
        compiler = copy(composed)
        compiler.connection = connection
        compiler.as_sql = lambda *args, **kwargs: (statement, values)
        # As much of a queryset as its iterable looks at.
        query = SimpleNamespace(get_compiler=lambda using: compiler)
        return list(
            ModelIterable(SimpleNamespace(db=connection.alias, query=query, _known_related_objects={}))
        )


def _stored(parameter, given: dict):
    """A parameter as the database takes it."""
    if not isinstance(parameter, Given):
        return parameter
    return parameter.output_field.get_db_prep_value(given[parameter.name], connection)
