"""Hostile readers: careless receivers read the whole package, or the certificate says what they would not."""

import json
from collections.abc import Iterator
from hashlib import md5
from pathlib import Path

import duckdb
import pymysql
import pytest

from exports.acceptance.loadback import load_postgresql
from exports.acceptance.package import Delivery
from exports.readers import mariadb
from exports.readers.certificate import Certificate, certify
from exports.verify import Servers, verify
from flows.sources.mysql import connection_arguments
from schemas.result import Outcome
from tests.damages import ALL, DAMAGES, TABLE, Damage, put
from tests.house import Exported, export_from, mysql_database, postgresql_database, write_centre

DEPT = "ADMISSION_DEPT_NAME"
WORSE = {reader: {Outcome.FAILED, Outcome.WARNED} for reader in ALL} | {"excel_digits": {Outcome.FAILED}}


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """A small centre's January."""
    folder = tmp_path_factory.mktemp("month")
    url = f"sqlite:///{folder / 'his.sqlite'}"
    write_centre(url, 150)
    return export_from(folder, url, last="2024-01-31")


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[str, str]]:
    with postgresql_database() as postgresql, mysql_database() as mysql:
        yield postgresql, mysql


def read(delivery: Delivery, servers: tuple[str | None, str | None] = (None, None)) -> Certificate:
    postgresql, mysql = servers
    with duckdb.connect() as database:
        delivery.open_views(database)
        loaded = load_postgresql(delivery, postgresql, database) if postgresql else None
        return certify(delivery, database, loaded, mysql)


def outcomes(certificate: Certificate) -> dict[str, Outcome]:
    return {verdict.reader.name: verdict.outcome for verdict in certificate.verdicts}


def damaged(month: Exported, damage: Damage, folder: Path) -> Delivery:
    whole = month.delivery
    resources = whole.resources(TABLE)
    for name in ("data", "ddl"):
        (folder / name).mkdir()
    for script in (month.deliver / "ddl").iterdir():
        _, create, rest = script.read_text(encoding="utf-8").partition(f"CREATE TABLE {TABLE} (")
        (folder / "ddl" / script.name).write_text(create + rest.partition(";\n")[0] + ";\n", encoding="utf-8")
    [record] = resources
    text = (month.deliver / record["path"]).read_text(encoding="utf-8")
    (folder / record["path"]).write_bytes(damage.apply(text).encode(damage.encoding))
    return Delivery(folder, {**whole.manifest, "resources": resources}, whole.form)


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_file_is_noticed(month: Exported, servers: tuple[str, str], tmp_path: Path, name: str) -> None:
    found = outcomes(read(damaged(month, DAMAGES[name], tmp_path), servers))
    noticed = {reader for reader, outcome in found.items() if outcome in WORSE[reader]}
    assert noticed == DAMAGES[name].noticed_by


def test_careless_readers_get_the_whole_package(month: Exported, servers: tuple[str, str]) -> None:
    found = outcomes(read(month.delivery, servers))
    assert found.pop("excel_digits") is Outcome.WARNED
    assert set(found) == ALL - {"excel_digits"}
    assert set(found.values()) == {Outcome.PASSED}


def harm(month: Exported, value: str, reader: str, folder: Path) -> str:
    """What a reader says it would do to a department that is called so."""
    certificate = read(damaged(month, Damage("", frozenset(), put(DEPT, lambda _: value)), folder))
    verdict = next(one for one in certificate.verdicts if one.reader.name == reader)
    assert verdict.outcome is Outcome.WARNED
    [found] = [one for one in verdict.harms if one.column == DEPT]
    assert found.values == 1
    return found.kind


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("NA", "会被当作空值的词"),
        ("null", "会被当作空值的词"),
        ("\\N", "会被当作空值的词"),
        ("'内科", "单引号开头"),
        ("内科\\", "含反斜杠"),
        ("内科\u00a0", "首尾有空格"),
        (" 内科", "首尾有空格"),
    ],
)
def test_values_that_a_habit_would_change_are_named(month: Exported, tmp_path: Path, value: str, kind: str) -> None:
    assert harm(month, value, "text_first", tmp_path) == kind


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("1234567890123456", "超过 15 位，末位变 0"),
        ("0101", "前导 0 丢失"),
        ("1E5", "变成科学计数"),
        ("1-2", "变成日期"),
        ("2024/01/05", "变成日期"),
        ("MAR1", "变成日期"),
        ("1.50", "小数末尾的 0 丢失"),
        ("=1+1", "当作公式"),
        ("-内科", "当作公式"),
    ],
)
def test_values_that_excel_would_change_are_named(month: Exported, tmp_path: Path, value: str, kind: str) -> None:
    assert harm(month, value, "excel_digits", tmp_path) == kind


