"""Where feijian keeps its things and which sources it knows: `feijian.toml` or the defaults.

`FEIJIAN_CONFIG` names another file. Secrets never stand in it: a source names the environment variable
(`url_env`) that holds its URL.
"""

import os
import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from exports.papers.facts import Handover
from flows.extraction.manners import MANNERS, Manners, read_manners
from schemas.account import EVERYWHERE, Account, ExportClass
from schemas.contract import INSTITUTION, Contract, read_contracts
from schemas.errors import SettingsError
from schemas.reference import read_toml

CONFIG = "feijian.toml"
DEFAULT_FORMAT = "nhsa/2024"
MEMORY_LIMIT = "800MB"
_KINDS = {
    "store": str,
    "deliver": str,
    "loadback_url_env": str,
    "loadback_mysql_url_env": str,
    "memory_limit": str,
    "sources": dict,
    "drift": dict,
    "accounts": dict,
    "disclosure": dict,
    "contracts": list,
    "handover": dict,
    "export": dict,
}
THRESHOLDS = (3, 5, 10)
THRESHOLD = 5


@dataclass(frozen=True)
class Window:
    """The inspected period, both days included, Asia/Shanghai."""

    first: date
    last: date

    def __post_init__(self) -> None:
        """Refuse a period that ends before it starts."""
        if not date(1990, 1, 1) <= self.last <= date(2100, 1, 1):
            raise SettingsError(f"日期 {self.last} 不合情理，请检查 --to。")
        if self.last < self.first:
            raise SettingsError(f"起止日期颠倒：从 {self.first} 到 {self.last}。请检查 --from 与 --to。")

    @property
    def until(self) -> date:
        """The first day after the period."""
        return self.last + timedelta(days=1)

    @property
    def months(self) -> list[str]:
        """Every month the period touches, as `yyyymm`."""
        first = self.first.year * 12 + self.first.month - 1
        last = self.last.year * 12 + self.last.month - 1
        return [f"{month // 12:04d}{month % 12 + 1:02d}" for month in range(first, last + 1)]

    def record(self) -> dict[str, str]:
        """Both days, ISO, for JSON."""
        return {"from": self.first.isoformat(), "to": self.last.isoformat()}

    def __str__(self) -> str:
        """`20240101-20241231`, as it stands in folder names."""
        return f"{self.first:%Y%m%d}-{self.last:%Y%m%d}"


def month_of(text: str, period: Window) -> Window:
    """One month of a period, as far as the period covers it.

    Raises:
        SettingsError: it is not YYYY-MM, or lies outside the period.
    """
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise SettingsError(f"月份“{text}”无效，应写成 2024-03 这样的形式。") from None
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    if last < period.first or first > period.last:
        raise SettingsError(f"演练的月份 {text} 不在检查期间 {period.first} 至 {period.last} 之内。")
    return Window(max(first, period.first), min(last, period.last))


@dataclass(frozen=True)
class SourceSettings:
    """A source as configured: its adapter and where its URL comes from.

    `adapter` is empty while the source is only being looked at (`feijian source dossier`).
    """

    name: str
    adapter: str
    url: str | None = field(default=None, repr=False)
    url_env: str | None = None
    manners: Manners = field(default_factory=Manners)

    def location(self) -> str:
        """The URL, secrets included: never print it.

        Raises:
            SettingsError: the environment variable is not set.
        """
        if self.url_env is None:
            return self.url or ""
        value = os.environ.get(self.url_env)
        if not value:
            raise SettingsError(
                f"数据源 {self.name} 的连接串未设置：请先设置环境变量 {self.url_env}"
                "（例如 postgresql://用户:口令@主机:5432/库名）。"
            )
        return value


