"""A source adapter: `reference/sources/<name>/source.toml` and one SQL file per std table."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from schemas.commission.std import MODELS as COMMISSION_MODELS
from schemas.errors import AdapterError, SettingsError
from schemas.reference import REFERENCE, read_toml
from schemas.std import MODELS, std_table

INSURANCE, COMMISSION = "insurance", "commission"
STD = {INSURANCE: MODELS, COMMISSION: COMMISSION_MODELS}


@dataclass(frozen=True)
class RawTable:
    """One source table as it is read.

    `columns` is what always leaves the database; `on_demand` (column -> std field) what leaves it only for a format
    that has the std field, and else stands as NULL; `where` is portable SQL with :org, :eve (the day before the
    period), :from and :until (the day after it); `totals` are the columns whose sum the source itself is asked for.
    `feeds` names the std table that every row must reach, `amount` the column of `totals` that stands for its
    amount, `month` the column that dates a row: the ledger starts from them. `title` is the table's name in Chinese.
    `serves` names the std tables that are made from it alone: it is read only for a format that asks for one of them.
    `changed` is the column that says when a row was last changed: a sync reads what changed since the last one, or what
    `since` (portable SQL with :since) says when rows are joined with others that change by themselves.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    where: str = ""
    totals: tuple[str, ...] = ()
    feeds: str = ""
    amount: str = ""
    month: str = ""
    title: str = ""
    changed: str = ""
    since: str = ""
    serves: tuple[str, ...] = ()
    on_demand: dict[str, str] = field(default_factory=dict)

    def read_for(self, asks: Callable[[str], bool]) -> bool:
        """Whether the table is read at all, given which std tables a format asks for."""
        return not self.serves or any(map(asks, self.serves))

    def asked(self, std_fields: frozenset[str]) -> tuple[str, ...]:
        """The columns that are read for a format with these std fields (`person.psn_name`), each once."""
        demanded = (column for column, std in self.on_demand.items() if std in std_fields)
        return tuple(dict.fromkeys((*self.key, *self.columns, *demanded)))


@dataclass(frozen=True)
class Adapter:
    """How one hospital system is read and turned into the std model.

    `absent` (std table -> column -> reason) and `absent_tables` (std table -> reason) say in Chinese
    what the system cannot give; `exclusions` (rule -> Chinese text) names why rows stay out. `codes` (name ->
    local code -> NHSA code) are callable in its SQL as `code_<name>(value)`; an unknown value stays as it is. `model`
    is the std model that it serves: the insurance's, whole, or the commission's, of which it gives some tables.
    """

    name: str
    title: str
    timezone: str
    tables: dict[str, RawTable]
    absent: dict[str, dict[str, str]] = field(default_factory=dict)
    absent_tables: dict[str, str] = field(default_factory=dict)
    exclusions: dict[str, str] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    folder: Path = Path()
    model: str = INSURANCE

    @property
    def provides(self) -> tuple[str, ...]:
        """The std tables that it makes: those it has a SELECT for."""
        return tuple(name for name in STD[self.model] if (self.folder / f"{name}.sql").is_file())

    def sql(self, std: str) -> str:
        """The SELECT that makes one std table.

        Raises:
            AdapterError: there is neither a file nor a declaration that the table is absent.
        """
        path = self.folder / f"{std}.sql"
        if not path.is_file():
            raise AdapterError(
                f"适配器 {self.name} 缺少 {std}.sql，也没有在 source.toml 的 [absent_tables] 中说明原因。"
            )
        return path.read_text(encoding="utf-8").strip().rstrip(";")

    def locate(self, row: str) -> str:
        """Where a source row stands in the hospital's system, in words: `门诊结算（mz_jsb）jsid=12`."""
        name, _, value = row.partition(":")
        table = self.tables.get(name)
        if table is None:
            return row
        values = value.split("|") if len(table.key) > 1 else [value]
        keys = "，".join(f"{key}={part}" for key, part in zip(table.key, values, strict=False))
        return f"{table.title}（{name}）{keys}" if table.title else f"{name} {keys}"


def adapter_names() -> list[str]:
    """Every adapter that ships with feijian."""
    return sorted(path.parent.name for path in (REFERENCE / "sources").glob("*/source.toml"))


@cache
def load_adapter(name: str) -> Adapter:
    """Read an adapter.

    Raises:
        SettingsError: there is no such adapter, or none is named.
        AdapterError: its source.toml lacks something or names unknown std tables.
    """
    if not name:
        raise SettingsError(
            "这个数据源还没有写 adapter，不能导出：请在 feijian.toml 的 [sources.…] 中写明适配器"
            f"（现有：{'、'.join(adapter_names()) or '无'}），或先用 feijian source dossier 查看源库。"
        )
    if name not in adapter_names():
        raise SettingsError(f"没有适配器 {name}；现有：{'、'.join(adapter_names()) or '无'}。")
    folder = REFERENCE / "sources" / name
    content = read_toml(folder / "source.toml")
    try:
        tables = {table: _raw_table(table, record) for table, record in content["tables"].items()}
        adapter = Adapter(
            name,
            content["title"],
            content["timezone"],
            tables,
            content.get("absent", {}),
            content.get("absent_tables", {}),
            content.get("exclusions", {}),
            content.get("codes", {}),
            folder,
            content.get("model", INSURANCE),
        )
    except KeyError as missing:
        raise AdapterError(f"适配器 {name} 的 source.toml 缺少 {missing}。") from None
    _known_demands(adapter)
    _read_months(adapter)
    if adapter.model not in STD:
        raise AdapterError(f"适配器 {name} 的 model 应为 {'、'.join(STD)} 之一。")
    unknown = (set(adapter.absent) | set(adapter.absent_tables)) - set(STD[adapter.model])
    if unknown:
        raise AdapterError(f"适配器 {name} 声明了不存在的标准表：{'、'.join(sorted(unknown))}。")
    return adapter


def _raw_table(name: str, record: dict[str, Any]) -> RawTable:
    return RawTable(
        name,
        tuple(record["key"]),
        tuple(record["columns"]),
        record.get("where", ""),
        tuple(record.get("totals", ())),
        record.get("feeds", ""),
        record.get("amount", ""),
        record.get("month", ""),
        record.get("title", ""),
        record.get("changed", ""),
        record.get("since", ""),
        tuple(record.get("serves", ())),
        record.get("on_demand", {}),
    )


def _known_demands(adapter: Adapter) -> None:
    known = {f"{name}.{column.name}" for name in MODELS for column in std_table(name).columns}
    for table in adapter.tables.values():
        wrong = [f"{column} = {std}" for column, std in table.on_demand.items() if std not in known]
        if wrong:
            raise AdapterError(
                f"适配器 {adapter.name} 的 source.toml 中 [tables.{table.name}] 的 on_demand 有误：{'、'.join(wrong)}；"
                "等号右边应是标准模型的列，如 person.psn_name。"
            )


def _read_months(adapter: Adapter) -> None:
    unread = [
        f"[tables.{table.name}] {fact} = {column}"
        for table in adapter.tables.values()
        for fact, column in (("month", table.month), ("changed", table.changed))
        if column and column not in table.columns
    ]
    if unread:
        raise AdapterError(
            f"适配器 {adapter.name} 的 source.toml 中 month 和 changed 应是 columns 里的列：{'、'.join(unread)}。"
        )
