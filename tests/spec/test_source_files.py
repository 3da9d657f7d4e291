"""A folder of files as a source: GBK or UTF-8, CSV, Excel or Parquet; what does not fit is refused by file and line."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.sources import open_source
from flows.sources.connection import Connection, Totals, Untyped, typed
from schemas.errors import SourceError

HEADER = "jsid,xm,je,sfsj"
TYPES = '["收费"]\nje = "DECIMAL(16,2)"\nsfsj = "TIMESTAMP"\n'


def put(folder: Path, name: str, text: str, encoding: str = "utf-8") -> None:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode(encoding))


@contextmanager
def opened(folder: Path) -> Iterator[Connection]:
    with closing(open_source(f"files://{folder}")) as source:
        yield source


def rows(source: Connection, table: str, where: str = "") -> tuple[list[tuple[object, ...]], list[Untyped]]:
    types = source.columns(table)
    found: list[tuple[object, ...]] = []
    problems: list[Untyped] = []
    for batch in source.read(table, tuple(types), where):
        clean, wrong = typed(batch, types)
        found += [tuple(row.values()) for row in clean.to_pylist()]
        problems += wrong
    return found, problems


def refused(folder: Path) -> str:
    with pytest.raises(SourceError) as caught:
        open_source(f"files://{folder}")
    return str(caught.value)


def workbook(path: Path, **sheets: list[list[object]]) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, content in sheets.items():
        sheet = book.create_sheet(name)
        for row in content:
            sheet.append(row)
    book.save(path)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "|@|"])
def test_any_charset_and_delimiter_gives_the_same_text(tmp_path: Path, encoding: str, delimiter: str) -> None:
    lines = ("jsid,xm,je", "0001,镕某,12.50", "0002,,-3")
    put(tmp_path, "收费.csv", "\r\n".join(lines).replace(",", delimiter) + "\r\n", encoding)
    with opened(tmp_path) as source:
        assert rows(source, "收费")[0] == [("0001", "镕某", "12.50"), ("0002", None, "-3")]


def test_quoted_values_keep_delimiters_quotes_and_line_breaks(tmp_path: Path) -> None:
    put(tmp_path, "收费.csv", 'jsid,xm,je\n1,"甲,乙",1\n2,"说""好""",2\n3,"两\n行",3\n')
    with opened(tmp_path) as source:
        assert [row[1] for row in rows(source, "收费")[0]] == ["甲,乙", '说"好"', "两\n行"]


def test_declared_types_give_exact_sums_and_months_while_text_is_read_as_it_stood(tmp_path: Path) -> None:
    days = ("2024-01-31 23:59:59", "2024/2/1 8:05", "2024-02-30", "", "昨天", "2024-02-01T08:00:00")
    amounts = ("0.10", " 0.2", "99999999999999.99", "-1", "7", "1")
    lines = [f"{at},某,{je},{day}" for at, (je, day) in enumerate(zip(amounts, days, strict=True))]
    put(tmp_path, "收费.csv", "\n".join([HEADER, *lines]))
    put(tmp_path, "types.toml", TYPES)
    with opened(tmp_path) as source:
        found, problems = rows(source, "收费")
        totals = source.totals("收费", ("je",), "", "sfsj")
        february = source.totals("收费", ("je",), " WHERE sfsj >= '2024-02-01' AND sfsj < '2024-03-01'", "sfsj")
    assert [row[3] for row in found[:2]] == [datetime(2024, 1, 31, 23, 59, 59), datetime(2024, 2, 1, 8, 5)]
    assert [(problem.index, problem.column, problem.value) for problem in problems] == [
        (2, "sfsj", "2024-02-30"),
        (4, "sfsj", "昨天"),
    ]
    assert totals.sums["je"] == sum(row[2] for row in found if isinstance(row[2], Decimal))
    assert {month: part.rows for month, part in totals.months.items()} == {"": 3, "202401": 1, "202402": 2}
    assert february.months["202402"] == Totals(2, {"je": Decimal("1.20")})


@pytest.mark.parametrize("amount", ["1,5", "12.345", "壹元", "1_0", "1 000", "１２"])
def test_what_is_no_amount_is_named_with_its_text(tmp_path: Path, amount: str) -> None:
    put(tmp_path, "收费.csv", f"jsid\txm\tje\tsfsj\n1\t某\t{amount}\t2024-01-01\n")
    put(tmp_path, "types.toml", TYPES)
    with opened(tmp_path) as source:
        found, [problem] = rows(source, "收费")
    assert found[0][2] is None
    assert (problem.column, problem.value) == ("je", amount)


