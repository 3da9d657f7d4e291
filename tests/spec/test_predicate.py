"""One text, two readings: what DuckDB counts and what Pandera judges is the same, row by row."""

import string
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.checkdigits import MACROS
from schemas.errors import SettingsError
from schemas.marks import format_marks, std_marks
from schemas.predicate import Predicate
from schemas.row_rule import Probe, RowRule, judge, pandera_schema, row_rules
from schemas.rule import Level, Rule, load_rules
from schemas.std import MODELS, std_table
from tests.house import FORM

PERIOD = {"date_from": date(2024, 1, 1), "date_until": date(2025, 1, 1)}
AWKWARD = [
    "",
    " ",
    "X",
    "0",
    "1",
    "MZ1",
    "MZ1\n",
    "\nMZ1",
    "a\tb",
    "中文",
    "６５",
    "6.5E+17",
    "null",
    "650101198001010016",
]
TEXTS = st.none() | st.sampled_from(AWKWARD) | st.text(string.printable + "中文１￥", max_size=8)
DAYS = st.none() | st.dates(date(1899, 12, 30), date(2031, 1, 2))
TIMES = st.none() | st.datetimes(datetime(1899, 12, 30), datetime(2031, 1, 2))

DATABASE = duckdb.connect()
for statement in (*MACROS.values(), *(f"SET VARIABLE {name} = DATE '{day}'" for name, day in PERIOD.items())):
    DATABASE.execute(statement)


def numbers(precision: int, scale: int) -> st.SearchStrategy[Decimal | None]:
    units = 10 ** min(precision, 8) - 1
    near = st.sampled_from([0, 1, -1, 5, 10**scale, -(10**scale), 2 * 10**scale])
    return st.none() | (near | st.integers(-units, units)).map(lambda number: Decimal(number).scaleb(-scale))


def values(kind: pa.DataType) -> st.SearchStrategy[Any]:
    if pa.types.is_decimal(kind):
        return numbers(kind.precision, kind.scale)
    return {pa.string(): TEXTS, pa.date32(): DAYS, pa.timestamp("us"): TIMES}.get(
        kind, st.none() | st.integers(-(10**6), 10**6)
    )


def in_both(fields: dict[str, pa.DataType], rules: Sequence[RowRule], rows: list[dict[str, Any]]) -> None:
    """Hold DuckDB's verdict on every row against Pandera's, for every rule."""
    table = pa.Table.from_pylist(rows, pa.schema(list(fields.items())))
    frame = table.to_pandas(types_mapper=pd.ArrowDtype)
    judged = judge(pandera_schema(fields, rules, PERIOD), frame)
    names = {f"{rule.id}|{place}": probe for rule in rules for place, probe in enumerate(rule.probes)}
    broken = ", ".join(f"coalesce(NOT {probe.sql}, false)" for probe in names.values())
    DATABASE.register("given_rows", table)
    counted = zip(*DATABASE.execute(f"SELECT {broken} FROM given_rows").fetchall(), strict=True)
    for (name, probe), column in zip(names.items(), counted, strict=True):
        said = judged.get(name)
        assert list(column) == ([False] * len(rows) if said is None else said.tolist()), (name, probe.sql)


def rules_of(name: str) -> list[RowRule]:
    return [*std_marks(std_table(name)), *(rule for rule in row_rules(load_rules()) if rule.table == name)]


def some_rows(draw: Random, fields: dict[str, pa.DataType], more: tuple[str, ...], rows: int = 300) -> list[Any]:
    """Rows of awkward values: a third of the cells empty or zero, some codes, some long, some plain."""

    def cell(kind: pa.DataType) -> Any:
        if draw.random() < 0.15:
            return None
        if pa.types.is_decimal(kind):
            units = draw.choice([0, 1, -1, 5, 10**kind.scale, draw.randint(-(10**5), 10**5)])
            return Decimal(units).scaleb(-kind.scale)
        if kind == pa.int64():
            return draw.randint(-2, 5)
        moment = datetime(1899, 12, 30) + timedelta(minutes=draw.choice([0, 1, draw.randint(0, 69_000_000)]))
        plain = {pa.date32(): moment.date(), pa.timestamp("us"): moment}
        return plain.get(kind) or draw.choice([*AWKWARD, *more, "长" * 101, "H65010000001"])

    return [{name: cell(kind) for name, kind in fields.items()} for _ in range(rows)]


