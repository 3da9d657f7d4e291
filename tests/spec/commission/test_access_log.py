"""The access log is a chain: what is changed, taken out, put in or cut off its end is found, and where."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from exports.access_log import GIVEN, Head, head_of, of_account, read_log, record_access, verify_log
from schemas.account import Account, ExportClass
from schemas.errors import StoreError

WHO = Account("county", "650402", "operator", ExportClass.C, "示例区卫健委")


def filled(folder: Path, entries: int = 5, card: str = "overdue") -> Path:
    log = folder / "access" / "access.jsonl"
    for number in range(entries):
        record_access(log, of_account(WHO, "query", GIVEN, rows=number, scope={"card": card}))
    return log


def test_a_record_says_who_asked_what_when_and_where(tmp_path: Path) -> None:
    [record] = read_log(filled(tmp_path, 1))
    assert (record["account"], record["unit"], record["rows"]) == ("county", "示例区卫健委", 0)
    assert record["at"].endswith("+08:00") and record["host"]


def test_an_untouched_log_is_whole(tmp_path: Path) -> None:
    assert verify_log(filled(tmp_path)) is None
    assert verify_log(tmp_path / "none.jsonl") is None


def change(lines: list[str]) -> list[str]:
    return [*lines[:2], lines[2].replace('"rows":2', '"rows":3'), *lines[3:]]


def take_out(lines: list[str]) -> list[str]:
    return lines[:2] + lines[3:]


def put_in(lines: list[str]) -> list[str]:
    return [*lines[:2], lines[1], *lines[2:]]


def spoil(lines: list[str]) -> list[str]:
    return [*lines[:2], "{", *lines[3:]]


@pytest.mark.parametrize("damage", [change, take_out, put_in, spoil])
def test_the_first_broken_line_is_named(tmp_path: Path, damage: Callable[[list[str]], list[str]]) -> None:
    log = filled(tmp_path)
    log.write_text("\n".join(damage(log.read_text().splitlines())) + "\n")
    broken = verify_log(log)
    assert broken and broken.number == 3


def test_lines_cut_off_the_end_are_missed(tmp_path: Path) -> None:
    log = filled(tmp_path)
    log.write_text("\n".join(log.read_text().splitlines()[:3]) + "\n")
    broken = verify_log(log)
    assert broken and broken.number == 4 and "截去" in broken.why


def test_a_log_without_its_head_proves_nothing(tmp_path: Path) -> None:
    log = filled(tmp_path)
    log.with_suffix(".head.json").unlink()
    assert verify_log(log) is not None


def test_another_log_does_not_agree_with_a_receipt(tmp_path: Path) -> None:
    receipt = head_of(filled(tmp_path / "one"))
    other = filled(tmp_path / "two", 7, "other")
    assert verify_log(other) is None
    assert verify_log(other, Head(receipt.number, receipt.hash[:12])) is not None
    assert verify_log(filled(tmp_path / "one", 1), Head(receipt.number, receipt.hash[:12])) is None


def test_what_a_crash_left_of_a_line_is_cut_off(tmp_path: Path) -> None:
    log = filled(tmp_path)
    with log.open("a") as file:
        file.write('{"acc')
    record_access(log, of_account(WHO, "query", GIVEN))
    assert verify_log(log) is None and len(read_log(log)) == 6


def test_many_writers_make_one_chain(tmp_path: Path) -> None:
    log = filled(tmp_path, 1)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: record_access(log, of_account(WHO, "query", GIVEN, rows=n)), range(20)))
    assert verify_log(log) is None and len(read_log(log)) == 21


def test_without_a_log_nothing_is_given(tmp_path: Path) -> None:
    (tmp_path / "access").write_text("in the way")
    with pytest.raises(StoreError, match="没有交出"):
        record_access(tmp_path / "access" / "access.jsonl", of_account(WHO, "query", GIVEN))


def test_the_head_is_the_last_line_s_hash(tmp_path: Path) -> None:
    log = filled(tmp_path)
    assert head_of(log) == Head(5, json.loads(log.read_text().splitlines()[-1])["hash"])
