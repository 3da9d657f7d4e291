"""What stands for each column of a std table: numbers first, then what points at others, then the best of the rest."""

from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from flows.scaffold.draft import (
    INPATIENT,
    OUTPATIENT,
    Candidate,
    Choice,
    Feed,
    Found,
    Mapped,
    Place,
    side_of,
    sql_column,
    sql_name,
    words_of,
)
from flows.scaffold.institution import ORG
from schemas.dossier import AmountMatch
from schemas.reference import code_labels
from schemas.std import StdColumn, StdSpec, std_table

_DATES = {"settlement": ("setl_time", "fee_ocur_time", "bilg_time"), "fee_line": ("fee_ocur_time", "bilg_time")}


@dataclass(frozen=True)
class Context:
    """What the mapping of one table needs of the whole: `numbers` (std table, side) -> (source table, its own number).

    `org` is the source's column of the institution's code, `sided` says that outpatients and inpatients have tables of
    their own, `dates` the column (by source table) that cuts settlements and fee lines.
    """

    rules: dict[str, Any]
    org: str
    place: Place | None
    numbers: dict[tuple[str, str], tuple[str, str]]
    sided: bool
    dates: dict[str, str]
    found: Found


def own_number(std: str, candidate: Candidate, org: str) -> str:
    """The column by which the table itself knows a row: its key without the institution's, else the best choice."""
    table = candidate.table
    for key in (table.key, *(index.columns for index in table.indexes if index.unique)):
        rest = [column for column in key if column != org]
        if len(rest) == 1:
            return rest[0]
    choices = candidate.columns.get(_own_column(std_table(std)), ())
    return choices[0].column if choices else ""


def proved_amount(std: str, candidate: Candidate, found: Found) -> AmountMatch | None:
    """What agreed with the cashier's; of several dates the one that is likeliest by its name."""
    proved = found.proved.get(candidate.table.name, ())
    likely = _likely_dates(std, candidate)
    return min(proved, key=lambda one: likely.index(one.day) if one.day in likely else len(likely), default=None)


def date_column(std: str, candidate: Candidate, found: Found) -> str:
    """The column that dates a row: the one by which the amounts agreed with the cashier's, else the likeliest."""
    if proved := proved_amount(std, candidate, found):
        return proved.day
    likely = _likely_dates(std, candidate)
    return next((name for name in likely if pa.types.is_temporal(_type(candidate, name))), "")


def _likely_dates(std: str, candidate: Candidate) -> list[str]:
    time = std_table(std).time
    names = _DATES.get(std, (time,) if time else ())
    return [choice.column for name in names for choice in candidate.columns.get(name, ())]


def map_columns(std: str, candidate: Candidate, context: Context) -> tuple[Feed, dict[str, dict[str, str]]]:
    """One feed with everything that could be mapped, and the codes that its SQL calls."""
    spec = std_table(std)
    mapped = _institution(spec, candidate, context) | _numbers(spec, candidate, context) | _side(spec, candidate)
    mapped |= _time(spec, candidate, context) | _amount(spec, candidate, context)
    codes: dict[str, dict[str, str]] = {}
    for column, choice in _assigned(spec, candidate, context, mapped).items():
        mapped[column.name], own = _value(column, choice, candidate, context)
        codes |= own
    mapped |= _derived(spec, mapped, context.rules)
    org = context.org if _has_org(candidate, context) else ""
    date = context.dates.get(candidate.table.name) or date_column(std, candidate, context.found)
    proved = proved_amount(std, candidate, context.found)
    settled = (proved.filter_column, proved.filter_value) if proved and proved.filter_column else None
    return Feed(std, candidate, mapped, org, date, settled), codes


def _own_column(spec: StdSpec) -> str:
    """The std column that numbers a row of the table, where one alone does."""
    rest = [name for name in spec.key if name != ORG]
    return rest[0] if len(rest) == 1 else ""


def _type(candidate: Candidate, column: str) -> pa.DataType:
    found = candidate.table.column(column)
    return found.type if found else pa.null()


def _institution(spec: StdSpec, candidate: Candidate, context: Context) -> dict[str, Mapped]:
    if ORG not in {column.name for column in spec.columns}:
        return {}
    if _has_org(candidate, context):
        return {ORG: Mapped(ORG, sql_column(context.org), (context.org,), "机构编码列")}
    why = "表中没有机构编码，整表作为本机构的数据"
    if candidate.table.name in context.found.strangers:
        why = f"{context.org} 与机构编码列同名，但取样的值不是机构编码；整表作为本机构的数据"
    others = context.found.institutions if context.place is None else 1
    todo = f"机构表有 {others} 个编码，这张表却分不出机构：请补上筛选，或确认整表属于所导出的机构" if others > 1 else ""
    return {ORG: Mapped(ORG, "getvariable('org')", (), why, todo)}


