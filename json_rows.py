"""What people poll, and long lists: the database writes their JSON."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import inf
from typing import Any, get_args

from fastapi import Response
from pydantic.alias_generators import to_camel
from sqlalchemy import Boolean, Select, String, bindparam, inspect, literal_column, text
from sqlalchemy import select as select_columns
from sqlalchemy.orm.interfaces import ORMOption
from sqlmodel import Session, col, select

from database import engine
from fields import (
    Identified,
    JsonList,
    Model,
    StoredDecimal,
    StoredEnum,
    StoredInteger,
    StoredText,
    TextArray,
    Timestamp,
    WeekdayList,
)
from routing import not_found
from rows import table_of
from settings import EMBEDDED


class JsonRows:
    """Rows whose JSON the database writes, at a quarter of the processor time that objects take.

    Each row has the fields of the answer's schema, relations included. A row with an odd value, which SQL would show
    otherwise than Python, has no JSON: it is read as an object, for which the options say what to load.
    """

    def __init__(self, schema: type[Model], table: type[Identified], *options: ORMOption) -> None:
        self.schema, self.rows, self.table, self.options = schema, table, table_of(table), options
        parts = json_of(schema, table, self.table)
        self.statement = select_columns(self.table.c.id, literal_column(parts.line, String)).select_from(self.table)
        for other, on, optional in parts.joins:
            self.statement = self.statement.join(other, text(on), isouter=optional)
        self.one = self.statement.where(self.table.c.id == bindparam("id"))

    def read(self, db: Session, statement: Select[Any], most: float = inf, **values: Any) -> list[bytes]:
        """The JSON of each of these rows, until there are so many bytes."""
        lines: dict[str, Any] = {}
        with db.connection().execute(statement, values) as found:
            for id, line in found:
                lines[id] = line and line.encode()
                most -= len(lines[id] or b"")
                if most <= 0:
                    break
        if odd := [id for id, line in lines.items() if line is None]:
            for row in db.exec(select(self.rows).options(*self.options).where(col(self.rows.id).in_(odd))):
                lines[row.id] = self.schema.model_validate(row).model_dump_json(by_alias=True).encode()
        return list(lines.values())

    def read_one(self, db: Session, id: str, status_code: int = 200) -> Response:
        """The row with this id (404), at a third of the time that the object with its relations takes."""
        if lines := None if "\0" in id else self.read(db, self.one, id=id):
            return Response(lines[0], status_code, media_type="application/json")
        raise not_found(self.rows)


def json_response(lines: list[bytes], status_code: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A list of these rows. No schema is applied to it: the database has written it as the schema says."""
    return Response(b"[%b]" % b",".join(lines), status_code, headers, "application/json")


@dataclass
class Json:
    """SQL for a row as JSON: its fields, its lists of other rows, what else is joined for it, and what makes it odd."""

    fields: list[str] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    joins: list[tuple[Any, str, bool]] = field(default_factory=list)  # what, on, whether it may be missing
    odd: list[str] = field(default_factory=list)

    @property
    def object(self) -> str:
        return f"{'json_object' if EMBEDDED else 'json_build_object'}({', '.join(self.fields)})"

    @property
    def line(self) -> str:
        """The object as text, with its lists in front; null if anything in it is odd."""
        whole = self.object if EMBEDDED else f"{self.object}::text"
        if self.lists:
            whole = "'{' || " + " || ',' || ".join([*self.lists, f"substr({whole}, 2)"])
        return f"CASE WHEN {' OR '.join(self.odd) or 'false'} THEN NULL ELSE {whole} END"


def json_of(schema: type[Model], model: type[Identified], table: Any) -> Json:
    """The JSON of a row of this table, as this schema shows it."""
    found, relations = Json(), inspect(model).relationships
    for name, shown in schema.model_fields.items():
        if name in relations:
            add_relation(found, relations[name], shown.annotation, table)
            continue
        column, kind = in_sql(table.c[name]), type(table.c[name].type)
        found.fields.append(f"'{to_camel(name)}', {JSON_EXPRESSIONS.get(kind, '{}').format(column)}")
        if kind in ODD:
            found.odd.append(ODD[kind].format(column))
    return found


def add_relation(found: Json, relation: Any, annotation: Any, table: Any) -> None:
    """Add the other row, or the list of other rows, that a relation holds."""
    optional, (schema, *_) = type(None) in get_args(annotation), get_args(annotation) or (annotation,)
    other, name = relation.mapper.local_table, to_camel(relation.key)
    if not relation.uselist:
        other = other.alias(f"{table.name}_{relation.key}")
    [(local, remote)] = relation.local_remote_pairs
    on = f"{in_sql(other.c[remote.key])} = {in_sql(table.c[local.key])}"
    inner = json_of(schema, relation.mapper.class_, other)
    if relation.uselist:
        found.lists.append(f"'\"{name}\":' || {list_of(inner, other, on, relation.order_by)}")
        return
    found.joins += [(other, on, optional), *inner.joins]
    found.odd += inner.odd
    found.fields.append(f"'{name}', CASE WHEN {in_sql(other.c.id)} IS NOT NULL THEN {inner.object} END")


