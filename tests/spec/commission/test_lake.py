"""The lake: incremental, late entries and deletions included; whole or not at all; never silent."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from filelock import FileLock
from hypothesis import given, settings
from hypothesis import strategies as st

from exports.lake import open_lake
from exports.lake.catalogue import BEFORE, CATALOGUE, broken_parts
from flows.cli import main
from flows.lake import sync as syncing
from flows.lake.sync import SyncResult, sync
from flows.settings import Settings, SourceSettings, Window, load_settings
from schemas.adapter import COMMISSION, adapter_names, load_adapter
from schemas.commission.std import MODELS, SYSTEMS
from schemas.errors import StoreError
from tests.centre.ddl import create_table
from tests.county.county import raw

NOW = datetime(2024, 6, 1, 12)
TABLES = ("jsb_da", "jsb_sf", "fjh_bl", "fjh_sf")


class Source:
    """A small public-health system: follow-ups of the mentally ill, one row each, as a test writes them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clock = NOW
        with self._open() as database:
            for name in TABLES:
                for statement in create_table(raw()[name], "sqlite"):
                    database.execute(statement.replace("PRIMARY KEY (sfbh)", "CHECK (true)"))

    def _open(self) -> Any:
        return closing(sqlite3.connect(self.path, isolation_level=None))

    def put(self, number: str, day: str = "2024-03-05", inst: str = "C01", **more: Any) -> None:
        """Insert or replace one follow-up, changed a minute after the last one."""
        self.clock += timedelta(minutes=1)
        row = {"sfbh": number, "grid": "E1", "sfrq": day, "sffs": "1", "zg": "1", "wxx": 0, "sffl": "3"}
        row |= {"jgdm": inst, "sbjg": inst, "lrsj": str(self.clock), "xgsj": str(self.clock), "scbz": 0, **more}
        with self._open() as database:
            database.execute("DELETE FROM jsb_sf WHERE sfbh = ?", [number])
            marks = ", ".join("?" * len(row))
            database.execute(f"INSERT INTO jsb_sf ({', '.join(row)}) VALUES ({marks})", list(row.values()))

    def execute(self, sql: str) -> None:
        with self._open() as database:
            database.execute(sql)


def settings_of(folder: Path, *sources: str) -> Settings:
    found = {name: SourceSettings(name, "county_special", f"sqlite:///{folder / name}.sqlite") for name in sources}
    return Settings(folder, folder / "deliver", "500MB", 1, "UNSET", found)


def bring(folder: Path, source: str = "a", **more: Any) -> SyncResult:
    return sync(settings_of(folder, "a", "b"), source, lambda line: None, **more)


def rows(folder: Path, columns: str = "visit_id, visit_date, inst_code, deleted") -> list[tuple[Any, ...]]:
    with duckdb.connect() as database:
        open_lake(folder / "lake").attach(database)
        return database.execute(f"SELECT {columns} FROM lake.smd_visit ORDER BY ALL").fetchall()


def files(folder: Path) -> dict[tuple[str, ...], str]:
    return {part.place: part.sha256 for part in open_lake(folder / "lake").parts}


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return Source(tmp_path / "a.sqlite")


def test_a_second_sync_of_the_same_source_changes_nothing(source: Source, tmp_path: Path) -> None:
    for number in range(6):
        source.put(f"v{number}", f"2024-0{1 + number % 3}-10")
    assert bring(tmp_path).changed == 3
    before = files(tmp_path)
    again = bring(tmp_path)
    assert again.changed == 0 and files(tmp_path) == before


def test_a_late_entry_rewrites_the_old_month_and_no_other(source: Source, tmp_path: Path) -> None:
    source.put("v1", "2024-01-10")
    source.put("v2", "2024-05-10")
    bring(tmp_path)
    before = files(tmp_path)
    source.put("v3", "2024-01-20")
    result = bring(tmp_path)
    assert result.changed == 1
    changed = {place[4] for place, sha256 in files(tmp_path).items() if before.get(place) != sha256}
    assert changed == {"202401"}
    assert [row[0] for row in rows(tmp_path)] == ["v1", "v2", "v3"]