def _has_org(candidate: Candidate, context: Context) -> bool:
    """Whether the table says of which institution a row is."""
    return bool(candidate.table.column(context.org)) and candidate.table.name not in context.found.strangers


def _numbers(spec: StdSpec, candidate: Candidate, context: Context) -> dict[str, Mapped]:
    """The row's own number, and the numbers of the rows of other tables that it points at."""
    found = {}
    own = _own_column(spec)
    number = own_number(spec.name, candidate, context.org)
    if own and number:
        found[own] = _numbered(own, number, candidate, context, "表的主键" if candidate.table.key else "最像编号的列")
    for name, parents in context.rules["links"].items():
        if name in found or name not in {column.name for column in spec.columns}:
            continue
        pointed = _pointed(name, parents, candidate, context)
        if pointed:
            found[name] = _numbered(name, pointed[0], candidate, context, pointed[1])
    return found


def _pointed(name: str, parents: list[str], candidate: Candidate, context: Context) -> tuple[str, str] | None:
    """The column that leads to a parent's number, and why: a declared key, the same name, or the same table."""
    side = side_of(candidate.table)
    wanted = [parents[-1 if side == INPATIENT else 0]] if len(parents) > 1 and side else parents
    for parent in wanted:
        for of in dict.fromkeys((side, "", OUTPATIENT, INPATIENT)):
            table, number = context.numbers.get((parent, of), ("", ""))
            if not number or (side and of and of != side):
                continue
            if table == candidate.table.name:
                return number, f"{parent} 取自同一张表"
            references = candidate.table.references
            leading = [column for column, target in references.items() if target == (table, number)]
            if leading:
                return leading[0], f"外键指向 {table}.{number}"
            if len(number) > 2 and candidate.table.column(number) and (number,) != candidate.table.key:
                return number, f"与 {table} 的主键同名"
            if named := _named_after(table, number, candidate):
                return named, f"列名指向 {table}.{number}"
    return None


def _named_after(table: str, number: str, candidate: Candidate) -> str:
    """The column that is called after a table and its number: `patient_id` for `adm_patient.id`."""
    words = words_of(table)
    for start in range(len(words)):
        name = "_".join([*words[start:], number])
        found = next((one.name for one in candidate.table.columns if one.name.casefold() == name.casefold()), "")
        if found:
            return found
    return ""


def _numbered(name: str, column: str, candidate: Candidate, context: Context, evidence: str) -> Mapped:
    """A number as text; with MZ or ZY before it where both sides number their rows independently."""
    sql, side = sql_column(column), side_of(candidate.table)
    if not context.sided or name not in context.rules["sided"]:
        return Mapped(name, f"CAST({sql} AS VARCHAR)", (column,), evidence)
    if side:
        return Mapped(name, f"'{side}' || {sql}", (column,), f"{evidence}；门诊、住院编号可能重复，前加 {side}")
    todo = "门诊、住院的编号前分别加了 MZ、ZY，这张表分不出门诊住院，请补上前缀"
    return Mapped(name, f"CAST({sql} AS VARCHAR)", (column,), evidence, todo)


def _side(spec: StdSpec, candidate: Candidate) -> dict[str, Mapped]:
    if spec.name != "settlement":
        return {}
    side = side_of(candidate.table)
    todo = "" if side else "表名看不出门诊或住院，暂都当作门诊（MZ）"
    return {"mz_zy": Mapped("mz_zy", f"'{side or OUTPATIENT}'", (), "由表名判断", todo)}


def _time(spec: StdSpec, candidate: Candidate, context: Context) -> dict[str, Mapped]:
    """The settlement's time is the column by which it is cut."""
    date = context.dates.get(candidate.table.name, "")
    if spec.name != "settlement" or not date:
        return {}
    proved = candidate.table.name in context.found.proved
    evidence = "按它汇总的金额与收费日报相符" if proved else "最像结算时间的列"
    todo = "" if proved else "没有用收费日报核对过，请确认它是结算日期"
    return {"setl_time": Mapped("setl_time", sql_column(date), (date,), evidence, todo)}


