"""V3-V12 of the inspection list, computed on the files as they were read back (handbook table 1.3)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from exports.acceptance.finance import MonthlyTotals
from exports.acceptance.package import Delivery
from exports.duck import literal, one_row, quoted
from schemas.format import Format, Pair
from schemas.result import CheckResult, Outcome

HALF_PERCENT = Decimal("0.005")
ONE_PER_MILLE = Decimal("0.001")
THIN_MONTH = Decimal("0.2")


@dataclass(frozen=True)
class Books:
    """The two sheets of a pair under the names of their roles, as tables of `database`, so that files are read once.

    `main` has id, total, date, refund, insured; `bills` is the detail added up per settlement: id, cost, lines,
    first_date, last_date. What the format has no column for is NULL. `word` says outpatient or inpatient, `key`
    is the Chinese name of the settlement number.
    """

    pair: Pair
    key: str
    main: str
    bills: str
    database: Any

    @property
    def word(self) -> str:
        """`门诊` or `住院`."""
        return self.pair.word

    def one(self, sql: str) -> tuple[Any, ...]:
        """The single row of a query; `{main}` and `{bills}` name this pair's tables."""
        return one_row(self.database, sql.format(main=self.main, bills=self.bills))


def run_checks(delivery: Delivery, database: Any, finance: MonthlyTotals | None) -> list[CheckResult]:
    """All of V3-V12; `database` holds the package's views. Outpatient and inpatient are judged apart."""
    held = {table.name for table in delivery.tables()}
    pairs = [pair for pair in delivery.form.pairs if {pair.main, pair.detail} <= held]
    books = [_open(pair, number, delivery.form, database) for number, pair in enumerate(pairs)]
    results: list[CheckResult] = []
    for one in books:
        [rows] = one.one("SELECT (SELECT count(*) FROM {main}) + (SELECT count(*) FROM {bills})")
        checks = [*_v3_to_v6(one), *_v7(one, delivery), _v8(one, delivery), _v9(one)]
        each = {check.id: check for check in checks}.values()
        results += checks if rows else [_not_applicable(check, f"没有{one.word}结算") for check in each]
    results.append(_v10(delivery, database))
    results += _v11_v12(books, delivery, finance)
    return results


def _open(pair: Pair, number: int, form: Format, database: Any) -> Books:
    main, detail = form.table(pair.main), form.table(pair.detail)
    refund, flag, dated = main.emitted(pair.refund), main.emitted(pair.flag), detail.emitted(pair.detail_date)
    books = Books(
        pair=replace(pair, refund=refund, flag=flag, detail_date=dated),
        key=main.column(main.emitted(pair.id)).label,
        main=f"main_{number}",
        bills=f"bills_{number}",
        database=database,
    )
    roles = {
        "id": quoted(main.emitted(pair.id)),
        "total": quoted(main.emitted(pair.total)),
        "date": quoted(main.emitted(pair.date)),
        "refund": _listed(refund, pair.refunds),
        "insured": _listed(flag, pair.insured),
    }
    columns = ", ".join(f"{column} AS {role}" for role, column in roles.items())
    database.execute(f"CREATE TABLE {books.main} AS SELECT {columns} FROM {quoted(pair.main)}")
    cost, date = quoted(detail.emitted(pair.cost)), quoted(dated) if dated else "NULL::TIMESTAMP"
    database.execute(
        f"CREATE TABLE {books.bills} AS SELECT {quoted(detail.emitted(pair.id))} AS id, sum({cost}) AS cost,"
        f" count(*) AS lines, min({date}) AS first_date, max({date}) AS last_date FROM {quoted(pair.detail)} GROUP BY 1"
    )
    return books


def _listed(column: str, values: tuple[str, ...]) -> str:
    """SQL: whether a column holds one of the values; NULL when the format has no such column."""
    return f"coalesce({quoted(column)} IN ({', '.join(map(literal, values))}), false)" if column else "NULL::BOOLEAN"


def _not_applicable(check: CheckResult, reason: str) -> CheckResult:
    return replace(check, outcome=Outcome.NOT_APPLICABLE, failing=0, total=0, reason=reason, sample=())


def _ratio(part: Decimal | int, whole: Decimal | int) -> Decimal:
    if not whole:
        return Decimal(0) if not part else Decimal(1)
    return abs(Decimal(part)) / abs(Decimal(whole))


def _within(ratio: Decimal, tolerance: Decimal) -> Outcome:
    return Outcome.PASSED if ratio <= tolerance else Outcome.FAILED


def _percent(ratio: Decimal) -> str:
    return f"{(ratio * 100).quantize(Decimal('0.0001'))}%"


