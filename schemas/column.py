"""Column types and the `column()` helper that every std model is written with.

Precision follows the national interface (NHSA interface field dictionary, tables A.1-A.6): price
DECIMAL(16,6), quantity DECIMAL(16,4), amount DECIMAL(16,2). Identifiers are text; times are
Asia/Shanghai wall-clock without a zone; floats do not exist here.
"""

from typing import Annotated, Any

import pandas as pd
import pandera.pandas as pp
import pyarrow as pa

Text = Annotated[pd.ArrowDtype, pa.string()]
Day = Annotated[pd.ArrowDtype, pa.date32()]
Instant = Annotated[pd.ArrowDtype, pa.timestamp("us")]
Whole = Annotated[pd.ArrowDtype, pa.int64()]
Amount = Annotated[pd.ArrowDtype, pa.decimal128(16, 2)]
Price = Annotated[pd.ArrowDtype, pa.decimal128(16, 6)]
Quantity = Annotated[pd.ArrowDtype, pa.decimal128(16, 4)]
Ratio = Annotated[pd.ArrowDtype, pa.decimal128(5, 4)]
Factor = Annotated[pd.ArrowDtype, pa.decimal128(16, 6)]

YUAN = "元"
DAYS = "天"
GRAMS = "克"
YEARS = "岁"
FLAG = ("0", "1")


def column(
    title: str,
    *,
    required: bool = False,
    unit: str | None = None,
    codes: str | None = None,
    source: str | None = None,
    note: str | None = None,
    isin: tuple[str, ...] | None = None,
    alias: str | None = None,
) -> Any:
    """Describe one std column.

    Args:
        title: the Chinese name shown to users.
        required: the row cannot stand without it (keys, amounts, the date that cuts the period).
        unit: unit of the number, in Chinese.
        codes: code table under `reference/codes` that the value is taken from.
        source: where the field is defined, when it is not the interface table of the model.
        note: an English remark for maintainers.
        isin: closed set of values; only for flags, since payers extend every other list.
        alias: the column's name when it is no Python attribute name.
    """
    return pp.Field(
        nullable=not required,
        title=title,
        description=note,
        isin=isin,
        alias=alias,
        metadata={"unit": unit, "codes": codes, "source": source},
    )


class StdTable(pp.DataFrameModel):
    """What every std table carries besides its own columns.

    `_row` names the source row (`<source table>:<key>`); `_excluded` is empty for rows that belong
    in the package and else the name of the adapter's exclusion rule (`[exclusions]` in source.toml),
    so that a row left out is counted and never lost.
    """

    row: Text = column("源行", required=True, alias="_row")
    excluded: Text = column("排除规则", alias="_excluded")

    class Config:
        """Pandera settings shared by all std tables: exactly these columns, in any order."""

        strict = True


def table(
    title: str,
    *,
    key: tuple[str, ...],
    time: str | None = None,
    amount: str | None = None,
    parent: str | None = None,
) -> dict[str, Any]:
    """Table-level facts for a model's `Config.metadata`.

    Args:
        title: the Chinese name of the table.
        key: the columns that identify a row.
        time: the column by which the table is cut or grouped by month.
        amount: the column in yuan by which the table is balanced in the ledger.
        parent: the column that names the settlement without which a row has neither date nor side.
    """
    return {"title": title, "key": key, "time": time, "amount": amount, "parent": parent}
