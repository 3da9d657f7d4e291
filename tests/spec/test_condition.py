"""Required-when: the small language of the format packs."""

import duckdb
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.condition import parse_condition
from schemas.errors import SettingsError

VALUES = st.sampled_from([None, "0", "1", "是", "9"])
TERMS = st.sampled_from(["A=1", "A!=1", "A=0|是", "A!=0|9", "A?", "B=1", "B!=是", "B?"])


def frame(rows: list[tuple[str | None, str | None]]) -> pd.DataFrame:
    schema = pa.schema([("A", pa.string()), ("B", pa.string())])
    table = pa.table({"A": [row[0] for row in rows], "B": [row[1] for row in rows]}, schema=schema)
    return table.to_pandas(types_mapper=pd.ArrowDtype)


@given(st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=20), st.lists(TERMS, min_size=1, max_size=3))
def test_a_condition_means_the_same_in_pandas_and_in_sql(
    rows: list[tuple[str | None, str | None]], terms: list[str]
) -> None:
    condition = parse_condition("&".join(terms))
    given_rows = frame(rows)
    in_pandas = [bool(value) for value in condition.mask(given_rows)]
    with duckdb.connect() as database:
        database.register("given_rows", pa.Table.from_pandas(given_rows, preserve_index=False))
        in_sql = [row[0] for row in database.execute(f"SELECT {condition.sql()} FROM given_rows").fetchall()]
    assert in_pandas == in_sql


def test_an_empty_cell_neither_equals_nor_differs() -> None:
    rows = frame([(None, None)])
    assert not parse_condition("A=1").mask(rows).any()
    assert not parse_condition("A!=1").mask(rows).any()


def test_the_columns_of_a_condition_are_known() -> None:
    assert parse_condition("A=1&B?&A!=2").fields == ("A", "B")


@pytest.mark.parametrize("text", ["", "A", "A==1", "A=1&", "A>1"])
def test_a_misspelt_condition_is_refused_in_chinese(text: str) -> None:
    with pytest.raises(SettingsError, match="写法有误"):
        parse_condition(text)


def test_a_condition_is_told_with_the_labels_of_its_columns() -> None:
    labels = {"A": "退费标识", "B": "支付类别"}
    told = [term.words(labels) for term in parse_condition("A=1&B!=丙类|自费&A?").terms]
    assert told == ["退费标识为1", "支付类别不为丙类或自费", "退费标识已填写"]