def _v3_to_v6(books: Books) -> Iterator[CheckResult]:
    table, key = books.pair.main, books.key
    main, cost = books.one(
        "SELECT (SELECT coalesce(sum(total), 0) FROM {main}), (SELECT coalesce(sum(cost), 0) FROM {bills})"
    )
    ratio = _ratio(main - cost, main)
    yield CheckResult(
        "V3", "主单总费用与明细金额合计相差不超过 0.5%", _within(ratio, HALF_PERCENT), table,
        threshold="0.5%",
        reason=f"{books.word}主单 {main} 元，明细 {cost} 元，相差 {main - cost} 元（{_percent(ratio)}）",
    )  # fmt: skip
    in_main, in_detail = books.one("SELECT (SELECT count(DISTINCT id) FROM {main}), (SELECT count(*) FROM {bills})")
    ratio = _ratio(in_main - in_detail, in_main)
    yield CheckResult(
        "V4", f"主单与明细的{key}个数相差不超过 0.1%", _within(ratio, ONE_PER_MILLE), table,
        failing=abs(in_main - in_detail), total=in_main, threshold="0.1%",
        reason=f"{books.word}主单 {in_main} 个，明细 {in_detail} 个（{_percent(ratio)}）",
    )  # fmt: skip
    (orphans,) = books.one("SELECT count(*) FROM {bills} ANTI JOIN {main} USING (id)")
    (bare,) = books.one("SELECT count(*) FROM {main} AS m ANTI JOIN {bills} USING (id) WHERE m.total <> 0")
    ratio = max(_ratio(orphans, in_detail), _ratio(bare, in_main))
    yield CheckResult(
        "V5", f"主单与明细按{key}互相对应", _within(ratio, ONE_PER_MILLE), table,
        failing=orphans + bare, total=in_main, threshold="0.1%",
        reason=f"{books.word}：明细找不到主单 {orphans} 个，主单（金额不为零）没有明细 {bare} 个",
    )  # fmt: skip
    (rows,) = books.one("SELECT count(*) FROM {main}")
    ratio = _ratio(rows - in_main, rows)
    outcome = _within(ratio, ONE_PER_MILLE)
    if outcome is Outcome.PASSED and rows > in_main:
        outcome = Outcome.WARNED
    yield CheckResult(
        "V6", f"主单的{key}不重复", outcome, table,
        failing=rows - in_main, total=rows, threshold="0.1%（自定目标 0）",
        reason=f"{books.word}重复 {rows - in_main} 行",
    )  # fmt: skip


def _v7(books: Books, delivery: Delivery) -> Iterator[CheckResult]:
    """Main and detail together; a detail without a settlement date is said apart and never counts as passed."""
    first, last = delivery.period
    outside = f"date IS NULL OR date < DATE '{first}' OR date >= DATE '{last}' + 1"
    in_main, total = books.one(f"SELECT count(*) FILTER (WHERE {outside}), count(*) FROM {{main}}")
    dated = bool(books.pair.detail_date)
    in_detail = 0
    if dated:
        (in_detail,) = books.one(
            f"SELECT coalesce(sum(lines), 0)::BIGINT FROM {{bills}} WHERE first_date IS NULL"
            f" OR first_date < DATE '{first}' OR last_date >= DATE '{last}' + 1"
        )
    found = in_main + in_detail
    detail = f"、明细 {in_detail} 行" if dated else ""
    result = CheckResult(
        "V7", "结算日期都在检查期间内", Outcome.FAILED if found else Outcome.PASSED, books.pair.main,
        failing=found, total=total, threshold="0",
        reason=f"{books.word}：主单 {in_main} 行{detail}不在 {first} 至 {last} 之内",
    )  # fmt: skip
    yield result
    if not dated:
        yield replace(_not_applicable(result, f"{books.word}明细没有结算日期列，未单独核对"), table=books.pair.detail)


