"""What `feijian pair` answers of any lines: with, without and unsure are all that have."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from exports.duck import literal
from exports.pairing.answer import count, judge
from exports.pairing.question import ask

PEOPLE = st.sampled_from(["P1", "P2", None])
TIMES = st.builds(
    lambda day, minutes: datetime(2024, 5, 6) + timedelta(days=day, minutes=minutes),
    st.integers(0, 1), st.sampled_from([0, 0, 30, 59, 60, 61, 119, 120]),
)  # fmt: skip
LINES = st.lists(st.tuples(st.sampled_from("AABBC"), PEOPLE, TIMES, st.sampled_from(["V1", "V2"])), max_size=12)


DATABASE = duckdb.connect()
SHAPE = (
    "side VARCHAR, HOSPITAL_ID VARCHAR, HISID VARCHAR, FEEDETL_SN VARCHAR, INIT_FEEDETL_SN VARCHAR, VISIT_NO VARCHAR,"
    " PATIENT_ID VARCHAR, ITEM_ID_HOSP VARCHAR, ITEM_ID VARCHAR, ITEM_NAME_HOSP VARCHAR, ITEM_NAME VARCHAR,"
    " UNIT_PRICE DECIMAL(16,6), NUM DECIMAL(16,4), COST DECIMAL(16,2), FEE_TIME TIMESTAMP, BEGIN_TIME TIMESTAMP,"
    " BILL_DATE TIMESTAMP, EXCUTE_DEPT_NAME VARCHAR, ADMISSION_DEPT_NAME VARCHAR, REFUND_FLAG_TYPE VARCHAR,"
    " REFUND_HISID VARCHAR"
)


def judged(lines: Sequence[tuple[str, str | None, datetime, str]], within: str, back: bool = False) -> dict[str, int]:
    """Lines of A by verdict; with `back` every line is refunded by a settlement of its own."""
    rows = [
        f"('MZ', NULL, 'S{number * sign}', NULL, NULL, '{visit}', {literal(person) if person else 'NULL'}, '{item}',"
        f" NULL, NULL, NULL, 10, {sign}, {10 * sign}, NULL, '{at}', NULL, NULL, NULL, NULL,"
        f" if({sign} < 0, 'S{number}', NULL))"
        for sign in ((1, -1) if back else (1,))
        for number, (item, person, at, visit) in enumerate(lines, start=1)
    ]
    with DATABASE.cursor() as database:
        database.execute(f"CREATE TEMP TABLE given ({SHAPE})")
        if rows:
            database.execute(f"INSERT INTO given VALUES {', '.join(rows)}")
        judge(database, "FROM given", ask(["A"], ["B"], [], within))
        return count(database, ask(["A"], ["B"], [], within)).lines


def expected(lines: Sequence[tuple[str, str | None, datetime, str]], within: str) -> Counter[str]:
    """The same by hand, line by line."""
    told: Counter[str] = Counter()
    others = [one for one in lines if one[0] == "B"]
    for item, person, at, visit in lines:
        if item != "A":
            continue
        if within == "stay":
            told["with" if any(b[3] == visit for b in others) else "without"] += 1
            continue
        day = [b[2] for b in others if b[1] == person and b[2].date() == at.date()]
        if person is None:
            told["unsure"] += 1
        elif not day:
            told["without"] += 1
        elif within == "day" or any(b.hour == at.hour and _clock(b) and _clock(at) for b in day):
            told["with"] += 1
        else:
            told["unsure" if not _clock(at) or not all(map(_clock, day)) else "without"] += 1
    return told


def _clock(at: datetime) -> bool:
    return at.time().isoformat() != "00:00:00"


@settings(max_examples=15, deadline=None)
@given(LINES)
def test_with_without_and_unsure_are_all_that_have_and_an_hour_lies_in_its_day(
    lines: list[tuple[str, str | None, datetime, str]],
) -> None:
    by = {within: judged(lines, within) for within in ("day", "hour", "stay")}
    for within, found in by.items():
        assert sum(found.values()) == sum(one[0] == "A" for one in lines)
        assert {k: v for k, v in found.items() if v} == dict(expected(lines, within)), within
    assert by["hour"]["with"] <= by["day"]["with"] and by["day"]["without"] <= by["hour"]["without"]


@settings(max_examples=8, deadline=None)
@given(LINES)
def test_what_is_refunded_whole_is_as_if_it_had_never_been(lines: list[tuple[str, str | None, datetime, str]]) -> None:
    assert sum(judged(lines, "day", back=True).values()) == 0