def test_what_excel_does_never_blocks_and_tells_what_to_do(month: Exported) -> None:
    result = next(one for one in read(month.delivery).results() if one.id == "reader.excel_digits")
    assert result.outcome is Outcome.WARNED
    assert not result.blocks
    assert result.waivable
    assert "SETTLE_ZY_DETAIL.ID_CARD" in result.reason
    assert "请勿用 Excel 直接打开 CSV 另存" in result.reason


def test_what_pandas_did_not_read_is_not_verified(month: Exported, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exports.readers.pandas_lines.FIRST_ROWS", 5)
    verdict = next(one for one in read(month.delivery).verdicts if one.reader.name == "pandas_lines")
    assert verdict.outcome is Outcome.NOT_VERIFIED
    [table] = [one for one in verdict.tables if one.table == TABLE]
    assert table.read is not None
    assert (table.read.rows, table.read.unread) == (5, month.query(f"SELECT count(*) - 5 FROM {TABLE}")[0][0])
    assert f"{TABLE} 只读了每个文件的前一部分，{table.read.unread} 行没有读" in verdict.reason


def test_a_database_that_nobody_configured_does_not_apply(month: Exported) -> None:
    verdicts = {one.reader.name: one for one in read(month.delivery).verdicts}
    for name in ("postgresql", "mariadb"):
        assert (verdicts[name].outcome, verdicts[name].reason) == (Outcome.NOT_APPLICABLE, "没有配置")


def test_a_database_that_does_not_answer_is_not_verified_and_tells_no_secret(month: Exported) -> None:
    dead = ("postgresql://me:hush@127.0.0.1:1/none", "mysql://me:hush@127.0.0.1:1/none")
    verdicts = {one.reader.name: one for one in read(month.delivery, dead).verdicts}
    for name in ("postgresql", "mariadb"):
        assert verdicts[name].outcome is Outcome.NOT_VERIFIED
        assert "无法连接" in verdicts[name].reason
        assert "hush" not in verdicts[name].reason


def test_an_older_package_without_digests_still_verifies(month: Exported) -> None:
    whole = month.delivery
    manifest = {name: value for name, value in whole.manifest.items() if name != "feijian:keys"}
    found = outcomes(read(Delivery(whole.folder, manifest, whole.form)))
    assert found["plain_split"] is Outcome.NOT_VERIFIED
    assert Outcome.FAILED not in found.values()


def test_the_digest_stands_in_the_manifest_beside_the_totals(month: Exported) -> None:
    keys = month.delivery.manifest["feijian:keys"]
    assert set(keys) == set(month.delivery.manifest["feijian:totals"])
    assert keys[TABLE]["columns"] == ["HOSPITAL_ID", "HISID"]
    assert "HISID" in keys["SETTLE_MZ_DETAIL"]["columns"], "no key of its own: every text that is always required"
    digests = (
        int(md5(f"={hospital}\x1f={bill}".encode()).hexdigest()[:15], 16)
        for hospital, bill in month.query(f"SELECT HOSPITAL_ID, HISID FROM {TABLE}")
    )
    assert keys[TABLE]["digest"] == str(sum(digests))


def test_the_certificate_lies_in_the_package_and_its_results_in_the_acceptance(month: Exported) -> None:
    reports = month.deliver / "reports"
    certificate = json.loads((reports / "readers.json").read_text(encoding="utf-8"))
    acceptance = json.loads((reports / "acceptance.json").read_text(encoding="utf-8"))
    held = {record["path"] for record in month.delivery.manifest["feijian:files"]}
    assert {"reports/readers.json", "reports/readers.md"} <= held
    assert {f"reader.{one['reader']}" for one in certificate["readers"]} <= {one["id"] for one in acceptance["checks"]}
    text = (reports / "readers.md").read_text(encoding="utf-8")
    for one in certificate["readers"]:
        assert f"| {one['title']} | {one['stands_for']} | {one['outcome']} |" in text


def test_verify_lets_the_readers_loose_again(month: Exported, servers: tuple[str, str], tmp_path: Path) -> None:
    results = verify(month.published.folder, tmp_path, "1GB", 2, Servers(*servers))
    readers = {one.id.removeprefix("reader."): one.outcome for one in results if one.id.startswith("reader.")}
    assert readers == outcomes(read(month.delivery, servers))


def test_nothing_is_left_in_the_database(month: Exported, servers: tuple[str, str]) -> None:
    assert mariadb.read(month.delivery, servers[1]).broken == {}
    with pymysql.connect(**connection_arguments(servers[1])) as connection, connection.cursor() as cursor:
        cursor.execute("SHOW TABLES")
        assert cursor.fetchall() == ()
