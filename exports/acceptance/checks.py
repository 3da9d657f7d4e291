"""V3-V12 of the inspection list, computed on the files as they were read back (handbook table 1.3)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from exports.acceptance.finance import MonthlyTotals
from exports.acceptance.package import Delivery
from exports.duck import one_row
from schemas.result import CheckResult, Outcome

PAIRS = (("SETTLE_MZ", "SETTLE_MZ_DETAIL", "门诊"), ("SETTLE_ZY", "SETTLE_ZY_DETAIL", "住院"))
HALF_PERCENT = Decimal("0.005")
ONE_PER_MILLE = Decimal("0.001")
THIN_MONTH = Decimal("0.2")
REFUNDS = "('1', '是')"


@dataclass(frozen=True)
class Pair:
    """A main table with its detail, outpatient or inpatient, and the database that holds them."""

    main: str
    detail: str
    word: str
    database: Any

    def one(self, sql: str) -> tuple[Any, ...]:
        """The single row of a query; `{main}`, `{detail}` and `{bills}` name this pair's tables."""
        return one_row(self.database, sql.format(main=self.main, detail=self.detail, bills=self.bills))

    @property
    def bills(self) -> str:
        """The detail table, added up per settlement."""
        return f"{self.detail}_bills"


def run_checks(delivery: Delivery, database: Any, finance: MonthlyTotals | None) -> list[CheckResult]:
    """All of V3-V12; `database` holds the package's views. Outpatient and inpatient are judged apart."""
    held = {table.name for table in delivery.tables()}
    pairs = [Pair(main, detail, word, database) for main, detail, word in PAIRS if {main, detail} <= held]
    for pair in pairs:
        database.execute(
            f"CREATE TABLE {pair.bills} AS SELECT HISID, sum(COST) AS COST, count(*) AS LINES,"
            f" min(BILL_DATE) AS FIRST_DATE, max(BILL_DATE) AS LAST_DATE FROM {pair.detail} GROUP BY HISID"
        )
    results: list[CheckResult] = []
    for pair in pairs:
        [rows] = pair.one("SELECT (SELECT count(*) FROM {main}) + (SELECT count(*) FROM {bills})")
        checks = [*_v3_to_v6(pair), _v7(pair, delivery), _v8(pair, delivery), _v9(pair)]
        results += checks if rows else [_not_applicable(check, f"没有{pair.word}结算") for check in checks]
    results.append(_v10(delivery, database))
    results += _v11_v12(pairs, delivery, finance)
    return results


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


def _v3_to_v6(pair: Pair) -> Iterator[CheckResult]:
    main, cost = pair.one(
        "SELECT (SELECT coalesce(sum(TOTAL_AMOUNT), 0) FROM {main}), (SELECT coalesce(sum(COST), 0) FROM {bills})"
    )
    ratio = _ratio(main - cost, main)
    yield CheckResult(
        "V3", "主单总费用与明细金额合计相差不超过 0.5%", _within(ratio, HALF_PERCENT), pair.main,
        threshold="0.5%",
        reason=f"{pair.word}主单 {main} 元，明细 {cost} 元，相差 {main - cost} 元（{_percent(ratio)}）",
    )  # fmt: skip
    in_main, in_detail = pair.one("SELECT (SELECT count(DISTINCT HISID) FROM {main}), (SELECT count(*) FROM {bills})")
    ratio = _ratio(in_main - in_detail, in_main)
    yield CheckResult(
        "V4", "主单与明细的结算单据号个数相差不超过 0.1%", _within(ratio, ONE_PER_MILLE), pair.main,
        failing=abs(in_main - in_detail), total=in_main, threshold="0.1%",
        reason=f"{pair.word}主单 {in_main} 个，明细 {in_detail} 个（{_percent(ratio)}）",
    )  # fmt: skip
    (orphans,) = pair.one("SELECT count(*) FROM {bills} ANTI JOIN {main} USING (HISID)")
    (bare,) = pair.one("SELECT count(*) FROM {main} AS m ANTI JOIN {bills} USING (HISID) WHERE m.TOTAL_AMOUNT <> 0")
    ratio = max(_ratio(orphans, in_detail), _ratio(bare, in_main))
    yield CheckResult(
        "V5", "主单与明细按结算单据号互相对应", _within(ratio, ONE_PER_MILLE), pair.main,
        failing=orphans + bare, total=in_main, threshold="0.1%",
        reason=f"{pair.word}：明细找不到主单 {orphans} 个，主单（金额不为零）没有明细 {bare} 个",
    )  # fmt: skip
    (rows,) = pair.one("SELECT count(*) FROM {main}")
    ratio = _ratio(rows - in_main, rows)
    outcome = _within(ratio, ONE_PER_MILLE)
    if outcome is Outcome.PASSED and rows > in_main:
        outcome = Outcome.WARNED
    yield CheckResult(
        "V6", "主单的结算单据号不重复", outcome, pair.main,
        failing=rows - in_main, total=rows, threshold="0.1%（自定目标 0）",
        reason=f"{pair.word}重复 {rows - in_main} 行",
    )  # fmt: skip


