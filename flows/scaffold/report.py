"""What a scaffold filled, what a person must check, and what is missing: as records, as lines, as `待办.md`."""

from dataclasses import asdict, dataclass

from flows.scaffold.draft import Draft
from flows.scaffold.write import missing_columns
from schemas.std import MODELS, std_table

TODO_FILE = "待办.md"
FILLED, TO_CHECK, MISSING = "已填", "待核对", "缺少"


@dataclass(frozen=True)
class ColumnState:
    """One std column of the scaffold: its state, the source column that it comes from, and what to check."""

    table: str
    column: str
    title: str
    state: str
    source: str = ""
    note: str = ""
    required: bool = False


@dataclass(frozen=True)
class ScaffoldReport:
    """Everything that is told of a scaffold; `todos` concern no single column, `missing_tables` have their reason."""

    adapter: str
    columns: tuple[ColumnState, ...]
    missing_tables: dict[str, str]
    todos: tuple[str, ...]

    def count(self, state: str) -> int:
        """How many columns are in a state."""
        return sum(one.state == state for one in self.columns)

    def record(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


def report_of(draft: Draft) -> ScaffoldReport:
    """The state of every std column that belongs to a std table with a source."""
    states = []
    for std, feeds in draft.feeds.items():
        missing = set(missing_columns(draft, std))
        for column in std_table(std).columns:
            if column.name in ("_row", "_excluded"):
                continue
            given = [(feed, feed.mapped[column.name]) for feed in feeds if column.name in feed.mapped]
            source = "，".join(f"{feed.table.name}.{'+'.join(one.columns)}" for feed, one in given if one.columns)
            todo = "；".join(dict.fromkeys(one.todo for _, one in given if one.todo))
            state = MISSING if column.name in missing else TO_CHECK if todo else FILLED
            states.append(ColumnState(std, column.name, column.title, state, source, todo, column.required))
    if draft.place:
        states = [*_place(), *states]
    return ScaffoldReport(draft.name, tuple(states), draft.absent_tables, draft.todos)


def _place() -> list[ColumnState]:
    note = "按参数写入，请核对"
    given = ("fixmedins_code", "fixmedins_name")
    return [
        ColumnState("institution", one.name, one.title, TO_CHECK, "", note, one.required)
        if one.name in given
        else ColumnState("institution", one.name, one.title, MISSING, "", "", one.required)
        for one in std_table("institution").columns
        if one.name not in ("_row", "_excluded")
    ]


def lines_of(report: ScaffoldReport) -> list[str]:
    """The report on a screen: counts, then what stands in the way."""
    tables = len({one.table for one in report.columns})
    needed = [
        f"{one.table}.{one.column}（{one.title}）" for one in report.columns if one.required and one.state == MISSING
    ]
    return [
        f"标准表：有来源 {tables} 张，缺少 {len(report.missing_tables)} 张（共 {len(MODELS)} 张）",
        f"标准列：已填 {report.count(FILLED)}，待核对 {report.count(TO_CHECK)}，缺少 {report.count(MISSING)}",
        *(f"  缺少必填列：{one}" for one in needed),
        *(f"  请核对：{todo}" for todo in report.todos),
    ]


def markdown(report: ScaffoldReport) -> str:
    """`待办.md`: what is to be done, then every column, table by table."""
    parts = [
        f"# 适配器 {report.adapter} 初稿：待办",
        "本文件由 feijian source scaffold 写出。初稿能立即运行，但没有人核对过：核对完一处，删去 SQL 中的 TODO。",
        "\n".join(lines_of(report)[:2]),
        "## 先看",
        "\n".join(f"- [ ] {todo}" for todo in _first(report)) or "没有。",
    ]
    for name in dict.fromkeys(one.table for one in report.columns):
        parts += [f"## {std_table(name).title}（{name}）", _table(report, name)]
    missing = [f"| {name} | {std_table(name).title} | {why} |" for name, why in report.missing_tables.items()]
    parts += ["## 缺少的标准表", "\n".join(["| 标准表 | 名称 | 原因 |", "| --- | --- | --- |", *missing])]
    return "\n\n".join(parts) + "\n"


def _first(report: ScaffoldReport) -> list[str]:
    needed = [one for one in report.columns if one.required and one.state != FILLED]
    said = [f"{one.table}.{one.column}（{one.title}，必填）：{one.note or '没有找到来源'}" for one in needed]
    return [*report.todos, *said]


def _table(report: ScaffoldReport, name: str) -> str:
    rows = [
        f"| {one.column} | {one.title} | {one.state}{'（必填）' if one.required else ''} | {one.source} | {one.note} |"
        for one in report.columns
        if one.table == name
    ]
    return "\n".join(["| 标准列 | 名称 | 状态 | 取自 | 要核对的 |", "| --- | --- | --- | --- | --- |", *rows])
