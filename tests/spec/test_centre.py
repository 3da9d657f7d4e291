"""The synthetic centre: believable, exact, the same for the same seed, and wrong only where it is told to be."""

import re
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from schemas.adapter import load_adapter
from tests.centre import FAULTS, CentreSettings, generate
from tests.centre.faults import break_tables

SMALL = CentreSettings(visits=400)
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
SETTLEMENTS = ("mz_jsb", "zy_jsb")
LINES = ("mz_fymx", "zy_fymx")


@pytest.fixture(scope="module")
def tables() -> dict[str, pa.Table]:
    return generate(SMALL)


def ask(tables: dict[str, pa.Table], sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as database:
        for name, table in tables.items():
            database.register(name, table)
        return database.execute(sql).fetchall()


def test_the_same_seed_gives_the_same_tables(tables: dict[str, pa.Table]) -> None:
    again = generate(SMALL)
    assert all(again[name].equals(table) for name, table in tables.items())


def test_another_seed_gives_another_centre(tables: dict[str, pa.Table]) -> None:
    other = generate(CentreSettings(visits=400, seed=2))
    assert not other["mz_fymx"].equals(tables["mz_fymx"])


def test_several_institutions_share_the_tables() -> None:
    both = generate(CentreSettings(visits=60, orgs=2))
    for name in ("jg_xx", "mz_jsb", "yk_crk"):
        assert ask(both, f"SELECT count(DISTINCT jgdm) FROM {name}") == [(2,)]


def test_lines_can_be_asked_for_within_five_per_cent() -> None:
    made = generate(CentreSettings.for_lines(20_000))
    lines = sum(made[name].num_rows for name in LINES)
    assert abs(lines - 20_000) < 1_000


@pytest.mark.parametrize("name", LINES)
def test_every_amount_is_price_times_quantity_rounded_half_up(tables: dict[str, pa.Table], name: str) -> None:
    assert ask(tables, f"SELECT count(*) FROM {name} WHERE je <> round(dj * sl, 2)") == [(0,)]


@pytest.mark.parametrize("name", LINES)
def test_every_line_falls_into_its_four_parts(tables: dict[str, pa.Table], name: str) -> None:
    assert ask(tables, f"SELECT count(*) FROM {name} WHERE je <> cxjje + xxzfje + qzfje + fhfwje") == [(0,)]


@pytest.mark.parametrize(("main", "detail"), list(zip(SETTLEMENTS, LINES, strict=True)))
def test_a_settlement_is_the_sum_of_its_lines(tables: dict[str, pa.Table], main: str, detail: str) -> None:
    sql = f"""
        SELECT count(*) FROM {main} AS s
        LEFT JOIN (SELECT jsid, sum(je) AS je, sum(fhfwje) AS fhfwje FROM {detail} GROUP BY jsid) AS d USING (jsid)
        WHERE s.zje <> d.je OR s.fhfwje <> d.fhfwje OR d.je IS NULL
    """
    assert ask(tables, sql) == [(0,)]


@pytest.mark.parametrize("name", SETTLEMENTS)
@pytest.mark.parametrize(
    "identity",
    [
        "zje = jjhj + yyfd + grfd",
        "grfd = zhzf + gjzf + xjzf",
        "jjhj = tczf + gwybz + qybc + dbzf + dezf + yljz + qtzf",
        "zje = fhfwje + xxzfje + cxjje + qzfje",
        "jslb = 'Y' OR (jjhj = 0 AND zhzf = 0 AND xz IS NULL)",
    ],
)
def test_the_payment_parts_add_up(tables: dict[str, pa.Table], name: str, identity: str) -> None:
    assert ask(tables, f"SELECT count(*) FROM {name} WHERE NOT ({identity})") == [(0,)]


def test_lines_of_self_paying_patients_carry_no_national_code(tables: dict[str, pa.Table]) -> None:
    sql = "SELECT count(*) FROM mz_fymx JOIN mz_jsb USING (jsid) WHERE jslb = 'Z' AND gjbm IS NOT NULL"
    assert ask(tables, sql) == [(0,)]


def test_refunds_reverse_their_original_to_the_fen(tables: dict[str, pa.Table]) -> None:
    sql = """
        SELECT count(*), count(*) FILTER (WHERE o.zje + r.zje <> 0 OR o.jsid IS NULL OR o.jssj > r.jssj)
        FROM mz_jsb AS r LEFT JOIN mz_jsb AS o ON o.jsid = r.yjsid WHERE r.tfbz = '1'
    """
    [(refunds, wrong)] = ask(tables, sql)
    assert refunds > 0
    assert wrong == 0


def test_every_month_has_both_kinds_of_settlement(tables: dict[str, pa.Table]) -> None:
    for name in SETTLEMENTS:
        assert ask(tables, f"SELECT count(DISTINCT month(jssj)) FROM {name} WHERE jszt = '1'") == [(12,)]


def test_stock_balances_against_its_movements_for_every_batch(tables: dict[str, pa.Table]) -> None:
    sql = """
        SELECT count(*) FROM (
            SELECT kfdm, wzdm, ph, sum(units) AS rest FROM (
                SELECT kfdm, wzdm, ph, jcsl AS units FROM yk_jc WHERE jcrq = DATE '2023-12-31'
                UNION ALL
                SELECT kfdm, wzdm, ph, if(fx = '入', sl, -sl) * zhb FROM yk_crk
                UNION ALL
                SELECT kfdm, wzdm, ph, -jcsl FROM yk_jc WHERE jcrq = DATE '2024-12-31'
            ) GROUP BY ALL HAVING sum(units) <> 0
        )
    """
    assert ask(tables, sql) == [(0,)]


def test_nothing_is_given_out_that_is_not_there(tables: dict[str, pa.Table]) -> None:
    sql = """
        SELECT min(level) FROM (
            SELECT sum(units) OVER (PARTITION BY kfdm, wzdm, ph ORDER BY moment, units DESC) AS level FROM (
                SELECT kfdm, wzdm, ph, TIMESTAMP '2023-12-31' AS moment, jcsl AS units
                FROM yk_jc WHERE jcrq = DATE '2023-12-31'
                UNION ALL
                SELECT kfdm, wzdm, ph, ywsj, if(fx = '入', sl, -sl) * zhb FROM yk_crk
            )
        )
    """
    assert ask(tables, sql)[0][0] >= 0


def test_what_is_sold_is_what_is_billed(tables: dict[str, pa.Table]) -> None:
    sql = """
        SELECT (SELECT sum(if(fx = '出', sl, -sl) * zhb) FROM yk_crk WHERE ywlx IN ('MF', 'MT')),
               (SELECT sum(f.sl * if(f.dw = p.zxdw, 1, p.mzbl)) FROM mz_fymx AS f
                JOIN yk_ypml AS p USING (xmdm) WHERE f.jszt = '1')
    """
    [(moved, billed)] = ask(tables, sql)
    assert moved == billed


def test_identity_numbers_have_valid_check_digits_and_tell_birth_and_sex(tables: dict[str, pa.Table]) -> None:
    people = ask(tables, "SELECT sfzh, strftime(csrq, '%Y%m%d'), xb FROM br_jbxx")
    assert len({number for number, _, _ in people}) == len(people)
    for number, birth, sex in people:
        total = sum(int(digit) * weight for digit, weight in zip(number, ID_WEIGHTS, strict=False))
        assert number[17] == "10X98765432"[total % 11]
        assert number[6:14] == birth
        assert ("女", "男")[int(number[16]) % 2] == sex


def test_old_and_new_divisions_stand_in_identity_numbers(tables: dict[str, pa.Table]) -> None:
    prefixes = {row[0] for row in ask(tables, "SELECT DISTINCT left(sfzh, 6) FROM br_jbxx")}
    assert {"652101", "650402"} <= prefixes


def test_codes_have_their_national_shapes(tables: dict[str, pa.Table]) -> None:
    shapes = {"1": r"X[A-Z0-9]{22}", "2": r"Z[A-Z0-9]{19}", "3": r"T\d{9}", "5": r"\d{15}", "6": r"C\d{18,20}"}
    codes = ask(tables, "SELECT DISTINCT xmlx, gjbm FROM yb_dzb JOIN sf_xmb USING (xmdm)")
    assert len(codes) > 150
    assert [code for kind, code in codes if kind in shapes and not re.fullmatch(shapes[kind], code)] == []
    [(credit,)] = ask(tables, "SELECT tyshxydm FROM jg_xx")
    total = sum(CREDIT.index(char) * weight for char, weight in zip(credit, CREDIT_WEIGHTS, strict=False))
    assert credit[17] == CREDIT[(31 - total % 31) % 31]


def test_names_of_several_peoples_and_names_with_commas_are_normal(tables: dict[str, pa.Table]) -> None:
    assert ask(tables, "SELECT count(*) FROM br_jbxx WHERE xm LIKE '%·%'")[0][0] > 50
    assert ask(tables, "SELECT count(*) FROM sf_xmb WHERE xmmc LIKE '%,%'")[0][0] > 0


def test_the_adapter_reads_no_telephones_or_addresses_of_patients_and_no_names_unasked() -> None:
    columns = set(load_adapter("sample").tables["br_jbxx"].columns)
    assert not columns & {"xm", "lxdh", "jtdz", "sbkh"}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_leaves_most_of_the_centre_alone(tables: dict[str, pa.Table], name: str) -> None:
    broken = dict(tables)
    break_tables(broken, (name,))
    changed = [table for table in tables if not tables[table].equals(broken[table])]
    assert 0 < len(changed) <= 3
    assert not FAULTS[name].title.isascii()


def test_the_same_fault_breaks_the_same_rows(tables: dict[str, pa.Table]) -> None:
    one, two = dict(tables), dict(tables)
    assert break_tables(one, ("refunded_twice",)) == break_tables(two, ("refunded_twice",))
    assert all(one[name].equals(table) for name, table in two.items())