def _amount(spec: StdSpec, candidate: Candidate, context: Context) -> dict[str, Mapped]:
    """The amount that agreed with the cashier's."""
    proved = proved_amount(spec.name, candidate, context.found)
    if not proved or not spec.amount:
        return {}
    evidence = f"收费日报 {proved.days} 天中 {proved.matched} 天相符"
    others = [_match_words(one) for one in context.found.proved[candidate.table.name] if one != proved]
    doubts = [] if proved.matched == proved.days else [f"{evidence}，相差合计 {proved.difference} 元"]
    doubts += [f"这样汇总也相符：{'；'.join(others[:3])}，请确认日期列和筛选条件"] if others else []
    return {spec.amount: Mapped(spec.amount, sql_column(proved.amount), (proved.amount,), evidence, "；".join(doubts))}


def _match_words(one: AmountMatch) -> str:
    return f"按 {one.day}" + (f"，只取 {one.filter_column} = {one.filter_value}" if one.filter_column else "")


def _assigned(
    spec: StdSpec, candidate: Candidate, context: Context, mapped: dict[str, Mapped]
) -> dict[StdColumn, Choice]:
    """The best choices first, a source column for one std column only."""
    taken = {column for one in mapped.values() for column in one.columns} - set(context.dates.values())
    pairs = sorted(
        (
            (-choice.score, place, choice.column, column, choice)
            for place, column in enumerate(spec.columns)
            if column.name not in mapped and column.name not in ("_row", "_excluded")
            for choice in candidate.columns.get(column.name, ())
            if choice.score >= context.rules["column"] and _fits(column.type, _type(candidate, choice.column))
        ),
        key=lambda pair: pair[:3],
    )
    found: dict[StdColumn, Choice] = {}
    for *_, column, choice in pairs:
        if column not in found and choice.column not in taken:
            found[column] = choice
            taken.add(choice.column)
    return found


def _fits(wanted: pa.DataType, given: pa.DataType) -> bool:
    """Whether values of the source's type can be what the std column holds."""
    if pa.types.is_null(given):
        return False
    if pa.types.is_temporal(wanted):
        return bool(pa.types.is_temporal(given) or pa.types.is_string(given))
    if pa.types.is_decimal(wanted) or pa.types.is_integer(wanted):
        return bool(pa.types.is_decimal(given) or pa.types.is_integer(given))
    return True


def _value(
    column: StdColumn, choice: Choice, candidate: Candidate, context: Context
) -> tuple[Mapped, dict[str, dict[str, str]]]:
    """A column as it stands, or through a code table where the std column has a closed or a national list."""
    sql, name = sql_column(choice.column), choice.column
    others = [one.column for one in candidate.columns.get(column.name, ())[:4] if one.column != name]
    todo = ""
    if choice.score < context.rules["sure"]:
        todo = f"把握不大（{choice.score} 分）" + (f"，备选：{'、'.join(others)}" if others else "")
    codes: dict[str, dict[str, str]] = {}
    if column.name in context.rules["sided"]:
        one = _numbered(column.name, name, candidate, context, choice.evidence)
        return replace(one, todo="；".join(filter(None, (todo, one.todo)))), codes
    if pa.types.is_boolean(_type(candidate, name)):
        sql = f"CAST(CAST({sql} AS INTEGER) AS VARCHAR)"
    elif (column.codes or column.isin) and (seen := candidate.codes.get(name)):
        known = code_labels(column.codes) if column.codes else {code: code for code in column.isin}
        if not set(seen) <= set(known):
            called = f"{sql_name(candidate.table.name)}_{name}".casefold()
            codes[called] = {value: _national(value, known) for value in seen}
            sql = f"code_{called}(CAST({sql} AS VARCHAR))"
            todo = "；".join(filter(None, (todo, f"请在 [codes.{called}] 中把本地代码对应到国家代码")))
    return Mapped(column.name, sql, (name,), choice.evidence, todo), codes


def _national(value: str, known: dict[str, str]) -> str:
    """The national code whose label is the local value; the value itself where there is none."""
    return next((code for code, label in known.items() if value in (code, label)), value)


def _derived(spec: StdSpec, mapped: dict[str, Mapped], rules: dict[str, Any]) -> dict[str, Mapped]:
    found = {}
    for name, rule in rules["derived"].get(spec.name, {}).items():
        needed = [other for other in mapped if "{" + other + "}" in rule["sql"]]
        if name in mapped or rule["sql"].count("{") != len(needed):
            continue
        sql = rule["sql"].format(**{other: mapped[other].sql for other in needed})
        columns = tuple(column for other in needed for column in mapped[other].columns)
        found[name] = Mapped(name, sql, columns, "推定", rule["todo"])
    return found
