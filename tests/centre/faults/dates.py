"""Times in the wrong order, or missing."""

from collections import Counter
from datetime import date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tests.centre.faults.money import broken
from tests.centre.faults.references import bills_of, discharged, visits
from tests.centre.faults.registry import Broken, Tables, fault
from tests.centre.faults.tools import billed, drop, few, find, give, lines_of, named, settled, shift, values

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def stay_lines(tables: Tables, stays: np.ndarray) -> np.ndarray:
    """The paid lines of stays."""
    numbers = set(values(tables, "zy_djb", "zyid", stays))
    paid = find(tables["zy_fymx"], jszt="1")
    return paid[[number in numbers for number in values(tables, "zy_fymx", "zyid", paid)]]


def registered(tables: Tables, rows: np.ndarray) -> list[datetime]:
    """When the visits of outpatient lines were registered."""
    visit = pc.index_in(tables["mz_fymx"]["ghxh"].take(pa.array(rows)), tables["mz_ghb"]["ghxh"].combine_chunks())
    return values(tables, "mz_ghb", "ghsj", visit.to_numpy())


@fault("住院费用发生在入院三天前", "D01a")
def charge_before_admission(tables: Tables) -> Broken:
    stay = discharged(tables)[:1]
    rows = stay_lines(tables, stay)[:2]
    [admitted] = values(tables, "zy_djb", "rysj", stay)
    give(tables, "zy_fymx", rows, kdsj=admitted - 3 * DAY - HOUR, zxsj=admitted - 3 * DAY)
    return broken(tables, "zy_fymx", rows, "D01a")


@fault("住院费用发生在出院结算以后", "D01b", "D02f")
def charge_after_discharge(tables: Tables) -> Broken:
    stay = discharged(tables)[:1]
    rows = stay_lines(tables, stay)[:2]
    give(tables, "zy_fymx", rows, zxsj=[paid + 3 * DAY for paid in values(tables, "zy_fymx", "sfsj", rows)])
    return broken(tables, "zy_fymx", rows, "D01b", "D02f")


@fault("出院早于入院", "D02a", "D03", "D01b")
def discharge_before_admission(tables: Tables) -> Broken:
    stays = discharged(tables)
    stay = min((stays[place : place + 1] for place in range(len(stays))), key=lambda one: len(stay_lines(tables, one)))
    shift(tables, "zy_djb", stay, "cysj", values(tables, "zy_djb", "rysj", stay), -3 * DAY)
    return broken(tables, "zy_djb", stay, "D02a", "D03") | broken(tables, "zy_fymx", stay_lines(tables, stay), "D01b")


@fault("住院结算早于出院", "D02b")
def settled_before_discharge(tables: Tables) -> Broken:
    stay = discharged(tables)[:1]
    [number] = values(tables, "zy_djb", "zyid", stay)
    bill = find(tables["zy_jsb"], zyid=number)
    shift(tables, "zy_djb", stay, "cysj", values(tables, "zy_jsb", "jssj", bill), 2 * DAY)
    return broken(tables, "zy_jsb", bill, "D02b")


@fault("门诊结算和开单早于挂号", "D02c", "D02d")
def registered_after_payment(tables: Tables) -> Broken:
    rows = visits(tables)[:1]
    bills = bills_of(tables, rows)
    shift(tables, "mz_ghb", rows, "ghsj", values(tables, "mz_jsb", "jssj", bills)[:1], 2 * DAY)
    lines = lines_of(tables, tables["mz_jsb"]["jsid"].take(bills).combine_chunks())
    return broken(tables, "mz_jsb", bills, "D02c") | broken(tables, "mz_fymx", lines, "D02d")


@fault("门诊开单早于挂号", "D02d")
def ordered_before_registration(tables: Tables) -> Broken:
    rows = few(billed(tables))
    give(tables, "mz_fymx", rows, kdsj=[moment - 2 * DAY for moment in registered(tables, rows)])
    return broken(tables, "mz_fymx", rows, "D02d")


@fault("先执行后开单", "D02e")
def done_before_ordered(tables: Tables) -> Broken:
    rows = few(billed(tables))
    shift(tables, "mz_fymx", rows, "zxsj", values(tables, "mz_fymx", "kdsj", rows), -2 * DAY)
    return broken(tables, "mz_fymx", rows, "D02e")


