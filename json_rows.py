"""Lists that people poll: the database writes their JSON."""

from collections.abc import Iterator
from typing import Any, get_args

from fastapi import Response
from pydantic.alias_generators import to_camel
from pydantic.fields import FieldInfo
from sqlalchemy import Boolean, FromClause, Select, String, bindparam, literal_column
from sqlalchemy import inspect as inspect_mapping
from sqlalchemy import select as select_columns
from sqlalchemy.orm import RelationshipProperty
from sqlmodel import Session, col, select

from database import table_of
from fields import Identified, JsonList, Model, StoredEnum, StoredInteger, StoredText, Timestamp
from routing import not_found
from settings import EMBEDDED

# Lists


class JsonRows:
    """Rows that people poll: the database writes their JSON, at a quarter of the processor time that objects take.

    Each row has the fields of the answer's schema; a nested schema shows the relation of the same name. A row with an
    odd value, which SQL would show otherwise than Python, has no JSON: it is read as an object.
    """

    def __init__(self, schema: type[Model], table: type[Identified]) -> None:
        self.schema, self.rows, self.table = schema, table, table_of(table)
        joined = {name: alias_of(relation) for name, relation in relations_of(schema, table)}
        whole = row_as_json(schema, self.table, joined) + ("" if EMBEDDED else "::text")
        odd = " OR ".join(odd_values(schema, self.table, joined))
        text = literal_column(f"CASE WHEN {odd} THEN NULL ELSE {whole} END", String)
        self.statement = select_columns(self.table.c.id, text).select_from(self.table)
        for name, relation in relations_of(schema, table):
            [(key, _)] = relation.local_remote_pairs or []
            self.statement = self.statement.join(joined[name], joined[name].c.id == key, isouter=bool(key.nullable))
        self.one = self.statement.where(self.table.c.id == bindparam("id"))

    def read(self, db: Session, statement: Select[Any], **values: Any) -> list[str]:
        """The JSON of these rows."""
        lines: dict[str, Any] = {row[0]: row[1] for row in db.connection().execute(statement, values)}
        if odd := [id for id, line in lines.items() if line is None]:
            for row in db.exec(select(self.rows).where(col(self.rows.id).in_(odd))):
                lines[row.id] = self.schema.model_validate(row).model_dump_json(by_alias=True)
        return list(lines.values())

    def read_one(self, db: Session, id: str, status: int = 200) -> Response:
        """The row with this id (404), at a third of the time that the object with its relations takes."""
        if lines := None if "\0" in id else self.read(db, self.one, id=id):
            return Response(lines[0], status, media_type="application/json")
        raise not_found(self.rows)


def relations_of(schema: type[Model], table: type[Identified]) -> list[tuple[str, RelationshipProperty[Any]]]:
    """The relations that an answer shows, by name."""
    relations = inspect_mapping(table).relationships
    return [(name, relations[name]) for name in schema.model_fields if name in relations]


def alias_of(relation: RelationshipProperty[Any]) -> FromClause:
    """The related table under the relation's name: two relations may lead to the same one."""
    return relation.entity.local_table.alias(relation.key)


def row_as_json(schema: Any, table: FromClause, joined: dict[str, FromClause]) -> str:
    """SQL for a row as the JSON of this schema."""
    pairs = []
    for name, field in schema.model_fields.items():
        if name in joined:
            value = row_as_json(nested(field), joined[name], {})
            if is_optional(field):
                value = f"CASE WHEN {in_sql(joined[name].c.id)} IS NULL THEN NULL ELSE {value} END"
        else:
            value = JSON_EXPRESSIONS.get(type(table.c[name].type), "{}").format(in_sql(table.c[name]))
        pairs.append(f"'{to_camel(name)}', {value}")
    return f"{'json_object' if EMBEDDED else 'json_build_object'}({', '.join(pairs)})"


def odd_values(schema: Any, table: FromClause, joined: dict[str, FromClause]) -> Iterator[str]:
    """SQL for whether a field of this schema has a value that `JSON_EXPRESSIONS` does not show as `Stored` would."""
    for name, field in schema.model_fields.items():
        if name in joined:
            yield from odd_values(nested(field), joined[name], {})
        elif type(table.c[name].type) in ODD:
            yield ODD[type(table.c[name].type)].format(in_sql(table.c[name]))


def nested(field: FieldInfo) -> Any:
    """The schema of a field, which may allow null."""
    return (get_args(field.annotation) or [field.annotation])[0]


def is_optional(field: FieldInfo) -> bool:
    return type(None) in get_args(field.annotation)


def in_sql(column: Any) -> str:
    return f'"{column.table.name}"."{column.name}"'


# How a column looks in JSON, in SQL, and which values do not. SQLite has times and lists as text, and booleans as
# numbers.
SQLITE_JSON = {
    Timestamp: "replace(substr({} || '.000', 1, 23), ' ', 'T') || 'Z'",
    JsonList: "json(coalesce(nullif({}, ''), '[]'))",
    Boolean: "json(case {} when 1 then 'true' when 0 then 'false' end)",
}
SQLITE_ODD = {
    Timestamp: "strftime('%Y-%m-%d %H:%M:%f', {0}, '+0 days') IS NOT substr({0} || '.000', 1, 23) "
    "OR {0} NOT BETWEEN '0002-01-02' AND '9998-12-31'",
    JsonList: "CASE WHEN coalesce({0}, '') IN ('', '[]') THEN 0 WHEN NOT json_valid({0}) THEN 1 "
    "ELSE json_type({0}) <> 'array' OR {0} LIKE '%\\u%' "
    "OR EXISTS (SELECT 1 FROM json_each({0}) WHERE type <> 'text') END",
    Boolean: "{} NOT IN (0, 1)",
    StoredText: "typeof({}) = 'blob'",
    StoredEnum: "typeof({}) = 'blob'",
    StoredInteger: "typeof({}) NOT IN ('integer', 'null')",
}
POSTGRESQL_JSON = {
    Timestamp: """to_char({}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')""",
    JsonList: "coalesce(nullif({}, ''), '[]')::json",
}
FLAT_LIST = r'^(\[("[^"\\[:cntrl:]]*"(,"[^"\\[:cntrl:]]*")*)?\])?$'
POSTGRESQL_ODD = {Timestamp: "{} NOT BETWEEN '0002-01-02' AND '9998-12-31'", JsonList: f"{{}} !~ '{FLAT_LIST}'"}
JSON_EXPRESSIONS: dict[type[Any], str] = SQLITE_JSON if EMBEDDED else POSTGRESQL_JSON
ODD: dict[type[Any], str] = SQLITE_ODD if EMBEDDED else POSTGRESQL_ODD
