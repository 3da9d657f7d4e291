"""What a source declares and says becomes typed, or is named."""

from decimal import Decimal

import pyarrow as pa
import pytest

from flows.sources.connection import raw_type, typed


@pytest.mark.parametrize(
    ("declared", "wanted"),
    [
        ("bigint", pa.int64()),
        ("int(11)", pa.int64()),
        ("tinyint(1)", pa.int64()),
        ("bigint(20) unsigned", pa.decimal128(20, 0)),
        ("DECIMAL(16,2)", pa.decimal128(16, 2)),
        ("numeric(20,6)", pa.decimal128(20, 6)),
        ("numeric(5)", pa.decimal128(5, 0)),
        ("numeric", pa.decimal128(38, 10)),
        ("character varying(255)", pa.string()),
        ("VARCHAR(30)", pa.string()),
        ("date", pa.date32()),
        ("DATETIME", pa.timestamp("us")),
        ("datetime(6)", pa.timestamp("us")),
        ("timestamp without time zone", pa.timestamp("us")),
        ("timestamp(6) with time zone", pa.timestamp("us", tz="UTC")),
        ("boolean", pa.bool_()),
        ("", pa.string()),
    ],
)
def test_a_declared_type_is_understood(declared: str, wanted: pa.DataType) -> None:
    assert raw_type(declared) == wanted


def test_text_that_is_no_date_or_amount_becomes_empty_and_is_named() -> None:
    batch = pa.RecordBatch.from_pydict(
        {
            "rq": ["2024-01-05 10:00:00", "2024/2/30", None, "0000-00-00 00:00:00"],
            "je": ["1.20", "1,234.50元", "3", None],
        }
    )
    clean, untyped = typed(batch, {"rq": pa.timestamp("us"), "je": pa.decimal128(16, 2)})
    assert clean["je"].to_pylist() == [Decimal("1.20"), None, Decimal("3.00"), None]
    assert [value is None for value in clean["rq"].to_pylist()] == [False, True, True, True]
    assert [(one.index, one.column, one.value) for one in untyped] == [
        (1, "rq", "2024/2/30"),
        (3, "rq", "0000-00-00 00:00:00"),
        (1, "je", "1,234.50元"),
    ]


def test_an_amount_with_more_digits_than_declared_is_named_not_rounded() -> None:
    batch = pa.RecordBatch.from_pydict({"je": ["1.234"]})
    clean, untyped = typed(batch, {"je": pa.decimal128(16, 2)})
    assert clean["je"].to_pylist() == [None]
    assert untyped[0].value == "1.234"


def test_nineteen_digit_keys_keep_every_digit() -> None:
    batch = pa.RecordBatch.from_pydict({"id": ["1897848038656212994"]})
    clean, _ = typed(batch, {"id": pa.int64()})
    assert clean["id"].to_pylist() == [1897848038656212994]