@pytest.mark.parametrize("name", MODELS)
def test_every_rule_of_a_std_table_means_the_same_in_sql_and_in_pandera(name: str) -> None:
    columns = std_table(name).columns
    fields = {column.name: column.type for column in columns}
    codes = tuple(code for column in columns for code in column.isin)
    in_both(fields, rules_of(name), some_rows(Random(name), fields, codes))


@pytest.mark.parametrize("table", FORM.tables, ids=lambda table: table.name)
def test_every_mark_of_the_format_means_the_same_in_sql_and_in_pandera(table: Any) -> None:
    rules = format_marks(table)
    probes = [probe for rule in rules for probe in rule.probes]
    fields = dict.fromkeys((name for probe in probes for name in probe.fields), pa.string())
    codes = tuple({code: 0 for column in table.columns for code in column.codes})
    if rules:
        in_both(fields, rules, some_rows(Random(table.name), fields, codes))


LANGUAGE = [
    "abs(round(price * quantity, 2) - amount) <= 0.01",
    "round(price, 2) = amount",
    "sign(amount) * sign(quantity) >= 0",
    "amount = quantity or text_a is null",
    "not (text_a = 'MZ1')",
    "text_a in ('MZ1', '') and text_b not in ('X')",
    "regexp_full_match(text_a, 'MZ[0-9]+')",
    "regexp_full_match(text_a, '.*')",
    "regexp_matches(text_a, '^MZ1$')",
    "regexp_matches(text_a, '[\\x00-\\x1f]')",
    "length(text_a) <= 3 and left(text_a, 2) = 'MZ'",
    "substr(text_a, 2, 2) = 'Z1'",
    "contains(text_a, '中')",
    "day >= date '1900-01-01'",
    "moment >= getvariable('date_from') and moment < getvariable('date_until')",
    "cast(moment as date) = day",
    "date_diff('day', day, moment) between -1 and 1",
    "coalesce(amount, 0) + coalesce(whole, 0) - 1 > -amount",
    "amount between 0 and quantity",
    "cast(quantity as varchar) = '1.0000'",
    "id_card_ok(text_a) and id_card_birth(text_a) = day",
    "id_card_gend(text_a) = text_b or credit_code_ok(text_b)",
]
FIELDS = {
    "price": pa.decimal128(16, 6),
    "quantity": pa.decimal128(16, 4),
    "amount": pa.decimal128(16, 2),
    "whole": pa.int64(),
    "text_a": pa.string(),
    "text_b": pa.string(),
    "day": pa.date32(),
    "moment": pa.timestamp("us"),
}


def rule(holds: str, when: str = "") -> RowRule:
    name = "with" if when else "plain"
    record = Rule(name, "题", Level.BLOCKS, "因", "改", "收费", "本文件", "2026-11-25", ("t",), holds, when)
    predicate = Predicate(holds)
    return RowRule(name, "t", record, (Probe(predicate.fields, predicate, Predicate(when) if when else None),))


@pytest.mark.parametrize("text", LANGUAGE)
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_everything_the_language_knows_means_the_same_in_sql_and_in_pandera(text: str, data: st.DataObject) -> None:
    kinds = {name: values(kind) for name, kind in FIELDS.items()}
    rows = data.draw(st.lists(st.fixed_dictionaries(kinds), min_size=1, max_size=15))
    in_both(FIELDS, [rule(text), rule(text, when="text_b is not null and amount > 0")], rows)


def frame_of(name: str, column: list[Any]) -> pd.DataFrame:
    return pa.table({name: pa.array(column, FIELDS[name])}).to_pandas(types_mapper=pd.ArrowDtype)


def test_an_empty_cell_breaks_no_rule_that_does_not_ask_for_it() -> None:
    empty = frame_of("amount", [None])
    assert not rule("amount > 0").probes[0].failed(empty, {}).any()
    assert rule("amount is not null").probes[0].failed(empty, {}).all()


def test_a_pattern_is_held_against_the_whole_text() -> None:
    frame = frame_of("text_a", ["MZ1", "MZ1\n", "xMZ1"])
    assert rule("regexp_full_match(text_a, 'MZ1')").probes[0].failed(frame, {}).tolist() == [False, True, True]


@pytest.mark.parametrize("text", ["amount >", "median(amount) > 1", "amount > (select 1)", "amount / 2 > 1"])
def test_what_only_one_of_the_two_would_understand_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="规则条件"):
        _ = Predicate(text).fields