def test_a_row_that_changes_its_month_or_institution_leaves_its_old_place(source: Source, tmp_path: Path) -> None:
    source.put("v1", "2024-01-10")
    bring(tmp_path)
    source.put("v1", "2024-02-10", "C02")
    bring(tmp_path)
    assert [(str(day), inst) for _, day, inst, _ in rows(tmp_path)] == [("2024-02-10", "C02")]
    assert [place[3:] for place in files(tmp_path) if place[1] == "smd_visit"] == [("C02", "202402")]


def test_rows_deleted_in_the_source_are_noticed_by_its_count_and_said(source: Source, tmp_path: Path) -> None:
    for number in range(4):
        source.put(f"v{number}")
    bring(tmp_path)
    source.execute("DELETE FROM jsb_sf WHERE sfbh = 'v2'")
    result = bring(tmp_path)
    assert result.reread == ("jsb_sf",)
    assert [one.gone for one in result.merged if one.table == "smd_visit"] == [1]
    assert [row[0] for row in rows(tmp_path)] == ["v0", "v1", "v3"]


def test_a_key_that_stands_twice_in_the_source_hides_no_deletion(source: Source, tmp_path: Path) -> None:
    source.put("v0")
    source.execute("INSERT INTO jsb_sf SELECT * FROM jsb_sf")
    source.put("v1")
    source.put("v2")
    bring(tmp_path)
    assert bring(tmp_path).reread == ()
    source.execute("DELETE FROM jsb_sf WHERE sfbh = 'v1'")
    assert bring(tmp_path).reread == ("jsb_sf",)
    assert [row[0] for row in rows(tmp_path)] == ["v0", "v2"]


def test_a_row_that_came_with_an_old_date_is_missed_by_no_count(source: Source, tmp_path: Path) -> None:
    source.put("v0")
    bring(tmp_path)
    source.put("v1", xgsj=str(NOW - timedelta(days=90)))
    assert bring(tmp_path).reread == ("jsb_sf",)
    assert [row[0] for row in rows(tmp_path)] == ["v0", "v1"]


def test_a_row_marked_deleted_stays_in_the_lake_and_is_marked(source: Source, tmp_path: Path) -> None:
    source.put("v1")
    bring(tmp_path)
    source.put("v1", scbz=1)
    bring(tmp_path)
    assert [row[3] for row in rows(tmp_path)] == ["1"]


def test_a_row_committed_late_with_an_older_time_is_still_read(source: Source, tmp_path: Path) -> None:
    source.put("v1")
    bring(tmp_path)
    source.put("v2", xgsj=str(NOW - timedelta(hours=20)))
    source.put("v3", xgsj=None)
    bring(tmp_path)
    assert [row[0] for row in rows(tmp_path)] == ["v1", "v2", "v3"]


def test_two_rows_of_one_key_leave_the_last_one_and_are_counted(source: Source, tmp_path: Path) -> None:
    source.put("v1")
    source.execute("INSERT INTO jsb_sf SELECT * FROM jsb_sf")
    source.execute(f"UPDATE jsb_sf SET wxx = 5, xgsj = '{NOW + timedelta(hours=1)}' WHERE rowid = 2")
    result = bring(tmp_path)
    assert [one.doubled for one in result.merged if one.table == "smd_visit"] == [1]
    assert rows(tmp_path, "visit_id, risk") == [("v1", 5)]


def test_what_cannot_be_read_or_breaks_the_model_is_kept_counted_and_named(source: Source, tmp_path: Path) -> None:
    source.put("v1", wxx="many")
    source.put("v2", sffl="9")
    source.put("v3", sbjg=None)
    result = bring(tmp_path)
    assert [(one.table, one.column, one.rows) for one in result.unread] == [("jsb_sf", "wxx", 1)]
    broken = {(one.table, one.column): one.named for one in result.broken}
    assert broken[("smd_visit", "visit_class")] == ("jsb_sf:v2",)
    assert broken[("smd_visit", "inst_code")] == ("jsb_sf:v3",)
    assert [row[0] for row in rows(tmp_path)] == ["v1", "v2", "v3"]


