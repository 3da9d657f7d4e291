"""A regional database is read once, table by table, and split by institution."""

import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.cli import main
from flows.extraction.reading import UNTYPED
from flows.job import Job, make_job
from flows.publish import link_tree
from flows.pull import forget, pull, take
from flows.sources.sqlite import SqliteConnection
from flows.steps.extract import SUMMARY, extract, where_of
from schemas.errors import AdapterError, SettingsError, SourceError
from tests.centre import CentreSettings, generate, write
from tests.house import FIRST, LAST, settings_for


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of three institutions; a receipt of the second has an amount that is none."""
    path = tmp_path_factory.mktemp("region") / "region.sqlite"
    write(generate(CentreSettings(orgs=3, visits=40)), f"sqlite:///{path}")
    with sqlite3.connect(path) as database:
        second = codes_of(path)[1]
        database.execute(
            "UPDATE mz_jsb SET zje = '12,50' WHERE rowid = (SELECT min(rowid) FROM mz_jsb WHERE jgdm = ?)", (second,)
        )
    return path


def codes_of(path: Path) -> list[str]:
    with sqlite3.connect(path) as database:
        return [code for (code,) in database.execute("SELECT DISTINCT jgdm FROM mz_jsb ORDER BY 1")]


def job_for(folder: Path, region: Path, org: str) -> Job:
    return make_job("centre", org, FIRST, LAST, "nhsa/2024", settings=settings_for(folder, f"sqlite:///{region}"))


def held(raw: Path) -> dict[str, object]:
    """All that an extraction left, whatever the order of rows and files."""
    tables = [path for path in raw.iterdir() if path.is_dir()]
    found: dict[str, object] = {
        path.name: sorted(pq.read_table(path).to_pylist(), key=lambda row: row["_row"]) for path in tables
    }
    found["untyped"] = sorted(map(repr, pq.read_table(raw / UNTYPED).to_pylist()))
    return {**found, "summary": json.loads((raw / SUMMARY).read_text(encoding="utf-8"))}


def test_each_institution_gets_what_an_extraction_of_its_own_would_have_given(region: Path, tmp_path: Path) -> None:
    codes = codes_of(region)
    pulled = pull(job_for(tmp_path, region, codes[0]), tuple(codes), lambda line: None)
    for code in codes:
        job = job_for(tmp_path, region, code)
        alone, taken = tmp_path / f"alone-{code}", tmp_path / f"taken-{code}"
        for folder in (alone, taken):
            folder.mkdir()
        extract(job, alone, lambda line: None)
        take(replace(job, pulled=pulled.name), taken)
        assert held(taken) == held(alone)


def test_each_table_is_read_once_for_all(region: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read, whole = list[str](), SqliteConnection.read

    def noted(source: SqliteConnection, table: str, columns: tuple[str, ...], where: str) -> Iterator[pa.RecordBatch]:
        read.append(table)
        return whole(source, table, columns, where)

    monkeypatch.setattr(SqliteConnection, "read", noted)
    codes = tuple(codes_of(region))
    job = job_for(tmp_path, region, codes[0])
    pull(job, codes, lambda line: None)
    pull(job, codes, lambda line: None)
    assert sorted(read) == sorted(table.name for table in job.raw_tables)


def test_a_pull_for_others_is_not_taken_for_this_one(region: Path, tmp_path: Path) -> None:
    codes = codes_of(region)
    job = job_for(tmp_path, region, codes[0])
    pulled = pull(job, tuple(codes[:2]), lambda line: None)
    into = tmp_path / "into"
    into.mkdir()
    with pytest.raises(SettingsError, match=f"没有机构 {codes[2]}"):
        take(replace(job_for(tmp_path, region, codes[2]), pulled=pulled.name), into)
    named = replace(job, pulled=pulled.name)
    table = replace(named.adapter.tables["mz_jsb"], where="jgdm = :org")
    other = replace(named.adapter, tables={**named.adapter.tables, "mz_jsb": table})
    with pytest.raises(SettingsError, match="请用同样的参数重新运行 feijian pull --again"):
        take(replace(named, adapter=other), into)
    with pytest.raises(SettingsError, match="没有完整的整区域抽取 nothing；现有：centre_20240101-20241231"):
        take(replace(job, pulled="nothing"), into)
    with pytest.raises(SettingsError, match="加 --again 弃旧重抽"):
        pull(job, tuple(codes), lambda line: None)


def test_a_pull_whose_files_were_touched_is_refused(region: Path, tmp_path: Path) -> None:
    code = codes_of(region)[0]
    job = job_for(tmp_path, region, code)
    pulled = pull(job, (code,), lambda line: None)
    path = tmp_path / "pulls" / pulled.name / "split" / code / "mz_jsb" / "all.parquet"
    path.write_bytes(path.read_bytes() + b" ")
    into = tmp_path / "into"
    into.mkdir()
    with pytest.raises(SettingsError, match="文件与记录不符"):
        take(replace(job, pulled=pulled.name), into)


def test_an_adapter_that_names_no_column_for_the_institution_cannot_be_pulled(region: Path, tmp_path: Path) -> None:
    job = job_for(tmp_path, region, codes_of(region)[0])
    table = replace(job.adapter.tables["mz_jsb"], institution="")
    job = replace(job, adapter=replace(job.adapter, tables={**job.adapter.tables, "mz_jsb": table}))
    with pytest.raises(AdapterError, match="表 mz_jsb 按机构取数，却没有写明哪一列是机构"):
        pull(job, (job.org,), lambda line: None)


def test_rows_that_the_source_counts_to_an_institution_and_we_cannot_are_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "padded.sqlite"
    write(generate(CentreSettings(visits=20)), f"sqlite:///{path}")
    code = codes_of(path)[0]
    job = job_for(tmp_path, path, code)
    table = replace(job.adapter.tables["mz_jsb"], where="trim(jgdm) = :org")
    job = replace(job, adapter=replace(job.adapter, tables={**job.adapter.tables, "mz_jsb": table}))
    with sqlite3.connect(path) as database:
        database.execute("UPDATE mz_jsb SET jgdm = jgdm || ' ' WHERE rowid = 1")
    with pytest.raises(SourceError, match="按 jgdm 只分到"):
        pull(job, (code,), lambda line: None)


def test_the_command_pulls_and_exports_from_it(
    region: Path, workdir: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code = codes_of(region)[2]
    text = f'[sources.region]\nadapter = "sample"\nurl = "sqlite:///{region}"\n'
    (workdir / "feijian.toml").write_text(text, encoding="utf-8")
    asked = ["--source", "region", "--from", FIRST, "--to", LAST]
    assert main(["pull", *asked]) == 2
    assert "没有在服务期内的合同" in capsys.readouterr().err
    (workdir / "orgs.csv").write_text("机构编码\n" + "\n".join(codes_of(region)), encoding="gb18030")
    assert main(["pull", *asked, "--orgs", "orgs.csv"]) == 0
    assert "已抽取 3 个机构" in capsys.readouterr().out

    def stop(*asked: object) -> None:
        raise SettingsError("到此为止。")

    monkeypatch.setattr("flows.export.extract", None)
    monkeypatch.setattr("flows.export.conform", stop)
    assert main(["export", *asked, "--org", code, "--pulled", "region_20240101-20241231"]) == 2
    assert "到此为止" in capsys.readouterr().err
    assert len(list(workdir.glob("runs/*/raw/mz_jsb/all.parquet"))) == 1


@pytest.mark.parametrize("where", [":org = jgdm", "jgdm LIKE :org", "jgdm <= :org", "jgdm = :org AND :org <> ''"])
def test_a_condition_that_would_be_asked_for_no_institution_is_refused(
    where: str, region: Path, tmp_path: Path
) -> None:
    job = job_for(tmp_path, region, codes_of(region)[0])
    table = replace(job.adapter.tables["mz_jsb"], where=where)
    job = replace(job, adapter=replace(job.adapter, tables={**job.adapter.tables, "mz_jsb": table}))
    with pytest.raises(AdapterError, match="表 mz_jsb 不能整区域一次抽取"):
        pull(job, (job.org,), lambda line: None)


@pytest.fixture(scope="module")
def doubled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small centre in which a receipt with an amount that is none stands twice under its number."""
    path = tmp_path_factory.mktemp("doubled") / "doubled.sqlite"
    write(generate(CentreSettings(visits=20)), f"sqlite:///{path}")
    with sqlite3.connect(path) as database:
        database.execute("UPDATE mz_jsb SET zje = '12,50' WHERE rowid = 1")
        [(made,)] = database.execute("SELECT sql FROM sqlite_master WHERE name = 'mz_jsb'").fetchall()
        database.execute("ALTER TABLE mz_jsb RENAME TO strict")
        database.execute(re.sub(r",?\s*PRIMARY KEY\s*(\([^)]*\))?", "", made))
        database.execute("INSERT INTO mz_jsb SELECT * FROM strict UNION ALL SELECT * FROM strict WHERE zje = '12,50'")
    return path