@settings(max_examples=8, deadline=None)
@given(st.lists(st.decimals("-1e13", "1e13", places=2), min_size=1, max_size=30))
def test_the_sum_of_any_amounts_is_exact(tmp_path_factory: pytest.TempPathFactory, amounts: list[Decimal]) -> None:
    folder = tmp_path_factory.mktemp("sums")
    put(folder, "收费.csv", "\n".join([HEADER, *(f"{at},,{je:f}," for at, je in enumerate(amounts))]))
    put(folder, "types.toml", TYPES)
    with opened(folder) as source:
        assert source.totals("收费", ("je",), "") == Totals(len(amounts), {"je": sum(amounts, Decimal(0))})


def test_monthly_files_and_the_files_of_a_sub_folder_are_parts_of_one_table(tmp_path: Path) -> None:
    put(tmp_path, "types.toml", "")
    put(tmp_path, "收费_202401.csv", "jsid,je\n1,1.00\n")
    put(tmp_path, "收费_202402.csv", "je,jsid\n2.00,2\n", "gb18030")
    put(tmp_path, "处方/一.csv", "cfid,jsid\n1,1\n")
    put(tmp_path, "处方/二.csv", "cfid,jsid\n2,1\n")
    with opened(tmp_path) as source:
        assert rows(source, "收费")[0] == [("1", "1.00"), ("2", "2.00")]
        both = rows(source, "处方", " WHERE jsid IN (SELECT s.jsid FROM 收费 s)")[0]
        assert sorted(both) == [("1", "1"), ("2", "1")]
        assert [(table.name, table.rows) for table in source.catalogue()] == [("处方", 2), ("收费", 2)]


def test_worksheets_give_numbers_dates_and_text_as_they_are_stored(tmp_path: Path) -> None:
    moment = datetime(2024, 1, 31, 8, 5)
    head: list[object] = ["jsid", "xm", "je", "sfsj"]
    workbook(
        tmp_path / "收费.xlsx",
        Sheet1=[head, ["0001", "某", 12.5, moment], [], ["0002", None, 0.1 + 0.2, date(2024, 2, 1)]],
    )
    workbook(tmp_path / "两张.xlsx", 甲=[["a", "b"], ["1", "2"]], 乙=[["c", "d"], ["3", "4"]])
    put(tmp_path, "types.toml", TYPES)
    with opened(tmp_path) as source:
        found, problems = rows(source, "收费")
        assert not problems
        assert found == [
            ("0001", "某", Decimal("12.50"), moment),
            ("0002", None, Decimal("0.30"), datetime(2024, 2, 1)),
        ]
        assert rows(source, "两张.乙")[0] == [("3", "4")]


def test_parquet_keeps_its_own_types(tmp_path: Path) -> None:
    amount = pa.array([Decimal("1.50")], pa.decimal128(16, 2))
    pq.write_table(pa.table({"jsid": ["1"], "je": amount, "sfsj": [datetime(2024, 1, 1)]}), tmp_path / "收费.parquet")
    with opened(tmp_path) as source:
        assert source.columns("收费")["je"] == pa.decimal128(16, 2)
        assert source.totals("收费", ("je",), "", "sfsj").months == {"202401": Totals(1, {"je": Decimal("1.50")})}


def test_beside_types_toml_a_table_with_the_name_of_a_std_table_is_the_hospitals_own(tmp_path: Path) -> None:
    put(tmp_path, "处方.csv", "cfid,cfsj\n1,2024-01-01\n")
    assert "处方.csv 的列 cfid、cfsj 不是标准表“处方”的列" in refused(tmp_path)
    put(tmp_path, "types.toml", '["处方"]\ncfsj = "DATE"\n')
    with opened(tmp_path) as source:
        assert rows(source, "处方")[0] == [("1", date(2024, 1, 1))]


def _broken_gbk(folder: Path) -> None:
    (folder / "收费.csv").write_bytes("jsid,xm,je\n1,某,2\n2,甲".encode("gb18030") + b"\xff,3\n")


def _long_number(folder: Path) -> None:
    workbook(folder / "收费.xlsx", 一月=[["jsid", "sfzh"], ["1", 110101199001011234]])


def _formula_error(folder: Path) -> None:
    workbook(folder / "收费.xlsx", 一月=[["jsid", "je"], ["1", 2], ["2", "#N/A"]])


def _no_result(folder: Path) -> None:
    workbook(folder / "收费.xlsx", 一月=[["jsid", "je"], ["1", 2], ["2", "=B2*2"]])


def _beyond(folder: Path) -> None:
    workbook(folder / "收费.xlsx", 一月=[["jsid", "je"], ["1", 2, "备注"]])


def _no_workbook(folder: Path) -> None:
    (folder / "收费.xlsx").write_bytes(b"PK\x03\x04 cut")


def _no_parquet(folder: Path) -> None:
    (folder / "收费.parquet").write_bytes(b"PAR1 cut")


def _text(name: str, text: str) -> Callable[[Path], None]:
    return lambda folder: put(folder, name, text)


