"""Bad input ends in one clear Chinese sentence, the right exit code, and no half package."""

import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pymysql
import pytest

from exports.acceptance.finance import read_finance
from flows.cli import main
from flows.settings import load_settings
from flows.sources import mysql, open_source, oracle
from flows.sources.mysql import connection_arguments
from flows.sources.postgresql_errors import explain, refusal
from schemas.errors import SettingsError, SourceError, SourceLostError
from tests.centre import DEMO_ORG
from tests.house import FIRST, LAST, Exported, carrying_on, mysql_database, require_server, write_centre


@pytest.fixture(scope="module")
def his(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("his") / "his.sqlite"
    write_centre(f"sqlite:///{path}", visits=60)
    return path


def configure(folder: Path, url: str, adapter: str = "sample") -> None:
    text = f'[sources.centre]\nadapter = "{adapter}"\nurl = "{url}"\n'
    (folder / "feijian.toml").write_text(text, encoding="utf-8")


def export(org: str = DEMO_ORG, first: str = "2024-01-01", last: str = "2024-12-31", *more: str) -> int:
    return main(["export", "--source", "centre", "--org", org, "--from", first, "--to", last, *more])


def refused(capsys: pytest.CaptureFixture[str], folder: Path, code: int, expected: int, *words: str) -> None:
    message = capsys.readouterr().err
    assert code == expected
    assert message.startswith("错误：")
    assert message.count("\n") == 1
    assert "Traceback" not in message
    for word in words:
        assert word in message
    assert not list(folder.glob("deliver/*"))


def test_a_missing_table_is_named(workdir: Path, his: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = workdir / "his.sqlite"
    copy.write_bytes(his.read_bytes())
    with closing(sqlite3.connect(copy)) as database:
        database.execute("DROP TABLE mz_fymx")
        database.commit()
    configure(workdir, f"sqlite:///{copy}")
    refused(capsys, workdir, export(), 2, "没有表 mz_fymx", "sample")


def test_a_missing_column_is_named(workdir: Path, his: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = workdir / "his.sqlite"
    copy.write_bytes(his.read_bytes())
    with closing(sqlite3.connect(copy)) as database:
        database.execute("ALTER TABLE ks_xx RENAME TO old")
        database.execute("CREATE TABLE ks_xx AS SELECT 1 AS something")
        database.commit()
    configure(workdir, f"sqlite:///{copy}")
    refused(capsys, workdir, export(), 2, "表 ks_xx 没有列")


def test_an_unreachable_database_is_named(workdir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configure(workdir, "postgresql://nobody@127.0.0.1:1/his")
    refused(capsys, workdir, export(), 2, "127.0.0.1:1/his", "无法连通服务器")


def test_an_unreachable_mysql_is_named(workdir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configure(workdir, "mysql://nobody@127.0.0.1:1/his")
    refused(capsys, workdir, export(), 2, "127.0.0.1:1/his", "无法连通服务器")


def test_a_missing_file_is_named(workdir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configure(workdir, f"sqlite:///{workdir / 'nowhere.sqlite'}")
    refused(capsys, workdir, export(), 2, "nowhere.sqlite")


def test_a_wrong_password_is_told_and_never_printed(
    workdir: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import pymysql

    with mysql_database() as url:
        with pymysql.connect(**connection_arguments(url)) as connection, connection.cursor() as cursor:
            cursor.execute("CREATE USER IF NOT EXISTS feijian_reader@'%' IDENTIFIED BY 'right'")
        monkeypatch.setenv("CENTRE_URL", url.replace("//root@", "//feijian_reader:s3cret-wrong@"))
        text = '[sources.centre]\nadapter = "sample"\nurl_env = "CENTRE_URL"\n'
        (workdir / "feijian.toml").write_text(text, encoding="utf-8")
        code = export()
        with pymysql.connect(**connection_arguments(url)) as connection, connection.cursor() as cursor:
            cursor.execute("DROP USER feijian_reader@'%'")
    message = capsys.readouterr()
    assert code == 2
    assert "用户名或口令错误" in message.err
    assert "s3cret" not in message.err + message.out
    assert not any("s3cret" in path.read_text() for path in workdir.rglob("*.json*"))


def test_a_wrong_postgresql_password_is_told_in_the_same_words() -> None:
    error = 'connection to server failed: FATAL:  password authentication failed for user "his"'
    assert "用户名或口令错误" in explain(None, error, "连接")
    assert "用户名或口令错误" in explain("28P01", "whatever", "连接")
    assert "库不存在" in explain("3D000", "whatever", "连接")


def test_a_server_without_a_free_connection_is_tried_again() -> None:
    full = [
        refusal(RuntimeError("FATAL:  sorry, too many clients already"), "连接"),
        mysql._refusal(pymysql.OperationalError(1040, "Too many connections"), "连接"),
        oracle.explained("ORA-12519: TNS:no appropriate service handler found", "连接"),
    ]
    assert all(isinstance(error, SourceLostError) and "请稍后重试" in str(error) for error in full)


def test_an_unknown_institution_is_answered_with_those_there_are(
    workdir: Path, his: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(workdir, f"sqlite:///{his}")
    refused(capsys, workdir, export("H65000000000"), 2, "没有机构 H65000000000", DEMO_ORG)


def test_an_empty_period_ends_without_a_package(workdir: Path, his: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configure(workdir, f"sqlite:///{his}")
    refused(capsys, workdir, export(DEMO_ORG, "2019-01-01", "2019-12-31"), 1, "没有任何结算记录", "2019-01-01")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("2024-13-01", "2024-12-31"), "日期"),
        (("2024-12-31", "2024-01-01"), "颠倒"),
    ],
)
def test_a_wrong_period_is_refused(
    workdir: Path, his: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, str], words: str
) -> None:
    configure(workdir, f"sqlite:///{his}")
    refused(capsys, workdir, export(DEMO_ORG, *arguments), 2, words)


def test_a_wrong_format_is_answered_with_those_there_are(
    workdir: Path, his: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(workdir, f"sqlite:///{his}")
    code = export(DEMO_ORG, "2024-01-01", "2024-12-31", "--format", "nhsa/1999")
    refused(capsys, workdir, code, 2, "nhsa/1999", "nhsa/2024")


def test_a_wrong_finance_file_names_the_line(workdir: Path, his: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configure(workdir, f"sqlite:///{his}")
    (workdir / "f.csv").write_text("月份,财务总费用,医保端费用\n2024-01,一百元,\n", encoding="utf-8")
    code = export(DEMO_ORG, "2024-01-01", "2024-12-31", "--finance", "f.csv")
    refused(capsys, workdir, code, 2, "f.csv 第 2 行", "一百元")


def test_a_full_disk_leaves_no_half_package(workdir: Path, his: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small = workdir / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1200k", "tmpfs", str(small)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"cannot make a size-limited folder: {mounted.stderr.strip()}")
    try:
        configure(workdir, f"sqlite:///{his}")
        text = (workdir / "feijian.toml").read_text(encoding="utf-8")
        (workdir / "feijian.toml").write_text('store = "small"\n' + text, encoding="utf-8")
        refused(capsys, workdir, export(), 2, "磁盘空间不足", "未留下半个导出包")
        assert not list(small.glob("deliver/*"))
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_an_unknown_kind_of_source_is_refused() -> None:
    with pytest.raises(SettingsError, match="不认识的数据源类型“nosuch”"):
        open_source("nosuch://host/db")


def test_a_table_without_permission_is_a_source_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="不是可读的 SQLite"):
        (tmp_path / "x.sqlite").write_text("this is no database, only text of some length" * 100)
        open_source(f"sqlite:///{tmp_path / 'x.sqlite'}")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["export"], "缺少参数：--source"),
        (["exprot"], "不能是 'exprot'"),
        (["demo", "--visits", "many"], "应为整数"),
        (["runs", "--colour"], "不认识的参数：--colour"),
    ],
)
def test_a_wrong_command_line_is_answered_in_chinese(
    capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    message = capsys.readouterr().err
    assert stopped.value.code == 2
    assert words in message
    assert "error" not in message


def test_an_unknown_fault_is_refused(workdir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--out", "d", "--faults", "gremlins"]) == 2
    assert "gremlins" in capsys.readouterr().err


def test_verify_of_something_else_is_refused(workdir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(workdir)]) == 2
    assert "不是导出包" in capsys.readouterr().err


def test_the_reason_of_a_stopped_run_is_listed(workdir: Path, his: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configure(workdir, f"sqlite:///{his}")
    export("H65000000000")
    capsys.readouterr()
    assert main(["runs", "--json"]) == 0
    [run] = json.loads(capsys.readouterr().out)["runs"]
    assert run["ledger"][-1]["failed"] == "std"
    assert "H65000000000" in run["ledger"][-1]["reason"]


def test_a_missing_server_is_skipped_with_a_reason() -> None:
    def connect(url: str) -> None:
        raise ConnectionRefusedError(url)

    with pytest.raises(pytest.skip.Exception, match="no server"):
        require_server("postgresql://nowhere", connect)


SKIPS = """import pytest

@pytest.mark.parametrize("ci", ["true", ""])
def test_it(ci, monkeypatch):
    monkeypatch.setenv("CI", ci)
    pytest.skip("no server")
"""


def test_a_skip_is_a_failure_in_ci(tmp_path: Path) -> None:
    shutil.copy(Path(__file__).parents[1] / "conftest.py", tmp_path / "conftest.py")
    (tmp_path / "test_it.py").write_text(SKIPS, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rfs", str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "test_it[true]" in done.stdout
    assert "1 failed, 1 skipped" in done.stdout


@pytest.mark.parametrize(
    "url", ["mysql://root:geheim#1@host/his", "postgresql://his:geheim@[host/his", "mysql://a:geheim@h:x/d"]
)
def test_a_url_that_cannot_be_taken_apart_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(SettingsError, match="连接串写法有误") as caught:
        open_source(url)
    assert "geheim" not in str(caught.value)


def test_what_libpq_says_before_a_login_is_not_shown() -> None:
    assert "p%zz" not in explain(None, 'invalid percent-encoded token: "p%zz"', "连接")


def test_a_finance_file_saved_by_excel_is_read(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes('月份,财务总费用,医保端费用\n2024-01,"1,234.50",\n'.encode("gb18030"))
    assert read_finance(path).total == {"202401": Decimal("1234.50")}


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "一百", "1,2元"])
def test_an_amount_that_is_none_is_refused(tmp_path: Path, amount: str) -> None:
    path = tmp_path / "f.csv"
    path.write_text(f'月份,财务总费用,医保端费用\n2024-01,"{amount}",\n', encoding="utf-8")
    with pytest.raises(SettingsError, match="不是金额"):
        read_finance(path)


@pytest.mark.parametrize(
    "text",
    ['threads = "two"', "threads = 0", 'memory_limit = "lots"', 'sources = "x"', "store = 5", "[sources]\na = 1"],
)
def test_a_setting_of_the_wrong_kind_is_explained(workdir: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    (workdir / "feijian.toml").write_text(text, encoding="utf-8")
    refused(capsys, workdir, main(["runs"]), 2, "feijian.toml")


def test_a_setting_file_saved_with_a_bom_or_in_gbk_is_read(workdir: Path) -> None:
    for encoding in ("utf-8-sig", "gb18030"):
        (workdir / "feijian.toml").write_bytes('deliver = "导出"'.encode(encoding))
        assert load_settings(workdir).deliver == workdir / "导出"


def test_a_period_beyond_reason_is_refused(workdir: Path, his: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configure(workdir, f"sqlite:///{his}")
    refused(capsys, workdir, export(DEMO_ORG, "2024-01-01", "9999-12-31"), 2, "不合情理")


def test_an_output_folder_that_is_a_file_is_refused(
    workdir: Path, his: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(workdir, f"sqlite:///{his}")
    (workdir / "taken").write_text("x")
    refused(capsys, workdir, export(DEMO_ORG, "2024-01-01", "2024-12-31", "--out", "taken"), 2, "不是文件夹")
    assert not (workdir / "runs").exists(), "it is told before anything is read"


def test_a_broken_parquet_file_is_named(workdir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (workdir / "his").mkdir()
    (workdir / "his" / "jg_xx.parquet").write_bytes(b"no parquet")
    configure(workdir, f"parquet://{workdir / 'his'}")
    refused(capsys, workdir, export(), 2, "Parquet")


def test_an_error_of_ours_says_so_and_is_not_taken_for_a_finding(
    workdir: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.commands.list_runs", lambda runs: 1 / 0)
    assert main(["runs"]) == 2
    message = capsys.readouterr().err
    assert message.startswith("错误：程序自身出错")
    assert "ZeroDivisionError" in message


def test_a_gbk_console_does_not_break_the_output(
    workdir: Path, clean: Exported, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(workdir, clean.job.source.location())
    monkeypatch.setattr("flows.commands.start_run", carrying_on(clean))
    shown = io.BytesIO()
    with io.TextIOWrapper(shown, encoding="gbk", errors="strict") as console:
        monkeypatch.setattr("sys.stdout", console)
        monkeypatch.setattr("sys.stderr", console)
        assert export(DEMO_ORG, FIRST, LAST) == 0
        console.flush()
        said = shown.getvalue().decode("gbk")
    assert "可以交付" in said


def test_a_gbk_console_shows_what_it_can_and_breaks_at_nothing(workdir: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "gbk", "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-m", "flows.cli", "export", "--source", "\u2713", "--org", DEMO_ORG]
    period = ["--from", FIRST, "--to", LAST]
    done = subprocess.run([*command, *period], cwd=workdir, env=environment, capture_output=True, check=False)
    assert done.returncode == 2
    assert done.stderr.decode("gbk").startswith("错误：")


def test_sample_never_drops_tables_unasked(workdir: Path, his: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = his.read_bytes()
    assert main(["sample", f"sqlite:///{his}", "--visits", "20"]) == 2
    assert "已有表" in capsys.readouterr().err
    assert his.read_bytes() == before


def test_verify_does_not_pass_an_empty_manifest(workdir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifest = {"feijian:format": "nhsa/2024", "resources": [], "feijian:files": [], "feijian:totals": {}}
    (workdir / "datapackage.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert main(["verify", str(workdir)]) == 1
    assert "没有文件" in capsys.readouterr().out
    assert main(["verify", str(workdir / "typo")]) == 2


def test_a_value_that_a_database_cannot_convert_is_not_repeated() -> None:
    said = explain("22P02", 'invalid input syntax for type integer: "张三丰"', "读取表 br")
    assert "张三丰" not in said and "22P02" in said
