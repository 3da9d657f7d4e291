"""A source adapter: `<root>/<name>/source.toml` and one SQL file per std table.

Adapters ship with feijian under `reference/sources`; a working folder holds its own, and layers over either, under
`sources` of its store.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from schemas.adapter_file import SOURCE, read_source
from schemas.adapter_layers import Deviation, lay_over
from schemas.commission.std import MODELS as COMMISSION_MODELS
from schemas.errors import AdapterError, SettingsError
from schemas.reference import REFERENCE
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

    `name` and `called` (real column -> its name in the SQL) are what the adapter's SQL says; `source` is what the table
    is called in this database, `schema.table` where needed, where it is not `name`. All other fields hold real names.
    `lacks` are columns of the SQL that this database has not: they stand as NULL. `institution` is the column that says
    whose row it is: by it a table that was read once for a whole region is split.
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
    source: str = ""
    called: dict[str, str] = field(default_factory=dict)
    lacks: tuple[str, ...] = ()
    institution: str = ""

    @property
    def real_name(self) -> str:
        """What the table is called in the database."""
        return self.source or self.name

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
    Where it is a layer, `below` are the folders under its own, nearest first, and `deviations` what the layers change.
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
    below: tuple[Path, ...] = ()
    deviations: tuple[Deviation, ...] = ()

    @property
    def provides(self) -> tuple[str, ...]:
        """The std tables that it makes: those it has a SELECT for."""
        return tuple(name for name in STD[self.model] if self._file(name) and name not in self.absent_tables)

    def sql(self, std: str) -> str:
        """The SELECT that makes one std table.

        Raises:
            AdapterError: there is neither a file nor a declaration that the table is absent.
        """
        path = self._file(std)
        if path is None:
            raise AdapterError(
                f"适配器 {self.name} 缺少 {std}.sql，也没有在 source.toml 的 [absent_tables] 中说明原因。"
            )
        return path.read_text(encoding="utf-8").strip().rstrip(";")

    def _file(self, std: str) -> Path | None:
        paths = (folder / f"{std}.sql" for folder in (self.folder, *self.below))
        return next((path for path in paths if path.is_file()), None)

    def locate(self, row: str) -> str:
        """Where a source row stands in the hospital's system, in words: `门诊结算（mz_jsb）jsid=12`."""
        name, _, value = row.partition(":")
        table = self.tables.get(name)
        if table is None:
            return row
        values = value.split("|") if len(table.key) > 1 else [value]
        keys = "，".join(f"{key}={part}" for key, part in zip(table.key, values, strict=False))
        return f"{table.title}（{table.real_name}）{keys}" if table.title else f"{table.real_name} {keys}"


def adapter_names(roots: Sequence[Path] = ()) -> list[str]:
    """Every adapter that ships with feijian or lies under `roots`."""
    return sorted({path.parent.name for root in (_shipped(), *roots) for path in root.glob(f"*/{SOURCE}")})


def load_adapter(name: str, roots: Sequence[Path] = ()) -> Adapter:
    """Read an adapter with everything below it.

    Args:
        name: the name of its folder.
        roots: folders with adapters beside the shipped ones.

    Raises:
        SettingsError: there is no such adapter, or none is named.
        AdapterError: its source.toml lacks something, has something unknown, or takes the name of a shipped one.
    """
    if not name:
        raise SettingsError(
            "这个数据源还没有写 adapter：请在 feijian.toml 中该数据源的一节写明用哪个适配器"
            f"（现有：{'、'.join(adapter_names(roots)) or '无'}），或先用 feijian source dossier 查看源库。"
        )
    own = next((root / name for root in roots if (root / name / SOURCE).is_file()), None)
    if (_shipped() / name / SOURCE).is_file():
        if own is not None:
            raise AdapterError(
                f"适配器 {name} 随程序提供，{own} 不能也叫这个名称：请把文件夹改名，"
                f'并在 source.toml 中写 extends = "{name}"，只写本院不同之处。'
            )
        return _load_shipped(name)
    if own is None:
        raise SettingsError(f"没有适配器 {name}；现有：{'、'.join(adapter_names(roots)) or '无'}。")
    return _load(own, roots, ())


def _shipped() -> Path:
    return REFERENCE / "sources"


@cache
def _load_shipped(name: str) -> Adapter:
    return _load(_shipped() / name, (), ())


def _load(folder: Path, roots: Sequence[Path], above: tuple[str, ...]) -> Adapter:
    content, folders, deviations = _whole(folder, roots, above)
    name = folder.name
    try:
        tables = {table: _raw_table(table, record, content, name) for table, record in content["tables"].items()}
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
            folders[1:],
            deviations,
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


def _whole(
    folder: Path, roots: Sequence[Path], above: tuple[str, ...]
) -> tuple[dict[str, Any], tuple[Path, ...], tuple[Deviation, ...]]:
    """The content of an adapter with its layers merged, its folders from the topmost down, and the deviations."""
    if folder.name in above:
        raise AdapterError(f"适配器 {above[0]} 的 extends 互相引用：{' → '.join((*above, folder.name))}。")
    content = read_source(folder)
    if "extends" not in content:
        return content, (folder,), ()
    base = content["extends"]
    found = next((root / base for root in (*roots, _shipped()) if (root / base / SOURCE).is_file()), None)
    if found is None:
        known = "、".join(adapter_names(roots))
        raise AdapterError(f"{folder / SOURCE} 的 extends：没有适配器 {base}；现有：{known}。")
    below, folders, deviations = _whole(found, roots, (*above, folder.name))
    merged, own = lay_over(below, content, folder)
    return merged, (folder, *folders), (*deviations, *own)


def _raw_table(name: str, record: dict[str, Any], content: dict[str, Any], adapter: str) -> RawTable:
    """A table with the names that it has in the database; what the database lacks is not read."""
    renamed, lacks = record.get("renamed", {}), tuple(record.get("lacks", ()))

    def real(columns: Sequence[str]) -> tuple[str, ...]:
        return tuple(renamed.get(column, column) for column in columns if column not in lacks)

    def one(fact: str) -> str:
        name = str(record.get(fact, ""))
        return str(renamed.get(name, name))

    needed = {*record["key"], *record.get("totals", ()), *(record.get(fact) for fact in ("month", "amount", "changed"))}
    if wrong := sorted(needed & set(lacks)):
        raise AdapterError(
            f"适配器 {adapter} 的 [tables.{name}]：{'、'.join(wrong)} 是主键、日期或合计列，不能写在 lacks 中；"
            "请在 key、month、totals 等处改用本院有的列。"
        )
    return RawTable(
        name,
        real(record["key"]),
        real(record["columns"]),
        _real_tables(record.get("where", ""), content["tables"]),
        real(record.get("totals", ())),
        record.get("feeds", ""),
        one("amount"),
        one("month"),
        record.get("title", ""),
        one("changed"),
        _real_tables(record.get("since", ""), content["tables"]),
        tuple(record.get("serves", ())),
        {
            renamed.get(column, column): std
            for column, std in record.get("on_demand", {}).items()
            if column not in lacks
        },
        record.get("source", ""),
        {there: sql for sql, there in renamed.items() if sql not in lacks},
        lacks,
        one("institution"),
    )


def _real_tables(condition: str, tables: dict[str, Any]) -> str:
    """A condition in which tables are called as they are in the database."""

    def real(match: re.Match[str]) -> str:
        return match[1] + (tables.get(match[2], {}).get("source") or match[2])

    return re.sub(r"(\b(?:FROM|JOIN)\s+)(\w+)\b", real, condition, flags=re.IGNORECASE)


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