FAULTS: dict[str, tuple[list[Callable[[Path], None]], str]] = {
    "ragged": (
        [_text("收费.csv", 'jsid,xm\n1,"甲\n乙"\n2,丙\n3,丁,戊\n\n4\n')],
        "收费.csv 有 2 行的字段数与表头的 2 个不符：第 5 行（3 个）、第 7 行（1 个）",
    ),
    "repeated header": ([_text("收费.csv", "jsid,je,je\n1,2,3\n")], "收费.csv 的表头中重复出现列 je"),
    "unnamed column": ([_text("收费.csv", "jsid,,je\n1,2,3\n")], "收费.csv 的第 2 列没有列名"),
    "zero bytes": ([_text("收费.csv", "")], "收费.csv 是空文件（0 字节）"),
    "blank": ([_text("收费.csv", "\n\n")], "收费.csv 是空文件"),
    "no table": ([_text("说明.txt", "这是说明\n没有表格\n")], "说明.txt 不像表格"),
    "broken byte": ([_broken_gbk], "收费.csv 第 3 行有无法识别的字节 0xFF"),
    "open quote": (
        [_text("收费.csv", "jsid,xm\n" + '1,"甲"\n' * 40 + '2,"丙\n3,丁\n')],
        "收费.csv 第 43 行无法按分隔符拆开",
    ),
    "long number": ([_long_number], "收费.xlsx 的工作表“一月”第 2 行的“sfzh”是按数值保存的 15 位以上号码"),
    "formula error": ([_formula_error], "收费.xlsx 的工作表“一月”第 3 行的“je”是错误值"),
    "formula without result": ([_no_result], "收费.xlsx 中有公式还没有计算结果"),
    "beyond the header": ([_beyond], "收费.xlsx 的工作表“一月”第 2 行的数据超出了表头的 2 列"),
    "damaged workbook": ([_no_workbook], "收费.xlsx 无法打开，可能已损坏"),
    "damaged parquet": ([_no_parquet], "收费.parquet 不是可读的 Parquet 文件"),
    "two copies": ([_text("收费.csv", "a,b\n1,2\n"), _text("收费.txt", "a,b\n1,2\n")], "都是表 收费"),
    "other columns": ([_text("收费_2023.csv", "a,b\n1,2\n"), _text("收费_2024.csv", "a,c\n1,2\n")], "但列不同（b、c）"),
    "too deep": ([lambda folder: (folder / "一").mkdir(), _text("一/二/收费.csv", "a,b\n")], "在两层子文件夹之下"),
    "type of no column": ([_text("收费.csv", "a,b\n"), _text("types.toml", TYPES)], "列 je、sfsj 在 收费.csv 里没有"),
    "no type": ([_text("收费.csv", "a,b\n"), _text("types.toml", '["收费"]\na = "钱"')], "a 的类型无法识别"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_file_that_cannot_be_read_whole_is_refused_by_name(tmp_path: Path, fault: str) -> None:
    makers, said = FAULTS[fault]
    for make in makers:
        make(tmp_path)
    assert said in refused(tmp_path)


def test_an_empty_folder_and_none_at_all_are_said(tmp_path: Path) -> None:
    assert "没有数据文件" in refused(tmp_path)
    assert "找不到文件夹" in refused(tmp_path / "none")


def test_other_files_are_left_alone_and_named(tmp_path: Path) -> None:
    put(tmp_path, "收费.csv", "a,b\n1,2\n")
    put(tmp_path, "说明.docx", "x")
    put(tmp_path, "~$收费.xlsx", "x")
    with opened(tmp_path) as source:
        assert source.snapshot.endswith("没有读取不是数据的文件：说明.docx")


def test_a_folder_stands_until_a_file_changes_and_what_was_opened_stays_as_it_was(tmp_path: Path) -> None:
    put(tmp_path, "收费.csv", "a,b\n1,2\n")
    with opened(tmp_path) as source, opened(tmp_path) as again:
        assert source.stands == again.stands != ""
        put(tmp_path, "收费.csv", "a,b\n1,2\n3,4\n")
        assert rows(source, "收费")[0] == [("1", "2")]
        with opened(tmp_path) as later:
            assert later.stands != source.stands
            assert later.totals("收费", (), "").rows == 2


def test_a_condition_cannot_reach_files_outside_the_folder(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    put(tmp_path, "in/收费.csv", "a,b\n1,2\n")
    put(tmp_path, "other.csv", "a,b\n1,2\n")
    with opened(tmp_path / "in") as source, pytest.raises(SourceError, match="统计表 收费失败"):
        source.totals("收费", (), f" WHERE a IN (SELECT a FROM read_csv('{tmp_path / 'other.csv'}'))")


def test_nothing_of_the_data_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spill = tmp_path / "spill"
    spill.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(spill))
    folder = tmp_path / "in"
    put(folder, "收费.csv", "a,b\n1,2\n")
    with opened(folder):
        assert list(spill.iterdir())
    assert not list(spill.iterdir())
    put(folder, "处方.csv", "a,b\n1\n")
    refused(folder)
    assert not list(spill.iterdir())
