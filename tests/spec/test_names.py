"""Names of patients are read only for a format that asks for them (trap T1)."""

import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pyarrow.parquet as pq
import pytest

from schemas.adapter import load_adapter
from schemas.errors import AdapterError, SourceError
from tests.centre import CentreSettings, generate, write
from tests.house import Exported, text_of
from tests.spec.conftest import export_as
from tests.spec.test_formats import ask
from tests.traced import trace


def patients(exported: Exported) -> set[str]:
    """Names of patients that are no part of any name of the staff."""
    staff = " ".join(name for (name,) in ask(exported, "SELECT ryxm FROM ry_xx WHERE ryxm IS NOT NULL"))
    return {name for (name,) in ask(exported, "SELECT DISTINCT xm FROM br_jbxx") if name not in staff}


def texts(path: Path) -> set[str]:
    """Every text value of a Parquet file or a workbook."""
    if path.suffix == ".xlsx":
        with closing(openpyxl.load_workbook(path, read_only=True)) as book:
            rows = [row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True)]
        return {str(value) for row in rows for value in row if value}
    with duckdb.connect() as database:
        relation: Any = database.sql(f"SELECT * FROM read_parquet('{path}')")
        kinds = dict(zip(relation.columns, map(str, relation.types), strict=True))
        names = [name for name, kind in kinds.items() if kind == "VARCHAR"]
        return {value for name in names for (value,) in relation.select(f'"{name}"').distinct().fetchall() if value}


def test_after_a_national_export_no_patients_name_lies_anywhere(clean: Exported) -> None:
    names = patients(clean)
    assert len(names) > 50
    files = [path for root in (clean.run.folder, clean.published.folder) for path in root.rglob("*") if path.is_file()]
    for path in files:
        if path.suffix in (".parquet", ".xlsx"):
            assert not texts(path) & names, path
        else:
            text = text_of(path)
            assert not [name for name in names if name in text], path
    raw = pq.read_table(clean.run.part("raw") / "br_jbxx")
    assert raw["xm"].null_count == raw.num_rows > 0


@pytest.mark.parametrize(
    ("table", "column"), [("OTP_VISIT", "人员姓名"), ("OTP_FEE", "人员姓名"), ("IPT_VISIT", "人员姓名")]
)
def test_a_format_that_asks_for_names_has_them(audit: Exported, table: str, column: str) -> None:
    wanted = dict(ask(audit, "SELECT sfzh, xm FROM br_jbxx"))
    given = audit.query(f"SELECT DISTINCT 身份证号, {column} FROM {table}")
    assert given
    assert all(wanted[number] == name.replace(" ", "") for number, name in given)


def test_the_older_vocabulary_has_names_too(legacy: Exported) -> None:
    assert legacy.query("SELECT count(*) FROM SETTLE_MZ WHERE PATIENT_NAME IS NULL") == [(0,)]


def test_a_name_that_nobody_asks_for_need_not_even_be_there(tmp_path: Path) -> None:
    tables = generate(CentreSettings(visits=60))
    tables["br_jbxx"] = tables["br_jbxx"].drop_columns(["xm"])
    url = f"parquet://{tmp_path / 'his'}"
    write(tables, url)
    (tmp_path / "a").mkdir()
    assert trace(tmp_path / "a", url).query("SELECT count(*) FROM '{out}/SETTLE_MZ.parquet'")[0][0] > 0
    with pytest.raises(SourceError, match="表 br_jbxx 没有列 xm"):
        export_as("audit-cn", tmp_path / "b", url)


def test_the_adapter_of_openhis_reads_names_on_demand_only() -> None:
    table = load_adapter("openhis").tables["adm_patient"]
    assert "name" not in table.asked(frozenset({"person.certno"}))
    assert "name" in table.asked(frozenset({"person.psn_name"}))


def test_a_demand_for_an_unknown_std_column_is_refused(tmp_path: Path) -> None:
    shutil.copytree(load_adapter("sample").folder, tmp_path / "own")
    path = tmp_path / "own" / "source.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("person.psn_name", "person.xm"), encoding="utf-8")
    with pytest.raises(AdapterError, match=r"br_jbxx.*on_demand.*xm = person\.xm"):
        load_adapter("own", (tmp_path,))


def test_names_are_asked_for_by_what_the_format_holds_not_by_its_name(audit: Exported) -> None:
    table = load_adapter("sample").tables["br_jbxx"]
    columns = tuple(replace(one, std_field="") for one in audit.job.form.table("OTP_VISIT").columns)
    nameless = replace(audit.job.form, tables=(replace(audit.job.form.table("OTP_VISIT"), columns=columns),), pairs=())
    assert "xm" in table.asked(audit.job.form.std_fields)
    assert "xm" not in table.asked(nameless.std_fields)
