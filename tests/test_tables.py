"""The tables are those of the live database, read off its catalog into tests/contract/."""

import csv
import re
from collections import defaultdict
from pathlib import Path

import pytest
from sqlalchemy import ForeignKeyConstraint, Index, Table
from sqlalchemy.dialects import postgresql
from sqlmodel import SQLModel

import models

CONTRACT = Path(__file__).parent / "contract"
POSTGRESQL = postgresql.dialect()
OUR_INDEXES = re.compile(r"_(open|folded)(_\w+)?_key$|_feed_idx$")


def facts(name: str) -> dict[str, list[dict[str, str]]]:
    """The lines of a contract file, by table."""
    lines = defaultdict(list)
    with open(CONTRACT / f"{name}.csv", newline="") as file:
        for line in csv.DictReader(file):
            lines[line["table"]].append(line)
    return lines


COLUMNS, KEYS, INDEXES = facts("columns"), facts("keys"), facts("indexes")
TABLES = SQLModel.metadata.tables
each_table = pytest.mark.parametrize("name", sorted(COLUMNS))


def default_of(column) -> str:
    return str(column.server_default.arg) if column.server_default is not None else ""


def test_no_table_is_missing():
    assert set(TABLES) >= set(COLUMNS)


@each_table
def test_columns_have_the_live_names_types_nullability_and_defaults(name):
    have = {
        column.name: (
            column.type.compile(POSTGRESQL).lower().replace("numeric(6, 2)", "numeric(6,2)").replace("5, 2", "5,2"),
            column.nullable,
            default_of(column),
        )
        for column in TABLES[name].columns
    }
    live = {
        line["column"]: (
            line["pg_type"].lower().replace("character varying", "varchar"),
            line["nullable"] == "t",
            line["default"].partition("::")[0],
        )
        for line in COLUMNS[name]
    }
    assert live.items() <= have.items()
    for column in have.keys() - live.keys():
        _, nullable, default = have[column]
        assert nullable or default, f"The other application doesn't write {column}: let it be null."


def test_enums_have_the_live_names_and_values_in_order():
    live = defaultdict(list)
    with open(CONTRACT / "enums.csv", newline="") as file:
        for line in csv.DictReader(file):
            live[line["enum"]].append(line["value"])
    used = {line["enum_name"] for lines in COLUMNS.values() for line in lines if line["enum_name"]}
    assert {name: [member.value for member in getattr(models, name)] for name in used} == live


@each_table
def test_foreign_keys_have_the_live_names_targets_and_actions(name):
    have = {
        (key.name, ";".join(column.name for column in key.columns), key.referred_table.name, key.ondelete, key.onupdate)
        for key in TABLES[name].constraints
        if isinstance(key, ForeignKeyConstraint)
    }
    live = {
        (line["constraint"], line["columns"], line["ref_table"], line["on_delete"], line["on_update"])
        for line in KEYS[name]
        if line["kind"] == "f"
    }
    assert have == live


@each_table
def test_primary_keys_have_the_live_names(name):
    key = TABLES[name].primary_key
    assert [(key.name, key.columns.keys())] == [
        (line["constraint"], [line["columns"]]) for line in KEYS[name] if line["kind"] == "p"
    ]


def columns_of(index: Index) -> str:
    return ";".join(column.name for column in index.columns)


def indexes_of(table: Table) -> set[tuple[str | None, bool, str]]:
    live = [index for index in table.indexes if not OUR_INDEXES.search(str(index.name))]
    return {(str(index.name), bool(index.unique), columns_of(index)) for index in live}


@each_table
def test_indexes_have_the_live_names_columns_and_uniqueness(name):
    live = {(line["index"], line["unique"] == "t", line["columns"]) for line in INDEXES[name]}
    assert indexes_of(TABLES[name]) | {(f"{name}_pkey", True, "id")} == live