def _v7(pair: Pair, delivery: Delivery) -> CheckResult:
    first, last = delivery.period
    outside = f"BILL_DATE IS NULL OR BILL_DATE < DATE '{first}' OR BILL_DATE >= DATE '{last}' + 1"
    (in_main,) = pair.one(f"SELECT count(*) FROM {{main}} WHERE {outside}")
    (in_detail,) = pair.one(
        f"SELECT coalesce(sum(LINES), 0) FROM {{bills}} WHERE FIRST_DATE IS NULL OR FIRST_DATE < DATE '{first}'"
        f" OR LAST_DATE >= DATE '{last}' + 1"
    )
    (total,) = pair.one("SELECT count(*) FROM {main}")
    found = in_main + int(in_detail)
    return CheckResult(
        "V7", "结算日期都在检查期间内", Outcome.FAILED if found else Outcome.PASSED, pair.main,
        failing=found, total=total, threshold="0",
        reason=f"{pair.word}：主单 {in_main} 行、明细 {in_detail} 行不在 {first} 至 {last} 之内",
    )  # fmt: skip


def _v8(pair: Pair, delivery: Delivery) -> CheckResult:
    counts = dict(
        pair.database.execute(f"SELECT strftime(BILL_DATE, '%Y%m'), count(*) FROM {pair.main} GROUP BY 1").fetchall()
    )
    missing = [month for month in delivery.months if not counts.get(month)]
    held = sorted(counts[month] for month in delivery.months if counts.get(month))
    median = held[len(held) // 2] if held else 0
    thin = [month for month in delivery.months if counts.get(month) and counts[month] < THIN_MONTH * median]
    outcome = Outcome.FAILED if missing else Outcome.WARNED if thin else Outcome.PASSED
    parts = [f"{pair.word}缺 {'、'.join(missing)} 月"] if missing else [f"{pair.word}各月都有数据"]
    parts += [f"{'、'.join(thin)} 月不到各月中位数的 20%"] if thin else []
    return CheckResult(
        "V8", "检查期间每个月都有数据", outcome, pair.main, failing=len(missing), total=len(delivery.months),
        threshold="0", reason="；".join(parts), sample=tuple(missing[:5]),
    )  # fmt: skip


def _v9(pair: Pair) -> CheckResult:
    negative, total = pair.one(
        "SELECT count(*) FILTER (WHERE TOTAL_AMOUNT < 0"
        f" AND coalesce(REFUND_FLAG_TYPE, '') NOT IN {REFUNDS}), count(*) FROM {{main}}"
    )
    return CheckResult(
        "V9", "除退费外，总费用不为负", Outcome.FAILED if negative else Outcome.PASSED, pair.main,
        failing=negative, total=total, threshold="0", reason=f"{pair.word}有 {negative} 张非退费结算单总费用为负",
    )  # fmt: skip


def _v10(delivery: Delivery, database: Any) -> CheckResult:
    """Columns that the list marks non-null and that our reading leaves unconditional."""
    empty: list[str] = []
    failing = total = 0
    for table in delivery.tables():
        fields = [column.name for column in table.columns if column.required == "always"]
        counts = ", ".join(f'count(*) - count("{name}")' for name in fields)
        rows, *nulls = one_row(database, f"SELECT count(*), {counts} FROM {table.name}")
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


def _v11_v12(pairs: list[Pair], delivery: Delivery, finance: MonthlyTotals | None) -> Iterator[CheckResult]:
    everything = _by_month(pairs, "true")
    insured = _by_month(pairs, "MEDICAL_INSURANCE_FLAG = '0'")
    total = finance.total if finance else {}
    claimed = finance.insured if finance else {}
    yield _against("V11", "总费用与财务报表一致", everything, total, delivery, "财务报表")
    yield _against("V12", "医保结算费用与医保经办端一致", insured, claimed, delivery, "医保端")


def _by_month(pairs: list[Pair], condition: str) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for pair in pairs:
        rows = pair.database.execute(
            f"SELECT strftime(BILL_DATE, '%Y%m'), coalesce(sum(TOTAL_AMOUNT), 0) FROM {pair.main}"
            f" WHERE {condition} GROUP BY 1"
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