@dataclass(frozen=True)
class Settings:
    """What holds for every command run in one working folder."""

    store: Path
    deliver: Path
    memory_limit: str
    threads: int
    loadback_url_env: str
    sources: dict[str, SourceSettings]
    drift: dict[str, Any] = field(default_factory=dict)
    loadback_mysql_url_env: str = "FEIJIAN_LOADBACK_MYSQL_URL"
    accounts: dict[str, Account] = field(default_factory=dict)
    small_cells: int = THRESHOLD
    contracts: tuple[Contract, ...] = ()
    handover: Handover = field(default_factory=Handover)
    papers: Path = Path("papers")
    xlsx: bool = False

    @property
    def access_log(self) -> Path:
        """The access log (a chain of JSON lines); what belongs to it lies beside it."""
        return self.store / "access" / "access.jsonl"

    @property
    def entitlements(self) -> Path:
        """The ledger of export rights that were used (JSON lines)."""
        return self.store / "entitlements.jsonl"

    @property
    def keys(self) -> Path:
        """The folder of the signing key and of archives' passwords; it never goes where a package goes."""
        return self.store / "keys"

    @property
    def loadback_mysql_url(self) -> str | None:
        """A MariaDB or MySQL in which packages are read back into temporary tables; None when none is configured."""
        return os.environ.get(self.loadback_mysql_url_env) or None

    @property
    def loadback_url(self) -> str | None:
        """A PostgreSQL in which packages are loaded back for V1 and V2; None when none is configured."""
        return os.environ.get(self.loadback_url_env) or None

    @property
    def formats(self) -> Path:
        """The customer's own formats: learnt ones, and layers over those that ship with feijian."""
        return self.store / "formats"

    @property
    def adapters(self) -> Path:
        """The customer's own adapters, and layers over those that ship with feijian."""
        return self.store / "sources"

    @property
    def lake(self) -> Path:
        """The folder of the commission's lake."""
        return self.store / "lake"

    @property
    def pulls(self) -> Path:
        """The folder of what was read once for a whole region."""
        return self.store / "pulls"

    @property
    def runs(self) -> Path:
        """The folder of the runs."""
        return self.store / "runs"

    def source(self, name: str) -> SourceSettings:
        """The source called `name`.

        Raises:
            SettingsError: it is not configured.
        """
        if name not in self.sources:
            known = "、".join(self.sources) or "无"
            raise SettingsError(f"没有名为 {name} 的数据源；{CONFIG} 中现有：{known}。")
        return self.sources[name]


def load_settings(folder: Path | None = None) -> Settings:
    """Read the configuration of the working folder; without a file the defaults hold.

    Raises:
        SettingsError: the file named by FEIJIAN_CONFIG is missing, or the file is wrong.
    """
    folder = folder or Path.cwd()
    named = os.environ.get("FEIJIAN_CONFIG")
    path = Path(named) if named else folder / CONFIG
    content = read_toml(path) if named or path.is_file() else {}
    unknown = set(content) - {*_KINDS, "threads"}
    if unknown:
        raise SettingsError(f"{path.name} 中有不认识的设置：{'、'.join(sorted(unknown))}。")
    for name, kind in _KINDS.items():
        if not isinstance(content.get(name, kind()), kind):
            raise SettingsError(f"{path.name} 的 {name} 写法有误，请对照 feijian init 写出的样例。")
    threads = content.get("threads", os.cpu_count() or 1)
    if not isinstance(threads, int) or threads < 1:
        raise SettingsError(f"{path.name} 的 threads 应为不小于 1 的整数。")
    if not re.fullmatch(r"[1-9]\d*(\.\d+)?\s*(MB|GB|MiB|GiB)", content.get("memory_limit", MEMORY_LIMIT)):
        raise SettingsError(f"{path.name} 的 memory_limit 应写成 800MB、2GB 这样的形式。")
    store = folder / content.get("store", ".")
    return Settings(
        store=store,
        deliver=store / content.get("deliver", "deliver"),
        memory_limit=str(content.get("memory_limit", MEMORY_LIMIT)),
        threads=threads,
        loadback_url_env=content.get("loadback_url_env", "FEIJIAN_LOADBACK_URL"),
        sources={name: _source(name, record, path) for name, record in content.get("sources", {}).items()},
        drift=content.get("drift", {}),
        loadback_mysql_url_env=content.get("loadback_mysql_url_env", "FEIJIAN_LOADBACK_MYSQL_URL"),
        accounts={name: _account(name, record, path) for name, record in content.get("accounts", {}).items()},
        small_cells=_threshold(content.get("disclosure", {}), path),
        contracts=read_contracts(content.get("contracts", []), path),
        handover=_handover(content.get("handover", {}), path),
        papers=path.parent / "papers",
        xlsx=_xlsx(content.get("export", {}), path),
    )


