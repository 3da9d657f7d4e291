"""What the readings of a package are worth against its manifest: one verdict per reader."""

from dataclasses import dataclass
from typing import Any

from exports.acceptance.package import Delivery, declared_rows, declared_sums
from exports.readers.reading import Harm, Read, Reading, harmed_keys
from schemas.format import FormatTable
from schemas.result import CheckResult, Outcome

SHOWN = 5
NOT_CONFIGURED = "没有配置"


@dataclass(frozen=True)
class Reader:
    """A way of reading: its name, what it stands for, and what to tell a receiver whose values it would change."""

    name: str
    title: str
    stands_for: str
    advice: str = ""


@dataclass(frozen=True)
class TableVerdict:
    """One table with one reader: what was read, and in Chinese what is wrong with it and what was not verified."""

    table: str
    read: Read | None
    faults: tuple[str, ...]
    unverified: tuple[str, ...]
    harmed_keys: tuple[str, ...]

    @property
    def digest(self) -> str:
        """The digest of the key columns as read; empty when such a receiver would change them."""
        return "" if self.read is None or self.harmed_keys else self.read.digest

    @property
    def outcome(self) -> Outcome:
        """The worst that can be said."""
        if self.faults:
            return Outcome.FAILED
        if self.unverified:
            return Outcome.NOT_VERIFIED
        return Outcome.WARNED if self.read and self.read.harms else Outcome.PASSED


@dataclass(frozen=True)
class Verdict:
    """One reader with all tables; `unavailable` says why it did not work, when it did not."""

    reader: Reader
    tables: tuple[TableVerdict, ...]
    unavailable: str = ""
    faults: tuple[str, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """The worst of the tables; a reader that nobody configured does not apply."""
        if self.unavailable:
            return Outcome.NOT_APPLICABLE if self.unavailable == NOT_CONFIGURED else Outcome.NOT_VERIFIED
        if self.faults:
            return Outcome.FAILED
        found = {table.outcome for table in self.tables}
        return next((one for one in (Outcome.FAILED, Outcome.NOT_VERIFIED, Outcome.WARNED) if one in found), _PASSED)

    @property
    def harms(self) -> list[Harm]:
        """Everything that such a receiver would change silently."""
        return [harm for table in self.tables if table.read for harm in table.read.harms]

    @property
    def reason(self) -> str:
        """The outcome in Chinese: faults first, then what was not verified, then what would be changed."""
        if self.unavailable:
            return self.unavailable
        texts = [*self.faults, *(text for table in self.tables for text in table.faults)]
        texts = texts or [text for table in self.tables for text in table.unverified]
        if texts:
            return _some(texts)
        return self._harm() if self.harms else "行数、金额合计与键列摘要都与清单一致"

    def _harm(self) -> str:
        harmed = sorted({(harm.table, harm.column) for harm in self.harms})
        keys = [f"{table.table}.{column}" for table in self.tables for column in table.harmed_keys]
        return (
            f"行数与金额合计不受影响；{len(harmed)} 列共 {sum(harm.values for harm in self.harms)} 个值会被改变"
            + (f"，其中键列 {_some(keys, '、')}" if keys else "")
            + f"。{self.reader.advice}"
        )

    def result(self) -> CheckResult:
        """The verdict as an acceptance check, `reader.<name>`; `failing` counts tables, or values when only warned."""
        warned = self.outcome is Outcome.WARNED
        failing = [table.table for table in self.tables if table.outcome is Outcome.FAILED]
        samples = sorted({f"{harm.table}.{harm.column}" for harm in self.harms}) if warned else failing
        return CheckResult(
            id=f"reader.{self.reader.name}",
            title=f"读回：{self.reader.title}",
            outcome=self.outcome,
            failing=sum(harm.values for harm in self.harms) if warned else len(failing) + len(self.faults),
            total=0 if warned else len(self.tables),
            threshold="0",
            reason=self.reason,
            sample=tuple(samples[:SHOWN]),
            level="warns" if self.reader.name == "excel_digits" else "blocks",
            why=self.reader.stands_for,
            fix=self.reader.advice,
            waivable=self.reader.name == "excel_digits",
        )


_PASSED = Outcome.PASSED


def judge(delivery: Delivery, reader: Reader, reading: Reading) -> Verdict:
    """Hold what a reader found against the manifest, table by table."""
    if reading.unavailable:
        return Verdict(reader, (), reading.unavailable)
    rows = declared_rows(delivery)
    tables = tuple(_table(delivery, reading, table, rows[table.name]) for table in delivery.tables())
    others = tuple(text for name, text in reading.broken.items() if name not in rows)
    return Verdict(reader, tables, "", others)


def _table(delivery: Delivery, reading: Reading, table: FormatTable, rows: int) -> TableVerdict:
    read = reading.tables.get(table.name)
    if read is None:
        broken = reading.broken.get(table.name, "没有读出")
        return TableVerdict(table.name, None, (f"{table.name} 读不出：{broken}",), (), ())
    harmed = tuple(harmed_keys(table, read.harms))
    faults, unverified = list(read.problems), []
    if read.unread:
        unverified.append(f"{table.name} 只读了每个文件的前一部分，{read.unread} 行没有读")
    else:
        faults += _differences(table, read, rows, delivery)
    declared = delivery.manifest.get("feijian:keys", {}).get(table.name)
    if declared is None:
        unverified.append(f"清单没有 {table.name} 的键列摘要（feijian:keys）")
    elif not read.unread and declared["digest"] != read.digest:
        faults.append(f"{table.name} 的键列（{'、'.join(declared['columns'])}）与清单不符")
    return TableVerdict(table.name, read, tuple(faults), tuple(unverified), harmed)


def _differences(table: FormatTable, read: Read, rows: int, delivery: Delivery) -> list[str]:
    texts = [f"{table.name} 读出 {read.rows} 行，应为 {rows} 行"] if read.rows != rows else []
    declared = declared_sums(delivery, table)
    return texts + [
        f"{table.name} 的 {column} 合计 {read.sums[column]}，应为 {declared[column]}"
        for column in table.money
        if read.sums[column] != declared[column]
    ]


def _some(texts: list[str], joiner: str = "；") -> str:
    """The first few, and how many there are when not all are shown."""
    more = f"{joiner}……共 {len(texts)} 处" if len(texts) > SHOWN else ""
    return joiner.join(texts[:SHOWN]) + more


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    """A verdict for machines: every table with what was read, every harmed column with its count."""
    return {
        "reader": verdict.reader.name,
        "title": verdict.reader.title,
        "stands_for": verdict.reader.stands_for,
        "outcome": verdict.outcome,
        "reason": verdict.reason,
        "tables": [_table_json(table) for table in verdict.tables],
    }


def _table_json(table: TableVerdict) -> dict[str, Any]:
    found: dict[str, Any] = {"table": table.table, "outcome": table.outcome}
    if table.read:
        sums = {column: str(value) for column, value in table.read.sums.items()}
        found |= {"rows": table.read.rows, "unread": table.read.unread, "sums": sums, "digest": table.digest}
        found["harms"] = [
            {"column": harm.column, "kind": harm.kind, "values": harm.values} for harm in table.read.harms
        ]
    return found | {"faults": list(table.faults), "unverified": list(table.unverified)}
