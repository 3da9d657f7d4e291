"""What became of the rows of a std table, month by month, and whether that adds up."""

from dataclasses import dataclass
from decimal import Decimal

from exports.acceptance.verdict import Movement
from schemas.result import CheckResult, Outcome

ZERO = Decimal("0.00")
NAMED = 6  # months that a check names


@dataclass(frozen=True)
class Amounts:
    """Rows, and their sum in yuan where the table has an amount."""

    rows: int
    yuan: Decimal | None

    @classmethod
    def nothing(cls, amount: str | None) -> "Amounts":
        """No rows of a table with or without an amount."""
        return cls(0, ZERO if amount else None)

    def plus(self, other: "Amounts") -> "Amounts":
        """Both together."""
        yuan = None if self.yuan is None else self.yuan + (other.yuan or ZERO)
        return Amounts(self.rows + other.rows, yuan)

    def minus(self, other: "Amounts") -> "Amounts":
        """What is left when `other` is taken away."""
        yuan = None if self.yuan is None else self.yuan - (other.yuan or ZERO)
        return Amounts(self.rows - other.rows, yuan)

    @property
    def none(self) -> bool:
        """Neither a row nor a fen."""
        return self.rows == 0 and not self.yuan

    def __str__(self) -> str:
        """`12 行 345.00 元`."""
        return f"{self.rows} 行" + (f" {self.yuan:.2f} 元" if self.yuan is not None else "")


@dataclass(frozen=True)
class Flow:
    """Where rows went; `excluded` maps the Chinese text of a rule to its rows."""

    source: Amounts
    delivered: Amounts
    quarantined: Amounts
    outside: Amounts
    excluded: dict[str, Amounts]

    @property
    def remainder(self) -> Amounts:
        """What is neither delivered nor explained; negative where more is delivered than there was."""
        left = self.source.minus(self.delivered).minus(self.quarantined).minus(self.outside)
        for amounts in self.excluded.values():
            left = left.minus(amounts)
        return left

    def plus(self, other: "Flow") -> "Flow":
        """Both together."""
        excluded = dict(self.excluded)
        for text, amounts in other.excluded.items():
            excluded[text] = excluded[text].plus(amounts) if text in excluded else amounts
        return Flow(
            self.source.plus(other.source),
            self.delivered.plus(other.delivered),
            self.quarantined.plus(other.quarantined),
            self.outside.plus(other.outside),
            excluded,
        )


@dataclass(frozen=True)
class Account:
    """Where the rows of one std table went, by month (`yyyymm`, `""` without a date).

    `nothing` is an empty amount of the table; `note` says in Chinese what the figures of the source leave out.
    """

    table: str
    title: str
    nothing: Amounts
    months: dict[str, Flow]
    note: str = ""

    @property
    def whole(self) -> Flow:
        """All months together."""
        whole = Flow(self.nothing, self.nothing, self.nothing, self.nothing, {})
        for flow in self.months.values():
            whole = whole.plus(flow)
        return whole

    def result(self) -> CheckResult:
        """The account as a check; no written answer takes it out of the way."""
        left = {month: flow.remainder for month, flow in self.months.items() if not flow.remainder.none}
        named = [f"{month_word(month)} {amounts}" for month, amounts in left.items()]
        more = f"等 {len(named)} 个月" if len(named) > NAMED else ""
        reason = (
            f"{'、'.join(named[:NAMED])}{more} 对不上：既未交付，也未隔离，不在期间之外，也没有排除理由（负数为多交付）"
        )
        return CheckResult(
            f"ledger.{self.table}",
            f"{self.title}的去向账逐月平（源 = 交付 + 隔离 + 期间外 + 按规则排除）",
            Outcome.FAILED if left else Outcome.PASSED,
            self.table,
            failing=sum(abs(amounts.rows) for amounts in left.values()),
            total=self.whole.source.rows,
            threshold="0",
            reason="；".join(part for part in (reason if left else "", self.note) if part),
            waivable=False,
        )

    def movement(self) -> Movement:
        """The account in words, for the report."""
        months = tuple(_movement(self.title, month_word(month), flow) for month, flow in self.months.items())
        return _movement(self.title, "合计", self.whole, self.note, months)


def month_word(month: str) -> str:
    """`2024-03`, or a word for rows without a date."""
    return f"{month[:4]}-{month[4:]}" if month else "无日期"


def _movement(title: str, month: str, flow: Flow, note: str = "", months: tuple[Movement, ...] = ()) -> Movement:
    return Movement(
        title,
        month,
        str(flow.source),
        str(flow.delivered),
        str(flow.quarantined),
        str(flow.outside),
        "；".join(f"{text}：{amounts}" for text, amounts in flow.excluded.items()) or "—",
        str(flow.remainder),
        note,
        months,
    )