def test_what_could_not_be_typed_of_rows_with_one_number_is_not_multiplied(doubled: Path, tmp_path: Path) -> None:
    code = codes_of(doubled)[0]
    job = job_for(tmp_path, doubled, code)
    pulled = pull(job, (code,), lambda line: None)
    assert pq.read_table(tmp_path / "pulls" / pulled.name / "split" / code / UNTYPED).num_rows == 2


def test_a_pull_is_of_one_database_and_is_gone_when_it_is_begun_again(doubled: Path, tmp_path: Path) -> None:
    code = codes_of(doubled)[0]
    job = job_for(tmp_path, doubled, code)
    pulled = pull(job, (code,), lambda line: None)
    other = replace(job, source=replace(job.source, url="sqlite:///other.sqlite"), pulled=pulled.name)
    into = tmp_path / "into"
    into.mkdir()
    with pytest.raises(SettingsError, match="与本次导出的数据源、期间"):
        take(other, into)
    with pytest.raises(SettingsError, match="加 --again"):
        pull(other, (code,), lambda line: None)
    forget(job)
    assert {path.name for path in (tmp_path / "pulls" / pulled.name).iterdir()} <= {".lock", "spill"}
    assert pull(job, (code,), lambda line: None) == pulled


def test_a_pull_that_is_begun_again_while_an_export_takes_its_part_is_noticed(
    doubled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = codes_of(doubled)[0]
    job = job_for(tmp_path, doubled, code)
    pulled = pull(job, (code,), lambda line: None)

    def robbed(source: Path, target: Path) -> None:
        shutil.rmtree(source / "mz_jsb")
        link_tree(source, target)

    monkeypatch.setattr("flows.pull.link_tree", robbed)
    into = tmp_path / "into"
    into.mkdir()
    with pytest.raises(SettingsError, match="文件与记录不符"):
        take(replace(job, pulled=pulled.name), into)


def test_no_list_of_institutions_is_longer_than_oracle_takes(region: Path, tmp_path: Path) -> None:
    job = job_for(tmp_path, region, codes_of(region)[0])
    many = replace(job, org="", regional=tuple(f"H{number}" for number in range(1001)))
    table = replace(job.adapter.tables["ks_xx"], where="1 = 1 AND trim(k.jgdm) = :org AND k.ksdm >= :from")
    where = where_of(table, many)
    assert where.startswith(" WHERE 1 = 1 AND (trim(k.jgdm) IN ('H0', 'H1', ")
    assert where.endswith("'H999') OR trim(k.jgdm) IN ('H1000')) AND k.ksdm >= '2024-01-01'")
