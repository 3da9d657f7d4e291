"""What is counted in the first rows of a small table is what the database counts in a large one."""

import duckdb
import pytest

from flows.learn.observe import FORMS, OTHER, Observed, observe

VALUES = (
    "6.5E+17", "00012", "12", "12", "-3", "1.50", "-0.1", "1,234.50", "2024-01-05", "2024-1-5", "2024-01-05 08:00:00",
    "2024-01-05 08:00:00.5", "2024-01-05 08:00", "2024-01-05T08:00:00", "2024/1/5", "2024/01/05 08:00:00",
    "2024/01/05 08:00", "2024.01.05", "2024年1月5日", "8:30", "95%", "１２号", "A01.000", "内科", "内\n科", " 12", "",
    "１\n２",
)  # fmt: skip


def seen() -> dict[str, Observed]:
    with duckdb.connect() as database:
        database.execute("CREATE TABLE t (mixed VARCHAR, number VARCHAR, empty VARCHAR)")
        rows = [(value, str(place), None) for place, value in enumerate((*VALUES, None))]
        database.executemany("INSERT INTO t VALUES (?, ?, ?)", rows)
        return observe(database, "t", ("mixed", "number", "empty"), len(rows))


def test_a_small_table_is_counted_as_a_large_one_is(monkeypatch: pytest.MonkeyPatch) -> None:
    small = seen()
    monkeypatch.setattr("flows.learn.observe.SAMPLE", 3)
    large = seen()
    assert small == large
    assert [list(one.forms) for one in small.values()] == [list(one.forms) for one in large.values()]
    assert set(small["mixed"].forms) == {*FORMS, OTHER}
    assert sum(small["mixed"].forms.values()) == small["mixed"].filled == len(VALUES)
    assert small["empty"].forms == {}