def _source(name: str, record: dict[str, Any], path: Path) -> SourceSettings:
    if not isinstance(record, dict):
        raise SettingsError(f"{path.name} 的 [sources.{name}] 应是一节，写明 adapter 和 url_env。")
    known = ("adapter", "url", "url_env", *sorted(MANNERS))
    if unknown := sorted(set(record) - set(known)):
        raise SettingsError(
            f"{path.name} 的 [sources.{name}] 不认识 {'、'.join(unknown)}；可以写的有 {'、'.join(known)}。"
        )
    if ("url" in record) == ("url_env" in record):
        raise SettingsError(
            f"{path.name} 的 [sources.{name}] 应写 adapter，以及 url_env（推荐，环境变量名）或 url（无口令时）之一。"
        )
    url = record.get("url")
    if url and (re.search(r"//[^/]*:[^@]*@", url) or "password=" in url):
        raise SettingsError(f"{path.name} 的 [sources.{name}] 把口令写进了文件：请改用 url_env 指向环境变量。")
    manners = read_manners(record, f"{path.name} 的 [sources.{name}]")
    return SourceSettings(name, record.get("adapter", ""), url, record.get("url_env"), manners)


def _account(name: str, record: Any, path: Path) -> Account:
    """One `[accounts.<name>]`: area and top are needed, role and unit are for the access log."""
    said = f"{path.name} 的 [accounts.{name}]"
    if not isinstance(record, dict) or not all(isinstance(value, str) for value in record.values()):
        raise SettingsError(f"{said} 应是一节，各项写成带引号的文字：area、role、top、unit。")
    if unknown := set(record) - {"area", "role", "top", "unit"}:
        raise SettingsError(f"{said} 中有不认识的设置：{'、'.join(sorted(unknown))}；可写 area、role、top、unit。")
    area, top = record.get("area", ""), record.get("top", "")
    if area != EVERYWHERE and not INSTITUTION.fullmatch(area):
        raise SettingsError(f'{said} 的 area 应为机构编码、6 至 12 位区划代码，或 "*"（全部）。')
    if top not in set(ExportClass):
        raise SettingsError(f"{said} 的 top 应为 A、B、C、D 之一（A 汇总，B 去标识，C 脱敏名单，D 全标识）。")
    return Account(name, area, record.get("role", ""), ExportClass(top), record.get("unit", ""))


def _handover(record: dict[str, Any], path: Path) -> Handover:
    """The `[handover]`: every setting a text; the day of return may be a TOML date."""
    names = Handover.names()
    if unknown := set(record) - set(names):
        raise SettingsError(
            f"{path.name} 的 [handover] 中有不认识的设置：{'、'.join(sorted(unknown))}；可写 {'、'.join(names)}。"
        )
    wrong = [name for name, value in record.items() if not isinstance(value, str | date)]
    if wrong:
        raise SettingsError(f"{path.name} 的 [handover] 中 {'、'.join(wrong)} 应写成带引号的文字。")
    return Handover(**{name: str(value).strip() for name, value in record.items()})


def _threshold(record: dict[str, Any], path: Path) -> int:
    threshold = record.get("small_cells", THRESHOLD)
    if set(record) - {"small_cells"} or threshold not in THRESHOLDS:
        raise SettingsError(f"{path.name} 的 [disclosure] 只能写 small_cells = 3、5 或 10（小于它的人数不对外）。")
    return int(threshold)


def _xlsx(record: dict[str, Any], path: Path) -> bool:
    xlsx = record.get("xlsx", False)
    if set(record) - {"xlsx"} or not isinstance(xlsx, bool):
        raise SettingsError(f"{path.name} 的 [export] 只能写 xlsx = true 或 false（是否同时写出工作簿）。")
    return xlsx


def parse_day(text: str) -> date:
    """A day from the command line.

    Raises:
        SettingsError: it is not YYYY-MM-DD or no day of the calendar.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise SettingsError(f"日期“{text}”无效，应写成 2024-01-31 这样的形式。") from None


def parse_org(text: str) -> str:
    """An institution code from the command line.

    Raises:
        SettingsError: it holds something else than letters, digits, `-` and `_`.
    """
    if not INSTITUTION.fullmatch(text):
        raise SettingsError(f"机构编码“{text}”无效：只能由字母、数字组成，例如 H65040200001。")
    return text