def _v8(books: Books, delivery: Delivery) -> CheckResult:
    counts = dict(
        books.database.execute(f"SELECT strftime(date, '%Y%m'), count(*) FROM {books.main} GROUP BY 1").fetchall()
    )
    missing = [month for month in delivery.months if not counts.get(month)]
    held = sorted(counts[month] for month in delivery.months if counts.get(month))
    median = held[len(held) // 2] if held else 0
    thin = [month for month in delivery.months if counts.get(month) and counts[month] < THIN_MONTH * median]
    outcome = Outcome.FAILED if missing else Outcome.WARNED if thin else Outcome.PASSED
    parts = [f"{books.word}缺 {'、'.join(missing)} 月"] if missing else [f"{books.word}各月都有数据"]
    parts += [f"{'、'.join(thin)} 月不到各月中位数的 20%"] if thin else []
    return CheckResult(
        "V8", "检查期间每个月都有数据", outcome, books.pair.main, failing=len(missing), total=len(delivery.months),
        threshold="0", reason="；".join(parts), sample=tuple(missing[:5]),
    )  # fmt: skip


def _v9(books: Books) -> CheckResult:
    """Without a refund flag a negative total cannot be told from a refund: that is not verified."""
    negative, total = books.one(
        "SELECT count(*) FILTER (WHERE total < 0 AND NOT coalesce(refund, false)), count(*) FROM {main}"
    )
    reason = f"{books.word}有 {negative} 张非退费结算单总费用为负"
    outcome = Outcome.FAILED if negative else Outcome.PASSED
    if not books.pair.refund:
        outcome = Outcome.NOT_VERIFIED if negative else Outcome.NOT_APPLICABLE
        reason = f"{books.word}主单没有退费标志列，" + (
            f"总费用为负的 {negative} 张无法区分是否退费" if negative else "也没有总费用为负的结算单"
        )
    return CheckResult(
        "V9", "除退费外，总费用不为负", outcome, books.pair.main,
        failing=negative, total=total, threshold="0", reason=reason,
    )  # fmt: skip


def _v10(delivery: Delivery, database: Any) -> CheckResult:
    """Columns that the list marks non-null and that our reading leaves unconditional."""
    empty: list[str] = []
    failing = total = 0
    for table in delivery.tables():
        fields = [column.name for column in table.columns if column.required == "always"]
        counts = "".join(f", count(*) - count({quoted(name)})" for name in fields)
        rows, *nulls = one_row(database, f"SELECT count(*){counts} FROM {quoted(table.name)}")
        total += rows * len(fields)
        failing += sum(nulls)
        empty += [f"{table.name}.{name} {count} 行" for name, count in zip(fields, nulls, strict=True) if count]
    reason = (
        f"有 {len(empty)} 列存在空值，例如 {'；'.join(empty[:5])}"
        if empty
        else "必填列全部填写；按性质可空的列见“清单勘误”"
    )
    return CheckResult(
        "V10", "必填字段已填写", Outcome.FAILED if failing else Outcome.PASSED, failing=failing, total=total,
        threshold="0（经说明的例外除外）", reason=reason, sample=tuple(empty[:5]),
    )  # fmt: skip


def _v11_v12(books: list[Books], delivery: Delivery, finance: MonthlyTotals | None) -> Iterator[CheckResult]:
    total = finance.total if finance else {}
    claimed = finance.insured if finance else {}
    yield _against("V11", "总费用与财务报表一致", _by_month(books, "true"), total, delivery, "财务报表")
    insured = _against("V12", "医保结算费用与医保经办端一致", _by_month(books, "insured"), claimed, delivery, "医保端")
    blind = "、".join(one.word for one in books if not one.pair.flag)
    if blind:
        reason = f"{blind}主单没有医保结算标志列，分不出医保结算费用"
        insured = CheckResult(insured.id, insured.title, Outcome.NOT_VERIFIED, threshold="0.5%", reason=reason)
    yield insured


def _by_month(books: list[Books], condition: str) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for one in books:
        rows = one.database.execute(
            f"SELECT strftime(date, '%Y%m'), coalesce(sum(total), 0) FROM {one.main} WHERE {condition} GROUP BY 1"
        ).fetchall()
        for month, amount in rows:
            sums[month] = sums.get(month, Decimal(0)) + amount
    return sums


def _against(
    identifier: str, title: str, ours: dict[str, Decimal], theirs: dict[str, Decimal], delivery: Delivery, word: str
) -> CheckResult:
    months = [month for month in delivery.months if month in theirs]
    if not months:
        reason = f"未提供{word}的各月合计（--finance 文件）"
        return CheckResult(identifier, title, Outcome.NOT_VERIFIED, threshold="0.5%", reason=reason)
    differing = [
        f"{month}：导出 {ours.get(month, Decimal(0))} 元，{word} {theirs[month]} 元"
        for month in months
        if _ratio(ours.get(month, Decimal(0)) - theirs[month], theirs[month]) > HALF_PERCENT
    ]
    unknown = [month for month in delivery.months if month not in theirs]
    outcome = Outcome.FAILED if differing else Outcome.NOT_VERIFIED if unknown else Outcome.PASSED
    parts = differing[:3] or [f"{len(months)} 个月相差均不超过 0.5%"]
    parts += [f"{'、'.join(unknown)} 月没有{word}数"] if unknown else []
    return CheckResult(
        identifier, title, outcome, failing=len(differing), total=len(months), threshold="0.5%",
        reason="；".join(parts), sample=tuple(differing[:5]),
    )  # fmt: skip
