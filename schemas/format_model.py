"""The Arrow types in which the columns of a format are assembled."""

import pyarrow as pa

from schemas.format import FormatColumn


def arrow_type(column: FormatColumn) -> pa.DataType:
    """The Arrow type in which a column is assembled; amounts are DECIMAL, never floating point."""
    if column.kind == "decimal":
        return pa.decimal128(column.precision or 16, column.scale or 0)
    return {"text": pa.string(), "date": pa.date32(), "datetime": pa.timestamp("us")}[column.kind]
