"""Prove a package from its own manifest: every file, every row, every total; nothing too many."""

import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from exports.acceptance.loadback import load_postgresql, misshapen
from exports.acceptance.package import Delivery, format_of
from exports.duck import open_database, quoted
from exports.manifest import FILE, control_totals, digest, read_manifest
from exports.readers.certificate import certify
from schemas.errors import PackageError
from schemas.result import CheckResult, Outcome

REPORT = "reports/acceptance.json"


def find_deliver(path: Path) -> Path:
    """The `deliver` folder of a package, given the package, its `deliver` or its manifest.

    Raises:
        PackageError: there is no package there, or one that was never sealed.
    """
    for candidate in (path / "deliver", path, *([path.parent] if path.name == FILE else [])):
        if (candidate / FILE).is_file():
            return candidate
        if _never_sealed(candidate):
            raise PackageError(
                f"{path} 从未封装：其中只有核对报告，没有可以交付的数据，不能核对，也不能交付。"
                "请按 deliver/reports/acceptance.md 处理后重新导出。"
            )
    raise PackageError(f"{path} 不是导出包：其中没有 {FILE}。")


def _never_sealed(deliver: Path) -> bool:
    path = deliver / REPORT
    try:
        return path.is_file() and json.loads(path.read_text(encoding="utf-8")).get("sealed") is False
    except ValueError:
        return False


@dataclass(frozen=True)
class Servers:
    """URLs of databases in which a package may be read back; None when there is none."""

    postgresql: str | None = None
    mysql: str | None = None


def verify(
    package: Path, spill: Path, memory_limit: str, threads: int, servers: Servers = Servers()
) -> list[CheckResult]:
    """Check files, rows and totals of a package against its manifest, and let the hostile readers loose on it.

    Raises:
        PackageError: it is no package, or its manifest cannot be read.
    """
    deliver = find_deliver(package)
    manifest = read_manifest(deliver)
    try:
        results = prove_files(deliver, manifest)
        if all(result.outcome is Outcome.PASSED for result in results):
            delivery = Delivery(deliver, manifest, format_of(deliver, manifest))
            with open_database(spill, memory_limit, threads) as database:
                results += _content(delivery, database)
                loaded = load_postgresql(delivery, servers.postgresql, database) if servers.postgresql else None
                results += certify(delivery, database, loaded, servers.mysql).results()
    except (KeyError, TypeError) as error:
        raise PackageError(f"{deliver / FILE} 的内容不完整（{error}），无法据此核对。") from None
    return results


def prove_files(deliver: Path, manifest: dict[str, Any]) -> list[CheckResult]:
    """Whether exactly the files of the manifest are there, byte for byte, and the manifest names any."""
    return [_tables(deliver, manifest), _files(deliver, manifest), _nothing_else(deliver, manifest)]


def _tables(deliver: Path, manifest: dict[str, Any]) -> CheckResult:
    held = {record["feijian:table"] for record in manifest["resources"]}
    form = format_of(deliver, manifest)
    wanted = {table.name for table in form.tables if table.mandatory} | set(manifest["feijian:totals"])
    missing = [f"{name} 没有文件" for name in sorted(wanted - held)]
    return _result("tables", "必提表与清单有合计的表都有文件", missing, len(wanted))


def _files(deliver: Path, manifest: dict[str, Any]) -> CheckResult:
    broken = []
    listed = [*manifest["resources"], *manifest["feijian:files"]]
    for record in listed:
        path = deliver / record["path"]
        if not path.is_file():
            broken.append(f"{record['path']} 缺失")
        elif path.stat().st_size != record["bytes"]:
            broken.append(f"{record['path']} 大小不符")
        elif f"sha256:{digest(path)}" != record["hash"]:
            broken.append(f"{record['path']} 校验和不符")
    return _result("files", "每个文件的大小与 SHA-256 与清单一致", broken, len(listed))


def _nothing_else(deliver: Path, manifest: dict[str, Any]) -> CheckResult:
    listed = {record["path"] for record in (*manifest["resources"], *manifest["feijian:files"])} | {FILE}
    found = {path.relative_to(deliver).as_posix() for path in deliver.rglob("*") if path.is_file()}
    return _result("extra", "没有清单之外的文件", [f"{path} 不在清单中" for path in sorted(found - listed)], len(found))


def _content(delivery: Delivery, database: Any) -> list[CheckResult]:
    """Rows per file, and sums per table and month, read anew from the files."""
    delivery.open_views(database)
    wrong_rows = misshapen(delivery)
    wrong_sums: list[str] = []
    for table in delivery.tables():
        try:
            totals = control_totals(database, table, quoted(table.name))
        except duckdb.Error as error:
            wrong_rows.append(f"{table.name} 无法读入：{str(error).splitlines()[0]}")
            continue
        declared = delivery.manifest["feijian:totals"][table.name]
        for month in sorted(set(declared) | set(totals)):
            ours = totals[month].to_json() if month in totals else None
            if not _same(ours, declared.get(month)):
                wrong_sums.append(f"{table.name} {month or '全部'}")
    count = len(delivery.tables())
    return [
        _result("rows", "每个文件的行数、列数与清单一致", wrong_rows, len(delivery.manifest["resources"])),
        _result("totals", "各表各月的行数与金额合计与清单一致", wrong_sums, count),
    ]


def _same(ours: dict[str, Any] | None, declared: dict[str, Any] | None) -> bool:
    if ours is None or declared is None:
        return False
    equal = {column: Decimal(value) for column, value in declared["sums"].items()}
    return ours["rows"] == declared["rows"] and {c: Decimal(v) for c, v in ours["sums"].items()} == equal


def _result(identifier: str, title: str, failures: list[str], total: int) -> CheckResult:
    outcome = Outcome.FAILED if failures else Outcome.PASSED
    reason = "；".join(failures[:5]) + ("……" if len(failures) > 5 else "")
    return CheckResult(identifier, title, outcome, "", "", len(failures), total, "0", reason, tuple(failures[:5]))