def list_of(inner: Json, table: Any, on: str, order_by: Iterable[Any]) -> str:
    """A list of other rows as JSON; null if one of them is odd."""
    rows = f'SELECT {inner.line} AS line FROM "{table.name}"'  # noqa: S608
    for other, same, optional in inner.joins:
        rows += f' {"LEFT " if optional else ""}JOIN "{other.element.name}" AS "{other.name}" ON {same}'
    rows += f" WHERE {on} ORDER BY {', '.join(str(column.compile(engine)) for column in order_by)}"
    items = f"'[' || coalesce({'group_concat' if EMBEDDED else 'string_agg'}(line, ','), '') || ']'"
    return f"(SELECT CASE count(*) WHEN count(line) THEN {items} END FROM ({rows}) AS rows)"  # noqa: S608


def in_sql(column: Any) -> str:
    return f'"{column.table.name}"."{column.name}"'


# How a column looks in JSON, in SQL, and which values do not. SQLite has times and lists as text, and booleans as
# numbers.
SQLITE_LIST = "json(coalesce(nullif({}, ''), '[]'))"
SQLITE_JSON = {
    Timestamp: "replace(substr({} || '.000', 1, 23), ' ', 'T') || 'Z'",
    JsonList: SQLITE_LIST,
    WeekdayList: SQLITE_LIST,
    TextArray: SQLITE_LIST,
    StoredDecimal: "CASE round({0}, 2) WHEN CAST({0} AS INTEGER) THEN CAST({0} AS INTEGER) ELSE round({0}, 2) END",
    Boolean: "json(case {} when 1 then 'true' when 0 then 'false' end)",
}
ODD_LIST = (
    "CASE WHEN coalesce({{0}}, '') IN ('', '[]') THEN 0 WHEN NOT json_valid({{0}}) THEN 1 "
    "ELSE json_type({{0}}) <> 'array' OR {{0}} LIKE '%\\u%' "
    "OR EXISTS (SELECT 1 FROM json_each({{0}}) WHERE type <> '{}') END"
)
SQLITE_ODD = {
    Timestamp: "strftime('%Y-%m-%d %H:%M:%f', {0}, '+0 days') IS NOT substr({0} || '.000', 1, 23) "
    "OR {0} NOT BETWEEN '0002-01-02' AND '9998-12-31'",
    JsonList: ODD_LIST.format("text"),
    WeekdayList: ODD_LIST.format("integer"),
    TextArray: ODD_LIST.format("text"),
    StoredDecimal: "typeof({0}) NOT IN ('integer', 'real', 'null') OR abs({0}) > 1e9",
    StoredInteger: "typeof({}) NOT IN ('integer', 'null')",
    Boolean: "{} NOT IN (0, 1)",
    StoredText: "typeof({}) = 'blob'",
    StoredEnum: "typeof({}) = 'blob'",
}
POSTGRESQL_LIST = "coalesce(nullif({}, ''), '[]')::json"
POSTGRESQL_JSON = {
    Timestamp: """to_char({}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')""",
    JsonList: POSTGRESQL_LIST,
    WeekdayList: POSTGRESQL_LIST,
    TextArray: "to_json(coalesce({}, ARRAY[]::text[]))",
    StoredDecimal: "trim_scale({})",
}
FLAT_LIST = r'^(\[("[^"\\[:cntrl:]]*"(,"[^"\\[:cntrl:]]*")*)?\])?$'
NUMBERS = r"^(\[(\d(, ?\d)*)?\])?$"
POSTGRESQL_ODD = {
    Timestamp: "{} NOT BETWEEN '0002-01-02' AND '9998-12-31'",
    JsonList: f"{{}} !~ '{FLAT_LIST}'",
    WeekdayList: f"{{}} !~ '{NUMBERS}'",
    TextArray: "array_ndims({0}) > 1 OR array_position({0}, NULL) IS NOT NULL",
    StoredDecimal: "{} IN ('NaN', 'Infinity', '-Infinity')",
}
JSON_EXPRESSIONS: dict[type[Any], str] = SQLITE_JSON if EMBEDDED else POSTGRESQL_JSON
ODD: dict[type[Any], str] = SQLITE_ODD if EMBEDDED else POSTGRESQL_ODD