def test_two_sources_of_one_table_leave_each_others_rows_alone(tmp_path: Path) -> None:
    first, second = Source(tmp_path / "a.sqlite"), Source(tmp_path / "b.sqlite")
    first.put("v1", "2024-01-10")
    second.put("v1", "2024-02-10")
    bring(tmp_path, "a")
    bring(tmp_path, "b")
    assert [str(day) for _, day, *_ in rows(tmp_path)] == ["2024-01-10", "2024-02-10"]
    second.execute("DELETE FROM jsb_sf")
    second.put("v9", "2024-02-11")
    bring(tmp_path, "b", full=True)
    assert [(number, str(day)) for number, day, *_ in rows(tmp_path)] == [("v1", "2024-01-10"), ("v9", "2024-02-11")]


def test_killed_before_the_catalogue_is_replaced_the_lake_is_as_it_was(
    source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source.put("v1")
    bring(tmp_path)
    before = rows(tmp_path)
    source.put("v2")

    def die(lake: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(syncing, "commit", die)
        with pytest.raises(KeyboardInterrupt):
            bring(tmp_path)
    assert rows(tmp_path) == before
    bring(tmp_path)
    assert [row[0] for row in rows(tmp_path)] == ["v1", "v2"]
    assert not broken_parts(open_lake(tmp_path / "lake"))


def test_a_second_sync_at_the_same_time_is_refused(source: Source, tmp_path: Path) -> None:
    source.put("v1")
    bring(tmp_path)
    with FileLock(tmp_path / "lake" / ".lock"), pytest.raises(StoreError, match="正在被另一个同步写入"):
        bring(tmp_path)


def test_files_of_the_sync_before_stay_until_the_next_but_one(source: Source, tmp_path: Path) -> None:
    source.put("v1")
    bring(tmp_path)
    [old] = (tmp_path / "lake").rglob("month=202403/*.parquet")
    source.put("v2")
    bring(tmp_path)
    assert old.is_file(), "who opened the lake before may still read it"
    bring(tmp_path)
    bring(tmp_path)
    assert not old.is_file()


def test_a_damaged_catalogue_says_how_to_get_back(source: Source, tmp_path: Path) -> None:
    source.put("v1")
    bring(tmp_path)
    (tmp_path / "lake" / CATALOGUE).write_text("{", encoding="utf-8")
    with pytest.raises(StoreError, match="已损坏"):
        open_lake(tmp_path / "lake")
    (tmp_path / "lake" / CATALOGUE).unlink()
    (tmp_path / "lake" / BEFORE).write_text("{", encoding="utf-8")
    with pytest.raises(StoreError, match="已损坏"):
        bring(tmp_path)


def test_the_commands_speak_chinese_and_json(source: Source, workdir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source.put("v1")
    (workdir / "feijian.toml").write_text(
        f'[sources.a]\nadapter = "county_special"\nurl = "sqlite:///{source.path}"\n'
        '[sources.his]\nadapter = "sample"\nurl = "sqlite:///his.sqlite"\n',
        encoding="utf-8",
    )
    assert main(["lake", "list"]) == 0
    assert "请先运行 feijian sync" in capsys.readouterr().out
    assert main(["sync", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["sources"][0]["tables"]["smd_visit"]["read"] == 1
    assert main(["sync"]) == 0
    assert "0 个分区有变化" in capsys.readouterr().out
    assert main(["lake", "show", "smd_visit"]) == 0
    assert "涉及个人主索引" in capsys.readouterr().out
    assert main(["lake", "check"]) == 0
    [part] = (workdir / "lake").rglob("month=202403/*.parquet")
    part.write_bytes(part.read_bytes() + b"x")
    assert main(["lake", "check"]) == 1
    assert "损坏或缺失" in capsys.readouterr().out
    for wrong, said in (
        (["sync", "--source", "his"], "供飞检导出使用"),
        (["sync", "--from", "2024-01-01"], "要一起写"),
        (["lake", "show", "nothing"], "没有表 nothing"),
        (["export", "--source", "a", "--org", "H1", "--from", "2024-01-01", "--to", "2024-01-31"], "请用 feijian sync"),
    ):
        assert main(wrong) == 2
        assert said in capsys.readouterr().err


def test_a_window_is_read_again_and_replaced(source: Source, tmp_path: Path) -> None:
    source.put("v1", "2024-01-10")
    source.put("v2", "2024-02-10")
    source.put("v3", "2024-03-10", xgsj=str(NOW + timedelta(days=30)))
    bring(tmp_path)
    source.execute("UPDATE jsb_sf SET wxx = 4")
    bring(tmp_path)
    assert rows(tmp_path, "visit_id, risk") == [("v1", 0), ("v2", 0), ("v3", 4)]
    bring(tmp_path, window=Window(date(2024, 1, 1), date(2024, 1, 31)))
    assert ("v1", 4) in rows(tmp_path, "visit_id, risk") and len(rows(tmp_path)) == 3


EDITS = st.lists(
    st.tuples(
        st.sampled_from(("put", "put", "mark", "delete", "sync")),
        st.integers(0, 5),
        st.sampled_from(("2024-01-31", "2024-02-01", "2023-12-31")),
        st.sampled_from(("C01", "C02")),
    ),
    min_size=1,
    max_size=10,
)


@settings(max_examples=5, deadline=None)
@given(edits=EDITS)
def test_step_by_step_is_the_same_as_from_scratch(
    edits: list[tuple[str, int, str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("edits")
    source = Source(folder / "a.sqlite")
    source.put("v9")
    bring(folder)
    for what, number, day, inst in edits:
        if what == "sync":
            bring(folder)
        elif what == "delete":
            source.execute(f"DELETE FROM jsb_sf WHERE sfbh = 'v{number}'")
        else:
            source.put(f"v{number}", day, inst, scbz=int(what == "mark"))
    bring(folder)
    scratch = tmp_path_factory.mktemp("scratch")
    (scratch / "a.sqlite").write_bytes(source.path.read_bytes())
    bring(scratch)
    assert files(folder) == files(scratch)


def test_every_table_is_given_by_one_county_adapter_and_every_system_by_its_rows(small_lake: Path) -> None:
    given = [
        name for one in adapter_names() if load_adapter(one).model == COMMISSION for name in load_adapter(one).provides
    ]
    assert sorted(given) == sorted(MODELS)
    lake = open_lake(load_settings(small_lake).lake)
    assert set(MODELS) - {part.table for part in lake.parts} <= {"copd_file", "copd_visit", "tb_visit"}, "rare ones"
    assert {part.system for part in lake.parts} == set(SYSTEMS)


def empty_columns(lake: Any) -> Iterator[str]:
    with duckdb.connect() as database:
        lake.attach(database)
        for name in {part.table for part in lake.parts}:
            found = database.execute(f"SELECT count(COLUMNS(*)) FROM lake.{name}")
            [numbers] = found.fetchall()
            counts = dict(zip((column[0] for column in found.description), numbers, strict=True))
            yield from (f"{name}.{column}" for column, count in counts.items() if not count)


def test_every_column_is_filled_or_declared_absent(small_lake: Path) -> None:
    declared = {
        f"{table}.{column}"
        for one in adapter_names()
        if load_adapter(one).model == COMMISSION
        for table, columns in load_adapter(one).absent.items()
        for column in columns
    }
    empty = {
        name for name in empty_columns(open_lake(load_settings(small_lake).lake)) if not name.endswith("._excluded")
    }
    assert declared <= empty
