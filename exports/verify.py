"""Prove a package from its own manifest: every file, every row, every total; nothing too many."""

import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from exports.acceptance.loadback import load_postgresql, misshapen
from exports.acceptance.package import REPORT, Delivery, format_of
from exports.duck import open_database, quoted
from exports.manifest import FILE, complete_manifest, control_totals, read_manifest
from exports.papers.check import check_papers
from exports.readers.certificate import certify
from exports.seal.proof import judged
from exports.seal.redelivery import is_redelivery, present_part, prove_package
from exports.seal.signature import Expected
from schemas.errors import PackageError
from schemas.result import CheckResult, Outcome

NOT_READ = CheckResult(
    "readers", "接收方的各种读法", Outcome.NOT_VERIFIED, reason="更正补交只含部分文件，读法证书以完整的包为准"
)


def find_deliver(path: Path) -> Path:
    """The `deliver` folder of a package, given the package, its `deliver` or its manifest.

    Raises:
        PackageError: there is no package there, one that was never sealed, or one inside another: who means the outer
            one must not be told that the inner one is whole.
    """
    if (path / "deliver" / FILE).is_file() and (path / FILE).is_file():
        raise PackageError(f"{path} 里套着另一个导出包 {path / 'deliver'}，分不清核对哪一个：请把它们分开后再试。")
    for candidate in (path / "deliver", path, *([path.parent] if path.name == FILE else [])):
        if (candidate / FILE).is_file():
            return candidate
        if _never_sealed(candidate):
            raise PackageError(
                f"{path} 从未封装：其中只有核对报告，没有可以交付的数据，不能核对，也不能交付。"
                "请按 deliver/reports/acceptance.md 处理后重新导出。"
            )
    if not path.exists():
        raise PackageError(f"没有导出包 {path}，请检查位置和名称。")
    if path.is_file() and path.name.lower().endswith((".zip", ".tar.sm4")):
        raise PackageError(f"{path} 是压缩包，请先用 feijian unpack 解开，再用解开的导出包。")
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
    package: Path,
    spill: Path,
    memory_limit: str,
    threads: int,
    servers: Servers = Servers(),
    signer: Expected = frozenset(),
) -> list[CheckResult]:
    """Check signature, files, rows and totals of a package, and let the hostile readers loose on it.

    A correction delivered in part is proved as far as it goes: its own files, and that nothing else changed.

    Args:
        package: its folder, `deliver` folder or manifest.
        spill: a folder for temporary files.
        memory_limit: DuckDB's, like `800MB`.
        threads: DuckDB's.
        servers: databases in which it is read back too.
        signer: fingerprints of which each must have signed; empty: who signed is not verified.

    Raises:
        PackageError: it is no package, or its manifest cannot be read.
    """
    deliver = find_deliver(package)
    manifest = read_manifest(deliver)
    part = is_redelivery(deliver)
    with complete_manifest(deliver):
        results = prove_package(deliver, manifest, signer)
        if any(result.blocks for result in results):
            return results
        held = present_part(deliver, manifest) if part else manifest
        delivery = Delivery(deliver, held, format_of(deliver, manifest))
        with open_database(spill, memory_limit, threads) as database:
            results += _content(delivery, database)
            results += [] if part else check_papers(manifest, deliver)
            results += [NOT_READ] if part else _read(delivery, database, servers)
    return results


def _read(delivery: Delivery, database: Any, servers: Servers) -> list[CheckResult]:
    loaded = load_postgresql(delivery, servers.postgresql, database) if servers.postgresql else None
    return list(certify(delivery, database, loaded, servers.mysql).results())


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
        judged("rows", "每个文件的行数、列数与清单一致", wrong_rows, len(delivery.manifest["resources"])),
        judged("totals", "各表各月的行数与金额合计与清单一致", wrong_sums, count),
    ]


def _same(ours: dict[str, Any] | None, declared: dict[str, Any] | None) -> bool:
    if ours is None or declared is None:
        return False
    equal = {column: Decimal(value) for column, value in declared["sums"].items()}
    return ours["rows"] == declared["rows"] and {c: Decimal(v) for c, v in ours["sums"].items()} == equal
