"""The synthetic centre keeps the laws of a hospital's books, and its adapter gives the whole std model."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, nullcontext
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from exports.duck import code_macro
from flows.sources import open_source
from flows.sources.connection import typed
from schemas.adapter import load_adapter
from schemas.std import MODELS, duckdb_type, std_table
from tests.centre import DEMO_ORG, CentreSettings, generate, write
from tests.centre.ddl import create_table, text_length
from tests.centre.ddl import tables as described
from tests.centre.organisation import credit_code
from tests.house import mysql_database, postgresql_database

SETTINGS = CentreSettings(orgs=2, visits=400, seed=7)
Tables = dict[str, pa.Table]
STORE_KEY = "jgdm, kfdm, wzdm, ph"


class Books:
    """The generated tables in DuckDB."""

    def __init__(self, tables: Tables) -> None:
        self.database = duckdb.connect()
        for name, table in tables.items():
            self.database.register(name, table)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.database.execute(sql).fetchall()

    def one(self, sql: str) -> Any:
        return self.rows(sql)[0][0]

    def none(self, sql: str) -> None:
        """No row answers the query."""
        found = self.rows(f"SELECT * FROM ({sql}) LIMIT 5")
        assert found == []


@pytest.fixture(scope="module")
def tables() -> Tables:
    return generate(SETTINGS)


@pytest.fixture(scope="module")
def books(tables: Tables) -> Books:
    return Books(tables)


def test_visits_and_stays_have_as_many_lines_as_in_real_centres() -> None:
    made = generate(CentreSettings(visits=4000))
    assert 4 <= made["mz_fymx"].num_rows / made["mz_jsb"].num_rows <= 6
    assert 30 <= made["zy_fymx"].num_rows / made["zy_jsb"].num_rows <= 60


@pytest.mark.parametrize(
    ("first", "last", "orgs", "visits"),
    [
        (date(2024, 2, 29), date(2024, 2, 29), 1, 1),
        (date(2024, 1, 31), date(2024, 2, 1), 1, 30),
        (date(2024, 3, 1), date(2024, 3, 31), 3, 100),
        (date(2023, 7, 10), date(2025, 3, 5), 1, 300),
    ],
)
def test_any_window_can_be_made(first: date, last: date, orgs: int, visits: int) -> None:
    made = Books(generate(CentreSettings(orgs=orgs, visits=visits, date_from=first, date_to=last)))
    assert made.one("SELECT count(*) FROM mz_ghb") == orgs * visits
    for table, column in (("mz_jsb", "jssj"), ("zy_jsb", "jssj"), ("yk_crk", "ywsj"), ("mz_fymx", "zxsj")):
        low, high = made.rows(f"SELECT min({column})::DATE, max({column})::DATE FROM {table}")[0]
        assert first <= low <= high <= last
    stock_closes(made, first - timedelta(days=1), last)


def test_settings_that_describe_no_centre_are_refused() -> None:
    with pytest.raises(ValueError, match="positive"):
        CentreSettings(visits=0)


def test_tables_are_as_described(tables: Tables, books: Books) -> None:
    for name, spec in described().items():
        assert tables[name].schema == spec.arrow
        assert tables[name].num_rows > 0
        key = ", ".join(spec.key)
        books.none(f"SELECT {key} FROM {name} GROUP BY {key} HAVING count(*) > 1")
        for column in spec.columns:
            length = text_length(column.kind)
            longest = pc.max(pc.utf8_length(tables[name][column.name])).as_py() if length else None
            assert longest is None or longest <= (length or 0), (name, column.name)


@pytest.mark.parametrize("side", ["mz", "zy"])
def test_every_part_of_a_settlement_is_the_sum_of_its_lines(books: Books, side: str) -> None:
    books.none(f"""
        SELECT s.jsid FROM {side}_jsb AS s JOIN {side}_fymx AS f USING (jsid)
        GROUP BY s.jsid, s.cxjje, s.xxzfje, s.qzfje
        HAVING sum(f.cxjje) <> s.cxjje OR sum(f.xxzfje) <> s.xxzfje OR sum(f.qzfje) <> s.qzfje""")
    books.none(f"SELECT f.fyid FROM {side}_fymx AS f ANTI JOIN {side}_jsb AS s USING (jsid) WHERE f.jsid IS NOT NULL")


@pytest.mark.parametrize("side", ["mz", "zy"])
def test_nobody_pays_less_than_nothing(books: Books, side: str) -> None:
    books.none(f"""
        SELECT jsid FROM {side}_jsb
        WHERE grfd <> grzfu + grzfei
            OR tfbz = '0' AND least(tczf, gwybz, dbzf, dezf, yljz, yyfd, zhzf, gjzf, xjzf, grzfu, grzfei) < 0""")
    books.none(f"""
        SELECT jsid FROM {side}_jsb
        WHERE jslb = 'Z' AND (gjzf <> 0 OR qzfje <> zje OR pzhm IS NOT NULL OR rylb IS NOT NULL)""")
    assert 0.8 < books.one(f"SELECT avg((jslb = 'Y')::INT) FROM {side}_jsb") < 0.97


@pytest.mark.parametrize("side", ["mz", "zy"])
def test_lines_split_as_their_grade_says(books: Books, side: str) -> None:
    books.none(f"""
        SELECT fyid FROM {side}_fymx
        WHERE sign(je) <> sign(sl) OR dj <= 0 OR xmdj IN ('C', 'Z') AND fhfwje <> 0 OR xmdj = 'A' AND xxzfje <> 0""")
    books.none(f"SELECT fyid FROM {side}_fymx JOIN {side}_jsb USING (jsid) WHERE (jslb = 'Z') <> (xmdj = 'Z')")
    assert books.one(f"SELECT count(*) FROM {side}_fymx WHERE dj <> round(dj, 2)") > 0


@pytest.mark.parametrize("side", ["mz", "zy"])
def test_refunds_undo_an_earlier_settlement_in_full(books: Books, side: str) -> None:
    books.none(f"""
        SELECT b.jsid FROM {side}_jsb AS b LEFT JOIN {side}_jsb AS a ON a.jsid = b.yjsid
        WHERE (b.tfbz = '1') <> (b.yjsid IS NOT NULL)
            OR b.tfbz = '1' AND (a.jsid IS NULL OR a.zje + b.zje <> 0 OR a.jjhj + b.jjhj <> 0 OR a.xjzf + b.xjzf <> 0
                OR b.jssj <= a.jssj OR a.tfbz <> '0' OR a.brid <> b.brid)""")
    books.none(f"""
        SELECT b.fyid FROM {side}_fymx AS b
        JOIN {side}_jsb AS s ON s.jsid = b.jsid LEFT JOIN {side}_fymx AS a ON a.fyid = b.yfyid
        WHERE (s.tfbz = '1') <> (b.yfyid IS NOT NULL) OR b.yfyid IS NOT NULL
            AND (a.fyid IS NULL OR a.je + b.je <> 0 OR a.sl + b.sl <> 0 OR a.jsid <> s.yjsid OR a.xmdm <> b.xmdm)""")
    assert books.one(f"SELECT count(*) FROM {side}_jsb WHERE tfbz = '1'") > 0


def test_refunds_are_few_and_some_partial_or_in_another_month() -> None:
    books = Books(generate(CentreSettings(visits=8000)))
    share = books.one("SELECT avg((tfbz = '1')::INT) FROM mz_jsb")
    assert 0.005 < share < 0.02
    partial = "SELECT count(*) FROM (SELECT ghxh FROM mz_jsb WHERE tfbz = '0' GROUP BY ghxh HAVING count(*) = 2)"
    assert 0 < books.one(partial) < books.one("SELECT count(*) FROM mz_jsb WHERE tfbz = '1'")
    assert books.one("""
        SELECT count(*) FROM mz_jsb AS b JOIN mz_jsb AS a ON a.jsid = b.yjsid WHERE month(a.jssj) <> month(b.jssj)""")
    assert {state for (state,) in books.rows("SELECT DISTINCT jszt FROM mz_jsb")} == {"0", "1", "9"}


def test_every_month_is_filled_for_every_institution(books: Books) -> None:
    for table, column in (("mz_jsb", "jssj"), ("zy_jsb", "jssj"), ("yk_crk", "ywsj"), ("mz_fymx", "sfsj")):
        months = books.rows(f"SELECT jgdm, count(DISTINCT month({column})) FROM {table} GROUP BY jgdm")
        assert sorted(count for _, count in months) == [12] * SETTINGS.orgs, table


def test_most_patients_come_in_the_morning_of_a_weekday(books: Books) -> None:
    assert books.one("SELECT avg((hour(ghsj) BETWEEN 8 AND 11)::INT) FROM mz_ghb") > 0.5
    weekend = books.one("SELECT avg((isodow(ghsj) >= 6)::INT) FROM mz_ghb")
    assert 0.05 < weekend < 0.25


def test_one_thing_happens_after_the_other(books: Books) -> None:
    books.none("""
        SELECT f.fyid FROM mz_fymx AS f JOIN mz_ghb AS g USING (ghxh)
        WHERE NOT (g.ghsj <= f.kdsj AND f.kdsj <= f.zxsj AND f.kdsj <= f.sfsj AND f.zxsj::DATE = g.ghsj::DATE)""")
    books.none("""
        SELECT d.zyid FROM zy_djb AS d JOIN zy_jsb AS s USING (zyid)
        WHERE NOT (d.rysj < d.cysj AND d.cysj <= s.jssj)""")
    books.none("""
        SELECT f.fyid FROM zy_fymx AS f JOIN zy_djb AS d USING (zyid)
        WHERE NOT (d.rysj <= f.kdsj AND f.kdsj <= f.zxsj) OR f.zxsj > d.cysj""")
    books.none("SELECT jgdm FROM mz_ghb AS g JOIN br_jbxx AS p USING (brid, jgdm) WHERE ghsj > p.gxsj OR ghsj < jdsj")


def test_who_lies_in_is_not_settled(books: Books) -> None:
    assert books.one("SELECT count(*) FROM zy_djb WHERE zyzt = '0'") >= SETTINGS.orgs
    books.none("SELECT d.zyid FROM zy_djb AS d SEMI JOIN zy_jsb AS s USING (zyid) WHERE d.zyzt = '0'")
    books.none("SELECT d.zyid FROM zy_djb AS d ANTI JOIN zy_jsb AS s USING (zyid) WHERE d.zyzt = '1'")
    books.none("SELECT zyid FROM zy_djb WHERE (zyzt = '0') <> (cysj IS NULL) OR (zyzt = '0') <> (cyfs IS NULL)")


def test_every_visit_and_stay_has_one_main_diagnosis_of_each_class(books: Books) -> None:
    books.none(
        "SELECT jzlx, jzid, zdlb FROM zd_jlb GROUP BY ALL HAVING count(*) FILTER (zcbz = '主' AND zdxh = 1) <> 1"
    )
    for kind, table, number in (("1", "mz_ghb", "ghxh"), ("2", "zy_djb", "zyid"), ("3", "zy_jsb", "zyid")):
        books.none(
            f"SELECT {number} FROM {table} ANTI JOIN (SELECT jzid AS {number} FROM zd_jlb WHERE zdlb = '{kind}') "
            f"USING ({number})"
        )
    books.none("""
        SELECT z.icd, p.xb FROM zd_jlb AS z JOIN mz_ghb AS g ON z.jzlx = '门' AND g.ghxh = z.jzid
        JOIN br_jbxx AS p USING (brid)
        WHERE z.icd[1] IN ('N', 'O') AND z.icd >= 'N70' AND p.xb = '男' OR z.icd LIKE 'N40%' AND p.xb = '女'""")


def test_operations_are_in_their_stay() -> None:
    made = Books(generate(CentreSettings(visits=8000)))
    assert made.one("SELECT count(*) FROM ss_jlb WHERE zcbz = '次'") > 0
    made.none("SELECT zyid FROM ss_jlb GROUP BY zyid HAVING count(*) FILTER (zcbz = '主') <> 1")
    made.none("""
        SELECT s.ssid FROM ss_jlb AS s LEFT JOIN zy_djb AS d USING (zyid)
        WHERE d.zyid IS NULL OR NOT (d.rysj <= s.mzkssj AND s.mzkssj <= s.sskssj AND s.sskssj < s.ssjssj
            AND s.ssjssj <= s.mzjssj AND s.mzjssj <= d.cysj)""")


def test_patients_are_from_babies_to_the_very_old_and_plainly_made_up(books: Books) -> None:
    ages = books.rows("SELECT date_sub('year', csrq, ghsj::DATE) FROM mz_ghb JOIN br_jbxx USING (brid)")
    assert 0 <= min(ages)[0] <= 3
    assert 80 <= max(ages)[0] <= 100
    books.none("SELECT sfzh FROM br_jbxx WHERE sfzh[15] <> '9'")
    books.none("SELECT jgmc FROM jg_xx WHERE jgmc NOT LIKE '%示例%' OR NOT regexp_full_match(jgdm, 'H65[0-9]{9}')")
    assert books.one("SELECT min(jgdm) FROM jg_xx") == DEMO_ORG


@pytest.mark.parametrize("code", ["91350100M000100Y43", "12650000MB1234567J", "12650000MB12345030"])
def test_credit_codes_agree_with_examples_made_elsewhere(code: str) -> None:
    assert credit_code(code[:17]) == code


def test_some_items_have_no_national_code_and_prices_hold_for_the_year(books: Books) -> None:
    assert 0 < books.one("SELECT count(*) FROM (FROM sf_xmb ANTI JOIN yb_dzb USING (jgdm, xmdm))") < 20
    assert books.one("SELECT count(*) FROM sf_xmb WHERE xmmc LIKE '%，%'") > 0
    books.none("SELECT gjbm FROM ry_xx WHERE NOT regexp_full_match(gjbm, '(D|N|HY)[0-9]{12}')")
    books.none("SELECT xmdm FROM mz_fymx GROUP BY xmdm, dw HAVING count(DISTINCT dj) > 1")


def stock_closes(books: Books, eve: date, last: date) -> None:
    """Opening + in − out = closing for every store, item and batch."""
    books.none(f"""
        WITH moves AS (SELECT {STORE_KEY}, sum(if(fx = '入', 1, -1) * sl * zhb) AS moved FROM yk_crk GROUP BY ALL),
        ends AS (
            SELECT {STORE_KEY}, coalesce(sum(jcsl) FILTER (jcrq = DATE '{eve}'), 0) AS opening,
                coalesce(sum(jcsl) FILTER (jcrq = DATE '{last}'), 0) AS closing
            FROM yk_jc GROUP BY ALL)
        SELECT * FROM ends FULL JOIN moves USING ({STORE_KEY})
        WHERE coalesce(opening, 0) + coalesce(moved, 0) <> coalesce(closing, 0)""")


def test_stock_closes_for_every_store_item_and_batch(books: Books) -> None:
    stock_closes(books, SETTINGS.date_from - timedelta(days=1), SETTINGS.date_to)
    ends = books.rows("SELECT DISTINCT jcrq FROM yk_jc ORDER BY 1")
    assert [day for (day,) in ends] == [
        date(2023, 12, 31),
        *(date(2024 + m // 12, m % 12 + 1, 1) - timedelta(days=1) for m in range(1, 13)),
    ]


def test_stock_is_never_below_zero(books: Books) -> None:
    books.none(f"""
        WITH moves AS (
            SELECT {STORE_KEY}, ywsj AS moment, if(fx = '入', 1, -1) * sl * zhb AS moved FROM yk_crk
            UNION ALL
            SELECT {STORE_KEY}, jcrq::TIMESTAMP, jcsl FROM yk_jc WHERE jcrq = DATE '2023-12-31'),
        moments AS (SELECT {STORE_KEY}, moment, sum(moved) AS moved FROM moves GROUP BY ALL)
        SELECT * FROM (
            SELECT *, sum(moved) OVER (PARTITION BY {STORE_KEY} ORDER BY moment) AS held FROM moments)
        WHERE held < 0""")


def test_what_is_sold_is_what_is_billed(books: Books) -> None:
    for side, out, back in (("mz", "MF", "MT"), ("zy", "ZF", "ZT")):
        books.none(f"""
            WITH billed AS (
                SELECT fyid, jsid, sl FROM {side}_fymx
                WHERE xmlx IN ('1', '2', '4', '6') AND jszt = '1' AND jsid IS NOT NULL),
            sold AS (
                SELECT fyid, jsid, if(fx = '出', sl, -sl) AS sl, ywlx, fx FROM yk_crk WHERE ywlx IN ('{out}', '{back}'))
            SELECT * FROM billed FULL JOIN sold USING (fyid)
            WHERE billed.sl IS DISTINCT FROM sold.sl OR billed.jsid <> sold.jsid
                OR (sold.ywlx = '{out}') <> (sold.fx = '出')""")
    books.none("""
        SELECT djh FROM yk_crk WHERE ywlx = 'DB' GROUP BY djh, wzdm, ph
        HAVING sum(if(fx = '入', sl, -sl) * zhb) <> 0""")
    assert {kind for (kind,) in books.rows("SELECT DISTINCT ywlx FROM yk_crk")} == {
        *("CG", "CT", "DB", "MF", "MT", "ZF", "ZT", "LY", "PD")
    }


def test_units_of_movements_are_those_of_the_item(books: Books) -> None:
    books.none("""
        SELECT c.crkid FROM yk_crk AS c LEFT JOIN yk_ypml AS w USING (jgdm, wzdm)
        WHERE w.wzdm IS NULL OR NOT (
            c.dw = w.zxdw AND c.zhb = 1 OR c.dw = w.ykdw AND c.zhb = w.ykbl OR c.dw = w.mzdw AND c.zhb = w.mzbl)""")
    books.none("SELECT crkid FROM yk_crk WHERE sl <= 0 OR dj <= 0 OR (ywlx IN ('CG', 'CT')) <> (fph IS NOT NULL)")


@pytest.fixture(scope="module")
def adapted(tables: Tables) -> Iterator[Books]:
    """The raw tables of one institution, restricted to what the adapter reads, with `_row`."""
    adapter, raw = load_adapter("sample"), {}
    for name, table in adapter.tables.items():
        keys = [pc.cast(tables[name][column], pa.string()) for column in table.key]
        row = pc.binary_join_element_wise(pa.scalar(name), pc.binary_join_element_wise(*keys, "|"), ":")
        chosen = (
            tables[name]
            .select(dict.fromkeys((*table.key, *table.columns, *table.on_demand)))
            .append_column("_row", row)
        )
        ours = pc.equal(tables[name]["jgdm"], DEMO_ORG)
        raw[name] = chosen if name == "jg_xx" else chosen.filter(ours)
    books = Books(raw)
    for name, mapping in adapter.codes.items():
        code_macro(books.database, f"code_{name}", mapping)
    books.database.execute(f"SET VARIABLE org = '{DEMO_ORG}'")
    books.database.execute("SET VARIABLE date_from = DATE '2024-01-01'; SET VARIABLE date_until = DATE '2025-01-01'")
    yield books
    books.database.close()


@pytest.mark.parametrize("name", MODELS)
def test_the_adapter_fills_every_std_table(adapted: Books, name: str) -> None:
    adapter, spec = load_adapter("sample"), std_table(name)
    sql = adapter.sql(name)
    given = {row[0] for row in adapted.rows(f"DESCRIBE {sql}")}
    wanted = {column.name for column in spec.columns} - {"_excluded"}
    absent = set(adapter.absent.get(name, {}))
    assert given - {"_excluded"} == wanted - absent
    casts = ", ".join(
        f'"{column.name}"::{duckdb_type(column.type)} AS "{column.name}"'
        for column in spec.columns
        if column.name in given
    )
    adapted.database.execute(f"CREATE TEMP TABLE made_{name} AS SELECT {casts} FROM ({sql})")
    kept = "_excluded IS NULL" if "_excluded" in given else "true"
    required = [column.name for column in spec.columns if column.required and column.name in given]
    empty = " OR ".join(f'"{column}" IS NULL' for column in required)
    adapted.none(f"SELECT * FROM made_{name} WHERE {kept} AND ({empty})")
    for key in ("_row", ", ".join(spec.key)):
        adapted.none(f"SELECT {key} FROM made_{name} WHERE {kept} GROUP BY {key} HAVING count(*) > 1")
    assert adapted.one(f"SELECT count(*) FROM made_{name} WHERE {kept}") > 0
    if "_excluded" in given:
        rules = {rule for (rule,) in adapted.rows(f"SELECT DISTINCT _excluded FROM made_{name}")} - {None}
        assert rules <= set(adapter.exclusions)


@pytest.mark.parametrize("engine", ["sqlite", "parquet", "postgresql", "mysql"])
def test_what_is_written_is_read_back(tables: Tables, tmp_path: Path, engine: str) -> None:
    """Typed values, in every engine, after being written twice over."""
    local = {"sqlite": f"sqlite:///{tmp_path / 'his.sqlite'}", "parquet": f"parquet://{tmp_path / 'his'}"}
    servers = {"postgresql": postgresql_database, "mysql": mysql_database}
    place: AbstractContextManager[str] = nullcontext(local[engine]) if engine in local else servers[engine]()
    with place as url:
        write(generate(CentreSettings(visits=5)), url, replace=True)
        write(tables, url, replace=True)
        with closing(open_source(url)) as source:
            for name, table in tables.items():
                types = {column: source.columns(name)[column] for column in table.column_names}
                batches = [typed(batch, types)[0] for batch in source.read(name, tuple(types), "")]
                back = pa.Table.from_batches(batches).cast(table.schema)
                order = [(column, "ascending") for column in described()[name].key]
                assert back.sort_by(order).equals(table.sort_by(order)), name


@pytest.mark.parametrize("engine", ["postgresql", "mysql"])
def test_engines_with_comments_say_in_chinese_what_a_column_is(engine: str) -> None:
    for spec in described().values():
        assert all(column.comment and not column.comment.isascii() for column in spec.columns)
    statements = create_table(described()["mz_jsb"], engine)
    assert "'总金额'" in "".join(statements)
    assert "zje DECIMAL(16,2)" in statements[0]