@fault("门诊先结算后开单", "D02g")
def ordered_after_payment(tables: Tables) -> Broken:
    rows = few(billed(tables))
    paid = values(tables, "mz_fymx", "sfsj", rows)
    shift(tables, "mz_fymx", rows, "kdsj", paid, 2 * DAY)
    shift(tables, "mz_fymx", rows, "zxsj", paid, 2 * DAY + HOUR)
    return broken(tables, "mz_fymx", rows, "D02g")


@fault("三月份的门诊结算与明细全部缺失", "V8")
def missing_month(tables: Tables) -> Broken:
    """And the refunds of what is missing."""
    gone = _of_month(tables, "mz_jsb", "jssj")
    numbers = set(values(tables, "mz_jsb", "jsid", gone))
    refunds = [place for place, number in enumerate(tables["mz_jsb"]["yjsid"].to_pylist()) if number in numbers]
    rows = np.union1d(gone, np.array(refunds, dtype=np.int64))
    lines = lines_of(tables, tables["mz_jsb"]["jsid"].take(rows).combine_chunks())
    drop(tables, "mz_fymx", np.union1d(lines, _of_month(tables, "mz_fymx", "sfsj")))
    drop(tables, "mz_jsb", rows)
    return {}


def _of_month(tables: Tables, name: str, column: str) -> np.ndarray:
    march = pc.fill_null(pc.equal(pc.month(tables[name][column]), 3), False)
    return np.flatnonzero(march.to_numpy(zero_copy_only=False))


@fault("结算单没有结算时间", "Q03", "Q04")
def settlement_without_date(tables: Tables) -> Broken:
    rows = settled(tables["mz_jsb"])[:3]
    give(tables, "mz_jsb", rows, jssj=None)
    lines = lines_of(tables, tables["mz_jsb"]["jsid"].take(rows).combine_chunks())
    found = broken(tables, "mz_jsb", rows, "Q03")
    return found | broken(tables, "mz_fymx", lines, "Q04")


@fault("出生日期在 1880 年", "D04b", "P01b", "P05")
def born_too_early(tables: Tables) -> Broken:
    rows = patients(tables)[:1]
    give(tables, "br_jbxx", rows, csrq=date(1880, 1, 1))
    return broken(tables, "br_jbxx", rows, "D04b", "P01b") | {"P05": bills(tables, rows)}


@fault("两个病人共用一个医保个人编号", "D05", "P02a", "person.key")
def two_patients_of_one_number(tables: Tables) -> Broken:
    """The oldest and the youngest."""
    rows = patients(tables)
    births = values(tables, "br_jbxx", "csrq", rows)
    order = sorted(range(len(rows)), key=lambda place: births[place])
    pair = rows[[order[0], order[-1]]]
    [number, _] = values(tables, "br_jbxx", "ybgrbh", pair)
    give(tables, "br_jbxx", pair[1:], ybgrbh=number)
    both = named(tables["br_jbxx"], "br_jbxx", pair)
    return {"D05": bills(tables, pair), "P02a": both, "person.key": {min(both)}}


def patients(tables: Tables) -> np.ndarray:
    """Insured persons with an identity number and one outpatient settlement, which stands, and no stay."""
    seen = Counter(tables["mz_jsb"]["brid"].to_pylist() + tables["zy_djb"]["brid"].to_pylist())
    once = {person for person in values(tables, "mz_jsb", "brid", settled(tables["mz_jsb"])) if seen[person] == 1}
    persons = tables["br_jbxx"].select(["brid", "ybgrbh", "sfzh"]).to_pylist()
    return np.flatnonzero([one["brid"] in once and None not in one.values() for one in persons])


def bills(tables: Tables, persons: np.ndarray) -> set[str]:
    """The outpatient settlements of persons."""
    numbers = set(values(tables, "br_jbxx", "brid", persons))
    rows = np.flatnonzero([number in numbers for number in tables["mz_jsb"]["brid"].to_pylist()])
    return named(tables["mz_jsb"], "mz_jsb", rows)


@fault("住院明细没有执行时间", "T13")
def missing_execution_time(tables: Tables) -> Broken:
    rows = stay_lines(tables, discharged(tables)[:1])[:3]
    give(tables, "zy_fymx", rows, zxsj=None)
    return broken(tables, "zy_fymx", rows, "T13")
